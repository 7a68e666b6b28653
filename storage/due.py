"""Due readers: claimed under a lease, settled by its holder, or due again when the holder is no more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, case, func, select, update

from storage import clock, in_hand, limits, locks, subscriptions
from storage.moments import UTCDateTime, earliest, moment
from storage.readers import COLUMNS, Reader, read
from storage.settling import Beginning, Receipt, Settlement, begin, settle
from storage.tables import leases, readers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sqlalchemy import ColumnElement, Update
    from sqlalchemy.ext.asyncio import AsyncConnection

    from storage.database import Database

__all__ = [
    "Beginning",
    "Claimed",
    "Receipt",
    "Settlement",
    "asleep",
    "begin",
    "claim",
    "due_counts",
    "moving",
    "reclaim",
    "release_all",
    "release_dead",
    "settle",
    "since",
    "waiting",
]

URGENCIES: Final = (1, 0)
"""Highest first."""
OVERLOOKED: Final = timedelta(seconds=30)
"""After its end a lease is taken even from a holder who lives: it does not know that it holds it.

So it is with a claim whose commit the database did, but could not say so before the connection broke.
"""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A reader in the hand of whoever claimed them.

    `follows` has every subscription (`category:…`, `place:…`, `keyword:…`, `mute:…`) with the newest post
    when it was made; `unsure` counts the ambiguous sends of what comes next, a lost lease among them;
    `urgency` is the highest of the posts they are due for; `epoch` grows with every claim of this reader;
    `begun` is the post up to which somebody had begun to send for the last time and not said what came of it
    (where the cursor is not behind it: nothing); `busy` says for how many seconds their chat may get nothing;
    `changed_at` is when they became active (again).
    """

    reader: Reader
    urgency: int
    unsure: int
    follows: Mapping[str, int]
    epoch: int = 0
    begun: int = 0
    busy: float = 0.0
    changed_at: datetime | None = None


async def claim(db: Database, owner: str, *, now: datetime, lease: timedelta, limit: int) -> list[Claimed]:
    """Take up to `limit` due readers for the time of `lease`, the most urgent and longest waiting first.

    Before those who wait for their turn go those who had it already: given back, or their holder died. In a
    broadcast that takes hours they would else get theirs hours after everybody. All stop being due in the
    same moment, so that a post published while they are held makes them due again.
    No two owners ever hold one reader.
    """
    rows: list[Any] = []
    async with db.write(for_many=True) as connection:
        for claiming in _CLAIMS[connection.dialect.name]:
            if len(rows) < limit:
                values = {
                    "now": now,
                    "owner": owner,
                    "until": now + lease,
                    "lease": lease,
                    "most": limit - len(rows),
                }
                rows += await connection.execute(claiming, values)
        follows = await subscriptions.of(connection, [row.id for row in rows])
    return [_claimed(row, follows.get(row.id, {})) for row in rows]


def _claiming(dialect: str, ends: ColumnElement[datetime], chosen: ColumnElement[bool]) -> Update:
    now = bindparam("now", type_=UTCDateTime())
    found = (
        select(readers.c.id)
        .where(chosen, readers.c.due_at <= now, readers.c.lease_owner.is_(None))
        .order_by(readers.c.due_at)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True, key_share=True)
        .cte()
    )
    held: dict[str, Any] = {
        "due_at": None,
        "urgency": 0,
        "again": False,
        "lease_urgency": readers.c.urgency,
        "lease_owner": bindparam("owner"),
        "lease_until": ends,
        "lease_epoch": readers.c.lease_epoch + 1,
    }
    told = ("lease_urgency", "unsure", "lease_epoch", "begun", "changed_at")
    return (
        update(readers)
        .where(readers.c.id.in_(select(found.c.id)))
        .values(held)
        .returning(*COLUMNS, *(readers.c[name] for name in told), limits.BUSY[dialect].label("busy"))
    )


_FIRST: Final = (readers.c.urgency == 1, readers.c.again, readers.c.urgency == 0)
"""Who is claimed before whom; each is a search of its own, so that it is as quick with 5 million waiting."""
_CLAIMS: Final = {
    dialect: [_claiming(dialect, ends, chosen) for chosen in _FIRST]
    for dialect, ends in clock.LEASE_ENDS.items()
}


def _claimed(row: Iterable[Any], follows: Mapping[str, int]) -> Claimed:
    *reader, urgency, unsure, epoch, begun, changed_at, busy = row
    return Claimed(read(reader), urgency, unsure, follows, epoch, begun, busy or 0.0, changed_at)


async def reclaim(db: Database, now: datetime, *, but: str = "") -> Mapping[str, int]:
    """Make readers due again whose lease has expired, those that `but` holds only much later.

    Whoever is alive settles its own readers, however late: freed here, it could claim them twice. Who held
    them, and how many of them each; nobody where all of them are just being settled.
    """
    async with db.write(for_many=True) as connection:
        await locks.end_frozen(connection)
        overlooked = readers.c.lease_until < clock.at(connection, now, -OVERLOOKED)
        ended = in_hand.expired(connection, now) & ((readers.c.lease_owner != but) | overlooked)
        counting = select(readers.c.lease_owner, func.count()).where(ended).group_by(readers.c.lease_owner)
        owners: dict[str, int] = dict((await connection.execute(counting)).all())
        return owners if owners and await _free(connection, ended, now) else {}


async def release_dead(db: Database, host: str, is_dead: Callable[[str], bool], now: datetime) -> list[str]:
    """Release what owners of `host` held that are no more, readers and named leases; who they were.

    The names of a host's owners begin with it and a slash; `is_dead` tells of such a name whether its owner
    is surely no more.
    """
    async with db.read() as connection:
        dead = [name for name in await _owners(connection, host) if is_dead(name)]
    if dead:
        async with db.write() as connection:
            await connection.execute(update(leases).where(leases.c.owner.in_(dead)).values(owner=""))
            await _free(connection, readers.c.lease_owner.in_(dead), now)
    return dead


async def release_all(db: Database, now: datetime) -> int:
    """Release all readers, for whoever knows that nobody else can hold any; how many were held."""
    async with db.write() as connection:
        return await _free(connection, readers.c.lease_owner.is_not(None), now)


async def _owners(connection: AsyncConnection, host: str) -> set[str]:
    prefix = f"{host}/"
    held = (
        select(readers.c.lease_owner)
        # Both: only so does SQLite use the index of who is held.
        .where(readers.c.lease_owner.is_not(None), readers.c.lease_owner.startswith(prefix, autoescape=True))
        .distinct()
    )
    named = select(leases.c.owner).where(leases.c.owner.startswith(prefix, autoescape=True))
    return {*await connection.scalars(held), *await connection.scalars(named)}


async def _free(connection: AsyncConnection, held: ColumnElement[bool], now: datetime) -> int:
    """End leases; whoever is still active is due for whatever was not settled, as urgently as before.

    What was in flight may have arrived: an ambiguous send, though nobody was there to say so.
    """
    search = select(readers.c.id).where(readers.c.lease_owner.is_not(None), held)
    if connection.dialect.name == "postgresql":
        # Who is locked is being settled, or their holder is frozen: nobody waits. SQLite locks no rows.
        search = search.with_for_update(key_share=True, skip_locked=True)
    chosen = search.cte()
    active = readers.c.state == "active"
    sooner = case((readers.c.due_at < now, readers.c.due_at), else_=moment(now))
    more = case(
        (readers.c.urgency < readers.c.lease_urgency, readers.c.lease_urgency), else_=readers.c.urgency
    )
    freed: dict[str, Any] = {
        **in_hand.FREE,
        "again": active,
        "unsure": 1,
        "free_at": limits.NextMessage(),
        "due_at": case((active, sooner), else_=None),
        "urgency": case((active, more), else_=0),
    }
    # Counted by RETURNING: sqlite3 has no rowcount for a statement that begins with WITH.
    freeing = (
        update(readers).where(readers.c.id.in_(select(chosen.c.id))).values(freed).returning(readers.c.id)
    )
    return len((await connection.execute(freeing)).all())


async def due_counts(db: Database, now: datetime) -> tuple[int, int, datetime | None]:
    """Readers who wait, readers in hand, and since when the longest waiting does; all of one moment."""
    async with db.read() as connection:
        waits = sum(map(_count, [*waiting(now), in_hand.expired(connection, now)]))
        asked = select(waits, _count(in_hand.held(connection, now)), *since(connection, now))
        due, leased, *oldest = (await connection.execute(asked)).one()
    return due, leased, earliest(*oldest)


async def asleep(db: Database, now: datetime) -> int:
    """Readers due later than `now`: in their quiet hours, at their digest's hour, or tried again then."""
    later = sum(map(_count, _unleased(readers.c.due_at > now)))
    async with db.read() as connection:
        found: int = (await connection.execute(select(later))).scalar_one()
    return found


def waiting(now: datetime) -> list[ColumnElement[bool]]:
    """The conditions of who is due, by urgency."""
    return _unleased(readers.c.due_at <= now)


def since(connection: AsyncConnection, now: datetime) -> list[Any]:
    """When the reader began to wait who has waited longest: parts of a statement.

    One for each urgency of those due, one for those whose lease has expired: they wait since its end.
    """
    waits = [(readers.c.due_at, condition) for condition in waiting(now)]
    return [
        select(column).where(condition).order_by(column).limit(1).scalar_subquery()
        for column, condition in [*waits, (readers.c.lease_until, in_hand.expired(connection, now))]
    ]


def _unleased(when: ColumnElement[bool]) -> list[ColumnElement[bool]]:
    """Those in nobody's hand, by urgency: each is a search of its own in the index, as in `claim`."""
    free = readers.c.lease_owner.is_(None)
    return [(readers.c.urgency == urgency) & when & free for urgency in URGENCIES]


def _count(condition: ColumnElement[bool]) -> Any:
    return select(func.count()).select_from(readers).where(condition).scalar_subquery()


async def moving(db: Database, now: datetime) -> bool:
    """Whether anybody has claimed readers within the time of a lease, and holds some of them still."""
    async with db.read() as connection:
        return await in_hand.is_anybody(connection, in_hand.held(connection, now))
