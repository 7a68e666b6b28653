"""A copy is made ready to go on: no post gets an id that was given, and of an old copy nothing is repeated.

It works on the copy, which is SQLite's wherever its rows go in the end (`transfer`).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import bindparam, delete, func, inspect, text, update

from storage import in_hand, sources
from storage.audience import HAD
from storage.marking import mark_slice
from storage.moments import UTCDateTime
from storage.posts import newest
from storage.readers import UNDUE
from storage.tables import inbox, leases, metadata, readers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from news.article import Source
    from storage.database import Database

STEP: Final = 1_000_000
"""More posts than can have been published since a copy was made."""
SLICE: Final = 100_000
"""Readers marked at once: nobody waits for the copy."""
REMEMBERED: Final = timedelta(days=7)
"""As in `delivery.live`: of what has been over for longer nobody asks what became of it."""
RESTORED: Final = "it waited in a copy that was made before, and may have arrived since"
"""Why it is not known whether a reader has a post."""


def is_whole(connection: Connection) -> bool:
    """Whether every table and column of today is there."""
    inspector = inspect(connection)
    there = {
        (name, one["name"]) for name in inspector.get_table_names() for one in inspector.get_columns(name)
    }
    return there >= {(table.name, column.name) for table in metadata.sorted_tables for column in table.c}


async def number_anew(db: Database, now: datetime) -> None:
    """Let the next post have an id that none has had: those given since the copy was made are on buttons.

    It is the number of the second, and there are more seconds than posts: so it is a new one however often
    the same copy is restored.
    """
    async with db.write() as connection:
        ever = await connection.scalar(_EVER) or 0
        seconds = int(now.timestamp())
        far = {"far": seconds if seconds > ever else ever + STEP}
        await connection.execute(text("DELETE FROM sqlite_sequence WHERE name = 'posts'"))
        await connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES ('posts', :far)"), far)


_EVER: Final = text("SELECT max(seq) FROM sqlite_sequence WHERE name = 'posts'")


async def let_go(db: Database) -> None:
    """Forget who held what by name: they ran where the copy was made, and nobody is to miss them here.

    An update whose lease is gone is anybody's who looks for those that are left.
    """
    async with db.write() as connection:
        await connection.execute(delete(leases))


async def pass_over(db: Database, listed: Sequence[Source], now: datetime) -> None:
    """Count all that waits as had, perhaps: posts, what people said, and what the `listed` sources list next.

    Stories at the desk stay there: a released one is a new post.
    """
    while await mark_slice(db, now, SLICE):
        pass
    await sources.register(db, listed, now)
    await sources.take_as_known(db)
    given = {"reason": RESTORED, "now": now, "then": now - REMEMBERED, "had": HAD}
    async with db.write() as connection:
        await connection.execute(_PERHAPS_HAD, given)
        await connection.execute(update(readers).values(_CAUGHT_UP))
        await connection.execute(update(inbox).values(body=None))


# Whom a post is for and who lacks it, as `storage.audience` says it of one post. Here of all at once, along
# the readers: few are behind, but some of them by thousands of posts. A test holds the two together.
_PERHAPS_HAD: Final = text("""
    INSERT INTO receipts (post_id, reader_id, outcome, reason, at, revision)
    SELECT posts.id, readers.id, 'unknown', :reason, :now, 0
    FROM readers CROSS JOIN posts
    WHERE readers.state <> 'gone' AND posts.state = 'live' AND posts.expires_at > :then
        AND posts.id > max(readers.cursor, (SELECT min(id) - 1 FROM posts WHERE expires_at > :then))
        AND NOT EXISTS (
            SELECT 1 FROM subscriptions
            WHERE reader_id = readers.id AND kind = :had AND value = CAST(posts.id AS text)
        )
        AND CASE WHEN posts.everyone THEN readers.since < posts.id ELSE EXISTS (
            SELECT 1 FROM json_each(posts.audience) AS one CROSS JOIN subscriptions
            WHERE reader_id = readers.id AND since < posts.id
                AND kind = substr(one.value, 1, instr(one.value, ':') - 1)
                AND subscriptions.value = substr(one.value, instr(one.value, ':') + 1)
        ) END
    ON CONFLICT DO NOTHING
""").bindparams(bindparam("now", type_=UTCDateTime()), bindparam("then", type_=UTCDateTime()))
_CAUGHT_UP: Final = {
    "cursor": func.max(readers.c.cursor, newest()),
    **UNDUE,
    **in_hand.FREE,
    "unsure": 0,
    "begun": 0,
}
