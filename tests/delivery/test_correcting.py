"""A correction reaches every telephone that has the story; a retraction takes it off them all."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.demo.telegram.faults import Fault
from delivery.catch_up import TokenRevokedError
from delivery.compose import Composer
from delivery.correcting import IN_FLIGHT, Correcting
from storage import articles, corrections, posts, readers, stories
from tests.delivery.stories import CATEGORIES

pytestmark = pytest.mark.usefixtures("no_second_between")

BETTER = "সংশোধিত শিরোনাম"


def correcting(house, composer=None, *, revoked=pytest.fail, **more):
    composer = composer or Composer(CATEGORIES)
    return Correcting(house.db, house.sender(), composer, house.clock, revoked=revoked, **more)


async def work(house):
    """Do all there is to do, as after a start."""
    engine = correcting(house)
    for _ in range(20):
        await engine.step()


async def correct(house, post_id):
    """The story's paper changes its headline."""
    post = await posts.post(house.db, post_id)
    day = house.clock() - timedelta(days=1)
    kept = await articles.of_source(house.db, 1, day, read_before=house.clock(), readings=9)
    old = next(one for one in kept if one.id == post.article_id)
    article = replace(post.article, title=BETTER)
    await stories.correct(house.db, old, article, now=house.clock(), listed="", shown=True)


async def counts(house, post_id):
    (one,) = await corrections.of_post(house.db, post_id)
    return one.changed, one.gone, one.too_old, one.refused


async def test_a_corrected_headline_is_shown_on_every_telephone(house_of_each):
    house = house_of_each
    await house.crowd(5)
    post_id = await house.story(photo=True)
    await house.work()
    before = len(house.sends())
    await correct(house, post_id)
    await work(house)
    for chat_id in range(1000, 1005):
        (text,) = house.texts(chat_id)
        assert BETTER in text
    assert len(house.sends()) == before + 5
    assert await counts(house, post_id) == (5, 0, 0, 0)


async def test_a_card_without_a_picture_and_a_roundup_are_corrected_too(house):
    await house.crowd(1)
    post_id = await house.story()
    await house.work()
    second = await house.story()
    third = await house.story()
    await house.work()
    await correct(house, post_id)
    await correct(house, third)
    await work(house)
    card, roundup = house.texts(1000)
    assert BETTER in card
    assert BETTER in roundup
    assert (await posts.post(house.db, second)).article.title in roundup


async def test_a_retracted_story_goes_from_chats_and_from_roundups(house_of_each):
    house = house_of_each
    await house.crowd(3)
    first = await house.story(photo=True)
    await house.work()
    second, third = await house.story(), await house.story()
    await house.work()
    title = (await posts.post(house.db, second)).article.title
    await posts.retract(house.db, first, house.clock())
    await posts.retract(house.db, second, house.clock())
    await work(house)
    (text,) = house.texts(1000)
    assert title not in text
    assert (await posts.post(house.db, third)).article.title in text
    assert await counts(house, first) == (3, 0, 0, 0)


async def test_who_has_left_or_thrown_the_card_away_is_counted_as_gone(house):
    await house.crowd(3)
    post_id = await house.story()
    await house.work()
    house.server.block(house.server.world.people[1000])
    house.server.faults.add(Fault.error(400, "Bad Request: message to edit not found"), chat_id=1001)
    await correct(house, post_id)
    await work(house)
    assert await counts(house, post_id) == (1, 2, 0, 0)


TOO_OLD = Fault.error(400, "Bad Request: message can't be deleted for everyone")
FIXED = Fault.error(400, "Bad Request: message can't be edited")


@pytest.mark.parametrize("photo", [False, True])
async def test_a_copy_too_old_to_be_deleted_says_that_the_story_was_retracted(house_of_each, photo):
    house = house_of_each
    await house.crowd(3)
    post_id = await house.story(photo=photo)
    await house.work()
    house.server.faults.add(TOO_OLD, chat_id=1001, method="deleteMessage", times=0)
    await posts.retract(house.db, post_id, house.clock())
    await work(house)
    (left,) = house.server.sent(1001)
    assert house.texts(1001) == ["এই খবরটি প্রত্যাহার করা হয়েছে।"]
    assert not left.get("reply_markup", {}).get("inline_keyboard")
    assert ("photo" in left) is photo
    changes = [request.method for request in house.sends() if request.method.startswith("edit")]
    assert changes == ["editMessageCaption" if photo else "editMessageText"]
    assert house.texts(1000) == house.texts(1002) == []
    assert await counts(house, post_id) == (2, 0, 1, 0)


async def test_a_card_that_came_without_its_picture_says_so_too(house):
    await house.crowd(1)
    post_id = await house.story(photo=True)
    house.server.faults.add(Fault.error(400, "Bad Request: PHOTO_INVALID"), method="sendPhoto", times=0)
    await house.work()
    house.server.faults.add(TOO_OLD, method="deleteMessage")
    await posts.retract(house.db, post_id, house.clock())
    await work(house)
    assert house.texts(1000) == ["এই খবরটি প্রত্যাহার করা হয়েছে।"]
    assert await counts(house, post_id) == (0, 0, 1, 0)


async def test_a_roundup_and_an_announcement_say_in_each_readers_language_that_they_were_retracted(house):
    await house.crowd(1)
    await readers.set_language(house.db, (await house.reader(1001)).id, "en")
    together = [await house.story(), await house.story()]
    await house.work()
    announced = await house.announcement()
    await house.work()
    house.server.faults.add(TOO_OLD, method="deleteMessage", times=0)
    for post_id in (*together, announced):
        await posts.retract(house.db, post_id, house.clock())
    await work(house)
    assert house.texts(1000) == ["এই খবরগুলো প্রত্যাহার করা হয়েছে।", "এই ঘোষণাটি প্রত্যাহার করা হয়েছে।"]
    assert house.texts(1001) == [
        "These stories have been retracted.",
        "This announcement has been retracted.",
    ]
    assert [await counts(house, post_id) for post_id in (*together, announced)] == [(0, 0, 2, 0)] * 3


@pytest.mark.parametrize(
    "answers",
    [
        {"editMessageText": FIXED},
        {
            "editMessageText": Fault.error(400, "Bad Request: there is no text in the message to edit"),
            "editMessageCaption": Fault.error(400, "Bad Request: there is no caption in the message to edit"),
        },
    ],
    ids=["not ours to change", "a sticker"],
)
async def test_a_copy_that_can_neither_be_deleted_nor_changed_stays_and_is_counted(house, answers):
    await house.crowd(1)
    post_id = await house.announcement()
    await house.work()
    for method, fault in answers.items():
        house.server.faults.add(fault, method=method, times=0)
    house.server.faults.add(TOO_OLD, method="deleteMessage", times=0)
    await posts.retract(house.db, post_id, house.clock())
    await work(house)
    assert house.texts(1000) == ["আজ বিকেলে বিরতি"]
    assert await counts(house, post_id) == (0, 0, 1, 0)


async def test_a_word_of_retraction_that_was_said_but_not_written_down_is_no_fault(house):
    await house.crowd(1)
    post_id = await house.story()
    await house.work()
    house.server.faults.add(TOO_OLD, method="deleteMessage", times=0)
    house.server.faults.add(Fault.closed(accepted=True), method="editMessageText")
    await posts.retract(house.db, post_id, house.clock())
    await work(house)
    assert house.texts(1000) == ["এই খবরটি প্রত্যাহার করা হয়েছে।"]
    assert await counts(house, post_id) == (0, 0, 1, 0)


async def test_a_stop_in_the_middle_leaves_nothing_out_and_asks_for_nothing_twice(house):
    """What was in hand is answered and written down first."""
    await house.crowd(5)
    post_id = await house.story()
    await house.work()
    await correct(house, post_id)
    house.server.faults.add(Fault.slow(0.2), times=0)
    running = asyncio.create_task(correcting(house, hands=2).run())
    await house.server.until(lambda: edited(house))
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    assert await counts(house, post_id) == (2, 0, 0, 0)
    await work(house)
    assert await counts(house, post_id) == (5, 0, 0, 0)
    assert sorted(edited(house)) == list(range(1000, 1005))
    assert all(BETTER in house.texts(chat_id)[0] for chat_id in range(1000, 1005))


def edited(house):
    """The chats in which a message was asked to be changed or to go, in that order."""
    asked = [one for one in house.sends() if one.method.startswith(("edit", "delete"))]
    return [one.chat_id for one in sorted(asked, key=lambda one: one.at)]


async def test_who_was_reached_last_sees_the_correction_first(house_of_each):
    house = house_of_each
    await house.crowd(7)
    post_id = await house.story()
    await house.work()
    await correct(house, post_id)
    await correcting(house, hands=1).step()
    assert edited(house) == list(range(1006, 999, -1))


async def test_a_copy_that_takes_its_time_holds_up_no_other(house):
    await house.crowd(9)
    post_id = await house.story()
    await house.work()
    await correct(house, post_id)
    slow = house.server.faults.add(Fault.hang(), chat_id=1008)
    running = asyncio.create_task(correcting(house, hands=2).run())

    async def all_others():
        return await counts(house, post_id) == (8, 0, 0, 0)

    await house.server.until(all_others)
    assert slow.used == 1
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


class Stumbling(Composer):
    """Stumbles over one story."""

    def message(self, posts, *given, **more):
        if BETTER in posts[0].article.title:
            raise LookupError(BETTER)
        return super().message(posts, *given, **more)


async def test_a_story_that_nobody_can_compose_any_more_is_refused_and_said_once(house, caplog):
    await house.crowd(3)
    post_id = await house.story()
    await house.work()
    await correct(house, post_id)
    await correcting(house, Stumbling(CATEGORIES)).step()
    assert await counts(house, post_id) == (0, 0, 0, 3)
    assert len([one for one in caplog.records if one.message == "posts can't be composed"]) == 1


async def test_a_change_that_was_made_but_not_written_down_is_no_fault(house):
    await house.crowd(1)
    post_id = await house.story()
    await house.work()
    await correct(house, post_id)
    house.server.faults.add(Fault.closed(accepted=True))
    await work(house)
    assert await counts(house, post_id) == (1, 0, 0, 0)


async def test_a_429_waits_and_is_no_refusal(house):
    await house.crowd(1)
    post_id = await house.story()
    await house.work()
    await correct(house, post_id)
    house.server.faults.add(Fault.error(429, "Too Many Requests: retry after 1", retry_after=1))
    engine = correcting(house)
    await engine.step()
    assert await counts(house, post_id) == (0, 0, 0, 0)
    await house.server.until(lambda: _corrected(house, engine, post_id))


async def _corrected(house, engine, post_id):
    await engine.step()
    return (await counts(house, post_id))[0] == 1


async def test_a_revoked_token_ends_the_sender_loudly_and_the_correction_goes_on_with_the_next(house, caplog):
    """As one that a broadcast meets. It may be that nothing else is sent for hours."""
    await house.crowd(3)
    post_id = await house.story()
    await house.work()
    await correct(house, post_id)
    script = house.server.faults.add(Fault.error(401, "Unauthorized"), times=0)
    catch_up = house.catch_up()
    working = asyncio.create_task(correcting(house, revoked=catch_up.revoke).run())
    with pytest.raises(TokenRevokedError, match="Unauthorized"):
        await asyncio.wait_for(catch_up.run(), 60)
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    assert [one.levelname for one in caplog.records if one.message == "token refused"] == ["CRITICAL"]
    assert [one.post_id for one in await corrections.unfinished(house.db)] == [post_id]
    assert await counts(house, post_id) == (0, 0, 0, 0)
    house.server.faults.remove(script)
    await work(house)
    assert await counts(house, post_id) == (3, 0, 0, 0)


async def test_a_card_that_was_under_way_is_corrected_after_it_has_arrived(house):
    """Its receipt comes after the correction, and names the older revision."""
    await house.crowd(1)
    post_id = await house.story()
    engine = correcting(house)
    await correct(house, post_id)
    await engine.step()
    await house.work()
    async with house.db.write() as connection:
        await connection.exec_driver_sql("UPDATE receipts SET revision = 1")
    await engine.step()
    assert await counts(house, post_id) == (1, 0, 0, 0)


async def test_a_correction_is_finished_once_nothing_can_be_under_way(house):
    await house.crowd(1)
    post_id = await house.story()
    await house.work()
    await correct(house, post_id)
    engine = correcting(house)
    while await engine.step():
        pass
    assert [one.post_id for one in await corrections.unfinished(house.db)] == [post_id]
    house.ahead = IN_FLIGHT + timedelta(seconds=1)
    await engine.step()
    assert await corrections.unfinished(house.db) == []
