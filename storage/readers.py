"""Readers: private chats, groups, forum topics and channels, and the state each is in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import case, delete, func, select, update

from storage import locks, merging, posts
from storage.moments import moment
from storage.tables import readers, receipts, subscriptions
from storage.upsert import insert

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.ext.asyncio import AsyncConnection

    from storage.database import Database


@dataclass(frozen=True, slots=True)
class Reader:
    """Someone who receives posts. `kind` is private, group or channel; `topic` 0 is none.

    `state` is active, paused or gone; `digest` and `quiet` are times of their own zone; `cursor` is the id
    of the last post they have been caught up to.
    """

    id: int
    chat_id: int
    topic: int
    kind: str
    title: str
    language: str
    timezone: str
    state: str
    digest: tuple[time, ...]
    quiet: tuple[time, time] | None
    cursor: int


@dataclass(frozen=True, slots=True)
class ReaderCounts:
    """Readers by state, and the active ones by the category they follow."""

    active: int
    paused: int
    gone: int
    by_category: dict[str, int]


COLUMNS: Final = tuple(readers.c[name] for name in Reader.__slots__)
"""The columns that `read` needs."""


async def arrive(  # noqa: PLR0913  # all that Telegram says of a chat, by name
    db: Database, chat_id: int, *, topic: int = 0, kind: str, title: str, timezone: str, now: datetime
) -> tuple[Reader, bool]:
    """The reader of that chat and topic, and whether they are new.

    A new one starts at the newest post, and so does one who had gone: nobody is greeted with an archive.
    A paused one stays paused.
    """
    told = {"kind": kind, "title": _clean(title)}
    known = await reader(db, chat_id, topic)
    if known is not None and known.state != "gone" and (known.kind, known.title) == (kind, told["title"]):
        return known, False  # as mostly: nothing is written, and nobody waits for those who write
    start = {
        "since": posts.newest(),
        "cursor": posts.newest(),
        "timezone": timezone,
        "arrived_at": now,
        "changed_at": now,
    }
    async with db.write() as connection:
        added = insert(connection, readers).values(chat_id=chat_id, topic=topic, **told, **start)
        new = (await connection.execute(added.on_conflict_do_nothing())).rowcount > 0
        if not new:
            await _return(connection, _at(chat_id, topic), told, now)
        return await _one(connection, _at(chat_id, topic)), new


async def _return(
    connection: AsyncConnection, where: ColumnElement[bool], told: dict[str, str], now: datetime
) -> None:
    await connection.execute(update(readers).where(where).values(told))
    again = {"state": "active", "reason": "", "since": posts.newest(), "cursor": posts.newest(), "unsure": 0}
    await connection.execute(
        update(readers).where(where, readers.c.state == "gone").values(changed_at=now, **again)
    )


async def _one(connection: AsyncConnection, where: ColumnElement[bool]) -> Reader:
    return read((await connection.execute(select(*COLUMNS).where(where))).one())


async def reader(db: Database, chat_id: int, topic: int = 0) -> Reader | None:
    """The reader of that chat and topic."""
    return await _find(db, _at(chat_id, topic))


async def reader_by_id(db: Database, reader_id: int) -> Reader | None:
    """The reader of that id."""
    return await _find(db, readers.c.id == reader_id)


async def _find(db: Database, where: ColumnElement[bool]) -> Reader | None:
    async with db.read() as connection:
        row = (await connection.execute(select(*COLUMNS).where(where))).first()
    return read(row) if row else None


async def set_language(db: Database, reader_id: int, value: str) -> None:
    """Cards and answers in `bn` or `en` from now on."""
    await _set(db, reader_id, {"language": value})


async def set_timezone(db: Database, reader_id: int, value: str, now: datetime | None = None) -> None:
    """The IANA zone of digest and quiet hours; with `now`, who waits is asked again at once."""
    await _set(db, reader_id, {"timezone": value}, now)


async def set_digest(
    db: Database, reader_id: int, value: Sequence[time], now: datetime | None = None
) -> None:
    """Times of the digest, none for instant; with `now`, who waits is asked again at once."""
    await _set(db, reader_id, {"digest": [_text(one) for one in value]}, now)


async def set_quiet(
    db: Database, reader_id: int, value: tuple[time, time] | None, now: datetime | None = None
) -> None:
    """Quiet hours, from and to; with `now`, who waits is asked again at once."""
    await _set(db, reader_id, {"quiet": [_text(one) for one in value] if value else None}, now)


async def _set(db: Database, reader_id: int, values: Mapping[str, Any], now: datetime | None = None) -> None:
    """When to send is decided at catch-up: a reader given back until later becomes due for a new decision."""
    sooner: dict[str, Any] = {}
    if now is not None:
        sooner["due_at"] = case((readers.c.due_at > now, moment(now)), else_=readers.c.due_at)
    async with db.write() as connection:
        await connection.execute(update(readers).where(readers.c.id == reader_id).values(**values, **sooner))


async def pause(db: Database, reader_id: int) -> None:
    """Nothing is sent until they resume; their cursor waits."""
    chosen = (readers.c.id == reader_id) & (readers.c.state == "active")
    async with db.write() as connection:
        await connection.execute(update(readers).where(chosen).values(state="paused", **UNDUE))


async def resume(db: Database, reader_id: int, now: datetime) -> None:
    """Due now for whatever has come meanwhile."""
    await _back(db, (readers.c.id == reader_id) & (readers.c.state != "active"), now)


async def may_write_again(db: Database, chat_id: int, now: datetime, *, topic: int | None = None) -> None:
    """End the pauses that came of a chat, or of one topic, where we could not write; people's own stay."""
    there = readers.c.chat_id == chat_id if topic is None else _at(chat_id, topic)
    await _back(db, there & (readers.c.state == "paused") & (readers.c.reason != ""), now)


async def _back(db: Database, chosen: ColumnElement[bool], now: datetime) -> None:
    back = {"state": "active", "reason": "", "due_at": now, "changed_at": now}
    async with db.write() as connection:
        await connection.execute(update(readers).where(chosen).values(back))


async def forget(db: Database, reader_id: int) -> None:
    """Delete everything of a reader: subscriptions, saved posts and receipts, and which groups are theirs."""
    them = readers.alias()
    added = readers.c.added_by == select(them.c.chat_id).where(them.c.id == reader_id).scalar_subquery()
    async with db.write() as connection:
        concerned = await locks.rows(connection, _is(reader_id) | added)
        theirs = readers.c.id.in_([row.id for row in concerned]) & added
        await connection.execute(update(readers).where(theirs).values(added_by=None))
        # The reader first: whoever settles them holds that row, and the receipts are there once it is free.
        await connection.execute(delete(readers).where(_is(reader_id)))
        await connection.execute(delete(receipts).where(receipts.c.reader_id == reader_id))


async def gone(db: Database, chat_id: int, reason: str, now: datetime) -> None:
    """The chat can't be reached any more, in any topic; subscriptions are kept for when they come back."""
    chosen = (readers.c.chat_id == chat_id) & (readers.c.state != "gone")
    async with db.write() as connection:
        await connection.execute(
            update(readers).where(chosen).values(state="gone", reason=reason, changed_at=now, **UNDUE)
        )


async def move(db: Database, old_chat_id: int, new_chat_id: int, now: datetime) -> None:
    """A group is a supergroup of another id now; where that one is a reader already, the two become one."""
    async with db.write() as connection:
        await merging.move(connection, old_chat_id, new_chat_id, now)


async def counts(db: Database) -> ReaderCounts:
    """Readers by state and by category."""
    by_state = select(readers.c.state, func.count()).group_by(readers.c.state)
    by_category = (
        select(subscriptions.c.value, func.count())
        .join(readers, readers.c.id == subscriptions.c.reader_id)
        .where(subscriptions.c.kind == "category", readers.c.state == "active")
        .group_by(subscriptions.c.value)
    )
    async with db.read() as connection:
        states: dict[str, int] = dict((await connection.execute(by_state)).all())
        categories: dict[str, int] = dict((await connection.execute(by_category)).all())
    active, paused, gone = (states.get(state, 0) for state in ("active", "paused", "gone"))
    return ReaderCounts(active, paused, gone, categories)


UNDUE: Final[dict[str, Any]] = {"due_at": None, "urgency": 0, "again": False}
"""The values of a reader whom nothing is for."""


def read(row: Iterable[Any]) -> Reader:
    """The reader in a row of COLUMNS."""
    *told, digest, quiet, cursor = row
    hours = (time.fromisoformat(quiet[0]), time.fromisoformat(quiet[1])) if quiet else None
    fields = [*told, tuple(map(time.fromisoformat, digest)), hours, cursor]
    return Reader(*fields)


def _is(reader_id: int) -> ColumnElement[bool]:
    return readers.c.id == reader_id


def _at(chat_id: int, topic: int) -> ColumnElement[bool]:
    return (readers.c.chat_id == chat_id) & (readers.c.topic == topic)


def _text(value: time) -> str:
    return value.strftime("%H:%M")


def _clean(title: str) -> str:
    """Titles are anybody's: PostgreSQL refuses U+0000, UTF-8 lone surrogates."""
    return title.replace("\0", "").encode(errors="replace").decode()
