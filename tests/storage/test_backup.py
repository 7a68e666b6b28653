from __future__ import annotations

import asyncio
import errno
import os
import sqlite3

import pytest

from storage import inbox
from storage.backup import backup, restore
from storage.database import Database
from storage.errors import StorageError, Unavailable


async def test_a_backup_of_a_running_database_restores_what_was_there(sqlite_db, tmp_path, now):
    await inbox.receive(sqlite_db, [(1, "{}")], now)
    writing = [inbox.receive(sqlite_db, [(number, "{}")], now) for number in range(2, 30)]
    await asyncio.gather(backup(sqlite_db, tmp_path / "copy.db"), *writing)
    url = f"sqlite+aiosqlite:///{tmp_path}/other.db"
    await restore(tmp_path / "copy.db", url)
    restored = Database(url)
    found = await inbox.pending(restored)
    assert found[0] == (1, "{}")
    assert [update_id for update_id, _ in found] == list(range(1, len(found) + 1))
    await restored.migrate()
    await restored.close()


async def test_restoring_replaces_the_database_and_nothing_of_the_old_one_comes_back(
    sqlite_db, sqlite_url, tmp_path, now
):
    await inbox.receive(sqlite_db, [(1, "{}")], now)
    await backup(sqlite_db, tmp_path / "copy.db")
    await inbox.receive(sqlite_db, [(2, "{}")], now)
    await sqlite_db.close()
    kept = await restore(tmp_path / "copy.db", sqlite_url)
    assert await inbox.pending(sqlite_db) == [(1, "{}")]
    replaced = Database(f"sqlite+aiosqlite:///{kept}")
    assert await inbox.pending(replaced) == [(1, "{}"), (2, "{}")]
    await replaced.close()


async def test_a_database_in_use_is_not_replaced(sqlite_db, sqlite_url, tmp_path, now):
    await backup(sqlite_db, tmp_path / "copy.db")
    await inbox.receive(sqlite_db, [(1, "{}")], now)
    with pytest.raises(Unavailable, match="stop the bot"):
        await restore(tmp_path / "copy.db", sqlite_url)
    assert await inbox.pending(sqlite_db) == [(1, "{}")]


async def test_a_damaged_database_is_replaced(sqlite_db, tmp_path):
    await backup(sqlite_db, tmp_path / "copy.db")
    (tmp_path / "bad.db").write_bytes(b"SQLite" * 1000)
    await restore(tmp_path / "copy.db", f"sqlite+aiosqlite:///{tmp_path}/bad.db")
    restored = Database(f"sqlite+aiosqlite:///{tmp_path}/bad.db")
    assert await inbox.pending(restored) == []
    await restored.close()


def full(_: int) -> None:
    """A disk that finds out only now that there is no room."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.fixture
async def refused(sqlite_db, sqlite_url, tmp_path, now):
    """Tries to restore a database changed since its backup: it says why not, and all is as it was."""
    await backup(sqlite_db, tmp_path / "copy.db")
    await inbox.receive(sqlite_db, [(1, "{}")], now)
    await sqlite_db.close()
    there = set(tmp_path.iterdir())

    async def refused(why: str) -> None:
        with pytest.raises(Unavailable, match=why):
            await restore(tmp_path / "copy.db", sqlite_url)
        assert set(tmp_path.iterdir()) == there
        assert await inbox.pending(sqlite_db) == [(1, "{}")]

    return refused


async def test_a_restore_that_the_disk_refuses_leaves_the_database_where_it_was(refused, monkeypatch):
    monkeypatch.setattr(os, "fsync", full)
    await refused("No space left")


async def test_a_restore_whose_copy_is_swept_away_puts_the_database_back(refused, tmp_path, monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda _: next(tmp_path.glob("*.part")).unlink())
    await refused("can't be written")


async def test_a_file_that_is_no_backup_replaces_nothing(sqlite_db, sqlite_url, tmp_path, now):
    await inbox.receive(sqlite_db, [(1, "{}")], now)
    await sqlite_db.close()
    (tmp_path / "letter").write_text("প্রিয় সম্পাদক" * 100)
    sqlite3.connect(tmp_path / "foreign.db").close()
    for name in ("letter", "foreign.db", "nowhere.db"):
        with pytest.raises(StorageError):
            await restore(tmp_path / name, sqlite_url)
    assert await inbox.pending(sqlite_db) == [(1, "{}")]


async def test_a_backup_replaces_no_file(sqlite_db, tmp_path):
    (tmp_path / "precious").write_text("x")
    with pytest.raises(StorageError, match="exists already"):
        await backup(sqlite_db, tmp_path / "precious")
    assert (tmp_path / "precious").read_text() == "x"


async def test_a_backup_that_cannot_be_written_says_so(sqlite_db, tmp_path):
    with pytest.raises(Unavailable, match="can't be written"):
        await backup(sqlite_db, tmp_path / "nowhere" / "copy.db")


async def test_postgresql_is_backed_up_by_its_own_programs(tmp_path):
    url = "postgresql+asyncpg://khobor@127.0.0.1:1/khobor"
    with pytest.raises(StorageError, match="pg_dump"):
        await backup(Database(url), tmp_path / "copy.db")
    with pytest.raises(StorageError, match="pg_restore"):
        await restore(tmp_path / "copy.db", url)
