"""The benchmark counts right, and its contestants do the same work; how long they take is not for a test."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from scripts.bench import card, place, table
from scripts.bench.__main__ import QUICK, without
from scripts.figures import most_within, percentile

ROOT = Path(__file__).resolve().parents[1]
READERS = 300
SQLITE = {
    "cpu_message": 0.0002, "times": 12.0, "memory": 180e6, "rate": 985.0, "claim": 0.00001,
}  # fmt: skip
COLUMNS = {("sqlite", 100_000): SQLITE, ("ptb", 0): {"cpu_message": 0.0024, "memory": 64e6}}


@pytest.fixture(scope="module")
def here():
    """A stub in a process of its own, SQLite alone."""
    with place.opened(with_postgres=False) as opened:
        yield opened


def test_a_broadcast_reaches_every_reader_once_and_leaves_a_receipt_for_each(here):
    told = here.broadcast("sqlite", READERS, flat_out=True)
    assert (told["sent"], told["chats"], told["receipts"]) == (READERS, READERS, READERS)
    assert told["replies"] == 0


def test_people_are_answered_during_a_broadcast(here):
    told = here.broadcast("sqlite", READERS, every=0.01, latency=0.01)
    assert told["replies"] > 0
    assert told["receipts"] == READERS
    # Nobody goes on asking: the next run would begin with all their questions.
    assert here.counts()["sent"] == 0


def test_the_database_alone_marks_claims_and_settles(here):
    told = here.claim("sqlite", 1000)
    assert set(told) == {"marked_alone", "worst_slice", "claim", "settle", "reader_bytes"}


@pytest.mark.parametrize("name", ["ptb", "bare", "aiogram"])
def test_the_others_do_the_same_work(here, name):
    pytest.importorskip({"ptb": "telegram", "bare": "aiohttp"}.get(name, name))
    here.rival(name, READERS)
    assert here.counts()["sent"] >= READERS  # and those that warm it up


def test_the_card_is_as_long_as_said():
    fields = card.fields()
    assert set(fields) >= {"photo", "caption", "parse_mode", "reply_markup"}
    assert sum(map(len, fields["reply_markup"]["inline_keyboard"])) >= 4


def test_the_busiest_second_is_found_wherever_it_begins():
    assert most_within([]) == 0
    assert most_within([0.0, 0.9, 0.95, 1.0, 1.89, 1.95]) == 4
    assert most_within([0.0, 1.0, 2.0]) == 1


def test_percentiles_are_values_that_were_measured():
    assert percentile([], 0.99) == 0.0
    assert percentile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert percentile(list(map(float, range(1, 101))), 0.99) == 99.0


def test_the_table_marks_what_is_missed_in_our_columns_only():
    lines = table.plain(COLUMNS)
    assert "180 ✗" in "\n".join(lines)
    assert table.missed(COLUMNS) == ["SQLite 100 k: peak memory, MB 180 (≤ 150)"]
    assert len(table.markdown(COLUMNS)) == len(lines) + 1
    assert table.bars(COLUMNS)[0].count("█") < table.bars(COLUMNS)[1].count("█")


def test_whoever_is_not_installed_is_left_out():
    """`make bench` brings aiogram along; a plain Python of the house does not have it."""
    assert list(without(QUICK, ["aiogram", "matplotlib"]).rivals) == ["ptb", "bare"]
    assert without(QUICK, []) == QUICK


def test_wrong_words_on_the_command_line_are_one_complaint():
    ended = subprocess.run(
        [sys.executable, "-m", "scripts.bench", "--often"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "Traceback" not in ended.stderr
