"""An announcement is published once for each panel, its panel is found again, and who did what is noted."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from news.article import Article
from storage import announcements, audience, audit, corrections, desk, due, posts
from storage.corrections import Panel
from storage.posts import Announcement, Audience

DAY = timedelta(days=1)
EVERYONE = Audience(everyone=True)


async def publish(db, now, panel_id, message_id=7):
    told = Announcement(900, message_id, 900, panel_id)
    return await announcements.publish(db, told, EVERYONE, now=now, expires_at=now + DAY)


async def deeds(db) -> list[tuple[int, str, str]]:
    return [(one.editor_id, one.action, one.subject) for one in reversed(await audit.deeds(db, 10))]


async def test_one_panel_publishes_once_however_often_and_in_however_many_processes(db, another, now):
    other = another()
    ids = await asyncio.gather(*(publish(one, now, 45) for one in (db, other, db, other)))
    assert len(set(ids)) == 1
    assert await publish(db, now, 45, message_id=8) == ids[0]
    assert [post.id for post in await posts.posts_after(db, 0)] == [ids[0]]
    assert await announcements.confirmed_on(db, 900, 45) == ids[0]
    assert await deeds(db) == [(900, "announce", str(ids[0]))]


async def test_another_panel_publishes_the_same_message_again(db, now):
    assert await publish(db, now, 45) != await publish(db, now, 46)
    assert await announcements.confirmed_on(db, 900, 47) is None
    assert await announcements.confirmed_on(db, 901, 45) is None


async def test_a_panel_is_open_until_it_has_shown_the_end(db, now):
    first, second = await publish(db, now, 45), await publish(db, now, 46)
    await publish(db, now, None)
    await announcements.close_panel(db, first)
    assert [post.id for post in await announcements.with_open_panels(db)] == [second]
    assert await announcements.confirmed_on(db, 900, 45) == first


async def test_a_panel_of_a_correction_is_open_until_it_has_shown_the_end(db, now):
    post_id = await publish(db, now, 45)
    assert await posts.retract(db, post_id, now)
    (one,) = await corrections.of_post(db, post_id)
    assert await corrections.open_panels(db) == []
    await corrections.show_on(db, Panel(one.id, 900, 46))
    assert await corrections.open_panels(db) == [Panel(one.id, 900, 46)]
    await corrections.close_panel(db, one.id)
    assert await corrections.open_panels(db) == []
    assert await corrections.shown_on(db, 900, 46) == [post_id]
    assert await corrections.shown_on(db, 901, 46) == []
    assert await corrections.of_post(db, post_id) == [one]


async def test_a_post_is_in_the_hands_of_those_who_hold_readers_that_have_not_come_to_it(house, db):
    people = [await house.reader(chat_id, "category:visa") for chat_id in (1, 2, 3)]
    await house.reader(4)
    story = await house.story("category:visa")
    await house.mark()
    visa = Audience(keys=frozenset({"category:visa"}))
    assert await audience.in_hand(db, visa, story) == 0
    await house.claim(limit=2)
    assert await audience.in_hand(db, visa, story) == 2
    assert await audience.in_hand(db, EVERYONE, story) == 2
    await house.settle(due.Settlement(people[0].id, cursor=story))
    assert await audience.in_hand(db, visa, story) == 1


async def test_who_is_due_later_is_asleep(house, db, now):
    (one, _) = [await house.reader(chat_id, "category:visa") for chat_id in (1, 2)]
    await house.story("category:visa")
    await house.mark()
    assert await due.asleep(db, now) == 0
    await house.claim(limit=1)
    await house.settle(due.Settlement(one.id, due_at=now + DAY))
    assert await due.asleep(db, now) == 1
    assert await due.asleep(db, now + DAY) == 0


async def test_closing_a_panel_is_no_change_of_the_post(db, now):
    post_id = await publish(db, now, 45)
    (post,) = await posts.changed_since(db, 0)
    await announcements.close_panel(db, post_id)
    assert await posts.changed_since(db, post.revision) == []


async def test_what_an_editor_does_is_noted_with_it_and_only_if_it_was_done(house, db, now):
    post_id = await publish(db, now, 45)
    assert await posts.stop(db, post_id, "stopped by an editor", now, by=901)
    assert not await posts.stop(db, post_id, "stopped by an editor", now, by=902)
    held = [await held_story(house, db, now, number) for number in (1, 2)]
    released = await desk.release(db, held[0], by=901, now=now, expires_at=now + DAY)
    assert released is not None
    assert await desk.release(db, held[0], by=902, now=now, expires_at=now + DAY) is None
    assert await desk.dismiss(db, held[1], by=902, now=now)
    assert not await desk.dismiss(db, held[1], by=901, now=now)
    assert await deeds(db) == [
        (900, "announce", str(post_id)),
        (901, "stop", str(post_id)),
        (901, "release", str(held[0])),
        (902, "dismiss", str(held[1])),
    ]


async def held_story(house, db, now, number):
    url = f"https://probhatbela.example/held/{number}"
    return await posts.publish_story(
        db,
        await house.source(),
        url,
        Article(url, "অপেক্ষায় থাকা খবর"),
        EVERYONE,
        now=now,
        expires_at=now + DAY,
        state="held",
    )
