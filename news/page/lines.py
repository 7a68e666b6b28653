"""Where line breaks divide a run of text into blocks: paragraphs, a writer's line, a date's line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from news.language.labels import BYLINE
from news.language.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

BREAK: Final = "\n"
_LONGEST_LABEL: Final = 70
_YEAR: Final = re.compile(r"(?<![\d০-৯])(?:19|20|১৯|২০|১৪)[\d০-৯]{2}(?![\d০-৯])")


@dataclass(slots=True)
class Piece:
    """Some text, a line break, or (text empty) a division between parts."""

    text: str
    element: int
    link: str


def lines(run: list[Piece], *, heading: bool) -> Iterator[list[Piece]]:
    """`run` cut at double line breaks, and at single ones after a sentence or beside a writer or a date.

    A `heading` may hold a year, and be set in two lines, without being either.
    """
    whole: list[Piece] = []
    last: list[Piece] = []
    for breaks, line in _printed(run):
        beside = whole and not heading and (_stands_alone(last) or _stands_alone(line))
        if whole and (breaks > 1 or beside or _ends_sentence(last)):
            yield whole
            whole = []
        if whole:
            first = line[0]
            whole += [Piece("", first.element, ""), Piece(" ", first.element, first.link)]
        whole += line
        last = line
    yield whole


def _printed(run: list[Piece]) -> Iterator[tuple[int, list[Piece]]]:
    """Each line of `run` with the number of breaks before it."""
    line: list[Piece] = []
    breaks = following = 0
    for piece in run:
        if piece.text == BREAK:
            following += 1
            continue
        if piece.text.strip() and following:
            if any(one.text.strip() for one in line):
                yield breaks, line
                line, breaks = [], 0
            breaks, following = breaks + following, 0
        line.append(piece)
    yield breaks, line


def _ends_sentence(line: list[Piece]) -> bool:
    last = next((piece.text for piece in reversed(line) if piece.text.strip()), "")
    return last.rstrip(" \t\r\n\"'”’»)").endswith(("।", "!", "?", "…"))


def _stands_alone(line: list[Piece]) -> bool:
    """Whether a line is a writer's or a date's, whatever stands above and below it."""
    text = clean("".join(piece.text for piece in line))
    if len(text) > _LONGEST_LABEL or _ends_sentence(line):
        return False
    return BYLINE.search(text) is not None or _YEAR.search(text) is not None
