"""Posts: the one growing sequence of everything that readers can receive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Text, cast, func, insert, or_, select, update

from storage import articles, audit, corrections, locks, tables
from storage.audience import Audience, audience_size
from storage.marking import mark_slice
from storage.post import Announcement, Other, Post, read, selecting
from storage.tables import posts

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy import RowMapping, Select
    from sqlalchemy.ext.asyncio import AsyncConnection

    from news.article import Article
    from storage.database import Database

__all__ = [
    "Announcement",
    "Audience",
    "Other",
    "Post",
    "audience_size",
    "by_ids",
    "changed_since",
    "latest",
    "mark_slice",
    "newest_first",
    "newest_id",
    "of_story",
    "post",
    "posts_after",
    "publish_story",
    "retract",
    "selecting",
    "stop",
]


async def publish_story(  # noqa: PLR0913  # all that makes a post, by name
    db: Database,
    source_id: int,
    key: str,
    article: Article,
    audience: Audience,
    *,
    now: datetime,
    expires_at: datetime,
    urgency: int = 0,
    hold: bool = False,
    listed: str = "",
    state: str = "live",
) -> int | None:
    """Store an article and its post, both or neither; None where the url key is already stored.

    `state` held: it is for the editors first, and reaches readers when they release it.
    """
    async with db.write() as connection:
        await locks.hold(connection, locks.PUBLISH)
        article_id = await articles.add(connection, source_id, key, article, now, listed=listed)
        if article_id is None:
            return None
        fields: dict[str, Any] = {"kind": "story", "article_id": article_id, "state": state}
        fields |= {"urgency": urgency, "hold": hold}
        return await append(connection, audience, now, expires_at, fields)


async def append(
    connection: AsyncConnection,
    audience: Audience,
    now: datetime,
    expires_at: datetime,
    fields: dict[str, Any],
) -> int:
    """Under the publish lock: a post becomes visible only after all that have smaller ids."""
    statement = insert(posts).values(
        revision=next_revision(),
        everyone=audience.everyone,
        audience=sorted(audience.keys),
        published_at=now,
        changed_at=now,
        expires_at=expires_at,
        **({"state": "live"} | fields),
    )
    post_id: int = (await connection.execute(statement.returning(posts.c.id))).scalar_one()
    return post_id


def next_revision() -> Any:
    """The revision of a change, as part of its statement; under the publish lock."""
    return select(func.coalesce(func.max(posts.c.revision), 0) + 1).scalar_subquery()


async def posts_after(db: Database, post_id: int, limit: int = 1000) -> list[Post]:
    """Posts of any state with greater ids, by id."""
    return await fetch(db, selecting().where(posts.c.id > post_id).order_by(posts.c.id).limit(limit))


async def newest_first(db: Database, limit: int) -> list[Post]:
    """The last posts of any state."""
    return await fetch(db, selecting().order_by(posts.c.id.desc()).limit(limit))


async def changed_since(db: Database, revision: int, *, now: datetime | None = None) -> list[Post]:
    """Posts that came or changed after `revision`, by revision: ask with the last one's next time.

    With `now`, posts that have expired by then are left out: a list of live posts starts without an archive.
    """
    changed = selecting().where(posts.c.revision > revision).order_by(posts.c.revision)
    if now is not None:
        changed = changed.where(posts.c.expires_at > now)
    return await fetch(db, changed)


async def post(db: Database, post_id: int) -> Post | None:
    """The post of that id, in whatever state."""
    found = await fetch(db, selecting().where(posts.c.id == post_id))
    return found[0] if found else None


async def by_ids(db: Database, ids: Collection[int]) -> list[Post]:
    """The posts of these ids, by id, in whatever state."""
    return await fetch(db, selecting().where(posts.c.id.in_(ids)).order_by(posts.c.id))


async def latest(db: Database, *, keys: Collection[str] = (), limit: int = 5) -> list[Post]:
    """Live stories, newest first; with audience `keys` those that are for any of them.

    Of one event's posts, which are for different readers, the newest stands for all.
    """
    wanted = selecting().where(posts.c.kind == "story", posts.c.state == "live").order_by(posts.c.id.desc())
    if keys:
        listed = cast(posts.c.audience, Text)
        wanted = wanted.where(or_(*(listed.contains(f'"{key}"', autoescape=True) for key in sorted(keys))))
    found: dict[int | None, Post] = {}
    older = wanted
    while len(found) < limit:
        some = await fetch(db, older.limit(limit))
        for one in some:
            found.setdefault(one.story, one)
        if len(some) < limit:
            break
        older = wanted.where(posts.c.id < some[-1].id)
    return list(found.values())[:limit]


async def retract(db: Database, post_id: int, now: datetime, *, by: int | None = None) -> bool:
    """Take a post back, also from those who have it; False where it is taken back or was never live.

    With it go all posts of its story, whoever's paper they show. One that was stopped is with those whom it
    had reached. `by` is the editor, if it is one.
    """
    async with db.write() as connection:
        if not await _take_back(connection, post_id, now):
            return False
        for other in await _of_same_story(connection, post_id):
            await _take_back(connection, other, now)
        if by is not None:
            await audit.note(connection, by, "retract", str(post_id), now)
    return True


async def of_story(db: Database, post_id: int) -> list[int]:
    """The post, then the others of the event that it tells."""
    async with db.read() as connection:
        return [post_id, *await _of_same_story(connection, post_id)]


async def _take_back(connection: AsyncConnection, post_id: int, now: datetime) -> bool:
    """Take one post back and ask for its copies to go; False where there is nothing to take back."""
    revision = await _withdrawn(connection, post_id, "", now, stopped=True)
    if revision is not None:
        await corrections.queue(connection, post_id, revision, "retract", now)
    return revision is not None


async def _of_same_story(connection: AsyncConnection, post_id: int) -> list[int]:
    """The other posts of the event that a post tells; none of an announcement."""
    rows = tables.articles
    told = rows.join(posts, posts.c.article_id == rows.c.id)
    story = func.coalesce(rows.c.story_id, rows.c.id)
    its = select(story).select_from(told).where(posts.c.id == post_id).scalar_subquery()
    same = articles.of_story(its) & (posts.c.id != post_id)
    return list(
        await connection.scalars(select(posts.c.id).select_from(told).where(same).order_by(posts.c.id))
    )


async def stop(db: Database, post_id: int, reason: str, now: datetime, *, by: int | None = None) -> bool:
    """Let a live post go no further; who has it keeps it. False where it is not live.

    `reason` is for the editors; `by` is the one who has stopped it, if one has.
    """
    async with db.write() as connection:
        revision = await _withdrawn(connection, post_id, reason, now)
        if revision is not None and by is not None:
            await audit.note(connection, by, "stop", str(post_id), now)
    return revision is not None


_AT_THE_DESK: Final = ("", "released", "dismissed")
"""Reasons of retracted posts that nobody has: taken back altogether, or decided about before."""


async def _withdrawn(
    connection: AsyncConnection, post_id: int, reason: str, now: datetime, *, stopped: bool = False
) -> int | None:
    """The revision of a post that is live no longer; None where it was not (nor, if asked for, `stopped`)."""
    await locks.hold(connection, locks.PUBLISH)
    live = posts.c.state == "live"
    if stopped:
        live |= (posts.c.state == "retracted") & posts.c.reason.not_in(_AT_THE_DESK)
    live &= posts.c.id == post_id
    values = {"state": "retracted", "reason": reason, "changed_at": now, "revision": next_revision()}
    change = update(posts).where(live).values(**values)
    revision: int | None = await connection.scalar(change.returning(posts.c.revision))
    return revision


async def newest_id(db: Database) -> int:
    """The id of the newest post; 0 before the first."""
    async with db.read() as connection:
        found: int = (await connection.execute(select(newest()))).scalar_one()
    return found


def newest() -> Any:
    """`newest_id` as part of a statement."""
    return select(func.coalesce(func.max(posts.c.id), 0)).scalar_subquery()


async def fetch(db: Database, statement: Select[Any]) -> list[Post]:
    """The posts in the rows of `statement`."""
    async with db.read() as connection:
        rows: Sequence[RowMapping] = (await connection.execute(statement)).mappings().all()
    return [read(row) for row in rows]
