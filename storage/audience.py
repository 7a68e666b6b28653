"""Whom a post is for, as a value and as a condition on readers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import false as nobody
from sqlalchemy import func, select, union_all
from sqlalchemy import true as everybody

from storage.tables import readers, subscriptions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement

    from storage.database import Database

HAD: Final = "had"
"""Kind of a subscription whose value is a post that the reader has, or may have, though it is ahead.

It was urgent and went before the rest, or it was one of two readers' who turned out to be one.
"""
ONCE: Final = "once"
"""Kind of the one subscription up to whose `since` no post is sent them more than once."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Everyone, or whoever follows one of the keys (`category:probash`, `place:SA`)."""

    everyone: bool = False
    keys: frozenset[str] = frozenset()


async def audience_size(db: Database, audience: Audience) -> int:
    """How many active readers a post published now would be for."""
    reached = (readers.c.state == "active") & follows(audience)
    async with db.read() as connection:
        return (await connection.execute(select(func.count()).where(reached))).scalar_one()


async def waiting(db: Database, audience: Audience, post_id: int) -> int:
    """How many active readers the post is for who have not got it yet."""
    ahead = (readers.c.state == "active") & lacks(post_id) & follows(audience, before=post_id)
    async with db.read() as connection:
        return (await connection.execute(select(func.count()).where(ahead))).scalar_one()


async def in_hand(db: Database, audience: Audience, post_id: int) -> int:
    """How many readers the post is for who are held by a sender and have not got it yet.

    It may be on its way to them: only when they are settled is it known what has become of it.
    """
    held = readers.c.lease_owner.is_not(None) & lacks(post_id)
    async with db.read() as connection:
        found = select(func.count()).where(held, follows(audience, before=post_id))
        return (await connection.execute(found)).scalar_one()


def lacks(post_id: int, *, within: Iterable[ColumnElement[bool]] = ()) -> ColumnElement[bool]:
    """The condition that a reader has not come to a post, and has not had it before older ones either.

    `within` narrows the notes of that which are looked at.
    """
    columns = subscriptions.c
    had = select(columns.reader_id).where(columns.kind == HAD, columns.value == str(post_id), *within)
    return (readers.c.cursor < post_id) & readers.c.id.not_in(had)


def follows(
    audience: Audience, *, within: Iterable[ColumnElement[bool]] = (), before: int | None = None
) -> ColumnElement[bool]:
    """The condition that a reader belongs to `audience`.

    `within` narrows the subscriptions looked at; with `before` (a post's id) only those that were there
    before it count.
    """
    if audience.everyone:
        return everybody() if before is None else readers.c.since < before
    columns = subscriptions.c
    narrowed = [*within] if before is None else [*within, columns.since < before]
    # Each key a search of its own: for several in one, a database may read the subscriptions of all readers.
    found = [
        select(columns.reader_id).where(columns.kind == kind, columns.value == value, *narrowed)
        for kind, value in map(split, sorted(audience.keys))
    ]
    return readers.c.id.in_(union_all(*found)) if found else nobody()


def split(key: str) -> tuple[str, str]:
    """`category:probash` as kind and value."""
    kind, _, value = key.partition(":")
    return kind, value
