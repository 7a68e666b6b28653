"""On SQLite a second process that would send ends at once, and no dead one is in the way of the next."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import subprocess
import sys
from contextlib import ExitStack, closing
from subprocess import PIPE

import pytest

from bot.only_sender import only_sender
from storage.errors import StorageError
from tests.bot.road import WAIT, Bot, cards, follow


async def test_a_second_sender_on_the_same_file_ends_with_a_sentence_and_the_first_goes_on(
    server, paper, tmp_path, bot
):
    """By whatever name the second calls the file; one that only polls may run beside it."""
    (reader,) = await follow(server, 1)
    folder = tmp_path / "second"
    folder.mkdir()
    (folder / "same.db").symlink_to(tmp_path / "khobor.db")
    for role in ("send", "all"):
        second = Bot(folder, server, paper, DATABASE_URL="sqlite+aiosqlite:///same.db")
        await second.start(role)
        assert await asyncio.wait_for(second.running.wait(), WAIT) == 2
    sentence = "khobor: Another process sends from same.db already"
    assert [line.startswith(sentence) for line in second.log().splitlines()] == [True, True]
    polls = Bot(folder, server, paper, DATABASE_URL="sqlite+aiosqlite:///same.db")
    await polls.start("poll")
    await server.until(lambda: "role=poll" in polls.log(), WAIT)
    paper.publish("নাইরোবিতে প্রবাসীদের মিলনমেলা")
    await server.until(lambda: cards(server, reader, "নাইরোবিতে"), WAIT)
    assert await polls.kill(signal.SIGTERM) == 0
    assert await bot.kill(signal.SIGTERM) == 0


async def test_whoever_comes_after_a_killed_sender_is_not_taken_for_a_second(server, paper, bot):
    """Its parsers, which live a moment longer, do not hold its lock."""
    (reader,) = await follow(server, 1)
    for number in range(3):
        title = f"মাস্কাটে প্রবাসীদের সভা {number}"
        paper.publish(title)
        await server.until(lambda title=title: cards(server, reader, title), WAIT)
        await bot.kill()
        await bot.start()
    paper.publish("দোহায় প্রবাসীদের সভা")
    await server.until(lambda: cards(server, reader, "দোহায়"), WAIT)
    assert await bot.kill(signal.SIGTERM) == 0


async def test_what_the_one_before_held_is_free_at_once_wherever_it_ran(server, paper, tmp_path, bot):
    """In another container, say: whether it lives can't be seen from here, but we have its lock."""
    (reader,) = await follow(server, 1)
    await bot.kill()
    with closing(sqlite3.connect(tmp_path / "khobor.db")) as connection, connection:
        connection.execute(
            "UPDATE readers SET lease_owner = 'elsewhere/1.1/a', lease_until = '2099-01-01 00:00:00'"
        )
    await bot.start()
    paper.publish("দোহায় প্রবাসীদের সভা")
    await server.until(lambda: cards(server, reader, "দোহায়"), WAIT)


def test_a_child_that_outlives_the_sender_does_not_hold_its_lock(sqlite_url):
    child = [sys.executable, "-c", "import sys; print('here', flush=True); sys.stdin.read()"]
    with ExitStack() as sending:
        sending.enter_context(only_sender(sqlite_url))
        with subprocess.Popen(child, stdin=PIPE, stdout=PIPE, close_fds=False) as started:
            assert started.stdout.readline() == b"here\n"  # until then it may be what it was forked from
            with pytest.raises(StorageError, match="Another process sends"), only_sender(sqlite_url):
                pass
            sending.close()
            with only_sender(sqlite_url):
                assert started.poll() is None


def test_on_postgresql_there_may_be_any_number(postgres_url):
    with only_sender(postgres_url), only_sender(postgres_url):
        pass
