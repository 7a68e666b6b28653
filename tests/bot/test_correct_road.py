"""An editor's word on its whole road, with the real command in a process of its own."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.demo.telegram import Fault
from tests.bot.road import WAIT, cards, follow

if TYPE_CHECKING:
    from bot.demo.telegram.chats import Person

EDITOR = 1
WRONG = "মাস্কাটে বাংলাদেশি কর্মীদের নতুন আবাসন চালু"
RIGHT = "সালালাহতে বাংলাদেশি কর্মীদের নতুন আবাসন চালু"


async def asked(server, editor, command: str, card: dict, panel: str) -> dict:
    """The editor replies to a card; the panel that comes of it."""
    await server.say(editor, command, reply_to=card)

    def found() -> list[dict]:
        return [message for message in server.sent(editor) if panel in message.get("text", "")]

    await server.until(found, WAIT)
    return found()[-1]


async def all_have_it_wrong(server, paper, readers) -> tuple[Person, dict]:
    """A story reaches readers and the editor; who that is, and their card."""
    editor = server.person(EDITOR, "সম্পাদক", role="editor")
    await server.say(editor, "/start")
    await server.say(editor, "/follow probash")
    await server.until(lambda: len(server.sent(editor)) >= 2, WAIT)
    paper.publish(WRONG)
    await server.until(lambda: all(cards(server, one, WRONG) for one in (*readers, EDITOR)), WAIT)
    (card,) = cards(server, EDITOR, WRONG)
    return editor, card


async def test_an_editor_corrects_a_headline_on_both_telephones_and_retracts_the_story(server, paper, bot):
    """Corrected and counted; a process that starts anew takes it up; retracted, the story is nowhere."""
    readers = await follow(server, 2)
    editor, card = await all_have_it_wrong(server, paper, readers)
    panel = await asked(server, editor, f"/correct {RIGHT}", card, "সংশোধনের আগে দেখে নিন")
    await server.press(editor, panel, "✏️ সব ফোনে সংশোধন করুন")
    await server.until(lambda: all(cards(server, one, RIGHT) for one in readers), WAIT)
    assert not any(cards(server, one, WRONG) for one in readers)
    done = "৩ জনের মধ্যে ৩ জনের কাছে খবরটি সংশোধিত হয়েছে।"
    await server.until(lambda: any(done in one.get("text", "") for one in server.sent(editor)), WAIT)
    await bot.kill()
    await bot.start()
    (card,) = [one for one in cards(server, EDITOR, RIGHT) if one["message_id"] == card["message_id"]]
    panel = await asked(server, editor, "/retract", card, "প্রত্যাহারের আগে ভেবে নিন")
    await server.press(editor, panel, "🗑 সব ফোন থেকে মুছুন")
    await server.until(lambda: not any(cards(server, one, RIGHT) for one in readers), WAIT)
    done = "৩ জনের মধ্যে ৩ জনের কাছ থেকে প্রত্যাহার করা হয়েছে।"
    await server.until(lambda: any(done in one.get("text", "") for one in server.sent(editor)), WAIT)
    assert "Traceback" not in bot.log()


async def test_a_token_that_is_revoked_while_only_corrections_leave_ends_the_bot(server, paper, bot):
    """With status 1 and one sentence; with a token that works the next one brings it to its end."""
    readers = await follow(server, 2)
    editor, card = await all_have_it_wrong(server, paper, readers)
    panel = await asked(server, editor, f"/correct {RIGHT}", card, "সংশোধনের আগে দেখে নিন")
    server.faults.add(Fault.error(401, "Unauthorized"), method="editMessageCaption", times=0)
    await server.press(editor, panel, "✏️ সব ফোনে সংশোধন করুন")
    assert bot.running is not None
    assert await asyncio.wait_for(bot.running.wait(), WAIT) == 1
    assert "khobor: BOT_TOKEN: Unauthorized" in bot.log()
    assert "Traceback" not in bot.log()
    server.faults.clear()
    await bot.start()
    await server.until(lambda: all(cards(server, one, RIGHT) for one in readers), WAIT)
