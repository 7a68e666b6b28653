"""Corrections: what is to be done to the copies of posts that readers have, and how far it has come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from sqlalchemy import insert, select, update

from storage.tables import corrections

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.ext.asyncio import AsyncConnection

    from storage.database import Database

Kind = Literal["correct", "retract"]


@dataclass(frozen=True, slots=True)
class Correction:
    """Copies of a post are to show what it says since `revision`, or to go.

    Of the copies done so far it counts those changed, those that are gone (with their reader, or deleted),
    those too old for what was to be done (to be edited, or to go), and those it refused to change or would
    not say so clearly. `at` is when it was asked for, or when a copy was last heard of that it had missed.
    """

    id: int
    post_id: int
    revision: int
    kind: Kind
    at: datetime
    changed: int = 0
    gone: int = 0
    too_old: int = 0
    refused: int = 0
    finished_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Panel:
    """The message in an editor's chat that shows how a correction goes."""

    correction_id: int
    chat_id: int
    message_id: int


_COLUMNS: Final = [corrections.c[name] for name in Correction.__slots__]


async def queue(connection: AsyncConnection, post_id: int, revision: int, kind: Kind, now: datetime) -> None:
    """Ask for a correction, in the transaction that makes it necessary."""
    row = {"post_id": post_id, "revision": revision, "kind": kind, "at": now}
    await connection.execute(insert(corrections).values(**row))


async def unfinished(db: Database) -> list[Correction]:
    """What is to be done: the newest correction of each post, of the newest post first."""
    found = await _fetch(db, corrections.c.finished_at.is_(None))
    newest = {one.post_id: one for one in found}
    return sorted(newest.values(), key=lambda one: one.post_id, reverse=True)


async def of_post(db: Database, *post_ids: int) -> list[Correction]:
    """All corrections of a post, or of several, by id."""
    return await _fetch(db, corrections.c.post_id.in_(post_ids))


async def correction(db: Database, correction_id: int) -> Correction | None:
    """The correction of that id."""
    found = await _fetch(db, corrections.c.id == correction_id)
    return found[0] if found else None


async def finish(db: Database, correction: Correction, now: datetime) -> bool:
    """No copy is behind this correction, nor behind an earlier one of its post.

    False where a copy has come to light since the correction was looked at.
    """
    its = (corrections.c.id == correction.id) & (corrections.c.at == correction.at)
    earlier = (corrections.c.post_id == correction.post_id) & (corrections.c.id < correction.id)
    open_ = corrections.c.finished_at.is_(None)
    async with db.write() as connection:
        done = update(corrections).where(its, open_).values(finished_at=now)
        if not (await connection.execute(done)).rowcount:
            return False
        await connection.execute(update(corrections).where(earlier, open_).values(finished_at=now))
    return True


async def reopen(connection: AsyncConnection, shown: Mapping[int, int], now: datetime) -> None:
    """Copies come to light in this transaction, by post, that show it as of a revision.

    Its later corrections are finished no more, and not before they have been looked at once again: whoever
    is about to finish one can't see these copies yet, and finds that its `at` has changed.
    """
    for post_id, revision in sorted(shown.items()):
        later = (corrections.c.post_id == post_id) & (corrections.c.revision > revision)
        await connection.execute(update(corrections).where(later).values(finished_at=None, at=now))


async def show_on(db: Database, panel: Panel) -> None:
    """From now on `panel` shows how it goes; one before it is not taken up after a restart."""
    place = {"panel_chat_id": panel.chat_id, "panel_id": panel.message_id, "panel_open": True}
    await _change(db, panel.correction_id, place)


async def close_panel(db: Database, correction_id: int) -> None:
    """The panel has said all there is to say."""
    await _change(db, correction_id, {"panel_open": False})


async def open_panels(db: Database) -> list[Panel]:
    """The panels that have not shown the end yet, by correction."""
    columns = (corrections.c.id, corrections.c.panel_chat_id, corrections.c.panel_id)
    found = select(*columns).where(corrections.c.panel_open).order_by(corrections.c.id)
    async with db.read() as connection:
        return [Panel(*row) for row in await connection.execute(found)]


async def shown_on(db: Database, chat_id: int, message_id: int) -> list[int]:
    """The posts of whose corrections that message of an editor's chat tells."""
    its = (corrections.c.panel_chat_id == chat_id) & (corrections.c.panel_id == message_id)
    async with db.read() as connection:
        return list(await connection.scalars(select(corrections.c.post_id).where(its).distinct()))


async def _change(db: Database, correction_id: int, values: dict[str, Any]) -> None:
    async with db.write() as connection:
        await connection.execute(update(corrections).where(corrections.c.id == correction_id).values(values))


async def _fetch(db: Database, wanted: ColumnElement[bool]) -> list[Correction]:
    async with db.read() as connection:
        rows = await connection.execute(select(*_COLUMNS).where(wanted).order_by(corrections.c.id))
        return [Correction(**row) for row in rows.mappings()]
