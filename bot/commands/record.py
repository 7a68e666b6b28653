"""`python -m bot record URL`: a page is kept for the tests, with how it is read today, to be reviewed.

HOST-N.html holds the bytes as they were served; HOST-N.json the address, the time, the source's selectors and
the reading. `tests/news/test_pages.py` reads every stored page again and compares.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from news import reading
from news.article import Selectors
from news.page.article_page import read_page
from news.parser.worker import Parser
from news.sources import load
from news.web.address import host, same_site
from news.web.fetch import Fetcher, open_session

if TYPE_CHECKING:
    from collections.abc import Sequence

    from news.article import Article, Source

PAGES: Final = Path(__file__).resolve().parents[2] / "tests" / "news" / "pages"
READ: Final = ("title", "byline", "section", "published_at", "photo", "body", "related")
"""What is expected of a page. Summary, places and categories have tests of their own."""
_UNSAFE: Final = re.compile(r"[^a-z0-9.-]+")


async def record(
    url: str, name: str, sources_file: Path, allow_private: frozenset[str], into: Path | None = None
) -> int:
    """Store the page at `url` and its reading as NAME.html and .json; FetchError if it can't be read.

    They go `into` the pages of the tests, or where the program is installed without them, a folder `pages`.
    """
    into = into or (PAGES if PAGES.parent.is_dir() else Path("pages"))
    selectors = selectors_for(url, load(sources_file).sources)
    now = datetime.now(UTC).replace(microsecond=0)
    async with open_session(allow_private) as session, Parser() as parser:
        page = await reading.fetch_page(Fetcher(session), url)
        article = await parser.call(
            read_page, page.body, page.url, now=now, charset=page.charset, selectors=selectors
        )
    expected = described(article, page.url, page.charset, now, selectors)
    files = await asyncio.to_thread(_store, page.body, expected, into, name or host(url))
    sys.stdout.write("".join(f"{file}\n" for file in files))
    return 0


def _store(body: bytes, expected: dict[str, Any], into: Path, name: str) -> tuple[Path, Path]:
    into.mkdir(parents=True, exist_ok=True)
    file = into / f"{_free(into, name)}.html"
    file.write_bytes(body)
    reviewed = file.with_suffix(".json")
    reviewed.write_text(json.dumps(expected, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return file, reviewed


def selectors_for(url: str, sources: Sequence[Source]) -> Selectors:
    """The selectors of the source whose site `url` is on, if there is one."""
    return next((source.selectors for source in sources if same_site(source.url, url)), Selectors())


def described(
    article: Article, url: str, charset: str, now: datetime, selectors: Selectors
) -> dict[str, Any]:
    """What the .json of a stored page says; `without` is for the reviewer to fill: what must not be read."""
    read = reading.article_json(article)
    return {
        "url": url,
        "charset": charset,
        "read_at": now.isoformat(),
        "selectors": {key: value for key, value in asdict(selectors).items() if value},
        "reading": {key: read[key] for key in READ},
        "without": [],
    }


def _free(folder: Path, name: str) -> str:
    """`name` with the first number that no page in `folder` has yet."""
    safe = _UNSAFE.sub("-", name.casefold()).strip("-.") or "page"
    return next(f"{safe}-{n}" for n in count(1) if not (folder / f"{safe}-{n}.html").exists())
