"""Choosing what to read about: /follow, /unfollow and the switches under a message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from delivery.markup import cut
from delivery.message import Message
from handlers import catalogue, keyboard
from handlers.catalogue import Subject
from handlers.phrases import Html, phrase
from storage import subscriptions

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from handlers.call import Call
    from handlers.newsroom import Newsroom
    from handlers.tap import Tap
    from storage.readers import Reader

WORDS_LIMIT: Final = 100
"""How much of what was typed an answer repeats, in UTF-16 units."""


async def follow(call: Call) -> None:
    """`/follow <slug or name>`: follows categories and places; without words it shows the switches."""
    found = await _asked_for(call)
    new = [subject for subject in found if await add(call, subject)]
    if found:
        await _tell(call, "now_following" if new else "already_following", new or found)


async def unfollow(call: Call) -> None:
    """`/unfollow <slug or name>`: the way back."""
    found = await _asked_for(call)
    gone = [subject for subject in found if await remove(call, subject)]
    if found:
        await _tell(call, "unfollowed" if gone else "not_following", gone or found)


async def switch(tap: Tap) -> None:
    """A category's switch: follows or unfollows it, and shows so on the same message."""
    subject = Subject("category", tap.values[0])
    category = tap.newsroom.categories.get(subject.value)
    if category is None:
        await tap.toast("toast_no_shelf")
        return
    on = await add(tap, subject) or not await remove(tap, subject)
    key = ("toast_follow" if on else "toast_unfollow") + ("" if tap.private else "_here")
    await tap.toast(key, name=category.name(tap.language))
    followed = await following(tap.newsroom, tap.reader)
    await tap.relabel(switches(tap.newsroom, followed, tap.language))


async def add(asker: Call | Tap, subject: Subject) -> bool:
    """Follow `subject` from now on; False where the reader did already."""
    room = asker.newsroom
    return await subscriptions.follow(room.db, asker.reader.id, subject.kind, subject.value, asker.now)


async def remove(asker: Call | Tap, subject: Subject) -> bool:
    """Follow `subject` no longer; False where the reader did not."""
    return await subscriptions.unfollow(asker.newsroom.db, asker.reader.id, subject.kind, subject.value)


async def following(newsroom: Newsroom, reader: Reader) -> list[Subject]:
    """The categories and places the reader follows, in the newsroom's order."""
    return catalogue.subjects(await subscriptions.following(newsroom.db, reader.id), newsroom.categories)


async def choice(newsroom: Newsroom, reader: Reader) -> Message:
    """What the reader follows, the switches to change it, and how to follow a country."""
    followed, language = await following(newsroom, reader), reader.language
    lines = (
        phrase("choose_shelves", language),
        follows_line(newsroom, followed, language),
        phrase("place_hint", language),
    )
    return Message("\n\n".join(lines), buttons=switches(newsroom, followed, language))


def switches(newsroom: Newsroom, followed: Iterable[Subject], language: str) -> keyboard.Rows:
    """The newsroom's categories as switches."""
    slugs = {subject.value for subject in followed if subject.kind == "category"}
    return keyboard.shelves(newsroom.categories, slugs, language)


def follows_line(newsroom: Newsroom, followed: Collection[Subject], language: str) -> Html:
    """One line that says clearly what is followed now."""
    if not followed:
        return phrase("follows_nothing", language)
    names = ", ".join(catalogue.name(subject, newsroom.categories, language) for subject in followed)
    return phrase("follows", language, names=names)


async def not_found(call: Call) -> None:
    """Say kindly that the words name nothing, with the nearest name and the switches."""
    room, language = call.newsroom, call.language
    lines = [phrase("no_such_shelf", language, words=cut(call.words, WORDS_LIMIT))]
    near = catalogue.closest(call.words, room.categories)
    if near:
        name = catalogue.name(near, room.categories, language)
        lines.append(phrase("perhaps", language, name=name, command=f"/{call.command} {near.value}"))
    lines.append(phrase("choose_below", language))
    buttons = switches(room, await following(room, call.reader), language)
    await call.send(Message("\n\n".join(lines), buttons=buttons))


async def _asked_for(call: Call) -> list[Subject]:
    """What the words name; where they name nothing, that is answered here."""
    if not call.words:
        await call.send(await choice(call.newsroom, call.reader))
        return []
    found = catalogue.find(call.words, call.newsroom.categories)
    if not found:
        await not_found(call)
    return found


async def _tell(call: Call, key: str, changed: list[Subject]) -> None:
    room, language = call.newsroom, call.language
    names = ", ".join(f"‘{catalogue.name(subject, room.categories, language)}’" for subject in changed)
    followed = await following(room, call.reader)
    said = phrase(key, language, names=names)
    await call.send(Message(f"{said}\n\n{follows_line(room, followed, language)}"))
