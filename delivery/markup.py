"""Telegram HTML: escaped exactly once, measured as Telegram measures, cut where a reader would pause."""

from __future__ import annotations

import html
import re
import unicodedata
from typing import Final

ELLIPSIS: Final = "…"
VIRAMA: Final = 9
"""The combining class of signs that join a consonant to the next (Unicode, Canonical_Combining_Class)."""
_TAG: Final = re.compile(r"<[^>]*>")
_SENTENCE_END: Final = re.compile(r"[।!?]['\"’”»)]*(?=\s|$)")


def escape(text: str) -> str:
    """`text` as it must stand between tags or in a double-quoted attribute."""
    return html.escape(text, quote=True)


def bold(text: str) -> str:
    """`text`, escaped, in bold."""
    return f"<b>{escape(text)}</b>"


def link(text: str, url: str) -> str:
    """`text`, escaped, leading to `url`."""
    return f'<a href="{escape(url)}">{escape(text)}</a>'


def plain(markup: str) -> str:
    """What a reader sees of `markup`: tags gone, entities resolved."""
    return html.unescape(_TAG.sub("", markup))


def units(text: str) -> int:
    """Length in UTF-16 code units, the measure of every Telegram limit."""
    return len(text.encode("utf-16-le")) // 2


def visible(markup: str) -> int:
    """Length of `markup` after entity parsing, in UTF-16 code units."""
    return units(plain(markup))


def cut(text: str, limit: int) -> str:
    """`text` in at most `limit` UTF-16 units: whole sentences if any fit, else words and an ellipsis."""
    if units(text) <= limit:
        return text
    head = _within(text, limit)
    ends = [match.end() for match in _SENTENCE_END.finditer(head)]
    # A sentence end very early would throw most of the text away: then a word's end serves better.
    if ends and ends[-1] * 2 > len(head):
        return head[: ends[-1]]
    shorter = _within(text, limit - units(ELLIPSIS))
    words, _, _ = shorter.rpartition(" ")
    return (words or shorter).rstrip(" ,;:–—-") + ELLIPSIS if shorter else ""


def _within(text: str, limit: int) -> str:
    """The longest beginning of `text` in `limit` units that splits no grapheme cluster."""
    used, end = 0, 0
    for index, character in enumerate(text):
        used += 2 if ord(character) > 0xFFFF else 1
        if used > limit:
            break
        end = index + 1
    while 0 < end < len(text) and _joined(text[end - 1], text[end]):
        end -= 1
    return text[:end]


def _joined(before: str, after: str) -> bool:
    """Whether a cut between the two would split what is seen as one character."""
    return (
        unicodedata.category(after) in {"Mn", "Mc", "Me"}
        or after in "\u200c\u200d"
        or before == "\u200d"
        or (unicodedata.combining(before) == VIRAMA and after.isalpha())  # হসন্ত and the like: a conjunct
        or 0x1F3FB <= ord(after) <= 0x1F3FF  # skin tones
        or 0xE0020 <= ord(after) <= 0xE007F  # the letters in the flags of England, Scotland, Wales
        or (0x1F1E6 <= ord(before) <= 0x1F1FF and 0x1F1E6 <= ord(after) <= 0x1F1FF)  # flags
    )
