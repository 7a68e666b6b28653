from __future__ import annotations

import asyncio
from datetime import time, timedelta

import pytest
from sqlalchemy import func, select

from storage import due, posts, readers, receipts, saved, subscriptions
from storage.due import Receipt, Settlement
from storage.tables import metadata

HOUR = timedelta(hours=1)


async def test_a_reader_arrives_once(db, now):
    first = await readers.arrive(db, 1, kind="group", title="আড্ডা", timezone="Asia/Riyadh", now=now)
    again = await readers.arrive(db, 1, kind="group", title="নতুন আড্ডা", timezone="Asia/Dhaka", now=now)
    reader = readers.Reader(first[0].id, 1, 0, "group", "আড্ডা", "bn", "Asia/Riyadh", "active", (), None, 0)
    assert first == (reader, True)
    assert again[1] is False
    assert (again[0].id, again[0].title, again[0].timezone) == (reader.id, "নতুন আড্ডা", "Asia/Riyadh")


async def test_a_reader_who_arrives_twice_at_once_is_one_reader(db, now):
    arriving = [readers.arrive(db, 1, kind="private", title="ক", timezone="UTC", now=now) for _ in range(5)]
    answers = await asyncio.gather(*arriving)
    assert sum(new for _, new in answers) == 1
    assert len({reader.id for reader, _ in answers}) == 1


async def test_each_topic_of_a_chat_is_a_reader_of_its_own(db, now):
    for topic in (0, 7):
        await readers.arrive(db, -5, topic=topic, kind="group", title="ক", timezone="UTC", now=now)
    assert [(await readers.reader(db, -5, topic)).topic for topic in (0, 7)] == [0, 7]
    assert await readers.reader(db, -5, 8) is None


@pytest.mark.parametrize("title", ["ক\0খ", "ক\ud800খ"])
async def test_a_title_no_database_could_hold_is_cleaned(db, now, title):
    reader, _ = await readers.arrive(db, 1, kind="private", title=title, timezone="UTC", now=now)
    assert reader.title in {"কখ", "ক?খ"}


async def test_settings_come_back_as_they_were_set(house, db):
    reader = await house.reader()
    await readers.set_language(db, reader.id, "en")
    await readers.set_timezone(db, reader.id, "Asia/Kuala_Lumpur")
    await readers.set_digest(db, reader.id, (time(8, 0), time(20, 30)))
    await readers.set_quiet(db, reader.id, (time(23, 0), time(6, 15)))
    found = await readers.reader_by_id(db, reader.id)
    assert (found.language, found.timezone) == ("en", "Asia/Kuala_Lumpur")
    assert (found.digest, found.quiet) == ((time(8, 0), time(20, 30)), (time(23, 0), time(6, 15)))
    await readers.set_digest(db, reader.id, ())
    await readers.set_quiet(db, reader.id, None)
    found = await readers.reader_by_id(db, reader.id)
    assert (found.digest, found.quiet) == ((), None)


async def test_who_ends_their_digest_does_not_wait_for_it_any_more(house, db, now):
    reader = await house.reader(1, "category:probash")
    await house.story()
    await house.mark()
    await house.claim()
    await house.settle(Settlement(reader.id, due_at=now + HOUR))
    await readers.set_digest(db, reader.id, (), now)
    assert await house.claimed() == {reader.id}
    await readers.set_quiet(db, reader.id, None, now)
    assert await house.claimed() == set()


async def test_a_paused_reader_is_not_marked_and_is_due_when_they_resume(house, db, now):
    reader = await house.reader(1, "category:probash")
    await readers.pause(db, reader.id)
    await house.story()
    await house.mark()
    assert await house.claimed() == set()
    await readers.resume(db, reader.id, now)
    assert [one.reader.cursor for one in await house.claim()] == [0]
    await readers.resume(db, reader.id, now)
    assert await house.claimed() == set()


async def test_a_reader_who_was_due_when_they_paused_is_not_due_while_paused(house, db):
    reader = await house.reader(1, "category:probash")
    await house.story()
    await house.mark()
    await readers.pause(db, reader.id)
    assert await house.claimed() == set()


async def test_a_gone_reader_comes_back_with_their_subscriptions_and_without_an_archive(house, db, now):
    reader = await house.reader(1, "category:probash")
    await house.story()
    await house.mark()
    await readers.gone(db, 1, "bot was blocked by the user", now)
    assert await house.claimed() == set()
    newest = await house.story()
    back = await house.reader(1)
    assert (back.id, back.state, back.cursor) == (reader.id, "active", newest)
    await house.mark()
    assert await house.claimed() == set()
    await house.story()
    await house.mark()
    assert await house.claimed() == {reader.id}


async def test_a_paused_reader_who_says_start_again_stays_paused(house, db):
    await readers.pause(db, (await house.reader(1)).id)
    assert (await house.reader(1)).state == "paused"


async def test_a_chat_is_gone_with_all_its_topics(db, now):
    for topic in (0, 7):
        await readers.arrive(db, -5, topic=topic, kind="group", title="ক", timezone="UTC", now=now)
    await readers.gone(db, -5, "kicked", now)
    assert await readers.counts(db) == readers.ReaderCounts(0, 0, 2, {})


async def test_forgetting_leaves_nothing(house, db, now):
    reader = await house.reader(1, "category:probash", "mute:ফুটবল")
    post_id = await house.story()
    await house.mark()
    await saved.save(db, reader.id, post_id, now)
    await house.claim()
    await house.settle(Settlement(reader.id, cursor=post_id, receipts=(Receipt(post_id, "sent", 7),)))
    await readers.forget(db, reader.id)
    async with db.read() as connection:
        for name in ("readers", "subscriptions", "saved", "receipts"):
            assert await connection.scalar(select(func.count()).select_from(metadata.tables[name])) == 0
    assert await readers.reader(db, 1) is None


async def test_the_number_of_a_forgotten_reader_never_becomes_somebody_elses(house, db):
    old = await house.reader(1)
    await readers.forget(db, old.id)
    assert (await house.reader(2)).id > old.id


async def test_following_twice_is_following_once(house, db):
    reader = await house.reader()
    assert await subscriptions.follow(db, reader.id, "place", "SA")
    newest = await house.story()
    assert not await subscriptions.follow(db, reader.id, "place", "SA")
    assert await subscriptions.follow(db, reader.id, "mute", "ক্রিকেট")
    assert await subscriptions.following(db, reader.id) == {"place:SA": 0, "mute:ক্রিকেট": newest}
    assert await subscriptions.unfollow(db, reader.id, "place", "SA")
    assert not await subscriptions.unfollow(db, reader.id, "place", "SA")
    assert await subscriptions.following(db, reader.id) == {"mute:ক্রিকেট": newest}


async def test_nobody_follows_after_being_forgotten(db):
    assert not await subscriptions.follow(db, 99, "place", "SA")
    assert await subscriptions.following(db, 99) == {}


async def test_readers_are_counted_by_state_and_the_active_by_category(house, db, now):
    for chat_id in (1, 2, 3):
        await house.reader(chat_id, "category:probash", "place:SA")
    await house.reader(4, "category:khela")
    await readers.pause(db, (await house.reader(2)).id)
    await readers.gone(db, 3, "blocked", now)
    assert await readers.counts(db) == readers.ReaderCounts(2, 1, 1, {"probash": 1, "khela": 1})


async def test_a_group_that_moves_keeps_everything(house, db):
    old = await house.reader(-5, "category:probash")
    await readers.move(db, -5, -1005, house.now)
    await readers.move(db, -5, -1005, house.now)
    moved = await readers.reader(db, -1005)
    assert moved.id == old.id
    assert await subscriptions.following(db, moved.id) == {"category:probash": 0}


async def test_moving_to_a_chat_that_is_a_reader_already_merges_the_two(house, db, now):
    old = await house.reader(-5, "category:probash", "place:SA")
    first, second = await house.story(), await house.story()
    new = await house.reader(-1005, "category:khela", "place:SA")
    await saved.save(db, old.id, first, now)
    await saved.save(db, old.id, second, now)
    await saved.save(db, new.id, second, now)
    await house.mark()
    await house.claim()
    await house.settle(Settlement(old.id, receipts=(Receipt(first, "sent", 7),), due_at=now))
    await readers.move(db, -5, -1005, house.now)
    assert await readers.reader(db, -5) is None
    merged = await readers.reader(db, -1005)
    assert (merged.id, merged.cursor) == (new.id, old.cursor)
    assert await subscriptions.following(db, new.id) == {
        "category:probash": 0,
        "category:khela": second,
        "place:SA": 0,
        "had:1": first,
        "once:": second,
    }
    assert [post.id for post in await saved.saved(db, new.id, 10)] == [second, first]
    assert await receipts.delivered(db, first) == [(-1005, 0, 7)]
    assert await house.claimed() == {new.id}


async def test_a_merge_takes_both_out_of_the_senders_hands_and_loses_no_post(house, db, now):
    """Whoever held the reader ahead would have settled past the posts that the other one still misses."""
    old, new = await house.reader(-5, "category:probash"), await house.reader(-1005, "category:probash")
    post_id = await house.story()
    await house.mark()
    await house.claim()
    await readers.move(db, -5, -1005, house.now)
    late = [Settlement(one.id, cursor=post_id) for one in (old, new)]
    assert await house.settle(*late) == {old.id, new.id}
    assert await house.claimed(now=now.replace(year=2100)) == {new.id}


async def test_moving_into_a_gone_reader_brings_them_back(house, db, now):
    await house.reader(-1005)
    await readers.gone(db, -1005, "kicked", now)
    await house.reader(-5)
    await readers.move(db, -5, -1005, house.now)
    assert (await readers.reader(db, -1005)).state == "active"


async def test_saved_posts_come_back_last_saved_first(house, db, now):
    reader, ids = await house.reader(), [await house.story() for _ in range(3)]
    assert [await saved.save(db, reader.id, ids[n], now + n * HOUR) for n in (2, 0, 1)] == [True] * 3
    assert not await saved.save(db, reader.id, ids[0], now)
    assert not await saved.save(db, reader.id, 999, now)
    assert [post.id for post in await saved.saved(db, reader.id, 2)] == [ids[2], ids[1]]
    assert await saved.unsave(db, reader.id, ids[2])
    assert not await saved.unsave(db, reader.id, ids[2])
    assert [post.id for post in await saved.saved(db, reader.id, 10)] == [ids[1], ids[0]]


async def test_forgetting_waits_for_who_is_settling_and_leaves_no_receipt(house, db, now):
    for chat_id in range(1, 11):
        await house.reader(chat_id)
    post_id = await house.announcement()
    await house.mark()
    held = [one.reader.id for one in await house.claim()]
    sent = [Settlement(one, cursor=post_id, receipts=(Receipt(post_id, "sent", one),)) for one in held]
    await asyncio.gather(
        due.settle(db, "host/1/a", sent, now=now), *(readers.forget(db, one) for one in held)
    )
    assert await receipts.outcomes(db, post_id) == {}
    assert (await posts.post(db, post_id)).readers == 10
