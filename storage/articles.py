"""Articles: `news.article.Article` in columns and back."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from news.article import Article, Photo, Related
from storage import keys
from storage.tables import articles
from storage.upsert import insert

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import RowMapping
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


async def add(
    connection: AsyncConnection, source_id: int, key: str, value: Article, now: datetime
) -> int | None:
    """Store an article inside a transaction; None where its key is already stored."""
    statement = (
        insert(connection, articles)
        .values(source_id=source_id, key=keys.stored(key), known=False, seen_at=now, **_columns(value))
        .on_conflict_do_nothing()
        .returning(articles.c.id)
    )
    added: int | None = (await connection.execute(statement)).scalar_one_or_none()
    return added


def read(row: RowMapping, prefix: str = "") -> Article:
    """The article in a row whose columns are named `prefix` + COLUMNS."""
    fields = {name: row[prefix + name] for name in COLUMNS}
    fields |= {name: tuple(fields[name]) for name in _LISTS}
    fields["photo"] = Photo(**fields["photo"]) if fields["photo"] else None
    fields["related"] = tuple(Related(**one) for one in fields["related"])
    return Article(**fields)


def _columns(value: Article) -> dict[str, Any]:
    fields = asdict(value)
    return {name: list(fields[name]) if isinstance(fields[name], tuple) else fields[name] for name in COLUMNS}
