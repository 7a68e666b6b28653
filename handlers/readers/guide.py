"""/help, and kind answers to what is no command."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from delivery.message import Message
from handlers import rights
from handlers.words.phrases import phrase
from news.language.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from handlers.call import Call


async def guide(call: Call) -> None:
    """`/help`: what can be typed, grouped; editors see theirs below."""
    first = next(iter(call.newsroom.categories.values()), None)
    slug, name = (first.slug, first.name(call.language)) if first else ("", "")
    lines = [phrase("help", call.language, slug=slug, name=name)]
    person = call.message.from_user
    if person and rights.is_editor(call.newsroom, person.id, call.message.chat):
        lines.append(phrase("help_editors", call.language))
    await call.send(Message("\n\n".join(lines)))


async def unknown(call: Call, known: Iterable[str]) -> None:
    """A command there is not: a kind sentence, the nearest of the `known` ones, the way to /help."""
    near = get_close_matches(call.command, list(known), n=1)
    lines = [phrase("unknown_command", call.language, command=f"/{clean(call.command)}")]
    if near:
        lines.append(phrase("perhaps_command", call.language, command=f"/{near[0]}"))
    lines.append(phrase("see_help", call.language))
    await call.send(Message(" ".join(lines)))


async def small_talk(call: Call) -> None:
    """Plain text in private."""
    await call.say("small_talk")
