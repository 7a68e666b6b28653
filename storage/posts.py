"""Posts: the one growing sequence of everything that readers can receive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Text, cast, func, insert, select, update

from storage import articles, corrections, locks, tables
from storage.audience import Audience, audience_size
from storage.marking import mark_slice
from storage.tables import posts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import RowMapping, Select
    from sqlalchemy.ext.asyncio import AsyncConnection

    from news.article import Article
    from storage.database import Database

__all__ = [
    "Announcement",
    "Audience",
    "Other",
    "Post",
    "audience_size",
    "changed_since",
    "latest",
    "mark_slice",
    "newest_id",
    "post",
    "posts_after",
    "publish_announcement",
    "publish_story",
    "retract",
    "stop",
]


@dataclass(frozen=True, slots=True)
class Announcement:
    """An editor's own message, copied to readers as it stands."""

    from_chat_id: int
    message_id: int
    editor_id: int


@dataclass(frozen=True, slots=True)
class Other:
    """Another paper that tells a story, and where."""

    source: str
    url: str


@dataclass(frozen=True, slots=True)
class Post:
    """A story (with its article and source, and the others who tell it) or an announcement.

    `state` is held, scheduled, live or retracted; `readers` counts the active readers it was for and is
    complete once `marked`. A post of class `hold` is never sent twice. `revision` is that of its last change.
    """

    id: int
    kind: str
    article: Article | None
    article_id: int | None
    source: str
    announcement: Announcement | None
    audience: Audience
    urgency: int
    hold: bool
    state: str
    published_at: datetime
    expires_at: datetime
    readers: int
    marked: bool
    revision: int
    others: tuple[Other, ...] = ()
    corrected_at: datetime | None = None


async def publish_story(  # noqa: PLR0913  # all that makes a post, by name
    db: Database,
    source_id: int,
    key: str,
    article: Article,
    audience: Audience,
    *,
    now: datetime,
    expires_at: datetime,
    urgency: int = 0,
    hold: bool = False,
    listed: str = "",
    state: str = "live",
) -> int | None:
    """Store an article and its post, both or neither; None where the url key is already stored.

    `state` held: it is for the editors first, and reaches readers when they release it.
    """
    async with db.write() as connection:
        await locks.hold(connection, locks.PUBLISH)
        article_id = await articles.add(connection, source_id, key, article, now, listed=listed)
        if article_id is None:
            return None
        fields: dict[str, Any] = {"kind": "story", "article_id": article_id, "state": state}
        fields |= {"urgency": urgency, "hold": hold}
        return await append(connection, audience, now, expires_at, fields)


async def publish_announcement(  # noqa: PLR0913  # all that makes a post, by name
    db: Database,
    announcement: Announcement,
    audience: Audience,
    *,
    now: datetime,
    expires_at: datetime,
    urgency: int = 0,
    hold: bool = False,
) -> int:
    """Store an announcement as a post."""
    fields = {
        "kind": "announcement",
        "from_chat_id": announcement.from_chat_id,
        "message_id": announcement.message_id,
        "editor_id": announcement.editor_id,
        "urgency": urgency,
        "hold": hold,
    }
    async with db.write() as connection:
        await locks.hold(connection, locks.PUBLISH)
        return await append(connection, audience, now, expires_at, fields)


async def append(
    connection: AsyncConnection,
    audience: Audience,
    now: datetime,
    expires_at: datetime,
    fields: dict[str, Any],
) -> int:
    """Under the publish lock: a post becomes visible only after all that have smaller ids."""
    statement = insert(posts).values(
        revision=next_revision(),
        everyone=audience.everyone,
        audience=sorted(audience.keys),
        published_at=now,
        changed_at=now,
        expires_at=expires_at,
        **({"state": "live"} | fields),
    )
    post_id: int = (await connection.execute(statement.returning(posts.c.id))).scalar_one()
    return post_id


def next_revision() -> Any:
    """The revision of a change, as part of its statement; under the publish lock."""
    return select(func.coalesce(func.max(posts.c.revision), 0) + 1).scalar_subquery()


_STORY: Final = [tables.articles.c[name].label(f"article_{name}") for name in articles.COLUMNS]
_POSTS: Final = (
    select(posts, *_STORY, tables.sources.c.name.label("source"))
    .outerjoin(tables.articles, posts.c.article_id == tables.articles.c.id)
    .outerjoin(tables.sources, tables.articles.c.source_id == tables.sources.c.id)
)


async def posts_after(db: Database, post_id: int, limit: int = 1000) -> list[Post]:
    """Posts of any state with greater ids, by id."""
    return await fetch(db, _POSTS.where(posts.c.id > post_id).order_by(posts.c.id).limit(limit))


async def changed_since(
    db: Database, revision: int, *, now: datetime | None = None
) -> tuple[list[Post], int]:
    """Posts that came or changed after `revision`, and the revision to ask with next time.

    With `now`, posts that have expired by then are left out: a list of live posts starts without an archive.
    """
    async with db.read() as connection:
        # First how far, then what: a post published between the two statements is for the next time.
        newest = await connection.scalar(select(func.max(posts.c.revision))) or 0
        changed = _POSTS.where(posts.c.revision > revision, posts.c.revision <= newest).order_by(
            posts.c.revision
        )
        if now is not None:
            changed = changed.where(posts.c.expires_at > now)
        rows = (await connection.execute(changed)).mappings().all()
    return [read(row) for row in rows], max(revision, newest)


async def post(db: Database, post_id: int) -> Post | None:
    """The post of that id, in whatever state."""
    found = await fetch(db, _POSTS.where(posts.c.id == post_id))
    return found[0] if found else None


async def latest(
    db: Database, *, category: str = "", limit: int = 5, before: int | None = None
) -> list[Post]:
    """Live stories, newest first: of one category, or older than the post `before`, where asked."""
    found = _POSTS.where(posts.c.kind == "story", posts.c.state == "live")
    if category:
        found = found.where(cast(posts.c.audience, Text).contains(f'"category:{category}"', autoescape=True))
    if before is not None:
        found = found.where(posts.c.id < before)
    return await fetch(db, found.order_by(posts.c.id.desc()).limit(limit))


async def retract(db: Database, post_id: int, now: datetime) -> bool:
    """Take a live post back, also from those who have it; False where it is not live."""
    return await _withdraw(db, post_id, now, reason="", changed_at=now)


async def stop(db: Database, post_id: int, reason: str) -> None:
    """Take a post back because it can't be sent to anyone; `reason` is for the editors."""
    await _withdraw(db, post_id, None, reason=reason)


async def _withdraw(db: Database, post_id: int, recalled_at: datetime | None, **values: Any) -> bool:
    live = (posts.c.id == post_id) & (posts.c.state == "live")
    change = update(posts).where(live).values(state="retracted", revision=next_revision(), **values)
    async with db.write() as connection:
        await locks.hold(connection, locks.PUBLISH)
        revision: int | None = await connection.scalar(change.returning(posts.c.revision))
        if revision is not None and recalled_at:
            await corrections.queue(connection, post_id, revision, "retract", recalled_at)
    return revision is not None


async def newest_id(db: Database) -> int:
    """The id of the newest post; 0 before the first."""
    async with db.read() as connection:
        found: int = (await connection.execute(select(newest()))).scalar_one()
    return found


def newest() -> Any:
    """`newest_id` as part of a statement."""
    return select(func.coalesce(func.max(posts.c.id), 0)).scalar_subquery()


def selecting() -> Select[Any]:
    """A SELECT whose rows `read` understands."""
    return _POSTS


async def fetch(db: Database, statement: Select[Any]) -> list[Post]:
    """The posts in the rows of `statement`."""
    async with db.read() as connection:
        rows: Sequence[RowMapping] = (await connection.execute(statement)).mappings().all()
    return [read(row) for row in rows]


def read(row: RowMapping) -> Post:
    """The post in a row of `selecting`."""
    story = row["article_id"] is not None
    return Post(
        id=row["id"],
        kind=row["kind"],
        article=articles.read(row, "article_") if story else None,
        article_id=row["article_id"],
        source=row["source"] or "",
        announcement=None
        if story
        else Announcement(row["from_chat_id"], row["message_id"], row["editor_id"]),
        audience=Audience(row["everyone"], frozenset(row["audience"])),
        urgency=row["urgency"],
        hold=row["hold"],
        state=row["state"],
        published_at=row["published_at"],
        expires_at=row["expires_at"],
        readers=row["readers"],
        marked=row["marked"],
        revision=row["revision"],
        others=tuple(Other(**one) for one in row["others"] or ()),
        corrected_at=row["corrected_at"],
    )
