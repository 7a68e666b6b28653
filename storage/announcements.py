"""Announcements: an editor's message made a post, once for each panel it was confirmed on.

The panel then shows how it goes; one that has not said the last word yet is taken up again after a restart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from storage import audit, locks
from storage.posts import append, fetch, selecting
from storage.tables import posts

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from storage.database import Database
    from storage.posts import Announcement, Audience, Post


async def publish(  # noqa: PLR0913  # all that makes a post, by name
    db: Database,
    announcement: Announcement,
    audience: Audience,
    *,
    now: datetime,
    expires_at: datetime,
    urgency: int = 0,
    hold: bool = False,
) -> int:
    """Store an announcement as a post, noting the editor; a panel that has published gives its post again."""
    fields = {
        "kind": "announcement",
        "from_chat_id": announcement.from_chat_id,
        "message_id": announcement.message_id,
        "editor_id": announcement.editor_id,
        "panel_id": announcement.panel_id,
        "panel_open": announcement.panel_id is not None,
        "urgency": urgency,
        "hold": hold,
    }
    async with db.write() as connection:
        await locks.hold(connection, locks.PUBLISH)
        before = await _confirmed_on(connection, announcement.from_chat_id, announcement.panel_id)
        if before is not None:
            return before
        post_id = await append(connection, audience, now, expires_at, fields)
        await audit.note(connection, announcement.editor_id, "announce", str(post_id), now)
    return post_id


async def confirmed_on(db: Database, chat_id: int, panel_id: int) -> int | None:
    """The post that was published by the panel `panel_id` of an editor's chat, if one was."""
    async with db.read() as connection:
        return await _confirmed_on(connection, chat_id, panel_id)


async def shown_by(db: Database, chat_id: int, message_id: int) -> list[int]:
    """The posts whose original, or whose panel, is that message of an editor's chat; by id."""
    either = (posts.c.message_id == message_id) | (posts.c.panel_id == message_id)
    its = (posts.c.from_chat_id == chat_id) & either
    async with db.read() as connection:
        return list(await connection.scalars(select(posts.c.id).where(its).order_by(posts.c.id)))


async def with_open_panels(db: Database) -> list[Post]:
    """Announcements whose panels have not shown their end yet, by id."""
    return await fetch(db, selecting().where(posts.c.panel_open).order_by(posts.c.id))


async def close_panel(db: Database, post_id: int) -> None:
    """The panel has said all there is to say."""
    # No new revision: readers' copies don't change.
    async with db.write() as connection:
        await connection.execute(update(posts).where(posts.c.id == post_id).values(panel_open=False))


async def _confirmed_on(connection: AsyncConnection, chat_id: int, panel_id: int | None) -> int | None:
    if panel_id is None:
        return None
    its = (posts.c.from_chat_id == chat_id) & (posts.c.panel_id == panel_id)
    found: int | None = await connection.scalar(select(posts.c.id).where(its))
    return found
