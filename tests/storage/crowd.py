"""Twenty thousand readers at once, and by which way a database finds some of them."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import event, insert

from storage.audience import split
from storage.tables import readers, receipts, subscriptions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.ext.asyncio import AsyncConnection

    from storage.database import Database

MANY: Final = 20_000
LARGE: Final = {"readers", "receipts", "subscriptions"}
"""Tables in which nothing may be looked at but what is asked for."""
SECOND: Final = timedelta(seconds=1)


FOLLOWED: Final = {"category:probash": 2, "category:khela": 3, "place:QA": 500, "place:SA": 700}
"""What every second, third and so on reader follows."""


async def fill(db: Database, now: datetime) -> None:
    """Every fourth reader is due, every 40th urgently, every 200th is held; all have got post 1."""
    numbers = range(1, MANY + 1)
    follows = [
        {"reader_id": number, "since": 0} | dict(zip(("kind", "value"), split(key), strict=True))
        for key, every in FOLLOWED.items()
        for number in numbers[every - 1 :: every]
    ]
    got = {"post_id": 1, "outcome": "sent", "reason": "", "at": now}
    async with db.write() as connection:
        await connection.execute(insert(readers), [_reader(number, now) for number in numbers])
        await connection.execute(insert(subscriptions), follows)
        await connection.execute(insert(receipts), [{"reader_id": number, **got} for number in numbers])
        if not db.is_sqlite:
            await connection.exec_driver_sql("ANALYZE")


def _reader(number: int, now: datetime) -> dict[str, Any]:
    due, held, ago = number % 4 == 0, number % 200 == 1, number * SECOND / 10
    return {
        "chat_id": number,
        "topic": 0,
        "kind": "private",
        "title": "পাঠক",
        "timezone": "Asia/Dhaka",
        "since": 0,
        "cursor": 1,
        "due_at": now - ago if due else None,
        "urgency": int(number % 40 == 0),
        "lease_owner": f"host/{number % 3}/a" if held else None,
        "lease_until": now - ago if held else None,
        "arrived_at": now,
        "changed_at": now,
    }


@dataclass(frozen=True, slots=True)
class Look:
    """A look into a table: by which index (empty: none), whether at a part of it only, and at rows too."""

    table: str
    index: str
    narrow: bool
    rows: bool


@contextmanager
def overheard(db: Database) -> Iterator[list[tuple[str, Any]]]:
    """What is asked of the database meanwhile, each question with one set of values."""
    asked: list[tuple[str, Any]] = []

    def hear(*said: Any) -> None:
        statement, values, many = said[2], said[3], said[5]
        asked.append((statement, values[0] if many else values))

    engine = db._engine.sync_engine
    event.listen(engine, "before_cursor_execute", hear)
    yield asked
    event.remove(engine, "before_cursor_execute", hear)


async def looks(db: Database, question: str, values: Any) -> set[Look]:
    """Where the database looks to answer; only at what is large."""
    async with db.read() as connection:
        found = await (_sqlite if db.is_sqlite else _postgresql)(connection, question, values)
    return {look for look in found if look.table in LARGE}


_STEP: Final = re.compile(r"(SEARCH|SCAN) (\w+)(?: USING (COVERING )?(?:INDEX (\w+)|.*PRIMARY KEY))?")


async def _sqlite(connection: AsyncConnection, question: str, values: Any) -> list[Look]:
    steps = [row[3] for row in await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {question}", values)]
    found = [one for step in steps if (one := _STEP.match(step))]
    return [
        Look(one[2], one[4] or f"pk_{one[2]}" * ("KEY" in one[0]), one[1] == "SEARCH", rows=not one[3])
        for one in found
    ]


async def _postgresql(connection: AsyncConnection, question: str, values: Any) -> list[Look]:
    plan = await connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {question}", values)
    return list(_nodes(plan.scalar_one()[0]["Plan"], ""))


_SCANS: Final = {"Seq Scan", "Index Scan", "Index Only Scan", "Bitmap Index Scan"}


def _nodes(node: dict[str, Any], table: str) -> Iterator[Look]:
    table = node.get("Relation Name", table)
    if node["Node Type"] in _SCANS:
        alone = node["Node Type"] == "Index Only Scan"
        yield Look(table, node.get("Index Name", ""), "Index Cond" in node, rows=not alone)
    for below in node.get("Plans", ()):
        yield from _nodes(below, table)
