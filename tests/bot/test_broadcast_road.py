"""A broadcast and its panel, with the real command in a process of its own, killed on the way."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.demo.telegram import Fault
from tests.bot.road import UNSAVED, WAIT, Bot

READERS = 40
EDITOR = 1


@pytest.fixture
async def bot(tmp_path, server, paper):
    bot = Bot(tmp_path, server, paper, SEND_RATE="15")
    await bot.start()
    return bot


def said(server, chat: int, text: str) -> list[dict]:
    return [message for message in server.messages(chat) if text in message.get("text", "")]


async def arrive(server) -> tuple[list, Any]:
    """The readers, and the editor: all of them have been greeted."""
    readers = [server.person(100 + number, f"পাঠক {number}") for number in range(READERS)]
    editor = server.person(EDITOR, "সম্পাদক", role="editor")
    for person in [*readers, editor]:
        await server.say(person, "/start")
    await server.until(lambda: all(server.sent(person) for person in [*readers, editor]), WAIT)
    return readers, editor


async def panel_of(server, editor) -> dict:
    await server.say(editor, "/broadcast আগামীকাল দূতাবাস বন্ধ থাকবে।")
    await server.until(lambda: said(server, EDITOR, "পাঠানোর আগে দেখে নিন"), WAIT)
    return said(server, EDITOR, "পাঠানোর আগে দেখে নিন")[0]


async def test_a_killed_broadcast_goes_on_and_its_panel_with_it(server, bot):
    """Killed (-9) on the way: after the start everybody gets it, and the panel says so without a press."""
    readers, editor = await arrive(server)
    panel = await panel_of(server, editor)
    await server.press(editor, panel, "📣 পাঠান")
    text = "আগামীকাল দূতাবাস"
    await server.until(lambda: sum(bool(said(server, who.id, text)) for who in readers) > 5, WAIT)
    await bot.kill()
    reached = sum(bool(said(server, who.id, text)) for who in readers)
    assert reached < READERS
    await bot.start()
    await server.until(lambda: said(server, EDITOR, "✅ ঘোষণা পাঠানো শেষ"), WAIT)
    assert "বাকি: ০" in said(server, EDITOR, "✅ ঘোষণা পাঠানো শেষ")[0]["text"]
    copies = [len(said(server, who.id, text)) for who in readers]
    assert min(copies) == 1
    assert sum(copies) <= READERS + UNSAVED
    assert "Traceback" not in bot.log()


async def test_the_editor_is_told_that_an_announcement_can_not_be_copied_any_more(server, bot):
    """Told in a message of its own and on the panel; not a hundred readers' refusals in the log."""
    _, editor = await arrive(server)
    panel = await panel_of(server, editor)
    gone = Fault.error(400, "Bad Request: message to copy not found")
    server.faults.add(gone, method="copyMessage", times=0)
    await server.press(editor, panel, "📣 পাঠান")
    await server.until(lambda: said(server, EDITOR, "⛔️ 📣 ঘোষণা: পাঠানো থামানো হয়েছে"), WAIT)
    await server.until(lambda: said(server, EDITOR, "কারণ: মূল বার্তাটি মুছে ফেলা হয়েছে"), WAIT)
    await asyncio.sleep(3)
    assert len(said(server, EDITOR, "⛔️")) == 1
    assert "⏹ ঘোষণা থামানো হয়েছে" in said(server, EDITOR, "⏹")[0]["text"]
    assert bot.log().count("telegram refuses a post") == 1
    assert bot.log().count("post stopped") == 1
