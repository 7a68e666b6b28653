"""kill -9 to the process that corrects: the next one leaves no copy out, and counts each once."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing

import pytest

from bot.demo.telegram import Fault
from bot.parts import FEWEST_HANDS
from tests.bot.road import WAIT, cards, follow
from tests.bot.test_correct_road import EDITOR, RIGHT, WRONG, all_have_it_wrong, asked

READERS = 24
CORRECT = (f"/correct {RIGHT}", "সংশোধনের আগে দেখে নিন", "✏️ সব ফোনে সংশোধন করুন")
RETRACT = ("/retract", "প্রত্যাহারের আগে ভেবে নিন", "🗑 সব ফোন থেকে মুছুন")


def changed(server) -> Counter[int]:
    """How often a card of each chat was asked to be changed or to go; the editor's own panels are none."""
    methods = {"editMessageCaption", "deleteMessage"}
    return Counter(one.chat_id for one in server.log if one.method in methods)


def counts(bot) -> tuple[int, ...]:
    with closing(sqlite3.connect(bot.folder / "khobor.db")) as db:
        return db.execute("SELECT changed, gone, too_old, refused FROM corrections").fetchone()


@pytest.mark.parametrize("said", [CORRECT, RETRACT], ids=["correct", "retract"])
@pytest.mark.parametrize("killed_at", [1, 12])
async def test_killed_while_it_corrects_and_started_again_it_leaves_no_copy_out(
    server, paper, bot, said, killed_at
):
    readers = await follow(server, READERS)
    editor, card = await all_have_it_wrong(server, paper, readers)
    everybody = [*readers, EDITOR]
    for method in ("editMessageCaption", "deleteMessage"):
        server.faults.add(Fault.slow(0.3), method=method, times=0)
    command, title, go = said
    panel = await asked(server, editor, command, card, title)
    await server.press(editor, panel, go)
    await server.until(lambda: len(changed(server)) >= killed_at, WAIT)
    await bot.kill()
    assert any(cards(server, one, WRONG) for one in everybody)
    await bot.start()
    await server.until(lambda: not any(cards(server, one, WRONG) for one in everybody), WAIT)
    await server.until(lambda: counts(bot) == (len(everybody), 0, 0, 0), WAIT)
    assert set(changed(server)) == set(everybody)
    assert max(changed(server).values()) <= 2
    assert changed(server).total() - len(everybody) <= FEWEST_HANDS
    assert all(len(cards(server, one, RIGHT)) == (said is CORRECT) for one in readers)
    assert "Traceback" not in bot.log()
