"""Articles: `news.article.Article` in columns and back."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import or_, select, update

from news.article import Article, Photo, Related
from storage import keys
from storage.tables import article_versions, articles
from storage.upsert import insert

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ColumnElement, RowMapping, Select
    from sqlalchemy.ext.asyncio import AsyncConnection

    from storage.database import Database

COLUMNS: Final = (
    "url",
    "title",
    "byline",
    "section",
    "published_at",
    "photo",
    "paragraphs",
    "summary",
    "related",
    "places",
    "categories",
)
_LISTS: Final = ("paragraphs", "summary", "places", "categories")


@dataclass(frozen=True, slots=True)
class Kept:
    """An article that became a post or joined one; `story_id` is the id of the first about its event.

    `listed` says how its source listed it when its page was last read, `readings` how often that was.
    """

    id: int
    key: str
    source_id: int
    story_id: int
    seen_at: datetime
    read_at: datetime
    readings: int
    listed: str
    article: Article


async def unknown(db: Database, candidates: Sequence[str]) -> set[str]:
    """Of these url keys, those never stored."""
    stored = {keys.stored(key): key for key in candidates}
    async with db.read() as connection:
        found = await connection.scalars(select(articles.c.key).where(articles.c.key.in_(stored)))
        return set(stored.values()) - {stored[key] for key in found}


async def remember(db: Database, source_id: int, known: Mapping[str, str], now: datetime) -> None:
    """Store these url keys (with their titles) as already known: they never become posts."""
    if not known:
        return
    rows = [
        {
            "source_id": source_id,
            "key": keys.stored(key),
            "known": True,
            "seen_at": now,
            "url": key,
            "title": title,
        }
        for key, title in known.items()
    ]
    async with db.write() as connection:
        await connection.execute(insert(connection, articles).on_conflict_do_nothing(), rows)


async def article(db: Database, article_id: int) -> Article | None:
    """The article of that id."""
    async with db.read() as connection:
        rows = await connection.execute(select(articles).where(articles.c.id == article_id))
        row = rows.mappings().first()
        return read(row) if row else None


async def recent(db: Database, since: datetime, *, after: int = 0) -> list[Kept]:
    """Articles seen `since` then, with ids greater than `after`, by id."""
    return await _kept(db, _KEPT.where(articles.c.seen_at >= since, articles.c.id > after))


async def of_source(
    db: Database, source_id: int, since: datetime, *, read_before: datetime, readings: int
) -> list[Kept]:
    """Articles of a source seen `since` then, read last before then, and at most `readings` times; by id."""
    its = (articles.c.source_id == source_id) & (articles.c.seen_at >= since)
    rested = (articles.c.read_at <= read_before) & (articles.c.readings <= readings)
    return await _kept(db, _KEPT.where(its, rested))


async def add(  # noqa: PLR0913  # all that makes a row, by name
    connection: AsyncConnection,
    source_id: int,
    key: str,
    value: Article,
    now: datetime,
    *,
    listed: str = "",
    story_id: int | None = None,
) -> int | None:
    """Store an article inside a transaction; None where its key is already stored."""
    when = {"seen_at": now, "read_at": now, "listed": listed, "story_id": story_id}
    statement = (
        insert(connection, articles)
        .values(source_id=source_id, key=keys.stored(key), known=False, **when, **_columns(value))
        .on_conflict_do_nothing()
        .returning(articles.c.id)
    )
    added: int | None = (await connection.execute(statement)).scalar_one_or_none()
    return added


async def replace(connection: AsyncConnection, old: Kept, value: Article, now: datetime) -> None:
    """Let an article say `value` from now on, and keep what it said."""
    said = _columns(old.article) | {"published_at": _written(old.article.published_at)}
    version = insert(connection, article_versions).values(article_id=old.id, replaced_at=now, said=said)
    await connection.execute(version)
    # Where the page is and when it was published does not change with what it says.
    changed = {name: at for name, at in _columns(value).items() if name not in {"url", "published_at"}}
    await connection.execute(update(articles).where(articles.c.id == old.id).values(**changed))


async def looked(connection: AsyncConnection, article_id: int, listed: str, now: datetime) -> None:
    """Write down that a page was read once more, as its source lists it now."""
    again = {"listed": listed, "read_at": now, "readings": articles.c.readings + 1}
    await connection.execute(update(articles).where(articles.c.id == article_id).values(**again))


async def versions(db: Database, article_id: int) -> list[Article]:
    """What an article said before it was changed, the oldest first."""
    statement = (
        select(article_versions.c.said)
        .where(article_versions.c.article_id == article_id)
        .order_by(article_versions.c.id)
    )
    async with db.read() as connection:
        return [_said(said) for said in await connection.scalars(statement)]


_KEPT: Final = select(articles).where(~articles.c.known).order_by(articles.c.id)


async def _kept(db: Database, statement: Select[Any]) -> list[Kept]:
    async with db.read() as connection:
        rows: Sequence[RowMapping] = (await connection.execute(statement)).mappings().all()
    return [
        Kept(
            id=row["id"],
            key=row["key"],
            source_id=row["source_id"],
            story_id=row["story_id"] or row["id"],
            seen_at=row["seen_at"],
            read_at=row["read_at"] or row["seen_at"],
            readings=row["readings"],
            listed=row["listed"],
            article=read(row),
        )
        for row in rows
    ]


def of_story(story: Any) -> ColumnElement[bool]:
    """The condition that an article is about the event `story`, or is its first one.

    By both columns, not by what they come to: so the key and the index of each are used.
    """
    return or_(articles.c.id == story, articles.c.story_id == story)


def read(row: Mapping[Any, Any], prefix: str = "") -> Article:
    """The article in a row whose columns are named `prefix` + COLUMNS."""
    fields = {name: row[prefix + name] for name in COLUMNS}
    fields |= {name: tuple(fields[name]) for name in _LISTS}
    fields["photo"] = Photo(**fields["photo"]) if fields["photo"] else None
    fields["related"] = tuple(Related(**one) for one in fields["related"])
    return Article(**fields)


def _columns(value: Article) -> dict[str, Any]:
    fields = asdict(value)
    return {name: list(fields[name]) if isinstance(fields[name], tuple) else fields[name] for name in COLUMNS}


def _said(said: dict[str, Any]) -> Article:
    at = said["published_at"]
    return read(said | {"published_at": datetime.fromisoformat(at) if at else None})


def _written(moment: datetime | None) -> str | None:
    """JSON has no moments."""
    return moment.isoformat() if moment else None
