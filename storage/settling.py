"""Settling: receipts, cursor and the end of the lease, in one transaction for a whole batch.

And its beginning, where a message leaves for the last time: who finds one begun and not settled knows that it
may have arrived.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, case, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage import limits, merging
from storage.moments import UTCDateTime, earliest
from storage.tables import readers, receipts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import BindParameter, Row, Update
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

    `cursor` None leaves it; `due_at` makes the reader due then, or earlier where a post has come meanwhile,
    as urgently as before if the cursor is left, else with the `urgency` of what is next; `state` is gone or
    paused, with its `reason`; `unsure` counts the ambiguous sends of what comes next; `moved_to` is the
    chat's new id; `epoch` is that of the claim (0: whichever it was).
    """

    reader_id: int
    cursor: int | None = None
    receipts: tuple[Receipt, ...] = ()
    due_at: datetime | None = None
    urgency: int = 0
    state: str | None = None
    reason: str = ""
    unsure: int = 0
    moved_to: int | None = None
    epoch: int = 0

    @property
    def may_have_arrived(self) -> bool:
        """Whether a post was sent, or perhaps was and is not to be tried again."""
        return self.cursor is not None and any(one.outcome in _OUT for one in self.receipts)


@dataclass(frozen=True, slots=True)
class Beginning:
    """All that a reader is to get up to `post_id` is about to leave; by the claim of that `epoch`."""

    reader_id: int
    post_id: int
    epoch: int


async def begin(db: Database, owner: str, beginnings: Sequence[Beginning]) -> set[int]:
    """Write down what is to leave, of readers whom `owner` still holds by the same claim; the others' ids."""
    async with db.write() as connection:
        rows = await _locked(connection, [one.reader_id for one in beginnings])
        held = [one for one in beginnings if _holds(owner, one, rows.get(one.reader_id))]
        begun = [{"reader_id": one.reader_id, "new_begun": one.post_id} for one in held]
        if begun:
            await connection.execute(_BEGIN, begun)
    return {one.reader_id for one in beginnings} - {one.reader_id for one in held}


async def settle(db: Database, owner: str, settlements: Sequence[Settlement], *, now: datetime) -> set[int]:
    """Write settlements of readers whom `owner` still holds by the same claim; the ids of the others.

    Of those others only what may have reached a reader is written: it is true whoever holds them now.
    """
    if not settlements:
        return set()
    async with db.write() as connection:
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
    rows = await _locked(connection, [one.reader_id for one in settlements])
    kept = [one for one in settlements if _holds(owner, one, rows.get(one.reader_id))]
    lost = [one for one in settlements if not _holds(owner, one, rows.get(one.reader_id))]
    late = [one for one in lost if one.reader_id in rows]
    await _write_receipts(connection, kept + [one for one in late if one.may_have_arrived], now)
    for statement, changed in _by_statement(rows, kept, now).items():
        await connection.execute(statement, changed)
    if late:
        await connection.execute(_SETTLE_LATE, [_settled_late(rows[one.reader_id], one) for one in late])
    for one in kept:
        if one.moved_to is not None:
            await merging.move(connection, rows[one.reader_id].chat_id, one.moved_to)
    return {one.reader_id for one in lost}


_LOCKED: Final = (
    select(
        *(readers.c[name] for name in ("id", "chat_id", "state", "cursor", "due_at", "urgency", "unsure")),
        *(readers.c[f"lease_{name}"] for name in ("owner", "urgency", "epoch")),
    )
    .where(readers.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(readers.c.id)
    .with_for_update(key_share=True)
)
"""Not the whole row: this is read for every message."""


async def _locked(connection: AsyncConnection, ids: list[int]) -> dict[int, Row[Any]]:
    """The readers' rows, locked by ascending id: two who lock the same rows never wait in a ring."""
    return {row.id: row for row in await connection.execute(_LOCKED, {"ids": ids})}


def _holds(owner: str, one: Beginning | Settlement, row: Row[Any] | None) -> bool:
    return row is not None and row.lease_owner == owner and one.epoch in {0, row.lease_epoch}


async def _write_receipts(connection: AsyncConnection, said: list[Settlement], now: datetime) -> None:
    """What was sent once stays sent, with the message id Telegram gave first."""
    rows = [
        {
            "post_id": receipt.post_id,
            "reader_id": one.reader_id,
            "outcome": receipt.outcome,
            "message_id": receipt.message_id,
            "reason": receipt.reason,
            "at": now,
            "revision": receipt.revision,
        }
        for one in said
        for receipt in one.receipts
    ]
    if rows:
        await connection.execute(_RECORD[connection.dialect.name], rows)


def _recording(insert: sqlite.Insert | postgresql.Insert) -> Any:
    names = ("outcome", "message_id", "reason", "at", "revision")
    return insert.on_conflict_do_update(
        index_elements=["post_id", "reader_id"],
        set_={name: insert.excluded[name] for name in names},
        where=receipts.c.outcome != "sent",
    )


_RECORD: Final = {
    dialect: _recording(insert(receipts))
    for dialect, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}


def _new(*names: str) -> dict[str, BindParameter[Any]]:
    """The columns of `names` as a settlement gives them."""
    return {name: bindparam(f"new_{name}", type_=readers.c[name].type) for name in names}


_BEGIN: Final = update(readers).where(readers.c.id == bindparam("reader_id")).values(_new("begun"))
_SETTLE: Final = (
    update(readers)
    .where(readers.c.id == bindparam("reader_id"))
    .values(
        lease_owner=None,
        lease_until=None,
        lease_urgency=0,
        begun=0,
        free_at=limits.NextMessage(),
        **_new("cursor", "due_at", "urgency", "unsure"),
    )
)
_SETTLE_STATE: Final = _SETTLE.values(
    changed_at=case(
        (readers.c.state == bindparam("new_state"), readers.c.changed_at),
        else_=bindparam("now", type_=UTCDateTime()),
    ),
    **_new("state", "reason"),
)


def _by_statement(
    rows: Mapping[int, Row[Any]], kept: Sequence[Settlement], now: datetime
) -> dict[Update, list[dict[str, Any]]]:
    """What is written to the readers: few change their state, and so much more of the row."""
    plain = [_settled(rows[one.reader_id], one) for one in kept if one.state is None]
    changed = [
        _settled(rows[one.reader_id], one) | {"new_state": one.state, "new_reason": one.reason, "now": now}
        for one in kept
        if one.state is not None
    ]
    return {what: said for what, said in ((_SETTLE, plain), (_SETTLE_STATE, changed)) if said}


def _settled(row: Row[Any], one: Settlement) -> dict[str, Any]:
    """The reader's row after the settlement; what others have written to it meanwhile is kept."""
    due_at = earliest(row.due_at, one.due_at) if (one.state or row.state) == "active" else None
    given_back = one.due_at is not None and one.cursor is None
    urgency = max(row.urgency, row.lease_urgency if given_back else one.urgency)
    return {
        "reader_id": row.id,
        "new_cursor": max(row.cursor, one.cursor or 0),
        "new_due_at": due_at,
        "new_urgency": urgency if due_at else 0,
        "new_unsure": one.unsure,
    }


_SETTLE_LATE: Final = (
    update(readers)
    .where(readers.c.id == bindparam("reader_id"))
    .values(cursor=bindparam("new_cursor"), unsure=bindparam("new_unsure"))
)


def _settled_late(row: Row[Any], one: Settlement) -> dict[str, Any]:
    """The row of a reader who was taken from the hand that settles them; whoever holds them now keeps them.

    The cursor moves, so that nobody gets a third copy, unless more than the next claim has come between: then
    it may stand where a merger of two readers put it. An ambiguous send counts until somebody else claims.
    """
    if one.may_have_arrived and row.lease_epoch <= one.epoch + 1 and row.cursor < (one.cursor or 0):
        return {"reader_id": row.id, "new_cursor": one.cursor, "new_unsure": 0}
    unsure = max(row.unsure, one.unsure) if row.lease_epoch == one.epoch else row.unsure
    return {"reader_id": row.id, "new_cursor": row.cursor, "new_unsure": unsure}
