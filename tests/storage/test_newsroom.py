"""Sources, named leases, drafts, pictures and the editors' log."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from news.article import Source
from news.finding.rhythm import Rhythm
from storage import audit, drafts, leases, media, sources
from storage.drafts import Draft

MINUTE = timedelta(minutes=1)


def source(name, **options):
    return Source(name, f"https://{name}.example/", "probash", **options)


async def test_listed_sources_are_registered_once_and_follow_the_list(db, now):
    await sources.register(db, [source("a"), source("b")], now)
    await sources.register(db, [source("a", every=MINUTE, review=True)], now + MINUTE)
    a, b = await sources.all_sources(db)
    assert (a.name, a.every, a.review, a.state, a.next_poll_at) == ("a", MINUTE, True, "ok", now)
    assert b.state == "paused"
    assert await sources.due_since(db) == now


async def test_a_source_that_is_listed_again_is_polled_again(db, now):
    await sources.register(db, [source("a")], now)
    await sources.register(db, [], now)
    assert await sources.due_since(db) is None
    await sources.register(db, [source("a")], now + MINUTE)
    (found,) = await sources.all_sources(db)
    assert (found.state, found.next_poll_at) == ("ok", now + MINUTE)


async def test_polls_leave_their_mark(db, now):
    await sources.register(db, [source("a")], now)
    (a,) = await sources.all_sources(db)
    assert (a.first_poll_done, a.served, a.last_ok_at) == (False, "", None)
    for attempt in (1, 2):
        await sources.poll_failed(
            db, a.id, next_poll_at=now + attempt * MINUTE, state="failing", error="HTTP 500"
        )
    (a,) = await sources.all_sources(db)
    assert (a.state, a.failures, a.last_error, a.next_poll_at) == ("failing", 2, "HTTP 500", now + 2 * MINUTE)
    told = {"etag": '"1"', "last_modified": "Mon", "served": "feed https://a.example/rss"}
    await sources.polled(db, a.id, now=now, next_poll_at=now + MINUTE, new=3, **told)
    await sources.polled(db, a.id, now=now + MINUTE, next_poll_at=now + 5 * MINUTE, new=0, **told)
    (a,) = await sources.all_sources(db)
    assert (a.state, a.failures, a.last_error, a.first_poll_done) == ("ok", 0, "", True)
    assert (a.last_ok_at, a.last_new_at, a.next_poll_at) == (now + MINUTE, now, now + 5 * MINUTE)
    assert (a.etag, a.last_modified, a.served) == ('"1"', "Mon", "feed https://a.example/rss")


async def test_what_is_learnt_of_a_source_is_kept(db, now):
    await sources.register(db, [source("a")], now)
    (a,) = await sources.all_sources(db)
    rhythm = Rhythm(now, 3 * MINUTE, 7)
    learnt = {"fingerprint": "f", "wish": MINUTE, "rhythm": rhythm, "bodiless": 2}
    learnt["alarms"] = frozenset({"silent", "bodiless"})
    asked = {"etag": "", "last_modified": "", "served": "", "new": 0}
    await sources.polled(db, a.id, now=now, next_poll_at=now, **asked, **learnt)
    (a,) = await sources.all_sources(db)
    assert {name: getattr(a, name) for name in learnt} == learnt


async def test_polls_that_changed_nothing_are_written_down_together(db, now):
    await sources.register(db, [source("a"), source("b"), source("c")], now)
    a, b, c = await sources.all_sources(db)
    await sources.poll_failed(db, b.id, next_poll_at=now, state="failing", error="x")
    await sources.touched(db, {one.id: (now + MINUTE, now + 5 * MINUTE) for one in (a, b)})
    await sources.touched(db, {})
    told = [(one.last_ok_at, one.next_poll_at) for one in await sources.all_sources(db)]
    assert told == [(now + MINUTE, now + 5 * MINUTE), (None, now), (c.last_ok_at, now)]


async def test_a_shorter_interval_counts_at_once(db, now):
    await sources.register(db, [source("a", every=600 * MINUTE)], now)
    (a,) = await sources.all_sources(db)
    asked = {"etag": "", "last_modified": "", "served": "", "new": 0}
    await sources.polled(db, a.id, now=now, next_poll_at=now + 600 * MINUTE, **asked)
    await sources.register(db, [source("a", every=MINUTE)], now)
    assert await sources.due_since(db) == now


async def test_a_source_taken_off_the_list_during_its_poll_stays_paused(db, now):
    await sources.register(db, [source("a")], now)
    (a,) = await sources.all_sources(db)
    await sources.register(db, [], now)
    await sources.poll_failed(db, a.id, next_poll_at=now, state="failing", error="x")
    assert (await sources.all_sources(db))[0].state == "paused"


async def test_a_lease_has_one_holder_and_every_holder_a_greater_epoch(house, db, now):
    async def acquire(owner):
        return await leases.acquire(db, "leader", owner, now=now, ttl=MINUTE)

    assert await acquire("a") == 1
    await house.let_pass(MINUTE / 2)
    assert await acquire("b") is None
    assert await acquire("a") == 1
    await house.let_pass(MINUTE / 2)
    assert await acquire("b") is None
    assert await leases.holder(db, "leader", now) == "a"
    await house.let_pass(MINUTE)
    assert await leases.holder(db, "leader", now) is None
    assert await acquire("b") == 2
    assert await acquire("a") is None
    await leases.give_up(db, "leader", "a")
    assert await acquire("a") is None
    await leases.give_up(db, "leader", "b")
    assert await leases.holder(db, "leader", now) is None
    assert await acquire("a") == 3


async def test_of_many_who_want_a_lease_at_once_one_gets_it(db, now):
    wanting = [leases.acquire(db, "leader", str(owner), now=now, ttl=MINUTE) for owner in range(5)]
    assert sorted(await asyncio.gather(*wanting), key=str) == [1, None, None, None, None]


async def test_a_draft_is_forgotten_after_a_quarter_of_an_hour(db, now):
    assert await drafts.begun(db, 900, now) is None
    await drafts.begin(db, 900, now)
    assert await drafts.begun(db, 900, now + 14 * MINUTE) == Draft()
    assert await drafts.begun(db, 900, now + 15 * MINUTE) is None
    await drafts.begin(db, 900, now + 20 * MINUTE, Draft("visa"))
    assert await drafts.begun(db, 900, now + 21 * MINUTE) == Draft("visa")
    await drafts.begin(db, 900, now + 20 * MINUTE, Draft(post_id=7))
    assert await drafts.begun(db, 900, now + 21 * MINUTE) == Draft(post_id=7)
    await drafts.end(db, 900)
    assert await drafts.begun(db, 900, now + 21 * MINUTE) is None


async def test_a_picture_is_known_by_telegrams_name_until_that_is_dropped(db, now):
    url = "https://probhatbela.example/" + "ছবি" * 2000
    assert await media.file_id(db, url) is None
    await media.keep(db, url, "AgAC1", now)
    await media.keep(db, url, "AgAC2", now)
    assert await media.file_id(db, url) == "AgAC2"
    await media.drop(db, url)
    assert await media.file_id(db, url) is None


async def test_what_editors_did_is_read_newest_first(db, now):
    for number in (1, 2, 3):
        async with db.write() as connection:
            await audit.note(connection, 900, "stop", str(number), now)
    assert await audit.deeds(db, 2) == [
        audit.Deed(now, 900, "stop", "3"),
        audit.Deed(now, 900, "stop", "2"),
    ]
