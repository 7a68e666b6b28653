"""What each reader follows: categories, places, keywords, and words they have muted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, literal, select

from storage import posts
from storage.tables import readers, subscriptions
from storage.upsert import insert

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.ext.asyncio import AsyncConnection

    from storage.database import Database


async def follow(db: Database, reader_id: int, kind: str, value: str) -> bool:
    """Follow from the next post on; False where the reader did already, or is gone for good."""
    row = select(readers.c.id, literal(kind), literal(value), posts.newest()).where(readers.c.id == reader_id)
    async with db.write() as connection:
        added = insert(connection, subscriptions).from_select(["reader_id", "kind", "value", "since"], row)
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


async def of(connection: AsyncConnection, reader_ids: list[int]) -> dict[int, dict[str, int]]:
    """`following` of many readers in one query; those who follow nothing are missing."""
    found: dict[int, dict[str, int]] = {}
    rows = await connection.execute(select(subscriptions).where(subscriptions.c.reader_id.in_(reader_ids)))
    for reader_id, kind, value, since in rows:
        found.setdefault(reader_id, {})[f"{kind}:{value}"] = since
    return found


def _one(reader_id: int, kind: str, value: str) -> ColumnElement[bool] | Any:
    columns = subscriptions.c
    return (columns.reader_id == reader_id) & (columns.kind == kind) & (columns.value == value)
