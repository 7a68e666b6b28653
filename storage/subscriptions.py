"""What each reader follows: categories, places, keywords, and words they have muted.

And what is not to be sent them (again): what went before older posts, and what one of two readers had who
turned out to be one (`merging`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Text, cast, delete, literal, select, true, tuple_
from sqlalchemy.dialects import postgresql, sqlite

from storage import many, posts
from storage.audience import HAD, ONCE
from storage.tables import readers, subscriptions
from storage.upsert import insert

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.ext.asyncio import AsyncConnection

    from storage.database import Database

_COLUMNS: Final = ["reader_id", "kind", "value", "since"]


async def follow(db: Database, reader_id: int, kind: str, value: str) -> bool:
    """Follow from the next post on; False where the reader did already, or is gone for good."""
    row = select(readers.c.id, literal(kind), literal(value), posts.newest()).where(readers.c.id == reader_id)
    async with db.write() as connection:
        added = insert(connection, subscriptions).from_select(_COLUMNS, row)
        return (await connection.execute(added.on_conflict_do_nothing())).rowcount > 0


async def unfollow(db: Database, reader_id: int, kind: str, value: str) -> bool:
    """Follow no longer; False where the reader did not."""
    async with db.write() as connection:
        return (
            await connection.execute(delete(subscriptions).where(_one(reader_id, kind, value)))
        ).rowcount > 0


async def following(db: Database, reader_id: int) -> dict[str, int]:
    """Keys such as `category:probash`, each with the id of the newest post when it was followed."""
    async with db.read() as connection:
        return (await of(connection, [reader_id])).get(reader_id, {})


async def note_had(connection: AsyncConnection, had: Sequence[tuple[int, int]]) -> None:
    """These readers had these posts before older ones, and do not get them again."""
    if had:
        await connection.execute(_NOTE_HAD[connection.dialect.name], {"had": had})


async def tidy(db: Database, size: int) -> int:
    """Forget at most `size` notes of what readers are not to get again and have passed by now; how many."""
    passed = subscriptions.c.kind.in_((HAD, ONCE)) & (subscriptions.c.since <= readers.c.cursor)
    chosen = select(*_KEY).join(readers, readers.c.id == subscriptions.c.reader_id).where(passed).limit(size)
    async with db.write(for_many=True) as connection:
        return (await connection.execute(delete(subscriptions).where(tuple_(*_KEY).in_(chosen)))).rowcount


_KEY: Final = (subscriptions.c.reader_id, subscriptions.c.kind, subscriptions.c.value)


async def of(connection: AsyncConnection, reader_ids: list[int]) -> dict[int, dict[str, int]]:
    """`following` of many readers in one query; those who follow nothing are missing."""
    found: dict[int, dict[str, int]] = {}
    asked = {"asked": [[reader_id] for reader_id in reader_ids]}
    rows = await connection.execute(_OF[connection.dialect.name], asked)
    for reader_id, kind, value, since in rows:
        found.setdefault(reader_id, {})[f"{kind}:{value}"] = since
    return found


def _of(dialect: str) -> Select[Any]:
    asked = many.rows(dialect, "asked", {"id": subscriptions.c.reader_id.type})
    return select(subscriptions).join(asked, asked.c.id == subscriptions.c.reader_id)


def _note_had(dialect: str, insert: sqlite.Insert | postgresql.Insert) -> Any:
    kinds = {"reader_id": subscriptions.c.reader_id.type, "post_id": subscriptions.c.since.type}
    had = many.rows(dialect, "had", kinds)
    # The condition: after a bare FROM, SQLite takes ON CONFLICT for that of a join.
    row = select(had.c.reader_id, literal(HAD), cast(had.c.post_id, Text), had.c.post_id).where(true())
    return insert.from_select(_COLUMNS, row).on_conflict_do_nothing()


_NOTE_HAD: Final = {
    "sqlite": _note_had("sqlite", sqlite.insert(subscriptions)),
    "postgresql": _note_had("postgresql", postgresql.insert(subscriptions)),
}
_OF: Final = {dialect: _of(dialect) for dialect in many.DIALECTS}


def _one(reader_id: int, kind: str, value: str) -> ColumnElement[bool] | Any:
    columns = subscriptions.c
    return (columns.reader_id == reader_id) & (columns.kind == kind) & (columns.value == value)
