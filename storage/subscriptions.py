"""What each reader follows: categories, places, keywords, and words they have muted.

And what is not to be sent them (again): what went before older posts, and what one of two readers had who
turned out to be one (`merging`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Text, cast, delete, literal, select, true, tuple_

from storage import many, posts
from storage.audience import HAD, ONCE
from storage.tables import readers, subscriptions
from storage.upsert import insert

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.ext.asyncio import AsyncConnection

    from storage.database import Database

_KEY: Final = (subscriptions.c.reader_id, subscriptions.c.kind, subscriptions.c.value)
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
        kinds = {"reader_id": subscriptions.c.reader_id.type, "post_id": subscriptions.c.since.type}
        said = many.rows(connection.dialect.name, "had", kinds).c
        row = select(said.reader_id, literal(HAD), cast(said.post_id, Text), said.post_id)
        # The condition: after a bare FROM, SQLite takes ON CONFLICT for that of a join.
        await note(connection, row.where(true()), {"had": had})


async def note(
    connection: AsyncConnection, rows: Select[Any], given: Mapping[str, Any] | None = None
) -> None:
    """Write `rows` (reader, kind, value, since), of which some may be there; `given` are their parameters."""
    noted = insert(connection, subscriptions).from_select(_COLUMNS, rows)
    later = {"since": noted.excluded.since}
    await connection.execute(noted.on_conflict_do_update(index_elements=_KEY, set_=later), given)


async def tidy(db: Database, size: int) -> int:
    """Forget at most `size` notes of what readers are not to get again and have passed by now; how many."""
    passed = subscriptions.c.kind.in_((HAD, ONCE)) & (subscriptions.c.since <= readers.c.cursor)
    chosen = select(*_KEY).join(readers, readers.c.id == subscriptions.c.reader_id).where(passed).limit(size)
    async with db.write(for_many=True) as connection:
        return (await connection.execute(delete(subscriptions).where(tuple_(*_KEY).in_(chosen)))).rowcount


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


_OF: Final = {dialect: _of(dialect) for dialect in many.DIALECTS}


def _one(reader_id: int, kind: str, value: str) -> ColumnElement[bool] | Any:
    columns = subscriptions.c
    return (columns.reader_id == reader_id) & (columns.kind == kind) & (columns.value == value)
