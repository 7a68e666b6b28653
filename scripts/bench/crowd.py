"""Databases full of readers, and how much room they take."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import BigInteger, insert, literal, select

from scripts.bench import card, stub
from scripts.paper import CATEGORY
from storage import media
from storage.moments import UTCDateTime
from storage.tables import readers, subscriptions

if TYPE_CHECKING:
    from sqlalchemy import Select

    from storage.database import Database

SLICE: Final = 100_000
FIRST_CHAT: Final = 5_000_000_000
_SIZES: Final = {
    True: "SELECT m.tbl_name, sum(s.pgsize) FROM dbstat('main', 1) s JOIN sqlite_master m ON m.name = s.name"
    " GROUP BY 1",
    False: "SELECT relname, pg_total_relation_size(oid) FROM pg_class"
    " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace",
}
FOLLOWED: Final = (CATEGORY.slug, "khela")
"""The categories that every reader follows; the story is of the first."""
WARMING: Final = 200
"""The readers of another story, of the country `WARM`: with it the engine becomes warm, as the others do."""
WARM: Final = "MT"


async def fill(db: Database, size: int) -> None:
    """`size` readers who follow two categories, those who ask for help, and a picture that Telegram has."""
    for start in range(1, size + 1, SLICE):
        await _slice(db, start, min(start + SLICE - 1, size))
    async with db.write() as connection:
        await connection.execute(_readers(stub.FIRST_PERSON, stub.NAME, 0, stub.PEOPLE - 1))
    await media.keep(db, card.PHOTO, card.FILE_ID, datetime.now(UTC))
    await _tidy(db)


async def _slice(db: Database, start: int, end: int) -> None:
    async with db.write() as connection:
        await connection.execute(_readers(FIRST_CHAT, "পাঠক", start, end))
        for value in FOLLOWED:
            await connection.execute(_followed("category", value, start, end))
        await connection.execute(_followed("place", WARM, start, min(end, WARMING)))


def _readers(first_chat: int, title: str, start: int, end: int) -> Any:
    """Those with the chats `first_chat` + `start` to `end`."""
    first: Any = select(literal(start, BigInteger).label("n")).cte(recursive=True)
    numbers = first.union_all(select(first.c.n + 1).where(first.c.n < end))
    now = literal(datetime.now(UTC), UTCDateTime())
    zero = literal(0, BigInteger)
    people = select(
        numbers.c.n + literal(first_chat, BigInteger), literal(0), literal("private"), literal(title),
        literal("Europe/Rome"), zero, zero, now, now,
    )  # fmt: skip
    names = ["chat_id", "topic", "kind", "title", "timezone", "since", "cursor", "arrived_at", "changed_at"]
    return insert(readers).from_select(names, people.select_from(numbers))


def _followed(kind: str, value: str, start: int, end: int) -> Any:
    found: Select[Any] = select(readers.c.id, literal(kind), literal(value), literal(0))
    found = found.where(readers.c.id >= start, readers.c.id <= end)
    return insert(subscriptions).from_select(["reader_id", "kind", "value", "since"], found)


async def _tidy(db: Database) -> None:
    """As the database would be after a quiet night."""
    if db.is_sqlite:
        async with db.read() as connection:
            await connection.exec_driver_sql("COMMIT")
            await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        return
    async with db.read() as connection:
        raw: Any = (await connection.get_raw_connection()).driver_connection
        await raw.execute("VACUUM ANALYZE")


async def sizes(db: Database) -> dict[str, int]:
    """Bytes of each table with its indexes."""
    async with db.read() as connection:
        rows: list[Any] = list(await connection.exec_driver_sql(_SIZES[db.is_sqlite]))
    return {name: int(size) for name, size in rows}
