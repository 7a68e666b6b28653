"""The desk: stories that wait for an editor. A released one becomes a new post: no cursor is past it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import update

from storage import audit, locks
from storage.audience import Audience
from storage.posts import append, fetch, next_revision, selecting
from storage.tables import posts

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import RowMapping
    from sqlalchemy.ext.asyncio import AsyncConnection

    from storage.database import Database
    from storage.posts import Post


_KEPT: Final = ("kind", "article_id", "urgency", "hold", "others", "wording_id")
"""What a released post has from the one that was held."""


async def held(db: Database, limit: int = 10) -> list[Post]:
    """Stories that wait for an editor, the oldest first."""
    return await fetch(db, selecting().where(posts.c.state == "held").order_by(posts.c.id).limit(limit))


async def release(db: Database, post_id: int, *, by: int, now: datetime, expires_at: datetime) -> int | None:
    """Publish a held story as a new post, whose id is given; None where it is not held. `by`: the editor."""
    async with db.write() as connection:
        await locks.hold(connection, locks.PUBLISH)
        row = await _taken(connection, post_id, "released", now)
        if row is None:
            return None
        fields = {name: row[name] for name in _KEPT}
        audience = Audience(row["everyone"], frozenset(row["audience"]))
        await audit.note(connection, by, "release", str(post_id), now)
        return await append(connection, audience, now, expires_at, fields)


async def dismiss(db: Database, post_id: int, *, by: int, now: datetime) -> bool:
    """Let a held story reach nobody; False where it is no longer held. `by`: the editor."""
    async with db.write() as connection:
        await locks.hold(connection, locks.PUBLISH)
        if await _taken(connection, post_id, "dismissed", now) is None:
            return False
        await audit.note(connection, by, "dismiss", str(post_id), now)
    return True


async def _taken(connection: AsyncConnection, post_id: int, reason: str, now: datetime) -> RowMapping | None:
    """The held post, off the desk from now on: of two editors who decide at once only one does."""
    change = (
        update(posts)
        .where(posts.c.id == post_id, posts.c.state == "held")
        .values(state="retracted", reason=reason, changed_at=now, marked=True, revision=next_revision())
        .returning(*posts.c)
    )
    return (await connection.execute(change)).mappings().first()
