"""A post that can't be shown costs nobody another post."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from bot.demo.telegram.faults import Fault
from delivery import showing
from delivery.answers import Refused
from delivery.apart import Apart
from delivery.audience import Show
from delivery.compose import Composer
from delivery.message import Message
from delivery.refusals import CHATS
from storage import posts
from tests.delivery.stories import claimed, story

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.demo.telegram.journal import Request
    from storage.posts import Post
    from tests.delivery.house import House

TOO_LONG = "Bad Request: message is too long"
NO_MARKUP = "Bad Request: can't parse entities: unsupported start tag"


def names(title: str) -> Callable[[Request], bool]:
    return lambda request: title in json.dumps(request.parameters, ensure_ascii=False)


async def all_have_had(house: House, post_id: int) -> None:
    """Wait until nobody is to get it any more: who got a message waits a second for the next."""

    async def have_had() -> bool:
        return not (await house.accounts(post_id))["pending"]

    await house.server.until(have_had, timeout=60)


@pytest.mark.parametrize("reason", [TOO_LONG, NO_MARKUP])
async def test_a_roundup_that_is_refused_comes_one_by_one_without_the_post_at_fault(house: House, reason):
    crowd = await house.crowd(4)
    first, bad, last = [await house.story(title=title) for title in ("ভালো খবর এক", "মন্দ খবর", "ভালো খবর দুই")]
    house.server.faults.add(Fault.error(400, reason), when=names("মন্দ খবর"), times=0)
    async with house.working():
        await all_have_had(house, last)
    for good in (first, last):
        assert await house.accounts(good) == {"sent": 4}
    found = await house.accounts(bad)
    assert found["refused"] >= 3
    assert found["refused"] + found["passed"] == 4
    assert [stopped for stopped, _ in house.stopped] == [bad]
    assert await house.copies(crowd) == [2, 2, 2, 2]


async def test_a_roundup_that_one_chat_refuses_comes_there_one_by_one(house: House):
    who = await house.reader(1)
    three = [await house.story() for _ in range(3)]
    house.server.faults.add(Fault.error(400, TOO_LONG), chat_id=1)
    async with house.working():
        await all_have_had(house, three[-1])
    assert [await house.accounts(one) for one in three] == [{"sent": 1}] * 3
    assert len(house.texts(who.chat_id)) == 2
    assert house.stopped == []


async def test_what_nobody_can_compose_is_stopped_and_the_rest_goes_on(house: House, caplog):
    await house.crowd(5)
    first, bad, last = [await house.story() for _ in range(3)]
    catch_up = house.catch_up()
    composed = catch_up._showing._composer.message

    def compose(found: tuple[Post, ...], language: str) -> Message:
        if any(post.id == bad for post in found):
            raise ArithmeticError("a broken assumption")
        return composed(found, language)

    catch_up._showing._composer.message = compose
    async with house.working(catch_up):
        await all_have_had(house, last)
    assert [await house.accounts(good) for good in (first, last)] == [{"sent": 5}] * 2
    reason = f"{showing.UNSHOWN}: ArithmeticError"
    assert house.stopped == [(bad, reason)]
    assert (await posts.post(house.db, bad)).reason == reason
    assert any(record.exc_info and bad in record.posts for record in caplog.records if record.exc_info)


async def test_whatever_telegram_says_is_saved_and_the_rest_goes_on(house_of_each: House):
    house = house_of_each
    strange = Fault.error(400, "Bad Request: \u0000 \udfff " + "?" * 5_000, migrate_to_chat_id=10**30)
    crowd = await house.crowd(3)
    house.server.faults.add(strange, chat_id=crowd[0].chat_id)
    post_id = await house.story()
    await house.work()
    assert await house.accounts(post_id) == {"refused": 1, "sent": 2}


async def test_a_roundup_is_spared_though_it_may_have_arrived_before(house: House):
    """Its second try is the last, and is refused: that settles nothing of its posts."""
    who = await house.reader(1)
    three = [await house.story() for _ in range(3)]
    house.server.faults.add(Fault.html(502), chat_id=1)
    house.server.faults.add(Fault.error(400, TOO_LONG), chat_id=1)
    async with house.working():
        await all_have_had(house, three[-1])
    assert [await house.accounts(one) for one in three] == [{"sent": 1}] * 3
    assert len(house.texts(who.chat_id)) == 2


async def test_what_does_not_go_together_is_refused_once_and_not_for_each_reader(house: House):
    await house.crowd(12)
    posts_of = [await house.story(title=title) for title in ("ভালো খবর এক", "মন্দ খবর", "ভালো খবর দুই")]
    bad = house.server.faults.add(Fault.error(400, TOO_LONG), when=names("মন্দ খবর"), times=0)
    async with house.working(hands=1, batch=1):
        await all_have_had(house, posts_of[-1])
    assert bad.used <= 3 * CHATS  # two roundups it stands in, and the post itself
    assert [stopped for stopped, _ in house.stopped] == [posts_of[1]]


def test_several_posts_in_a_row_that_nobody_can_compose_are_no_fault_of_theirs():
    composer = Composer({})
    shown = showing.Showing(composer)

    def compose(found: tuple[Post, ...], _language: str) -> Message:
        if found[0].id < 3:
            raise KeyError("a phrase that is missing")
        return Message("এটা হয়")

    composer.message = compose
    one, two, three = (story(number) for number in (1, 2, 3))
    assert isinstance(shown.message([one], "bn"), Refused)
    assert isinstance(shown.message([one, two], "bn"), Refused)
    assert shown.message([three], "bn") == Message("এটা হয়")
    assert isinstance(shown.message([one], "bn"), Refused)
    with pytest.raises(KeyError):
        shown.message([two], "bn")


def test_what_may_have_arrived_together_is_not_certain_apart():
    """Else what comes after the first would be thought to be sent for the first time, or passed over."""
    apart, posts_of = Apart(), (story(5), story(6), story(7))
    show = Show(posts_of, cursor=7, tried=7)
    for chat in range(1, CHATS + 1):
        assert apart.narrowed(show, claimed(chat_id=99)) == show
        assert apart.is_at_fault(show, claimed(chat_id=chat).reader, Refused(TOO_LONG, ours=True))
        alone = apart.narrowed(show, claimed(chat_id=chat, unsure=1))
        assert alone == Show(posts_of[:1], cursor=5, more=True, again=True, unsure=1, tried=7)
    assert apart.narrowed(show, claimed(chat_id=99)).posts == posts_of[:1]
