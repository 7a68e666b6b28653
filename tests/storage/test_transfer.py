"""A newsroom moves from SQLite to PostgreSQL, and nothing is left behind."""

from __future__ import annotations

from itertools import count

import pytest
from sqlalchemy import select

from storage import due, inbox, media, readers, saved
from storage.backup import backup
from storage.database import Database
from storage.due import Receipt, Settlement
from storage.errors import StorageError
from storage.tables import metadata
from storage.transfer import pour
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
    await inbox.receive(sqlite_db, [(1, '{"text": "সালাম"}')], now)
    await readers.forget(sqlite_db, people[-1].id)
    return house


async def rows(db):
    async with db.read() as connection:
        return {
            table.name: (await connection.execute(select(table).order_by(*table.primary_key))).all()
            for table in metadata.sorted_tables
        }


async def test_every_row_arrives_and_ids_go_on_where_they_were(old, postgres_db, tmp_path):
    await backup(old.db, tmp_path / "copy.db")
    await pour(tmp_path / "copy.db", postgres_db)
    before = await rows(old.db)
    assert await rows(postgres_db) == before
    assert {name for name, held in before.items() if held} >= {"posts", "receipts", "saved", "inbox", "media"}
    new = House(postgres_db, old.now, old.numbers)
    forgotten = 4
    assert (await new.reader(500)).id == forgotten + 1
    assert await new.story() == 3


async def test_who_was_due_is_due_and_who_was_in_hand_is_served_when_the_lease_is_over(
    old, postgres_db, tmp_path
):
    await backup(old.db, tmp_path / "copy.db")
    await pour(tmp_path / "copy.db", postgres_db)
    new = House(postgres_db, old.now, old.numbers)
    assert len(await new.claim("host/2/b")) == 2
    assert await due.reclaim(postgres_db, old.now, but="host/2/b") == 1


async def test_a_database_that_holds_something_is_left_as_it_is(old, postgres_db, tmp_path, now):
    await backup(old.db, tmp_path / "copy.db")
    await inbox.receive(postgres_db, [(9, "{}")], now)
    with pytest.raises(StorageError, match="empty"):
        await pour(tmp_path / "copy.db", postgres_db)
    assert await inbox.pending(postgres_db) == [(9, "{}")]
    assert not (await rows(postgres_db))["readers"]


async def test_what_is_no_backup_is_not_poured(postgres_db, tmp_path):
    (tmp_path / "notes.txt").write_text("কিছু কথা", "utf-8")
    with pytest.raises(StorageError, match="not a backup"):
        await pour(tmp_path / "notes.txt", postgres_db)
