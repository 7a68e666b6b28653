"""An old copy is restored: what waited in it counts as had, perhaps, and nothing else changes."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update

from news.article import Source
from storage import desk, due, leases, posts, readers, receipts, resuming, sources, subscriptions, tables
from storage.audience import follows, lacks
from storage.backup import backup, restore
from storage.database import Database
from storage.due import Receipt, Settlement
from storage.transfer import pour
from tests.storage import said
from tests.storage.conftest import DAY, House

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

PAPER = Source("প্রভাতবেলা", "https://probhatbela.example/", "probash")


@pytest.fixture
async def house(sqlite_db: Database, now) -> House:
    """Readers of every kind, and posts that have come to each of them in another way."""
    house = House(sqlite_db, now, count(1))
    keys = ("category:probash", "place:SA")
    people = [await house.reader(100 + one, *keys[one % 2 :]) for one in range(12)]
    old = await house.story()
    await house.mark()
    await house.claim()
    had = (Receipt(old, "sent", 77),)
    await house.settle(*(Settlement(who.id, old, had) for who in people[:8] if who.id % 2))
    house.now += timedelta(hours=1)
    await house.story("category:khela")
    await subscriptions.follow(sqlite_db, people[1].id, "category", "khela")
    for story in (("category:khela", "place:SA"), ("place:SA",), ("category:khela",)):
        await house.story(*story)
    await house.announcement()
    await house.mark()
    urgent = await house.announcement(urgency=1)
    await house.mark()
    first = (await house.claim(limit=1))[0]
    await house.settle(Settlement(first.reader.id, old, (Receipt(urgent, "sent", 78),), due_at=now))
    late = await house.reader(200, "category:probash")
    await readers.pause(sqlite_db, people[2].id)
    await readers.gone(sqlite_db, people[4].chat_id, "blocked", now)
    await readers.gone(sqlite_db, people[5].chat_id, "blocked", now)
    await house.reader(people[5].chat_id)
    taken_back = await house.story("place:SA")
    await posts.retract(sqlite_db, taken_back, now)
    # Two who turned out to be one: what one had, and the place where the other was.
    async with sqlite_db.write() as connection:
        await subscriptions.note_had(connection, [(people[11].id, urgent)])
        await connection.execute(
            update(tables.readers).where(tables.readers.c.id == late.id).values(cursor=0)
        )
    # Marked in part, and never looked at.
    await house.story("place:SA")
    await posts.mark_slice(sqlite_db, house.now, 2)
    await house.story()
    await house.claim(limit=2)
    return house


async def all_of(db: Database, *columns: Any) -> list[Any]:
    async with db.read() as connection:
        return list(await connection.execute(select(*columns)))


async def lacking(db: Database) -> set[tuple[int, int]]:
    """Post and reader, as the figures of a single post would count them."""
    found = set()
    for post in await posts.posts_after(db, 0):
        if post.state == "live":
            its = lacks(post.id) & follows(post.audience, before=post.id) & (tables.readers.c.state != "gone")
            async with db.read() as connection:
                ids = await connection.scalars(select(tables.readers.c.id).where(its))
                found |= {(post.id, reader_id) for reader_id in ids}
    return found


KEY = (tables.receipts.c.post_id, tables.receipts.c.reader_id)


async def test_whoever_a_post_is_for_and_who_lacks_it_may_have_it(house):
    before, ahead = set(await all_of(house.db, *KEY)), await lacking(house.db)
    await resuming.pass_over(house.db, [PAPER], house.now)
    new = set(await all_of(house.db, *KEY)) - before
    assert new == ahead
    assert len({post_id for post_id, _ in new}) > 5
    assert len({reader_id for _, reader_id in new}) > 5
    told = [row for row in await all_of(house.db, *KEY, tables.receipts.c.outcome) if tuple(row[:2]) in new]
    assert {outcome for *_, outcome in told} == {"unknown"}


async def test_nobody_is_due_or_held_and_all_have_come_to_the_newest_post(house):
    await resuming.pass_over(house.db, [PAPER], house.now)
    assert await lacking(house.db) == set()
    assert await house.claim(now=house.now + 9 * DAY) == []
    assert await due.due_counts(house.db, house.now) == (0, 0, None)
    newest = await posts.newest_id(house.db)
    columns = [tables.readers.c[name] for name in ("cursor", "unsure", "begun", "lease_owner")]
    assert {tuple(row) for row in await all_of(house.db, *columns)} == {(newest, 0, 0, None)}


async def test_every_post_is_marked_and_counts_the_readers_whom_it_was_for(house, sqlite_url, tmp_path):
    """As if the marking that was under way had come to its end."""
    await backup(house.db, tmp_path / "copy.db")
    await house.mark()
    columns = [tables.posts.c[name] for name in ("id", "readers", "marked")]
    counted = await all_of(house.db, *columns)
    await house.db.close()
    await restore(tmp_path / "copy.db", sqlite_url, now=house.now, old=[PAPER])
    assert await all_of(house.db, *columns) == counted


async def test_what_had_been_over_for_long_is_passed_without_a_word(house):
    """Who has been away for a year gets no receipt for each post of that year."""
    before, later = set(await all_of(house.db, *KEY)), house.now + 9 * DAY
    async with house.db.write() as connection:
        lasting = update(tables.posts).where(tables.posts.c.id == 1).values(expires_at=later)
        await connection.execute(lasting)
    await resuming.pass_over(house.db, [PAPER], later)
    assert {post_id for post_id, _ in set(await all_of(house.db, *KEY)) - before} == {1}


async def test_stories_at_the_desk_wait_on(house):
    async with house.db.write() as connection:
        held = update(tables.posts).where(tables.posts.c.id == 2).values(state="held", marked=False)
        await connection.execute(held)
    await resuming.pass_over(house.db, [PAPER], house.now)
    assert [post.id for post in await desk.held(house.db)] == [2]
    assert await receipts.outcomes(house.db, 2) == {}
    await desk.release(house.db, 2, by=1, now=house.now, expires_at=house.now + DAY)
    await house.mark()
    assert await house.claim()


async def test_what_people_had_said_is_not_done_again(house):
    await said.receive(house.db, [(1, "{}")], house.now)
    await resuming.pass_over(house.db, [PAPER], house.now)
    assert await said.pending(house.db) == []
    assert await said.receive(house.db, [(1, "{}")], house.now) == []


@pytest.mark.parametrize("old", [None, [PAPER]])
async def test_nobody_is_missed_who_ran_where_the_copy_was_made(house, sqlite_url, tmp_path, old):
    """A sender that answered a roll call, and whoever had in hand what somebody said."""
    await leases.acquire(house.db, "sender there/1/a", "there/1/a", now=house.now, ttl=DAY)
    await said.receive(house.db, [(1, "{}")], house.now)
    await backup(house.db, tmp_path / "copy.db")
    await house.db.close()
    await restore(tmp_path / "copy.db", sqlite_url, now=house.now, old=old)
    assert await leases.called(house.db, "", house.now) == {}


async def test_sources_that_are_listed_since_are_known_before_they_are_polled(house):
    new = Source("নদীর খবর", "https://nodi.example/", "probash")
    await resuming.pass_over(house.db, [PAPER, new], house.now)
    assert {state.name: state.lists_nothing_new for state in await sources.all_sources(house.db)} == {
        "প্রভাতবেলা": True,
        "নদীর খবর": True,
    }


@pytest.fixture
async def postgres_db(postgres_url: str) -> AsyncIterator[Database]:
    database = Database(postgres_url)
    yield database
    await database.close()


async def test_an_old_copy_that_moves_to_postgresql_sends_nothing_either(house, postgres_db, tmp_path):
    ahead = await lacking(house.db)
    await backup(house.db, tmp_path / "copy.db")
    await pour(tmp_path / "copy.db", postgres_db, now=house.now, old=[PAPER])
    new = House(postgres_db, house.now, house.numbers)
    unknown = tables.receipts.c.outcome == "unknown"
    async with postgres_db.read() as connection:
        assert set(await connection.execute(select(*KEY).where(unknown))) == ahead
    assert await new.claim() == []
    assert all(state.lists_nothing_new for state in await sources.all_sources(postgres_db))
    await new.story("place:SA")
    await new.mark()
    assert len(await new.claim()) > 4
