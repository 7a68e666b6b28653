from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from news.article import Article, Photo, Related
from storage import articles, posts

DAY = timedelta(days=1)
WHOLE = Article(
    "https://probhatbela.example/1",
    "দুবাইয়ে প্রবাসীদের মেলা",
    byline="নিজস্ব প্রতিবেদক",
    section="প্রবাস",
    photo=Photo("https://probhatbela.example/1.jpg", "মেলার মাঠ", "এএফপি"),
    paragraphs=("প্রথম অনুচ্ছেদ।", "দ্বিতীয় অনুচ্ছেদ।"),
    summary=("সারকথা।",),
    related=(Related("আরেকটি", "https://probhatbela.example/2", "সংক্ষেপে", "৪ দিন আগে"),),
    places=("AE",),
    categories=("probash",),
)
AUDIENCE = posts.Audience(keys=frozenset({"category:probash", "place:AE"}))


async def publish(db, source, now, key="k", article=WHOLE, **options):
    return await posts.publish_story(
        db, source, key, article, AUDIENCE, now=now, expires_at=now + DAY, **options
    )


async def test_a_story_comes_back_as_it_was_published(house, db, now):
    post_id = await publish(db, await house.source(), now, urgency=1, hold=True)
    found = await posts.post(db, post_id)
    assert found == posts.Post(
        id=post_id,
        kind="story",
        article=WHOLE,
        article_id=found.article_id,
        source="প্রভাতবেলা",
        announcement=None,
        audience=AUDIENCE,
        urgency=1,
        hold=True,
        state="live",
        published_at=now,
        expires_at=now + DAY,
        readers=0,
        marked=False,
        revision=1,
        story=found.article_id,
    )
    assert await articles.article(db, found.article_id) == WHOLE


async def test_an_announcement_comes_back_as_it_was_published(house, db):
    found = await posts.post(db, await house.announcement())
    assert (found.kind, found.announcement, found.article, found.source) == (
        "announcement",
        posts.Announcement(900, 1, 900),
        None,
        "",
    )
    assert found.audience == posts.Audience(everyone=True)


async def test_publishing_one_address_twice_gives_one_post(house, db, now):
    source = await house.source()
    answers = [await publish(db, source, now), await publish(db, source, now)]
    assert answers[1] is None
    assert [post.id for post in await posts.posts_after(db, 0)] == [answers[0]]


async def test_two_processes_publishing_one_address_at_once_give_one_post(house, db, another, now):
    source, other = await house.source(), another()
    answers = await asyncio.gather(*(publish(one, source, now) for one in (db, other, db, other)))
    assert sum(answer is not None for answer in answers) == 1
    assert len(await posts.posts_after(db, 0)) == 1


async def test_an_address_longer_than_any_index_holds_is_known_again(house, db, now):
    source, key = await house.source(), "https://probhatbela.example/" + "খবর" * 3000
    assert await publish(db, source, now, key) is not None
    assert await publish(db, source, now, key) is None
    assert await articles.unknown(db, [key, "new"]) == {"new"}


async def test_what_the_first_poll_remembers_is_known_and_never_a_post(house, db, now):
    source = await house.source()
    await articles.remember(db, source, {"old": "পুরোনো", "older": "আরও পুরোনো"}, now)
    await articles.remember(db, source, {"old": "পুরোনো"}, now)
    assert await articles.unknown(db, ["old", "older", "new"]) == {"new"}
    assert await publish(db, source, now, "old") is None
    assert await posts.newest_id(db) == 0


async def test_ids_and_revisions_become_visible_in_their_order_however_many_publish(house, db, another, now):
    """A list of live posts that asks again and again sees every post once, in order."""
    source, others = await house.source(), [another() for _ in range(3)]
    seen: list[int] = []

    async def watch(publishing: asyncio.Task) -> None:
        revision = 0
        while True:
            ended = publishing.done()
            found = await posts.changed_since(db, revision)
            seen.extend(post.id for post in found)
            revision = max((post.revision for post in found), default=revision)
            if ended:
                return

    async def publish_all() -> None:
        await asyncio.gather(*(publish(others[n % 3], source, now, f"k{n}") for n in range(24)))

    await watch(asyncio.create_task(publish_all()))
    assert seen == sorted(seen)
    assert len(seen) == 24


async def test_a_change_of_an_old_post_is_seen_by_who_asks_what_changed(house, db, now):
    first, second = await house.story(), await house.story()
    *_, newest = await posts.changed_since(db, 0)
    assert await posts.changed_since(db, newest.revision) == []
    assert await posts.retract(db, first, now)
    (found,) = await posts.changed_since(db, newest.revision)
    assert (found.id, found.state) == (first, "retracted")
    assert found.revision > newest.revision
    assert await posts.stop(db, second, "MESSAGE_TOO_LONG", now)
    assert not await posts.stop(db, second, "again", now)
    assert (await posts.post(db, second)).reason == "MESSAGE_TOO_LONG"
    assert [post.id for post in await posts.changed_since(db, found.revision)] == [second]


async def test_marking_is_no_change_of_a_post(house, db):
    await house.reader(1, "category:probash")
    await house.story()
    (post,) = await posts.changed_since(db, 0)
    await house.mark()
    assert await posts.changed_since(db, post.revision) == []


async def test_a_list_of_live_posts_starts_without_the_archive(house, db, now):
    await house.story()
    assert len(await posts.changed_since(db, 0)) == 1
    assert await posts.changed_since(db, 0, now=now + 2 * DAY) == []


async def test_a_post_is_retracted_once(house, db, now):
    post_id = await house.story()
    assert await posts.retract(db, post_id, now)
    assert not await posts.retract(db, post_id, now)
    assert not await posts.retract(db, 999, now)


async def test_the_latest_are_live_stories_newest_first(house, db, now):
    old, sports, taken_back, new = [
        await house.story("category:probash"),
        await house.story("category:khela", "place:QA"),
        await house.story("category:probash"),
        await house.story("category:probash"),
    ]
    await house.announcement()
    await posts.retract(db, taken_back, now)
    assert [post.id for post in await posts.latest(db)] == [new, sports, old]
    assert [post.id for post in await posts.latest(db, keys=["category:probash"])] == [new, old]
    assert [post.id for post in await posts.latest(db, keys=["place:QA"])] == [sports]
    either = {"category:probash", "place:QA", "place:SA"}
    assert [post.id for post in await posts.latest(db, keys=either)] == [new, sports, old]
    assert [post.id for post in await posts.latest(db, limit=1)] == [new]


@pytest.mark.parametrize("category", ["prob", "%", "_robash", "probash_", '"'])
async def test_a_category_is_never_read_as_a_pattern(house, db, category):
    await house.story("category:probash")
    assert await posts.latest(db, keys=[f"category:{category}"]) == []


async def test_the_posts_after_one_come_by_id_in_any_state(house, db, now):
    ids = [await house.story() for _ in range(4)]
    await posts.retract(db, ids[2], now)
    assert [post.id for post in await posts.posts_after(db, ids[0], limit=2)] == ids[1:3]
    assert await posts.newest_id(db) == ids[-1]
