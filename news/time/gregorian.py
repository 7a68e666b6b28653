"""Gregorian dates in folded text, in every order papers write day, month and year. No times of day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from news.language import folded
from news.language.folded import either, pattern, plain

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

MONTHS: Final = (
    "জানুয়ারি জানুআরি জানুয়ারী জানু january jan",
    "ফেব্রুয়ারি ফেব্রুআরি ফেব্রয়ারি ফেব্রুয়রি ফেবুয়ারি ফেব্রু ফেব february feb",
    "মার্চ মার্চ্চ march mar",
    "এপ্রিল এপিল এপ্র april apr",
    "মে may",
    "জুন june jun",
    "জুলাই জুলাঈ july jul",
    "আগস্ট অগস্ট অগাস্ট আগাস্ট আগস্ত august aug",
    "সেপ্টেম্বর সেপ্টেম্বার সেপ্টম্বর সেপ্টেমবর সেপ্টেমবার সেপটেম্বর সেপ্টে সেপ্ট সেপ september sept sep",
    "অক্টোবর অক্টোবার অক্টবর অক্টোম্বর অকটোবর অক্টো অক্ট october oct",
    "নভেম্বর নভেম্বার নবেম্বর নভেমবর নভে november nov",
    "ডিসেম্বর ডিসেম্বার ডিসেমবর ডিসম্বর ডিসে december dec",
)
_ELSEWHERE: Final = (
    "januar jänner janvier enero gennaio janeiro januari styczeń stycznia",
    "februar feber février febrero febbraio fevereiro februari lutego",
    "märz mars marzo março maart marca",
    "avril abril aprile kwietnia",
    "mai mayo maggio maio mei maja",
    "juni juin junio giugno junho czerwca",
    "juli juillet julio luglio julho lipca",
    "août agosto augustus augusti sierpnia",
    "septembre septiembre settembre setembro września",
    "oktober okt octobre octubre ottobre outubro października",
    "novembre noviembre novembro listopada",
    "dezember dez décembre diciembre dicembre dezembro december grudnia",
)
"""German, French, Spanish, Italian, Portuguese, Dutch, Scandinavian and Polish pages print these."""
_NAMES: Final = folded.names(MONTHS) | folded.names(_ELSEWHERE)
_MONTH: Final = rf"(?P<month>{either(_NAMES)})(?:ের|ে)?\.?(?![ঀ-৿a-z])"
_DAY: Final = r"(?<![\d:.])(?P<day>\d{1,2})(?!\d)\s?(?:(?:st|nd|rd|th|er|লা|রা|ঠা|ই|শে|এ)(?![a-zঀ-৿]))?"
_YEAR: Final = r"(?P<year>(?:19|20)\d\d)(?!\d)"
_AHEAD: Final = r"(?:(?<![ঀ-৿a-z])|(?=জ|ফে|মার্|এপ|অ|আগ|সে|নভ|ডি))"
"""Bengali months may be glued to a name, but মে is also the end of many words."""
_SHORT: Final = r"(?P<year>\d\d)(?![\d:.])"
_CLOCK: Final = r"\d{1,2}:\d\d(?::\d\d)?(?:\s*[ap]m)?(?:\s+[a-z]{3,4})?(?:\s*[+-]\d{4})?"
_BETWEEN: Final = r"[\s,/.|'-]*"
_FORMS: Final = tuple(
    map(
        pattern,
        (
            rf"{_DAY}(?:\s*(?:of|de))?{_BETWEEN}{_MONTH}(?:\s*del?(?=\s))?{_BETWEEN}{_YEAR}",
            rf"{_AHEAD}{_MONTH}[\s,/.-]*{_DAY}{_BETWEEN}{_YEAR}",
            rf"(?<![ঀ-৿a-z]){_MONTH}\s*{_DAY},?\s+{_CLOCK}\s+{_YEAR}",
            rf"(?<!\d){_YEAR}\s*(?:সাল|সন)?(?:ের)?[\s,/.-]*{_MONTH}[\s,/.-]*{_DAY}",
            rf"(?<!\d){_YEAR}\s*(?:সাল|সন)(?:ের)?[\s,]*{_DAY}\s*{_MONTH}",
            rf"{_DAY}\s*(?:[,/-]\s?|\s')'?{_MONTH}\s*(?:[,/-]\s?|\s?')'?{_SHORT}",
            rf"{_DAY}\s*{_MONTH},?\s*'{_SHORT}",
            rf"{_DAY}\s+{_MONTH}\s+(?P<year>\d\d)(?=\s+\d\d?:\d\d)",
        ),
    )
)
_NUMERIC: Final = tuple(
    map(
        pattern,
        (
            r"(?<![\d.:])(?P<year>(?:19|20)\d\d)\s?(?P<mark>[-/.])\s?(?P<one>\d{1,2})\s?(?P=mark)\s?(?P<two>\d{1,2})(?!\d)",
            r"(?<![\d.:])(?P<two>\d{1,2})\s?(?P<mark>[-/.])\s?(?P<one>\d{1,2})\s?(?P=mark)\s?(?P<year>(?:19|20)\d\d)(?!\d)",
            r"(?<![\d.:/-])(?P<two>\d\d)(?P<mark>[-/.])(?P<one>\d\d)(?P=mark)(?P<year>\d\d)(?![\d:/-]|\.\d)",
            r"(?<![\d.:/-])(?P<two>\d{1,2})(?P<mark>[/.])(?P<one>\d{1,2})(?P=mark)(?P<year>[12]\d)(?![\d:/-]|\.\d)",
            r"(?<!\d)(?P<year>(?:19|20)\d\d)\s?[年년]\s?(?P<one>\d{1,2})\s?[月월]\s?(?P<two>\d{1,2})\s?[日일]",
            r"(?<!\d)(?P<year>20\d\d)(?P<one>[01]\d)(?P<two>[0-3]\d)(?=t\d{4}|\s*$)",
        ),
    )
)
_NO_YEAR: Final = r"(?![\s,./'-]{0,3}\d{3})"
_YEARLESS: Final = tuple(
    map(pattern, (rf"{_DAY}[\s,/-]*{_MONTH}{_NO_YEAR}", rf"(?<![ঀ-৿a-z]){_MONTH}\s*{_DAY}{_NO_YEAR}"))
)


@dataclass(frozen=True, slots=True)
class Found:
    """A day, and where it was written."""

    day: date
    start: int
    end: int


def dated(text: str) -> list[Found]:
    """Every date with a year, by place; twice where day or month may come first, in this order."""
    found = [*_named(text), *_numbered(text)]
    return sorted(found, key=lambda one: one.start)


def yearless(text: str, today: date) -> Iterator[Found]:
    """`২৩ জুন`: the latest one that has been on `today`."""
    for match in (match for form in _YEARLESS for match in form.finditer(text)):
        days = (_date(str(year), match["month"], match["day"]) for year in (today.year, today.year - 1))
        if past := next((day for day in days if day and day <= today), None):
            yield Found(past, match.start(), match.end())


def _named(text: str) -> Iterator[Found]:
    for match in (match for form in _FORMS for match in form.finditer(text)):
        yield from _found(match, (match["year"], match["month"], match["day"]))


def _numbered(text: str) -> Iterator[Found]:
    for match in (match for form in _NUMERIC for match in form.finditer(text)):
        year, one, two = match["year"], match["one"], match["two"]
        yield from _found(match, (year, one, two))
        if match.start("year") != match.start():
            yield from _found(match, (year, two, one))  # 06/23/2025: as Americans write


def _found(match: re.Match[str], written: tuple[str, str, str]) -> Iterator[Found]:
    if day := _date(*written):
        yield Found(day, match.start(), match.end())


def _date(year: str, month: str, day: str) -> date | None:
    full = int(year) + (2000 if len(year) == 2 else 0)
    try:
        return date(full, int(month) if month.isdecimal() else _NAMES[plain(month)], int(day))
    except ValueError:
        return None
