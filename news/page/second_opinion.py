"""What trafilatura and htmldate make of a page, and which of two readings is the story.

Asked only in doubt, because they are slower.
"""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Final

import trafilatura
from htmldate import find_date
from selectolax.lexbor import LexborHTMLParser

from news.language.labels import RELATED_PREFIX, is_caption, is_dateline, is_noise
from news.language.text import clean, latin_digits, letters_of, same
from news.page import roles
from news.page.blocks import lay_out
from news.page.masthead import is_card
from news.time import dates

if TYPE_CHECKING:
    from datetime import datetime

    from selectolax.lexbor import LexborNode

_EDGES: Final = "| -–•"
_HEADLINE: Final = 200
_LITTLE: Final = 100
"""Characters that are no story."""
STORY: Final = 500
"""Letters from which a text that the head declares is believed."""
_SAMPLE: Final = 25
"""Letters by which a sentence is known again."""
_THE_SAME: Final = 0.8
_TWICE: Final = 2
_LITTLE_MORE: Final = 1.5
_MUCH_LESS: Final = 0.3
"""Trafilatura rather leaves out too much than too little: with less than this share it has lost the story."""
_NEVER_READ: Final = frozenset({"script", "style", "link", "img", "source", "svg", "noscript", "iframe"})
_NOT_READ: Final = (
    f"{', '.join(sorted(_NEVER_READ))}, footer, aside, nav, [class], [id], meta[property='og:url']"
)
_BESIDE: Final = frozenset({"nav", "foot", "side", "related", "comments", "ad"})
_VALUES: Final = (("content", "meta[content]"), ("datetime", "time[datetime]"), ("title", "[title]"))
_NUMBER: Final = re.compile(r"\d{1,8}")
_DENSE: Final = 8
_LINE: Final = 160
for _name in ("trafilatura", "htmldate"):
    # Both log an error for each page that is not to their taste; what it means for us, we say ourselves.
    logging.getLogger(_name).setLevel(logging.CRITICAL)


def text(source: str, title: str) -> tuple[str, ...]:
    """The paragraphs that trafilatura finds on the page `source`, without the headline; none if it fails."""
    try:
        found = trafilatura.extract(source, include_comments=False) or ""
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError):
        return ()  # lxml and others give up on what browsers still show
    lines = (clean(line.strip(_EDGES)) for line in found.split("\n"))
    return tuple(line for line in lines if line and not same(line, title) and not _is_beside(line))


def _is_beside(line: str) -> bool:
    """Whether a line stands around the story rather than in it."""
    around = is_noise(line) or is_caption(line) or is_dateline(line)
    return around or (len(line) < _HEADLINE and RELATED_PREFIX.match(line) is not None)


def published(source: str, title: str, now: datetime) -> datetime | None:
    """The date that htmldate finds in the words of the page `source`, and that stands there as a date does.

    It guesses too, from the folders of pictures, a copyright's years, the cards of other stories.
    """
    tree = _own(source)
    try:
        found = find_date(tree.html or "", original_date=True, max_date=now.date().isoformat())
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError):
        return None
    return dates.parse(found, now) if found and _is_printed(found, tree, title) else None


def _own(source: str) -> LexborHTMLParser:
    """The page without what is drawn, what scripts hold, and what stands beside the story or below it."""
    tree = LexborHTMLParser(source)
    gone: set[int] = set()
    for node in tree.css(_NOT_READ):
        above = node.parent
        while above is not None and above.mem_id not in gone:
            above = above.parent
        if above is None and _is_beside_story(node):
            gone.add(node.mem_id)
    for node in [node for node in tree.css(_NOT_READ) if node.mem_id in gone]:
        node.decompose()
    return tree


def _is_beside_story(node: LexborNode) -> bool:
    if node.tag in _NEVER_READ or node.tag == "meta":
        return True
    names = f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}".strip()
    return bool(roles.of(node.tag or "", names) & _BESIDE) and node.css_first("h1, body") is None


def _is_printed(day: str, tree: LexborHTMLParser, title: str) -> bool:
    """Whether one line of the page, or one value for machines, has both the year and the day of the month.

    A sentence tells of other days: of a war's end, of a law's beginning.
    """
    year, _, number = (int(part) for part in day.split("-"))
    layout = lay_out(tree.body) if tree.body else None
    shown = [b.text for b in layout.blocks if not is_card(layout, b, title)] if layout else []
    given = [node.attributes.get(name) or "" for name, tag in _VALUES for node in tree.css(tag)]
    return any({year, number} <= _numbers(text) for text in (*shown, *given) if len(text) <= _LINE)


def _numbers(text: str) -> set[int]:
    """The numbers in a text; of one that is eight digits long, year, month and day."""
    found = _NUMBER.findall(latin_digits(text))
    dense = [part for one in found if len(one) == _DENSE for part in (one[:4], one[4:6], one[6:])]
    return {int(one) for one in (*found, *dense)}


def is_another(declared: tuple[str, ...], own: tuple[str, ...]) -> bool:
    """Whether what the page's head declares as its text is more than `own`, or not found in it at all."""
    said, found = letters_of("".join(declared)), letters_of("".join(own))
    if len(said) < STORY or len(said) > 2 * len(found):
        return len(said) > 2 * len(found)
    places = (len(said) * part // 4 for part in (1, 2, 3))
    return not any(said[place : place + _SAMPLE] in found for place in places)


def choose(own: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    """Which of two doubtful readings is the story.

    Ours where the `other` is the same with a few lines more, or next to nothing; else the other.
    """
    ours, theirs = sum(map(len, own)), sum(map(len, other))
    if theirs < _LITTLE and ours:
        return own
    everything = letters_of("".join(other))
    shared = sum(len(paragraph) for paragraph in own if letters_of(paragraph) in everything)
    refined = shared > ours * _THE_SAME and theirs < ours * _LITTLE_MORE
    return own if refined or theirs < ours * _MUCH_LESS or _holds(own, other) else other or own


def _holds(own: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether the `other` is nearly all in `own`, which has longer lines, or some more of a list."""
    everything, lines = letters_of("".join(own)), [letters_of(line) for line in other]
    length = sum(map(len, lines))
    held = sum(len(line) for line in lines if line in everything)
    return held > length * _THE_SAME and length <= len(everything) < length * _TWICE
