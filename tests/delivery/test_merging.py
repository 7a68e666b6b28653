"""Two readers who turn out to be one group: it gets what either misses, and nothing that one has had."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.demo.telegram import Fault
from storage import posts, readers, subscriptions

if TYPE_CHECKING:
    from tests.delivery.house import House

pytestmark = pytest.mark.usefixtures("no_second_between")

OLD, NEW = 1000, 1001


async def two(house: House) -> None:
    """One under each id; the old one is behind, and follows more."""
    old = await house.reader(OLD, "category:probash", "category:khela")
    await readers.pause(house.db, old.id)
    await house.reader(NEW)


async def become_one(house: House) -> None:
    await readers.move(house.db, OLD, NEW, house.clock())
    await house.work()


async def test_what_one_of_the_two_had_does_not_come_again_and_what_it_lacked_comes(house_of_each: House):
    house = house_of_each
    await two(house)
    only_old = await house.story(categories=("khela",))
    both = [await house.notice(), await house.story()]
    await house.work()
    had = house.texts(NEW)
    await become_one(house)
    *before, came = house.texts(NEW)
    assert before == had
    assert (await posts.post(house.db, only_old)).article.title in came
    assert [await house.accounts(post_id) for post_id in (only_old, *both)] == [{"sent": 1}] * 3
    next_one = await house.story()
    await house.work()
    assert await house.accounts(next_one) == {"sent": 1}


async def test_what_one_of_the_two_may_have_had_is_not_sent_again_if_it_is_never_to_come_twice(
    house_of_each: House,
):
    house = house_of_each
    await two(house)
    post_id = await house.notice()
    house.server.faults.add(Fault.html(502, accepted=True), chat_id=NEW)
    await house.work()
    assert await house.accounts(post_id) == {"unknown": 1, "pending": 1}
    await become_one(house)
    assert len(house.texts(NEW)) == 1
    assert await house.accounts(post_id) == {"unknown": 1}


async def test_what_was_on_its_way_when_two_became_one_comes_no_third_time(house_of_each: House):
    """The one that was behind gets another message first: that one's answer says nothing of this one."""
    house = house_of_each
    await readers.pause(house.db, (await house.reader(OLD)).id)
    announced = await house.announcement()
    await house.reader(NEW)
    story = await house.story()
    house.server.faults.add(Fault.html(502, accepted=True), method="sendMessage", times=0)
    await house.work()
    await become_one(house)
    title = (await posts.post(house.db, story)).article.title
    assert [title in (text or "") for text in house.texts(NEW)] == [True, False, True]
    assert [await house.accounts(one) for one in (announced, story)] == [{"sent": 1}, {"unknown": 1}]


async def test_what_a_group_had_is_forgotten_when_it_is_caught_up(house_of_each: House):
    house = house_of_each
    await two(house)
    await house.notice()
    await house.work()
    await readers.move(house.db, OLD, NEW, house.clock())
    merged = await readers.reader(house.db, NEW)
    await subscriptions.tidy(house.db, 1_000)
    assert {"had:1", "once:"} < set(await subscriptions.following(house.db, merged.id))
    await house.work()
    await subscriptions.tidy(house.db, 1_000)
    assert set(await subscriptions.following(house.db, merged.id)) == {"category:probash", "category:khela"}
