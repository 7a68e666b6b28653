"""From an entry to an article: fetch the page, read it elsewhere, fall back on what the feed said.

entry ─ fetch ─ page ─ read_page ─ article ─ categorise
└ blocked, or no article there ─ the feed's own text, if it is enough
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC
from typing import TYPE_CHECKING, Any, Final

from news.article import Article
from news.errors import FetchError
from news.page.article_page import finish, read_page
from news.topics.diaspora import shelves_of
from news.web.fetch import PAGE_LIMIT, NotModified, Page

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from news.article import Category, Entry, Selectors
    from news.finding.listing import Parse
    from news.web.fetch import Fetcher

_LASTING: Final = frozenset({"blocked", "not_an_article", "private"})
"""What keeps a page from being read tomorrow too, so that the feed's teaser stands for it."""
_ENOUGH: Final = 60
"""Characters of a feed's teaser that can stand for a page which does not let us in."""


async def read(  # noqa: PLR0913 - what is known of a story and its source, one by one
    fetcher: Fetcher,
    entry: Entry,
    *,
    now: datetime,
    source_category: str,
    categories: Sequence[Category],
    selectors: Selectors | None = None,
    parse: Parse = asyncio.to_thread,
) -> Article:
    """The story of `entry`; FetchError if neither its page nor the feed has it.

    `parse` calls a function elsewhere than in the event loop: `news.parser.worker.Parser.call`, or a thread.
    """
    try:
        article = await _page(fetcher, entry.url, parse, now=now, entry=entry, selectors=selectors)
    except FetchError as error:
        article = await parse(finish, _from_feed(entry, error))
    return replace(article, categories=await parse(shelves_of, article, source_category, tuple(categories)))


async def read_address(
    fetcher: Fetcher,
    url: str,
    now: datetime,
    *,
    selectors: Selectors | None = None,
    parse: Parse = asyncio.to_thread,
) -> Article:
    """The story at `url`; FetchError if there is none."""
    return await _page(fetcher, url, parse, now=now, selectors=selectors)


async def fetch_page(fetcher: Fetcher, url: str) -> Page:
    """The page at `url`, as it is served."""
    page = await fetcher.get(url, limit=PAGE_LIMIT)
    if isinstance(page, NotModified):
        raise FetchError("refused", "an unasked 304")
    return page


async def _page(
    fetcher: Fetcher, url: str, parse: Parse, *, now: datetime, **known: Entry | Selectors | None
) -> Article:
    """The article at `url`, with what is `known` to `read_page` of it."""
    page = await fetch_page(fetcher, url)
    article: Article = await parse(read_page, page.body, page.url, now=now, charset=page.charset, **known)
    return replace(article, url=url)


def _from_feed(entry: Entry, error: FetchError) -> Article:
    """The article as the feed has it; `error` again where that is not enough, or may pass by itself."""
    paragraphs = entry.paragraphs
    if not paragraphs and error.kind in _LASTING and len(entry.blurb) >= _ENOUGH:
        paragraphs = (entry.blurb,)
    if not entry.title or not paragraphs:
        raise error
    return Article(
        url=entry.url,
        title=entry.title,
        published_at=entry.published_at,
        photo=entry.photo,
        paragraphs=paragraphs,
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
