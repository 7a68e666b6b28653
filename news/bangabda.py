"""Bangladesh's own calendar, as the Bangla Academy revised it in 2019: fixed against the Gregorian one."""

from __future__ import annotations

import re
import unicodedata
from calendar import isleap
from datetime import date, timedelta
from typing import Final

_MONTHS: Final = tuple(
    unicodedata.normalize("NFC", name)
    for name in (
        "বৈশাখ",
        "জ্যৈষ্ঠ",
        "আষাঢ়",
        "শ্রাবণ",
        "ভাদ্র",
        "আশ্বিন",
        "কার্তিক",
        "অগ্রহায়ণ",
        "পৌষ",
        "মাঘ",
        "ফাল্গুন",
        "চৈত্র",
    )
)
_DATE: Final = re.compile(rf"(?<!\d)(\d{{1,2}})(?:ই|শে|লা|রা|ঠা)?\s*({'|'.join(_MONTHS)}),?\s*(1[34]\d\d)(?!\d)")
_YEARS_APART: Final = 593
_FALGUN: Final = 10


def find(text: str) -> tuple[date, int, int] | None:
    """The first বঙ্গাব্দ date in `text` (Latin digits, NFC) as a Gregorian date, with where it stands."""
    match = _DATE.search(text)
    if match is None:
        return None
    day, month, year = int(match[1]), _MONTHS.index(match[2]), int(match[3])
    first = date(year + _YEARS_APART, 4, 14) + timedelta(days=sum(_length(m, year) for m in range(month)))
    if not 1 <= day <= _length(month, year):
        return None
    return first + timedelta(days=day - 1), match.start(), match.end()


def _length(month: int, year: int) -> int:
    """Days of month 0 to 11: six of 31, then 30, and 29 for ফাল্গুন unless it holds a leap day."""
    if month < 6:
        return 31
    return 29 if month == _FALGUN and not isleap(year + _YEARS_APART + 1) else 30
