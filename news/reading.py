"""From an entry to an article: fetch the page, read it in a thread, fall back on what the feed said.

entry ─ fetch ─ page ─ read_page ─ article ─ categorise
└ blocked, or no article there ─ the feed's own text, if it is enough
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC
from typing import TYPE_CHECKING, Any, Final

from news.article import Article
from news.categorise import categorise
from news.errors import FetchError
from news.fetch import PAGE_LIMIT, NotModified, Page
from news.page import decode, finish, read_page

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from news.article import Category, Entry
    from news.fetch import Fetcher

_ENOUGH: Final = 60
"""Characters of a feed's teaser that can stand for a page which does not let us in."""


async def read(
    fetcher: Fetcher,
    entry: Entry,
    *,
    now: datetime,
    source_category: str,
    categories: Sequence[Category],
) -> Article:
    """The story of `entry`; FetchError if neither its page nor the feed has it."""
    try:
        article = await _page(fetcher, entry.url, now, entry)
    except FetchError as error:
        article = _from_feed(entry, error)
    return replace(article, categories=categorise(article, source_category, categories))


async def read_address(fetcher: Fetcher, url: str, now: datetime) -> Article:
    """The story at `url`; FetchError if there is none."""
    return await _page(fetcher, url, now, None)


async def _page(fetcher: Fetcher, url: str, now: datetime, entry: Entry | None) -> Article:
    page = await fetcher.get(url, limit=PAGE_LIMIT)
    if isinstance(page, NotModified):
        raise FetchError("refused", "an unasked 304")
    article = await asyncio.to_thread(_read, page, now, entry)
    return replace(article, url=url)


def _read(page: Page, now: datetime, entry: Entry | None) -> Article:
    return read_page(decode(page.body, page.charset), page.url, now=now, entry=entry)


def _from_feed(entry: Entry, error: FetchError) -> Article:
    """The article as the feed has it; `error` again where that is not enough, or may pass by itself."""
    paragraphs = entry.paragraphs
    if (
        not paragraphs
        and error.kind in {"blocked", "not_an_article", "private"}
        and len(entry.blurb) >= _ENOUGH
    ):
        paragraphs = (entry.blurb,)
    if not entry.title or not paragraphs:
        raise error
    return finish(
        Article(
            url=entry.url,
            title=entry.title,
            published_at=entry.published_at,
            photo=entry.photo,
            paragraphs=paragraphs,
        )
    )


def article_json(article: Article) -> dict[str, Any]:
    """`article` as `read --json` prints it: times in ISO 8601 UTC, null for what there is not."""
    photo, moment = article.photo, article.published_at
    return {
        "url": article.url,
        "title": article.title,
        "byline": article.byline,
        "section": article.section,
        "published_at": moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment else None,
        "photo": {"url": photo.url, "caption": photo.caption, "credit": photo.credit} if photo else None,
        "body": list(article.paragraphs),
        "summary": list(article.summary),
        "related": [
            {"title": one.title, "url": one.url, "blurb": one.blurb, "age": one.age}
            for one in article.related
        ],
        "places": list(article.places),
        "categories": list(article.categories),
    }
