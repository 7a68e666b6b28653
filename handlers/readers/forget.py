"""/forget: everything known of a reader is deleted, after asking once more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from delivery.message import Message
from handlers.keyboard import press
from handlers.words.phrases import phrase, toast
from storage import readers

if TYPE_CHECKING:
    from handlers.call import Call
    from handlers.tap import Tap


async def forget(call: Call) -> None:
    """`/forget`: says what will be gone and asks."""
    yes = press(toast("forget_yes", call.language), "forget", "yes")
    no = press(toast("forget_no", call.language), "forget", "no")
    await call.say("forget_sure" if call.private else "forget_sure_here", buttons=((no,), (yes,)))


async def decide(tap: Tap) -> None:
    """The answer to that question."""
    said = "kept"
    if tap.values[0] == "yes":
        await readers.forget(tap.newsroom.db, tap.reader.id)
        said = "forgotten" if tap.private else "forgotten_here"
    await tap.nod()
    await tap.edit(Message(phrase(said, tap.language)))
