"""First contact: /start, and the links that lead to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from delivery.message import Message
from handlers import rights
from handlers.catalogue import Subject
from handlers.chats import called, shown
from handlers.readers import follow, stories
from handlers.words.phrases import phrase, plain

if TYPE_CHECKING:
    from handlers.call import Call


async def start(call: Call) -> None:
    """`/start`: greets and shows the categories.

    With a payload: `c_<slug>` follows a category, `s_<post>` opens a story, `m_<post>` lists what is related.
    """
    kind, _, value = call.words.partition("_")
    if kind == "s":
        await stories.show(call, value)
    elif kind == "m":
        await stories.show_related(call, value)
    else:
        await _greet(call, slug=value if kind == "c" else "")


async def _greet(call: Call, *, slug: str = "") -> None:
    note = await _follow_at_once(call, slug) if slug else ""
    followed = await follow.following(call.newsroom, call.reader)
    lines = [phrase("welcome" if call.private else "welcome_here", call.language, name=_name(call)), note]
    lines.append(phrase("place_hint", call.language))
    if call.reader.state == "paused":
        lines.append(phrase("still_paused", call.language))
    buttons = follow.switches(call.newsroom, followed, call.language)
    await call.send(Message("\n\n".join(line for line in lines if line), buttons=buttons))


async def _follow_at_once(call: Call, slug: str) -> str:
    """Follow the category a link names, and say how that went."""
    category = call.newsroom.categories.get(slug)
    if category is None:
        return phrase("no_such_payload", call.language)
    if not await rights.may_say(call.bot, call.message):
        return phrase("only_admins", call.language)
    await follow.add(call, Subject("category", slug))
    return phrase("now_following", call.language, names=f"‘{category.name(call.language)}’")


def _name(call: Call) -> str:
    person = call.message.from_user
    if not (call.private and person):
        return called(call.reader)
    return shown(person.first_name) or plain("dear_reader", call.language)
