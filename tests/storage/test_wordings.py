"""What an editor lets a story say is a fact of its post, and a correction for those who have it."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from storage import audit, corrections, desk, posts, wordings

MINUTE = timedelta(minutes=1)
EDITOR = 9


async def offer(db, post_id, now, title="ঠিক শিরোনাম"):
    return await wordings.offer(db, post_id, by=EDITOR, title=title, summary=["এক।", "দুই।"], now=now)


async def test_what_is_offered_changes_nothing_until_it_is_put_in_force(house, db, now):
    post_id = await house.story()
    before = await posts.post(db, post_id)
    offered = await offer(db, post_id, now)
    assert await wordings.wording(db, offered.id) == offered
    assert await posts.post(db, post_id) == before
    assert await wordings.put_in_force(db, offered, by=EDITOR, now=now + MINUTE) == "live"
    after = await posts.post(db, post_id)
    assert (after.article.title, after.article.summary) == ("ঠিক শিরোনাম", ("এক।", "দুই।"))
    assert (after.wording_id, after.corrected_at) == (offered.id, now + MINUTE)
    assert after.revision > before.revision
    (asked,) = await corrections.of_post(db, post_id)
    assert (asked.kind, asked.revision) == ("correct", after.revision)
    assert await posts.changed_since(db, before.revision) == [after]
    assert [(deed.action, deed.editor_id) for deed in await audit.deeds(db, 9)] == [("correct", EDITOR)]


async def test_of_many_confirmations_at_once_one_counts(house, db, another, now):
    other, post_id = another(), await house.story()
    offered = await offer(db, post_id, now)
    confirming = (wordings.put_in_force(each, offered, by=EDITOR, now=now) for each in (db, other) * 4)
    states = await asyncio.gather(*confirming)
    assert sorted(map(str, states)) == ["None"] * 7 + ["live"]
    assert len(await corrections.of_post(db, post_id)) == 1


async def test_older_words_never_replace_newer_ones(house, db, now):
    post_id = await house.story()
    older, newer = await offer(db, post_id, now, "আগের"), await offer(db, post_id, now, "পরের")
    assert await wordings.put_in_force(db, newer, by=EDITOR, now=now) == "live"
    assert await wordings.put_in_force(db, older, by=EDITOR, now=now) is None
    assert (await posts.post(db, post_id)).article.title == "পরের"


async def test_a_retracted_post_says_nothing_new(house, db, now):
    post_id = await house.story()
    offered = await offer(db, post_id, now)
    assert await posts.retract(db, post_id, now, by=EDITOR)
    assert not await posts.retract(db, post_id, now, by=EDITOR)
    assert await wordings.put_in_force(db, offered, by=EDITOR, now=now) is None
    assert [one.kind for one in await corrections.of_post(db, post_id)] == ["retract"]


async def test_a_released_story_keeps_its_editors_words(house, db, now):
    """They were in force before anybody read it: that is no correction."""
    post_id = await house.story()
    async with db.write() as connection:
        await connection.exec_driver_sql("UPDATE posts SET state = 'held'")
    assert await wordings.put_in_force(db, await offer(db, post_id, now), by=EDITOR, now=now) == "held"
    released = await desk.release(db, post_id, by=EDITOR, now=now, expires_at=now + MINUTE)
    post = await posts.post(db, released)
    assert (post.article.title, post.corrected_at) == ("ঠিক শিরোনাম", None)
    assert not await corrections.of_post(db, post_id)
