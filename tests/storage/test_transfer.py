"""A newsroom moves from SQLite to PostgreSQL, and nothing is left behind."""

from __future__ import annotations

import re
import shutil
import sqlite3
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import inspect, select

from storage import due, inbox, media, readers, saved
from storage.backup import backup
from storage.database import Database
from storage.due import Receipt, Settlement
from storage.errors import StorageError
from storage.tables import metadata
from storage.transfer import pour
from tests.storage import said
from tests.storage.conftest import House


@pytest.fixture
async def postgres_db(postgres_url):
    database = Database(postgres_url)
    yield database
    await database.close()


@pytest.fixture
async def old(sqlite_db, now):
    """Who has got the story, who is due, who is in a sender's hand, who was forgotten."""
    house = House(sqlite_db, now, count(1))
    people = [await house.reader(100 + one, "category:probash") for one in range(4)]
    post_id = await house.story()
    await house.announcement()
    await house.mark()
    (first, *_) = await house.claim(limit=2)
    sent = (Receipt(post_id, "sent", 77),)
    await house.settle(Settlement(first.reader.id, cursor=post_id, receipts=sent, due_at=now))
    await saved.save(sqlite_db, first.reader.id, post_id, now)
    await media.keep(sqlite_db, "https://a.example/1.jpg", "AgAC", now)
    await said.receive(sqlite_db, [(1, '{"text": "সালাম"}')], now)
    await readers.forget(sqlite_db, people[-1].id)
    return house


async def rows(db):
    async with db.read() as connection:
        return {
            table.name: (await connection.execute(select(table).order_by(*table.primary_key))).all()
            for table in metadata.sorted_tables
        }


async def test_every_row_arrives_and_no_id_is_given_again(old, postgres_db, tmp_path):
    await backup(old.db, tmp_path / "copy.db")
    await pour(tmp_path / "copy.db", postgres_db, now=old.now)
    before = await rows(old.db)
    assert before["leases"]
    assert await rows(postgres_db) == before | {"leases": []}
    assert {name for name, held in before.items() if held} >= {"posts", "receipts", "saved", "inbox", "media"}
    new = House(postgres_db, old.now, old.numbers)
    forgotten = 4
    assert (await new.reader(500)).id == forgotten + 1
    since = [await old.story() for _ in range(3)]
    assert await new.story() > since[-1]


async def test_who_was_due_is_due_and_who_was_in_hand_is_served_when_the_lease_is_over(
    old, postgres_db, tmp_path
):
    await backup(old.db, tmp_path / "copy.db")
    await pour(tmp_path / "copy.db", postgres_db, now=old.now)
    new = House(postgres_db, old.now, old.numbers)
    assert len(await new.claim("host/2/b")) == 2
    assert sum((await due.reclaim(postgres_db, old.now, but="host/2/b")).values()) == 1


async def test_what_somebody_had_said_is_anybodys_as_soon_as_its_lease_would_be_over(
    old, postgres_db, tmp_path, now
):
    """Nobody waits for the process that had it in hand where the copy was made."""
    await backup(old.db, tmp_path / "copy.db")
    await pour(tmp_path / "copy.db", postgres_db, now=old.now)
    later = now + 2 * said.LEASE
    taken = await inbox.take(postgres_db, "host/2/b", "run out", now=later, lease=said.LEASE)
    assert [update_id for update_id, _ in taken] == [1]


async def test_a_database_that_holds_something_is_left_as_it_is(old, postgres_db, tmp_path, now):
    await backup(old.db, tmp_path / "copy.db")
    await said.receive(postgres_db, [(9, "{}")], now)
    with pytest.raises(StorageError, match="empty"):
        await pour(tmp_path / "copy.db", postgres_db, now=now)
    assert await said.pending(postgres_db) == [(9, "{}")]
    assert not (await rows(postgres_db))["readers"]


async def test_what_is_no_backup_is_not_poured(postgres_server, sqlite_template, tmp_path, now):
    (tmp_path / "notes.txt").write_text("কিছু কথা", "utf-8")
    shutil.copyfile(sqlite_template, tmp_path / "newer")
    with closing(sqlite3.connect(tmp_path / "newer")) as newer, newer:
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
    empty = Database(postgres_server.url(postgres_server.create()))
    for name, why in (("notes.txt", "not a backup"), ("newer", "newer version")):
        with pytest.raises(StorageError, match=why):
            await pour(tmp_path / name, empty, now=now)
    async with empty.read() as connection:
        assert await connection.run_sync(lambda sync: inspect(sync).get_table_names()) == []
    await empty.close()


async def test_what_is_only_in_the_log_beside_a_database_is_poured_too(old, postgres_db, tmp_path):
    """The bot may have ended without closing it."""
    running = Path(old.db.url.database)
    await said.receive(old.db, [(2, "{}")], old.now)
    folder = tmp_path / "taken along"
    folder.mkdir()
    for name in ("khobor.db", "khobor.db-wal"):
        shutil.copyfile(running.with_name(name), folder / name)
    await pour(folder / "khobor.db", postgres_db, now=old.now)
    assert [update_id for update_id, _ in await said.pending(postgres_db)] == [1, 2]


async def test_the_words_for_a_restored_dump_let_its_posts_be_numbered_on(postgres_db, now):
    """`pg_restore` puts the numbers back to where they were."""
    house = House(postgres_db, now, count(1))
    before = await house.story()
    operating = Path(__file__).parents[2] / "docs" / "operating.md"
    words = re.findall(r'--command="([^"]*)"', operating.read_text("utf-8"))
    async with postgres_db.write() as connection:
        for said_to_psql in words:
            await connection.exec_driver_sql(said_to_psql)
    assert await house.story() > before + 1_000_000
