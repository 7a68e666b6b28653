"""Copies: the messages in which readers have a post, and which of them show what it said before."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from sqlalchemy import false, func, or_, select, update

from storage import in_hand, many
from storage.tables import corrections, readers, receipts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select, Update
    from sqlalchemy.ext.asyncio import AsyncConnection

    from storage.corrections import Correction
    from storage.database import Database

Outcome = Literal["changed", "gone", "too_old", "refused"]
"""What became of a copy that was to be changed: each a column of `corrections`."""
ELSEWHERE: Final = 2**62
"""Revision of a copy in a chat that has another id by now: nobody can change it, and none is ahead of it."""
Place = tuple[int, int]
"""The chat and the id of a message."""


@dataclass(frozen=True, slots=True)
class Copy:
    """One message of ours; `posts` are all that it shows, by id, and `active` whether its reader is there."""

    reader_id: int
    chat_id: int
    message_id: int
    language: str
    active: bool
    posts: tuple[int, ...]

    @property
    def place(self) -> Place:
        """Where it is."""
        return self.chat_id, self.message_id


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a reader's copy of the post that a correction is of."""

    correction: Correction
    reader_id: int
    outcome: Outcome


async def behind(
    db: Database, correction: Correction, *, before: int | None = None, limit: int = 200
) -> list[Copy]:
    """Copies that do not show the correction yet, of readers with ids less than `before`, if it is given.

    The greatest id comes first: who was reached last is likelier to look at it now. Without those whose
    receipts are pruned in this moment: nobody knows what they show.
    """
    found = (
        select(receipts.c.reader_id, receipts.c.message_id, readers.c.chat_id, readers.c.language)
        .add_columns(readers.c.state != "gone")
        .join(readers, readers.c.id == receipts.c.reader_id)
        .where(_behind(correction))
        .order_by(receipts.c.reader_id.desc())
        .limit(limit)
    )
    if before is not None:
        # Of both: PostgreSQL would go through the readers from the first on to join them.
        found = found.where(receipts.c.reader_id < before, readers.c.id < before)
    async with db.read() as connection:
        rows = (await connection.execute(found)).all()
        shown = await posts_in(connection, [(row[0], row[1]) for row in rows])
    return [
        Copy(reader_id, chat_id, message_id, language, active, shown[reader_id])
        for reader_id, message_id, chat_id, language, active in rows
        if reader_id in shown
    ]


async def may_come(db: Database, now: datetime) -> bool:
    """Whether somebody holds readers beyond the end of their lease.

    What was sent to them under it may be in no receipt yet: its sender can't write, or was frozen.
    """
    async with db.read() as connection:
        return await in_hand.is_anybody(connection, in_hand.expired(connection, now))


async def left(db: Database, together: Sequence[Correction]) -> int:
    """How many copies do not show these corrections, each of another post, yet."""
    behind = or_(false(), *map(_behind, together))
    async with db.read() as connection:
        found = await connection.scalar(select(func.count()).where(behind))
    return found or 0


def _behind(correction: Correction) -> ColumnElement[bool]:
    its = (receipts.c.post_id == correction.post_id) & (receipts.c.outcome == "sent")
    return its & (receipts.c.revision < correction.revision)


async def posts_in(
    connection: AsyncConnection, messages: list[tuple[int, int]]
) -> dict[int, tuple[int, ...]]:
    """All posts of each message, by its reader: one message of each reader is asked for."""
    shown: defaultdict[int, tuple[int, ...]] = defaultdict(tuple)
    for reader_id, post_id in await connection.execute(_SHOWN[connection.dialect.name], {"said": messages}):
        shown[reader_id] += (post_id,)
    return shown


def _shown(dialect: str) -> Select[Any]:
    """By joining: SQLite would look through all receipts for pairs that are in a list."""
    said = many.rows(dialect, "said", {name: receipts.c[name].type for name in ("reader_id", "message_id")})
    same = (receipts.c.reader_id == said.c.reader_id) & (receipts.c.message_id == said.c.message_id)
    same &= receipts.c.revision != ELSEWHERE
    found = select(receipts.c.reader_id, receipts.c.post_id)
    return found.join_from(said, receipts, same).order_by(receipts.c.post_id)


_SHOWN: Final = {dialect: _shown(dialect) for dialect in many.DIALECTS}


async def settle(db: Database, fates: Sequence[Fate]) -> Counter[Outcome]:
    """Write down what became of copies: none is behind any more, and each is counted; how many were.

    Once: not those of which it is written already. Who could not hear that it was may say it again.
    """
    said = {(one.correction.post_id, one.reader_id): one for one in fates}
    rows = [(*key, one.correction.revision) for key, one in said.items()]
    async with db.write(for_many=True) as connection:
        changed = await connection.execute(_SHOWS[connection.dialect.name], {"said": rows})
        told = [said[post_id, reader_id] for post_id, reader_id in changed.all()]
        counted = Counter((one.correction.id, one.outcome) for one in told)
        # By ascending id: two who count in the same rows never wait in a ring.
        for (correction_id, outcome), number in sorted(counted.items()):
            more = update(corrections).where(corrections.c.id == correction_id)
            await connection.execute(more.values({outcome: corrections.c[outcome] + number}))
    return Counter(one.outcome for one in told)


def _showing(dialect: str) -> Update:
    """Receipts, as of copies that show a later revision than was known."""
    said = many.rows(
        dialect, "said", {name: receipts.c[name].type for name in ("post_id", "reader_id", "revision")}
    )
    its = (receipts.c.post_id == said.c.post_id) & (receipts.c.reader_id == said.c.reader_id)
    later = receipts.c.revision < said.c.revision
    shows = update(receipts).where(its, later).values(revision=said.c.revision)
    return shows.returning(receipts.c.post_id, receipts.c.reader_id)


_SHOWS: Final = {dialect: _showing(dialect) for dialect in many.DIALECTS}
