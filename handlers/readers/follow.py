"""Choosing what to read about: /follow, /unfollow and the switches under a message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from delivery.markup import cut
from delivery.message import Message
from handlers import catalogue, keyboard
from handlers.catalogue import Subject
from handlers.words.phrases import Html, phrase, toast
from news.language.text import clean
from storage import inviters, subscriptions

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from delivery.message import Button
    from handlers.asker import Asker
    from handlers.call import Call
    from handlers.keyboard import Rows
    from handlers.newsroom import Newsroom
    from handlers.tap import Tap
    from storage.readers import Reader

WORDS_LIMIT: Final = 100
"""How much of what was typed an answer repeats, in UTF-16 units."""
_IN_SETTINGS: Final = "s"
"""What a switch carries that stands in the settings, so that the way back stays there when it is pressed."""


async def follow(call: Call) -> None:
    """`/follow <slug or name>`: follows categories and places; without words it shows the switches."""
    found = catalogue.find(call.words, call.newsroom.categories)
    new = [subject for subject in found if await add(call, subject)]
    if found:
        await _tell(call, "now_following" if new else "already_following", new or found)
    elif call.words:
        await _not_found(call)
    else:
        await call.send(await choice(call.newsroom, call.reader))


async def unfollow(call: Call) -> None:
    """`/unfollow <slug or name>`: the way back."""
    found = catalogue.find(call.words, call.newsroom.categories)
    gone = [subject for subject in found if await remove(call, subject)]
    if found:
        await _tell(call, "unfollowed" if gone else "not_following", gone or found)
    elif call.words:
        await _not_followed(call)
    else:
        await call.send(await choice(call.newsroom, call.reader))


async def switch(tap: Tap) -> None:
    """A switch: follows or unfollows what it names, and shows so on the same message."""
    room, language = tap.newsroom, tap.language
    subject = catalogue.subject(tap.values[0], room.categories)
    if subject is None:
        await tap.toast("toast_no_category")
        return
    on = await add(tap, subject) or not await remove(tap, subject)
    key = ("toast_follow" if on else "toast_unfollow") + ("" if tap.private else "_here")
    await tap.toast(key, name=catalogue.plain_name(subject, room.categories, language))
    followed = await following(room, tap.reader)
    in_settings = tap.values[1:] == (_IN_SETTINGS,)
    await tap.relabel(switches(room, followed, language, beside=subject, in_settings=in_settings))


async def add(asker: Asker, subject: Subject) -> bool:
    """Follow `subject` from now on; False where the reader did already."""
    db, reader = asker.newsroom.db, asker.reader
    followed = await subscriptions.follow(db, reader.id, subject.kind, subject.value)
    if followed and reader.kind == "group" and asker.person is not None:
        await inviters.chose(db, reader.id, asker.person)
    return followed


async def remove(asker: Asker, subject: Subject) -> bool:
    """Follow `subject` no longer; False where the reader did not."""
    return await subscriptions.unfollow(asker.newsroom.db, asker.reader.id, subject.kind, subject.value)


async def following(newsroom: Newsroom, reader: Reader) -> list[Subject]:
    """The categories and places the reader follows, in the newsroom's order."""
    return catalogue.subjects(await subscriptions.following(newsroom.db, reader.id), newsroom.categories)


async def choice(newsroom: Newsroom, reader: Reader, *, in_settings: bool = False) -> Message:
    """The switches, and how to follow a country; what is followed is ticked."""
    followed, language = await following(newsroom, reader), reader.language
    lines = (
        phrase("choose_categories", language),
        follows_line(newsroom, followed, language),
        phrase("place_hint", language),
    )
    return Message(
        "\n\n".join(lines), buttons=switches(newsroom, followed, language, in_settings=in_settings)
    )


def switches(
    newsroom: Newsroom,
    followed: Sequence[Subject],
    language: str,
    *,
    beside: Subject | None = None,
    in_settings: bool = False,
) -> Rows:
    """Every category and each followed place as a switch; then the way back, or to the latest stories.

    `beside`: one more to choose, were it a place that is not followed.
    """
    buttons = [
        _switch(subject, newsroom, language, on=subject in followed, in_settings=in_settings)
        for subject in _offered(newsroom, followed, beside)
    ]
    latest = keyboard.press(toast("see_latest", language), "latest")
    return (*keyboard.rows(buttons, ticked=True), (keyboard.back(language) if in_settings else latest,))


def _offered(newsroom: Newsroom, followed: Sequence[Subject], beside: Subject | None) -> list[Subject]:
    offered = [Subject("category", slug) for slug in newsroom.categories]
    offered += [subject for subject in followed if subject.kind == "place"]
    return offered if beside is None or beside in offered else [*offered, beside]


def _switch(subject: Subject, newsroom: Newsroom, language: str, *, on: bool, in_settings: bool) -> Button:
    name = catalogue.name(subject, newsroom.categories, language)
    value = subject.value if subject.kind == "category" else subject.key
    return keyboard.switch(name, "f", value, *((_IN_SETTINGS,) if in_settings else ()), on=on)


def follows_line(newsroom: Newsroom, followed: Collection[Subject], language: str) -> Html:
    """One line that says clearly what is followed now."""
    if not followed:
        return phrase("follows_nothing", language)
    names = ", ".join(catalogue.name(subject, newsroom.categories, language) for subject in followed)
    return phrase("follows", language, names=names)


def unknown_name(call: Call, key: str, near: Subject | None) -> list[str]:
    """Lines that say kindly, with the phrase `key`, that the words name nothing; and what `near` is."""
    lines: list[str] = [phrase(key, call.language, words=cut(clean(call.words), WORDS_LIMIT))]
    if near:
        categories = call.newsroom.categories
        bare = catalogue.plain_name(near, categories, call.language)
        name = catalogue.name(near, categories, call.language)
        lines.append(phrase("perhaps", call.language, name=name, command=f"/{call.command} {bare}"))
    return lines


async def _not_found(call: Call) -> None:
    """There is no such thing to follow: the nearest there is, and the switches."""
    near = catalogue.closest(call.words, call.newsroom.categories)
    lines = unknown_name(call, "no_such_category", near)
    lines.append(phrase("choose_below", call.language))
    followed = await following(call.newsroom, call.reader)
    buttons = switches(call.newsroom, followed, call.language, beside=near)
    await call.send(Message("\n\n".join(lines), buttons=buttons))


async def _not_followed(call: Call) -> None:
    """Nothing of that name is followed: the nearest that is, and the switches."""
    followed = await following(call.newsroom, call.reader)
    near = catalogue.closest(call.words, call.newsroom.categories, among=followed)
    lines = unknown_name(call, "no_such_followed", near)
    lines.append(follows_line(call.newsroom, followed, call.language))
    buttons = switches(call.newsroom, followed, call.language) if followed else ()
    await call.send(Message("\n\n".join(lines), buttons=buttons))


async def _tell(call: Call, key: str, changed: list[Subject]) -> None:
    room, language = call.newsroom, call.language
    names = ", ".join(f"‘{catalogue.name(subject, room.categories, language)}’" for subject in changed)
    followed = await following(room, call.reader)
    said = phrase(key, language, names=names)
    await call.send(Message(f"{said}\n\n{follows_line(room, followed, language)}"))
