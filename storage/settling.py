"""Settling: receipts, cursor and the end of the lease, in one transaction for a whole batch.

And its beginning, where a message leaves for the last time: who finds one begun and not settled knows that it
may have arrived.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, case, func, select, true, update
from sqlalchemy.dialects import postgresql, sqlite

from storage import corrections, in_hand, limits, many, merging, subscriptions
from storage.moments import UTCDateTime
from storage.tables import readers, receipts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import CTE, ColumnElement, Update
    from sqlalchemy.ext.asyncio import AsyncConnection

    from storage.database import Database


_OUT: Final = frozenset({"sent", "unknown"})
"""Outcomes of what has left our hands."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one post for one reader: sent (with Telegram's message id), refused, unknown, passed.

    `revision` is that of the post as the message shows it.
    """

    post_id: int
    outcome: str
    message_id: int | None = None
    reason: str = ""
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Settlement:
    """What the holder of a lease says at its end.

    `cursor` None leaves it; `due_at` makes the reader due then, or earlier where a post has come meanwhile:
    as urgently as before if the cursor is left, else with the `urgency` of what is next; with `again` before
    those whose turn is still to come. `state` is gone or paused, with its `reason`; `unsure` counts the
    ambiguous sends of what comes next; `moved_to` is the chat's new id; `epoch` is that of the claim.
    """

    reader_id: int
    cursor: int | None = None
    receipts: tuple[Receipt, ...] = ()
    due_at: datetime | None = None
    urgency: int = 0
    again: bool = False
    state: str | None = None
    reason: str = ""
    unsure: int = 0
    moved_to: int | None = None
    epoch: int = 0

    @property
    def may_have_arrived(self) -> bool:
        """Whether a post was sent, or perhaps was and is not to be tried again."""
        return self.cursor is not None and any(one.outcome in _OUT for one in self.receipts)

    @property
    def had_ahead(self) -> list[tuple[int, int]]:
        """Reader and post of what went before older posts: the cursor will come to it, and pass it."""
        cursor = self.cursor
        if cursor is None:
            return []
        return [(self.reader_id, one.post_id) for one in self.receipts if one.post_id > cursor]


@dataclass(frozen=True, slots=True)
class Beginning:
    """All that a reader is to get up to `post_id` is about to leave; by the claim of that `epoch`."""

    reader_id: int
    post_id: int
    epoch: int


async def begin(db: Database, owner: str, beginnings: Sequence[Beginning]) -> set[int]:
    """Write down what is to leave, of readers whom `owner` still holds by the same claim; the others' ids."""
    said = [(one.reader_id, one.post_id, one.epoch) for one in beginnings]
    async with db.write(for_many=True) as connection:
        begun = await _changed(connection, _BEGIN, said=said, owner=owner)
    return {one.reader_id for one in beginnings} - begun


async def settle(db: Database, owner: str, settlements: Sequence[Settlement], *, now: datetime) -> set[int]:
    """Write settlements of readers whom `owner` still holds by the same claim; the ids of the others.

    Of those others only what may have reached a reader is written: it is true whoever holds them now.
    """
    if not settlements:
        return set()
    async with db.write(for_many=True) as connection:
        return {one for some in _rounds(settlements) for one in await _settle(connection, owner, some, now)}


def _rounds(settlements: Sequence[Settlement]) -> Iterator[list[Settlement]]:
    """Each reader once in each: a second claim is settled on what the first one has left."""
    rest = list(settlements)
    while rest:
        first = {one.reader_id: one for one in reversed(rest)}
        yield list(first.values())
        rest = [one for one in rest if first[one.reader_id] is not one]


async def _settle(
    connection: AsyncConnection, owner: str, settlements: Sequence[Settlement], now: datetime
) -> set[int]:
    said = [_said(one) for one in settlements]
    held = await _changed(connection, _SETTLE, said=said, owner=owner, now=now)
    kept = [one for one in settlements if one.reader_id in held]
    lost = [one for one in settlements if one.reader_id not in held]
    late = await _settle_late(connection, lost)
    told = kept + late
    await _write_receipts(connection, told, now)
    await corrections.reopen(connection, _copies_in(late), now)
    await subscriptions.note_had(connection, [ahead for one in told for ahead in one.had_ahead])
    for one in kept:
        if one.moved_to is not None and (chat_id := await _chat_of(connection, one)) is not None:
            await merging.move(connection, chat_id, one.moved_to, now)
    return {one.reader_id for one in lost}


async def _settle_late(connection: AsyncConnection, lost: Sequence[Settlement]) -> list[Settlement]:
    """Those of `lost` whose receipts are true all the same, of readers who are still there."""
    if not lost:
        return []
    said = [_said_late(one) for one in lost]
    there = await _changed(connection, _SETTLE_LATE, said=said)
    return [one for one in lost if one.may_have_arrived and one.reader_id in there]


def _copies_in(settlements: Sequence[Settlement]) -> dict[int, int]:
    """The posts of which readers have copies, and the oldest revision that one of these shows."""
    copies = [one for each in settlements for one in each.receipts if one.message_id is not None]
    copies.sort(key=lambda one: one.revision, reverse=True)
    return {one.post_id: one.revision for one in copies}


async def _changed(connection: AsyncConnection, statements: Mapping[str, Update], **values: Any) -> set[int]:
    """The readers whom a statement has changed."""
    return set(await connection.scalars(statements[connection.dialect.name], values))


async def _chat_of(connection: AsyncConnection, one: Settlement) -> int | None:
    """None where they have been merged by now: another topic of the chat came first."""
    chat_id: int | None = await connection.scalar(
        select(readers.c.chat_id).where(readers.c.id == one.reader_id)
    )
    return chat_id


async def _write_receipts(connection: AsyncConnection, said: list[Settlement], now: datetime) -> None:
    """What was sent once stays sent, with the message id Telegram gave first."""
    rows = [
        (one.post_id, each.reader_id, one.outcome, one.message_id, one.reason, one.revision)
        for each in said
        for one in each.receipts
    ]
    if rows:
        await connection.execute(_RECORD[connection.dialect.name], {"said": rows, "now": now})


def _recording(dialect: str, insert: sqlite.Insert | postgresql.Insert) -> Any:
    key, told = ("post_id", "reader_id"), ("outcome", "message_id", "reason", "revision")
    said = many.rows(dialect, "said", {name: receipts.c[name].type for name in key + told})
    # The condition: after a bare FROM, SQLite takes ON CONFLICT for that of a join.
    row = select(*said.c, bindparam("now", type_=UTCDateTime())).where(true())
    return insert.from_select([*key, *told, "at"], row).on_conflict_do_update(
        index_elements=key,
        set_={name: insert.excluded[name] for name in (*told, "at")},
        where=receipts.c.outcome != "sent",
    )


_RECORD: Final = {
    "sqlite": _recording("sqlite", sqlite.insert(receipts)),
    "postgresql": _recording("postgresql", postgresql.insert(receipts)),
}


def _locked(dialect: str, *names: str) -> CTE:
    """What is said of readers, by whom they are held, and by which claim; their rows are locked.

    By ascending id: two who lock the same rows never wait in a ring. SQLite locks no rows.
    Conditions on the holder are put to this, not to the table: PostgreSQL would look for all who are held.
    """
    columns = {name: readers.c[name].type for name in ("id", *names)}
    said = many.rows(dialect, "said", {**columns, "epoch": readers.c.lease_epoch.type})
    return (
        select(said, readers.c.lease_owner, readers.c.lease_epoch)
        .join(readers, readers.c.id == said.c.id)
        .order_by(readers.c.id)
        .with_for_update(of=readers, key_share=True)
        .cte("locked")
    )


def _holds(said: CTE) -> ColumnElement[bool]:
    """Whether it is the holder who says so, by the claim that is in force."""
    return (said.c.lease_owner == bindparam("owner")) & (said.c.epoch == said.c.lease_epoch)


def _beginning(dialect: str) -> Update:
    said = _locked(dialect, "begun")
    chosen = (readers.c.id == said.c.id) & _holds(said)
    return update(readers).where(chosen).values(begun=said.c.begun).returning(readers.c.id)


def _settling(dialect: str) -> Update:
    """The reader's row after the settlement; what others have written to it meanwhile is kept."""
    said = _locked(dialect, "cursor", "due_at", "urgency", "again", "unsure", "state", "reason")
    state = func.coalesce(said.c.state, readers.c.state)
    due_at = case((state == "active", _earlier(readers.c.due_at, said.c.due_at)))
    given_back = said.c.due_at.is_not(None) & said.c.cursor.is_(None)
    left_nothing = given_back & (said.c.unsure == readers.c.unsure)
    urgency = case((given_back, readers.c.lease_urgency), else_=said.c.urgency)
    after = {
        **in_hand.FREE,
        "begun": 0,
        "free_at": case((left_nothing, readers.c.free_at), else_=limits.NextMessage()),
        "cursor": _greater(readers.c.cursor, said.c.cursor),
        "due_at": due_at,
        "urgency": case((due_at.is_(None), 0), else_=_greater(readers.c.urgency, urgency)),
        "again": said.c.again & (state == "active"),
        "unsure": said.c.unsure,
        "state": state,
        "reason": func.coalesce(said.c.reason, readers.c.reason),
        "changed_at": case(
            (said.c.state != readers.c.state, bindparam("now", type_=UTCDateTime())),
            else_=readers.c.changed_at,
        ),
    }
    chosen = (readers.c.id == said.c.id) & _holds(said)
    return update(readers).where(chosen).values(after).returning(readers.c.id)


def _said(one: Settlement) -> tuple[Any, ...]:
    reason = None if one.state is None else one.reason
    due = one.due_at, one.urgency, one.again
    return one.reader_id, one.cursor, *due, one.unsure, one.state, reason, one.epoch


def _settling_late(dialect: str) -> Update:
    """The row of a reader who was taken from the hand that settles them; whoever holds them now keeps them.

    The cursor moves, so that nobody gets a third copy, unless more than the next claim has come between: then
    it may stand where a merger of two readers put it. An ambiguous send counts until somebody else claims.
    """
    said = _locked(dialect, "cursor", "unsure")
    moves = (said.c.cursor > readers.c.cursor) & (readers.c.lease_epoch <= said.c.epoch + 1)
    counts = readers.c.lease_epoch == said.c.epoch
    after = {
        "cursor": case((moves, said.c.cursor), else_=readers.c.cursor),
        "unsure": case(
            (moves, said.c.unsure),
            (counts, _greater(readers.c.unsure, said.c.unsure)),
            else_=readers.c.unsure,
        ),
    }
    return update(readers).where(readers.c.id == said.c.id).values(after).returning(readers.c.id)


def _said_late(one: Settlement) -> tuple[Any, ...]:
    return one.reader_id, one.cursor if one.may_have_arrived else None, one.unsure, one.epoch


def _earlier(known: ColumnElement[Any], said: ColumnElement[Any]) -> ColumnElement[Any]:
    return case((said < known, said), else_=func.coalesce(known, said))


def _greater(known: ColumnElement[Any], said: ColumnElement[Any]) -> ColumnElement[Any]:
    """`known` where nothing is said."""
    return case((said > known, said), else_=known)


_BEGIN: Final = {dialect: _beginning(dialect) for dialect in many.DIALECTS}
_SETTLE: Final = {dialect: _settling(dialect) for dialect in many.DIALECTS}
_SETTLE_LATE: Final = {dialect: _settling_late(dialect) for dialect in many.DIALECTS}
