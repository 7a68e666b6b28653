"""Editors in the middle of something: their next message is an announcement, or what a story is to say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, select

from storage.tables import drafts
from storage.upsert import insert

if TYPE_CHECKING:
    from datetime import datetime

    from storage.database import Database

LIFE: Final = timedelta(minutes=15)
"""After that an editor's message is taken as any other: nobody broadcasts by accident tomorrow."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What an editor has begun: to correct the post `post_id`, else to announce something.

    `slug` is of the category whose followers are to get it; empty: everyone.
    """

    slug: str = ""
    post_id: int | None = None


_ANNOUNCEMENT: Final = Draft()


async def begin(db: Database, editor_id: int, now: datetime, draft: Draft = _ANNOUNCEMENT) -> None:
    """The editor's next message belongs to `draft`, and to nothing begun before."""
    begun = {"begun_at": now, "slug": draft.slug, "post_id": draft.post_id}
    async with db.write() as connection:
        added = insert(connection, drafts).values(editor_id=editor_id, **begun)
        await connection.execute(added.on_conflict_do_update(index_elements=["editor_id"], set_=begun))


async def begun(db: Database, editor_id: int, now: datetime) -> Draft | None:
    """What the editor began within its life before `now`."""
    its = (drafts.c.editor_id == editor_id) & (drafts.c.begun_at > now - LIFE)
    async with db.read() as connection:
        row = (await connection.execute(select(drafts.c.slug, drafts.c.post_id).where(its))).first()
    return Draft(row.slug, row.post_id) if row else None


async def end(db: Database, editor_id: int) -> None:
    """The draft is sent or given up."""
    async with db.write() as connection:
        await connection.execute(delete(drafts).where(drafts.c.editor_id == editor_id))
