"""Text as the patterns of dates see it: one digit, one spelling, one dash, all of it where it was."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_SAME: Final = str.maketrans(
    "০১২৩৪৫৬৭৮৯ীূষশণঃ：।॥–—−‐‑’‘′`\u00a0\u2002\u2003\u2009\u202f\t\n\r\u0130",
    "0123456789িুসসন::||-----''''" + " " * 8 + "i",
)
"""Papers write জানুয়ারি and জানুয়ারী, আগস্ট and আগষ্ট, ঘণ্টা and ঘন্টা, আপডেট: and আপডেটঃ."""


def fold(text: str) -> str:
    """`text` in NFC and lower case, as long as its NFC, so that places found in it hold there too."""
    return _letters(text).lower()


def _letters(text: str) -> str:
    return unicodedata.normalize("NFC", text).translate(_SAME)


def pattern(text: str) -> re.Pattern[str]:
    """A pattern for folded text. A dot under য় or ড় may be missing, as it often is."""
    return re.compile(_letters(text).replace("\u09bc", "\u09bc?"))


def names(numbered: tuple[str, ...]) -> dict[str, int]:
    """Each spelling in lines of spellings, folded and without dots below, with its line's number from 1."""
    return {plain(name): number for number, line in enumerate(numbered, 1) for name in line.split()}


def plain(word: str) -> str:
    """`word` as the keys of `names` are written."""
    return fold(word).replace("\u09bc", "")


def either(words: dict[str, int] | tuple[str, ...]) -> str:
    """A pattern for any of the words, the longest first; each may carry the dots below that its key lost."""
    longest = sorted(map(plain, words), key=len, reverse=True)
    return "|".join(re.sub("([যডঢ])", "\\1\u09bc", re.escape(word)) for word in longest)
