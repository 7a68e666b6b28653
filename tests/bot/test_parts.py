"""The bot as it is put together: what its parts know of each other from the start."""

from __future__ import annotations

from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from bot.parts import Parts, assemble, crew
from bot.settings import Settings
from scripts.paper import SOURCES_TOML
from storage import limits
from tests.demo.telegram_api import TOKEN

if TYPE_CHECKING:
    from pathlib import Path

    from storage.database import Database


async def put_together(url: str, folder: Path, stack: AsyncExitStack, **more: Any) -> Parts:
    listed = folder / "sources.toml"
    listed.write_text(SOURCES_TOML, encoding="utf-8")
    return await assemble(
        Settings(
            bot_token=SecretStr(TOKEN),
            database_url=SecretStr(url),
            sources_file=listed,
            web_listen=None,
            webhook_secret=SecretStr(""),
            **more,
        ),
        stack,
    )


async def reserved(db: Database) -> bool:
    """Whether somebody has taken a slot where all can see it."""
    async with db.read() as connection:
        found = await connection.exec_driver_sql("SELECT free_at FROM limits WHERE chat_id = 0")
        return found.scalar_one_or_none() is not None


async def test_the_rate_is_that_of_all_processes_where_there_may_be_several(database_url, db, tmp_path):
    async with AsyncExitStack() as stack:
        parts = await put_together(database_url, tmp_path, stack)
        assert await parts.sender.pace.turn(7, reply=True)
    assert await reserved(db) != db.is_sqlite


async def test_who_starts_while_everybody_is_to_wait_waits_too(database_url, db, tmp_path):
    await limits.hold(db, limits.ALL, 60, datetime.now(UTC))
    async with AsyncExitStack() as stack:
        parts = await put_together(database_url, tmp_path, stack)
        assert parts.sender.pace.pause_left() > 30
        assert not await parts.sender.pace.turn(7)


async def test_a_group_that_has_told_the_process_before_to_wait_gets_nothing(database_url, db, tmp_path):
    await limits.hold(db, -7, 60, datetime.now(UTC))
    async with AsyncExitStack() as stack:
        parts = await put_together(database_url, tmp_path, stack)
        assert not await parts.sender.pace.turn(-7)


@pytest.mark.parametrize("rate", [30, 1000])
async def test_as_many_copies_are_corrected_at_once_as_messages_are_sent(sqlite_url, tmp_path, rate):
    async with AsyncExitStack() as stack:
        parts = await put_together(sqlite_url, tmp_path, stack, send_rate=rate)
        assert parts.correcting._free._value == crew(rate, "here/1/a").hands


async def test_whoever_answers_knows_which_readers_are_in_a_hand_of_its_own(sqlite_url, tmp_path):
    async with AsyncExitStack() as stack:
        parts = await put_together(sqlite_url, tmp_path, stack)
        ledger = parts.sender.pace._ledger
        assert ledger is not None
        assert ledger._owner == parts.owner
