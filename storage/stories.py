"""What becomes of a story once it is published: other papers tell it, its own paper changes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from storage import articles, corrections, locks, tables
from storage.posts import next_revision
from storage.tables import posts

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from news.article import Article
    from storage.articles import Kept
    from storage.database import Database


async def join(  # noqa: PLR0913  # all that makes a row, by name
    db: Database,
    story_id: int,
    source_id: int,
    key: str,
    article: Article,
    *,
    now: datetime,
    listed: str = "",
) -> int | None:
    """Store an article of a story that is a post already, and name its paper there, both or neither.

    Gives the post; None where the url key is already stored.
    """
    async with db.write() as connection:
        await locks.hold(connection, locks.PUBLISH)
        name = await _new_name(connection, story_id, source_id)
        added = await articles.add(connection, source_id, key, article, now, listed=listed, story_id=story_id)
        if added is None:
            return None
        post = await _post_of(connection, story_id)
        if name:
            await _list(connection, post, {"source": name, "url": article.url}, now)
    post_id: int = post["id"]
    return post_id


async def correct(  # noqa: PLR0913  # all that makes a change, by name
    db: Database, old: Kept, article: Article, *, now: datetime, listed: str, shown: bool
) -> int | None:
    """Let an article say something else; gives the post whose copies are to be corrected, if any are.

    They are where its card is changed (`shown`), the article is the one the card shows, and the post is live.
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
        change = update(posts).where(posts.c.id == newest).values(**values)
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


async def _new_name(connection: AsyncConnection, story_id: int, source_id: int) -> str | None:
    """The name of a source, unless a source of that name has told the story."""
    rows, names = tables.articles, tables.sources.c
    its = (rows.c.id == story_id) | (rows.c.story_id == story_id)
    told = select(names.name).join(rows, rows.c.source_id == names.id).where(its)
    wanted = select(names.name).where(names.id == source_id, names.name.not_in(told))
    name: str | None = await connection.scalar(wanted)
    return name


async def _post_of(connection: AsyncConnection, story_id: int) -> Any:
    """Its newest: a story that an editor released has the post that was held, and one that is live."""
    its = select(posts.c.id, posts.c.others).where(posts.c.article_id == story_id)
    return (await connection.execute(its.order_by(posts.c.id.desc()).limit(1))).mappings().one()


async def _list(connection: AsyncConnection, post: Any, other: dict[str, str], now: datetime) -> None:
    """Add a paper to those that tell the story of `post`."""
    values = {"others": [*(post["others"] or ()), other], "revision": next_revision(), "changed_at": now}
    await connection.execute(update(posts).where(posts.c.id == post["id"]).values(**values))
