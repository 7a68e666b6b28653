"""What trafilatura makes of a page, and which of two readings is the story.

Asked only in doubt, because it is slower.
"""

from __future__ import annotations

import logging
from typing import Final

import trafilatura

from news.language.labels import RELATED_PREFIX, is_caption, is_dateline, is_noise
from news.language.text import clean, letters_of, same

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
# It logs an error for each page that is not to its taste; what it means for us, we say ourselves.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


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
