"""What becomes of a story: it is published, other papers tell it, its own paper changes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from storage import articles, corrections, locks, tables
from storage.audience import Audience
from storage.posts import append, next_revision
from storage.tables import posts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import RowMapping
    from sqlalchemy.ext.asyncio import AsyncConnection

    from news.article import Article
    from storage.articles import Kept
    from storage.database import Database


@dataclass(frozen=True, slots=True)
class Placed:
    """An article has a post of its own, or is `named` on its story's; `beyond` that one may have one, too."""

    post_id: int
    named: bool = False
    beyond: int | None = None


async def place(  # noqa: PLR0913  # all that makes a post, by name
    db: Database,
    stories: Sequence[int],
    source_id: int,
    key: str,
    article: Article,
    *,
    audience: Audience,
    now: datetime,
    expires_at: datetime,
    listed: str = "",
) -> Placed | None:
    """Store an article and name its paper on the first of `stories` that readers can see, all or nothing.

    Where none is live (held, dismissed, retracted) the article is a post of its own. So it is, too, for those
    of its `audience` whom the story's posts are not for. None where the url key is already stored.
    """
    fields: dict[str, Any] = {"kind": "story", "urgency": 0, "hold": False}
    async with db.write() as connection:
        await locks.hold(connection, locks.PUBLISH)
        post = await _live(connection, stories)
        story = post["article_id"] if post else None
        name = await _new_name(connection, story, source_id) if post else None
        added = await articles.add(connection, source_id, key, article, now, listed=listed, story_id=story)
        if added is None:
            return None
        fields["article_id"] = added
        if post is None:
            return Placed(await append(connection, audience, now, expires_at, fields))
        if name:
            await _list(connection, post, {"source": name, "url": article.url}, now)
        beyond = Audience(keys=audience.keys - await _reached(connection, post["article_id"]))
        fields["others"] = [{"source": post["source"], "url": post["url"]}]
        own = await append(connection, beyond, now, expires_at, fields) if beyond.keys else None
        return Placed(post["id"], named=True, beyond=own)


async def correct(  # noqa: PLR0913  # all that makes a change, by name
    db: Database, old: Kept, article: Article, *, now: datetime, listed: str, shown: bool
) -> int | None:
    """Let an article say something else; gives the post whose copies are to be corrected, if any are.

    They are where its card is changed (`shown`), the article is the one the card shows, and the post is live
    and not in an editor's words: those stay.
    """
    async with db.write() as connection:
        await locks.hold(connection, locks.PUBLISH)
        await articles.replace(connection, old, article, now)
        await articles.looked(connection, old.id, listed, now)
        if not shown:
            return None
        its = (posts.c.article_id == old.id) & (posts.c.state == "live")
        values = {"revision": next_revision(), "changed_at": now, "corrected_at": now}
        newest = select(func.max(posts.c.id)).where(its).scalar_subquery()
        told = (posts.c.id == newest) & posts.c.wording_id.is_(None)
        change = update(posts).where(told).values(**values)
        row = (await connection.execute(change.returning(posts.c.id, posts.c.revision))).one_or_none()
        if row is None:
            return None
        await corrections.queue(connection, row.id, row.revision, "correct", now)
    post_id: int = row.id
    return post_id


async def looked(db: Database, old: Kept, *, now: datetime, listed: str) -> None:
    """Write down that a page was read again and says what it said."""
    async with db.write() as connection:
        await articles.looked(connection, old.id, listed, now)


async def _new_name(connection: AsyncConnection, story_id: int | None, source_id: int) -> str | None:
    """The name of a source, unless a source of that name has told the story."""
    rows, names = tables.articles, tables.sources.c
    told = select(names.name).join(rows, rows.c.source_id == names.id).where(articles.of_story(story_id))
    wanted = select(names.name).where(names.id == source_id, names.name.not_in(told))
    name: str | None = await connection.scalar(wanted)
    return name


async def _live(connection: AsyncConnection, stories: Sequence[int]) -> RowMapping | None:
    """The newest live post of the first of `stories` that has one, with its paper and address."""
    rows, order = tables.articles.c, {story: place for place, story in enumerate(stories)}
    its = posts.c.article_id.in_(stories) & (posts.c.state == "live")
    found = (
        select(
            posts.c.id, posts.c.article_id, posts.c.others, rows.url, tables.sources.c.name.label("source")
        )
        .join(tables.articles, posts.c.article_id == rows.id)
        .join(tables.sources, rows.source_id == tables.sources.c.id)
        .where(its)
        .order_by(posts.c.id.desc())
    )
    live = (await connection.execute(found)).mappings().all()
    return min(live, key=lambda post: order[post["article_id"]], default=None)


async def _reached(connection: AsyncConnection, story: int) -> set[str]:
    """Whom the live posts of a story are for, by key."""
    told = select(posts.c.audience).join(tables.articles, posts.c.article_id == tables.articles.c.id)
    live = told.where(articles.of_story(story), posts.c.state == "live")
    return {key for audience in await connection.scalars(live) for key in audience}


async def _list(connection: AsyncConnection, post: Any, other: dict[str, str], now: datetime) -> None:
    """Add a paper to those that tell the story of `post`."""
    values = {"others": [*(post["others"] or ()), other], "revision": next_revision(), "changed_at": now}
    await connection.execute(update(posts).where(posts.c.id == post["id"]).values(**values))
