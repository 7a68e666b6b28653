"""Wordings: what editors let stories say, instead of what the paper's page says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from sqlalchemy import case, func, insert, null, select, update

from storage import audit, corrections, locks
from storage.moments import moment
from storage.posts import next_revision
from storage.tables import posts, wordings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from storage.database import Database


State = Literal["live", "held"]
"""Of posts whose words can be changed."""


@dataclass(frozen=True, slots=True)
class Wording:
    """A headline and the sentences of a summary, as an editor wrote them for a post."""

    id: int
    post_id: int
    editor_id: int
    title: str
    summary: tuple[str, ...]


async def offer(  # noqa: PLR0913  # all that makes a row, by name
    db: Database, post_id: int, *, by: int, title: str, summary: Sequence[str], now: datetime
) -> Wording:
    """Keep what an editor has written, for when they have looked at it: it is not in force yet."""
    row = {"post_id": post_id, "editor_id": by, "title": title, "summary": list(summary), "at": now}
    async with db.write() as connection:
        added: int = (
            await connection.execute(insert(wordings).values(**row).returning(wordings.c.id))
        ).scalar_one()
    return Wording(added, post_id, by, title, tuple(summary))


async def wording(db: Database, wording_id: int) -> Wording | None:
    """The wording of that id, in force or not."""
    columns = [wordings.c[name] for name in ("id", "post_id", "editor_id", "title", "summary")]
    async with db.read() as connection:
        row = (await connection.execute(select(*columns).where(wordings.c.id == wording_id))).first()
    return Wording(row.id, row.post_id, row.editor_id, row.title, tuple(row.summary)) if row else None


async def put_in_force(db: Database, wording: Wording, *, by: int, now: datetime) -> State | None:
    """Let the post say so, and have the copies of a live one corrected; the post's state.

    None where it does already, where it says something newer, or where it is taken back.
    """
    live = posts.c.state == "live"
    its = (posts.c.id == wording.post_id) & posts.c.state.in_(get_args(State))
    older = func.coalesce(posts.c.wording_id, 0) < wording.id
    values = {
        "wording_id": wording.id,
        "revision": next_revision(),
        "changed_at": now,
        # What waits at the desk has never said anything else to readers.
        "corrected_at": case((live, moment(now)), else_=null()),
    }
    change = update(posts).where(its, older).values(**values).returning(posts.c.revision, posts.c.state)
    async with db.write() as connection:
        await locks.hold(connection, locks.PUBLISH)
        row = (await connection.execute(change)).one_or_none()
        if row is None:
            return None
        if row.state == "live":
            await corrections.queue(connection, wording.post_id, row.revision, "correct", now)
        await audit.note(connection, by, "correct", str(wording.post_id), now)
    state: State = row.state
    return state
