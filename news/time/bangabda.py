"""Bangladesh's own calendar and the Hijri one, as papers print them beside the date. Folded text only."""

from __future__ import annotations

from calendar import isleap
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from news.language import folded
from news.language.folded import either, pattern, plain
from news.time.gregorian import Found

if TYPE_CHECKING:
    import re

_MONTHS: Final = folded.names(
    (
        "বৈশাখ বৈশাক",
        "জ্যৈষ্ঠ জৈষ্ঠ জ্যৈষ্ঠ্য জ্যেষ্ঠ জৈষ্ঠ্য",
        "আষাঢ় আষাড়",
        "শ্রাবণ",
        "ভাদ্র",
        "আশ্বিন",
        "কার্তিক কার্ত্তিক",
        "অগ্রহায়ণ অগ্রহায়ন অঘ্রাণ অগ্রাহায়ণ",
        "পৌষ",
        "মাঘ",
        "ফাল্গুন ফালগুন ফাগুন",
        "চৈত্র",
    )
)
_HIJRI: Final = (
    "মহররম|মুহররম|মুহাররম|মহরম|সফর|রবিউল|রবিউস|রবি|জমাদিউল|জমাদিউস|জমাদি|জুমাদা|রজব|শাবান|রমজান|রমযান"
    "|রমাদান|শাওয়াল|জিলকদ|জ্বিলকদ|যিলকদ|জিলক্বদ|জিলহজ|জ্বিলহজ|যিলহজ"
)
_FIRST: Final = tuple(map(plain, ("পহেলা", "পয়লা")))
_DAY: Final = (
    rf"(?:(?<!\d)(?P<{{0}}>\d{{{{1,2}}}})(?!\d)\s?(?:(?:ই|শে|লা|রা|ঠা|এ)(?![ঀ-৿]))?"
    rf"|(?<![ঀ-৿])(?:{either(_FIRST)}))"
)
_YEAR: Final = r"(?P<{0}>1[34]\d\d)(?!\d)(?:\s*(?:বঙ্গাব্দ|বাংলা|সন|সাল|বাং))?"
_MONTH: Final = f"(?P<{{0}}>{either(_MONTHS)})"
_DATE: Final = pattern(
    rf"{_DAY.format('day')}[\s,/-]*{_MONTH.format('month')}[\s,/'-]*{_YEAR.format('year')}"
    rf"|{_MONTH.format('first')}\s*{_DAY.format('second')}[\s,]+{_YEAR.format('third')}"
)
_HIJRI_DATE: Final = pattern(
    rf"(?<!\d)\d{{1,2}}\s?(?:ই|শে|লা|রা|ঠা)?[\s,]*(?:{_HIJRI})[^\d|]{{0,16}}\s*,?\s*1[45]\d\d(?!\d)(?:\s*হি(?:জরি|ঃ)?)?"
    rf"|(?:{_HIJRI})[^\d|]{{0,16}}\s*\d{{1,2}},?\s*1[45]\d\d(?!\d)(?:\s*হি(?:জরি|ঃ)?)?"
)
_YEARS_APART: Final = 593
_FALGUN: Final = 10
_REVISED: Final = 1426
"""The year in whose middle the Bangla Academy's calendar of 2019 began: before, five months had 31 days."""


def find(text: str) -> Found | None:
    """The first বঙ্গাব্দ date in `text` that there is in the calendar, as a Gregorian one."""
    for match in _DATE.finditer(text):
        if day := _day(match):
            return Found(day, match.start(), match.end())
    return None


def hide(text: str) -> str:
    """`text` with its বঙ্গাব্দ and Hijri dates blanked, as long as it was."""
    if "13" not in text and "14" not in text and "15" not in text:
        return text
    for dates in (_DATE, _HIJRI_DATE):
        text = dates.sub(lambda match: " " * len(match[0]), text)
    return text


def _day(match: re.Match[str]) -> date | None:
    day = int(match["day"] or match["second"] or 1)  # without a number it is পহেলা
    month, year = match["month"] or match["first"], match["year"]
    number, in_year = _MONTHS[plain(month)] - 1, int(year or match["third"])
    if not 1 <= day <= _length(number, in_year):
        return None
    before = sum(_length(earlier, in_year) for earlier in range(number))
    return date(in_year + _YEARS_APART, 4, 14) + timedelta(days=before + day - 1)


def _length(month: int, year: int) -> int:
    """Days of month 0 to 11. Since ১৪২৬ six have 31, ফাল্গুন 29 or 30; before, five had 31, ফাল্গুন 30 or 31."""
    revised = year >= _REVISED
    if month < (6 if revised else 5):
        return 31
    if month != _FALGUN:
        return 30
    return (29 if revised else 30) + isleap(year + _YEARS_APART + 1)
