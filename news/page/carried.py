"""What pages carry for their scripts: Next.js (both ways), Quintype, JSON of any shape."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from news.language.text import same
from news.page import markup
from news.time import dates

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborHTMLParser

MOST_THINGS: Final = 50_000
"""Values looked at in one page's data."""
MOST_ROWS: Final = 5_000
"""Rows looked at of what Next.js pushes."""
DEEPEST: Final = 60
_MILLISECONDS: Final = 10**11
"""A number of seconds since 1970 stays below for three thousand years."""
_PUSH: Final = re.compile(r'self\.__next_f\.push\(\[\s*1\s*,\s*("(?:[^"\\]|\\.)*")\s*\]\)', re.DOTALL)
_ROW: Final = re.compile(r"^[0-9a-f]+:(?=[\[{])", re.MULTILINE)
_MARKS: Final = str.maketrans("", "", "_-")

HEADLINES: Final = ("headline", "title", "heading", "newstitle", "newsheading", "posttitle")
_TEXTS: Final = (
    *("content", "body", "details", "articlebody", "newsbody", "newsdetails", "newscontent", "contenthtml"),
    *("bodyhtml", "description"),
)
_DATES: Final = (
    *("publishedat", "firstpublishedat", "datepublished", "publishtime", "publishdate", "pubdate"),
    *("createdat", "date"),
)


def carried(tree: LexborHTMLParser) -> Iterator[Any]:
    """The JSON of `__NEXT_DATA__` and other data scripts, and of what Next.js pushes while it streams."""
    pushed: list[str] = []
    for script in tree.css("script"):
        text = script.text() or ""
        if script.attributes.get("type") == "application/json":
            yield from _loaded(text)
        elif "self.__next_f.push" in text:
            pushed += [str(piece) for match in _PUSH.findall(text) for piece in _loaded(match)]
    stream = "".join(pushed)
    for row in _ROW.split(stream)[1:MOST_ROWS]:
        yield from _loaded(row)


def _loaded(text: str) -> Iterator[Any]:
    try:
        yield json.loads(text)
    except (ValueError, RecursionError):
        return


def things(said: Any) -> Iterator[dict[str, Any]]:
    """Every object in `said`, outer before inner, in order; as many and as deep as a page may have them.

    Its names are in small letters, without _ and -: papers write news_title, newsTitle and NewsTitle.
    """
    waiting: list[tuple[Any, int]] = [(said, 0)]
    for _ in range(MOST_THINGS):
        if not waiting:
            return
        value, depth = waiting.pop()
        if isinstance(value, dict):
            yield {str(name).casefold().translate(_MARKS): one for name, one in reversed(value.items())}
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        if depth < DEEPEST:
            waiting += [(one, depth + 1) for one in reversed(list(inner)) if isinstance(one, dict | list)]


def text(thing: dict[str, Any], names: tuple[str, ...]) -> str:
    """The first of the properties `names` that says something."""
    return next((value for name in names if isinstance(value := thing.get(name), str) and value.strip()), "")


def moment(thing: dict[str, Any], now: datetime) -> datetime | None:
    """When it was published, as a text or in seconds since 1970."""
    for name in _DATES:
        value = thing.get(name)
        if isinstance(value, str) and (found := dates.parse(value, now)):
            return found
        if isinstance(value, int | float) and value > 0 and not isinstance(value, bool):
            return _since_1970(value, now)
    return None


def _since_1970(number: float, now: datetime) -> datetime | None:
    try:
        at = datetime.fromtimestamp(number / (1000 if number > _MILLISECONDS else 1), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return dates.parse(at.isoformat(timespec="seconds"), now)


def story(tree: LexborHTMLParser, title: str) -> tuple[tuple[str, ...], dict[str, Any]]:
    """The paragraphs, and all else, of the object whose headline is `title` and that has most text."""
    found: tuple[tuple[str, ...], dict[str, Any]] = ((), {})
    for said in carried(tree):
        for thing in things(said):
            if same(markup.plain(text(thing, HEADLINES)), title):
                whole = max((markup.paragraphs(text(thing, (name,))) for name in _TEXTS), key=_length)
                found = max(found, (whole, thing), key=lambda one: _length(one[0]))
    return found


def _length(paragraphs: tuple[str, ...]) -> int:
    return sum(map(len, paragraphs))
