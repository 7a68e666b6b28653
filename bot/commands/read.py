"""`python -m bot read`: what is taken out of article pages, shown to people or to programs."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.commands.faults import Fault, fault_of
from news import reading
from news.article import Article
from news.errors import FetchError
from news.page.article_page import read_page
from news.parser.worker import Parser
from news.topics.diaspora import shelves_of
from news.topics.shelves import default_categories
from news.web.fetch import PAGE_LIMIT, Fetcher, open_session

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from news.article import Photo, Related


async def read(
    places: Sequence[str], saved_from: str, allow_private: frozenset[str], *, as_json: bool
) -> tuple[str, ...]:
    """Show what is at `places`, addresses and files, in their order; a sentence for each that can't be read.

    `saved_from`: the address of the one file; of several files, where those lie that don't give their own.
    """
    failed: list[str] = []
    several = sum(not _is_address(place) for place in places) > 1
    url, elsewhere = ("", saved_from) if several else (saved_from, "")
    async with open_session(allow_private) as session, Parser() as parser:
        fetcher = Fetcher(session)
        for place in places:
            found = await _read(fetcher, parser, place, url, elsewhere)
            if isinstance(found, Fault):
                failed.append(f"{place}: {found.sentence}")
            _show(found, as_json=as_json)
    return tuple(failed)


def _is_address(place: str) -> bool:
    return "://" in place


async def _read(fetcher: Fetcher, parser: Parser, place: str, url: str, elsewhere: str) -> Article | Fault:
    now = datetime.now(UTC).replace(microsecond=0)
    try:
        article = await (
            reading.read_address(fetcher, place, now, parse=parser.call)
            if _is_address(place)
            else _read_file(parser, Path(place), url, elsewhere, now)
        )
        shelves = await parser.call(shelves_of, article, "", default_categories())
    except FetchError as error:
        return fault_of(error)
    except OSError as error:
        return Fault("unreadable", f"the file cannot be read ({error.strerror})")
    return replace(article, categories=shelves)


async def _read_file(parser: Parser, file: Path, url: str, elsewhere: str, now: datetime) -> Article:
    """The story in `file`, saved from `url`; where it gives no address of its own, from `elsewhere`."""
    body = await asyncio.to_thread(_contents, file)
    article = await parser.call(read_page, body, url, now=now)
    known = article.url or not elsewhere
    return article if known else await parser.call(read_page, body, elsewhere, now=now)


def _contents(file: Path) -> bytes:
    """The bytes of a saved page, no more than a page on the web may have."""
    with file.open("rb") as saved:
        body = saved.read(PAGE_LIMIT + 1)
    if len(body) > PAGE_LIMIT:
        raise FetchError("too_large", f"over {PAGE_LIMIT // 1_000_000} MB")
    return body


def _show(found: Article | Fault, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(_fields(found), ensure_ascii=False) + "\n")
    elif isinstance(found, Article):
        sys.stdout.write("\n".join(_paragraphs(found)) + "\n\n")
    sys.stdout.flush()


def _fields(found: Article | Fault) -> dict[str, Any]:
    if isinstance(found, Fault):
        return {"error": found.sentence, "kind": found.kind}
    return reading.article_json(found)


def _paragraphs(article: Article) -> Iterator[str]:
    """An article as text for a terminal, one part after the other."""
    when = article.published_at.isoformat() if article.published_at else ""
    below = " · ".join(filter(None, (article.byline, article.section, when)))
    yield from filter(None, (article.title, below, article.url))
    yield from _list("Summary", article.summary)
    yield from _list("Photo", _photo(article.photo) if article.photo else ())
    yield from ("", *article.paragraphs)
    yield from _list("Related", map(_related, article.related))
    yield from _list("Places and categories", (*article.places, *article.categories))


def _list(name: str, lines: Any) -> Iterator[str]:
    shown = [f"  • {line}" for line in lines]
    yield from ("", f"{name}:", *shown) if shown else ()


def _photo(photo: Photo) -> Iterator[str]:
    return filter(None, (photo.url, photo.caption, photo.credit))


def _related(story: Related) -> str:
    return " · ".join(filter(None, (story.title, story.blurb, story.age, story.url)))
