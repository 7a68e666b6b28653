"""Who is to be told of a group: known, kept when the group moves, and forgotten when they ask for it."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import func, select

from storage import inviters, readers
from storage.due import Settlement
from storage.tables import readers as table
from tests.storage.crowd import fill, looks, overheard

GROUP, RAHIM, KARIM = -1_001_000_000_001, 101, 202


@pytest.fixture
def arrive(db, now):
    """A topic of a group arrives."""

    async def arrive(chat_id=GROUP, topic=0):
        told = {"kind": "group", "title": "আড্ডা", "timezone": "UTC", "now": now}
        return (await readers.arrive(db, chat_id, topic=topic, **told))[0]

    return arrive


async def whose(db, reader):
    found = await inviters.of(db, reader.id)
    return found[1] if found else None


async def test_nobody_is_known_until_somebody_brings_the_bot(db, arrive):
    group = await arrive()
    assert await inviters.of(db, group.id) is None
    await inviters.added(db, GROUP, RAHIM)
    assert await inviters.of(db, group.id) == (group, RAHIM)
    assert await inviters.of(db, 999) is None


async def test_a_topic_is_theirs_who_chose_for_it_else_theirs_who_brought_the_bot(db, arrive):
    group, topic, other = await arrive(), await arrive(topic=7), await arrive(topic=8)
    await inviters.added(db, GROUP, RAHIM)
    later = await arrive(topic=9)
    await inviters.chose(db, topic.id, KARIM)
    assert [await whose(db, one) for one in (group, topic, other, later)] == [RAHIM, KARIM, RAHIM, RAHIM]
    await inviters.added(db, GROUP, 303)
    assert [await whose(db, one) for one in (group, topic, other, later)] == [303] * 4


async def test_one_topic_is_no_business_of_whoever_chose_for_another(db, arrive):
    topic, other = await arrive(topic=7), await arrive(topic=8)
    await inviters.chose(db, topic.id, KARIM)
    assert await whose(db, other) is None


async def test_a_group_that_moves_keeps_its_people(db, arrive, now):
    group = await arrive(-5)
    await inviters.added(db, -5, RAHIM)
    await readers.move(db, -5, GROUP, now)
    assert await whose(db, group) == RAHIM


@pytest.mark.parametrize(("new", "left"), [(None, RAHIM), (KARIM, KARIM)])
async def test_of_two_who_become_one_the_later_chat_says_whose_it_is(db, arrive, now, new, left):
    await arrive(-5)
    await inviters.added(db, -5, RAHIM)
    merged = await arrive()
    if new:
        await inviters.added(db, GROUP, new)
    await readers.move(db, -5, GROUP, now)
    assert await whose(db, merged) == left


async def test_whoever_is_forgotten_is_forgotten_in_their_groups_too(db, arrive, house):
    group, topic = await arrive(), await arrive(topic=7)
    await inviters.added(db, GROUP, RAHIM)
    await inviters.chose(db, topic.id, KARIM)
    await readers.forget(db, (await house.reader(RAHIM)).id)
    assert [await whose(db, one) for one in (group, topic)] == [None, KARIM]
    async with db.read() as connection:
        assert await connection.scalar(select(func.count()).where(table.c.added_by == RAHIM)) == 0


async def test_all_who_bring_choose_and_are_forgotten_at_once_wait_in_no_ring(db, arrive, house):
    topics = [await arrive(topic=number) for number in range(1, 20)]
    people = [await house.reader(100 + number) for number in range(5)]
    for _ in range(5):
        await asyncio.gather(
            *(inviters.added(db, GROUP, who.chat_id) for who in people),
            *(inviters.chose(db, topic.id, people[topic.id % 5].chat_id) for topic in topics),
            *(readers.forget(db, who.id) for who in people),
        )
        people = [await house.reader(100 + number) for number in range(5)]


async def test_who_brings_the_bot_and_who_settles_its_topics_wait_in_no_ring(db, arrive, house):
    for number in range(1, 100):
        await arrive(topic=number)
    for person in range(5):
        post_id = await house.announcement()
        await house.mark()
        held = await house.claim()
        served = [Settlement(one.reader.id, cursor=post_id) for one in held]
        brought = [inviters.added(db, GROUP, 100 + person * number) for number in range(5)]
        await asyncio.gather(house.settle(*served), *brought)


async def test_forgetting_looks_through_nobody_elses_groups(db, now):
    await fill(db, now)
    with overheard(db) as asked:
        await readers.forget(db, 7)
    found = set().union(*[await looks(db, *question) for question in asked])
    assert {look for look in found if not look.narrow} == set()
    assert "ix_readers_added_by" in {look.index for look in found}
