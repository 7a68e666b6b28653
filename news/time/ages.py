"""Times told from now: ২ দিন ১ ঘণ্টা আগে, এইমাত্র, গতকাল. Folded text only."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from news.language.folded import either, pattern, plain
from news.time.clock import NUMBERS, QUARTERS

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

_UNITS: Final = {
    plain(word): length
    for words, length in (
        ("সেকেন্ড সে. seconds second secs sec s", timedelta(seconds=1)),
        ("মিনিট মিঃ মি. মি minutes minute mins min m", timedelta(minutes=1)),
        ("ঘণ্টা ঘণ্টার ঘঃ ঘ. hours hour hrs hr h", timedelta(hours=1)),
        ("দিন days day d", timedelta(days=1)),
        ("সপ্তাহ হপ্তা weeks week w", timedelta(weeks=1)),
        ("মাস months month mo", timedelta(days=30)),
        ("বছর বৎসর years year yrs yr y", timedelta(days=365)),
    )
    for word in words.split()
}
_PARTS: Final = {
    plain(word): part for word, part in {"আধা": 0.5, "আধ": 0.5, "দেড়": 1.5, "আড়াই": 2.5, "half": 0.5}.items()
}
_SOME: Final = {plain("কয়েক"): 3}
"""`কয়েক মিনিট আগে` is near enough."""
_WORDS: Final = NUMBERS | _PARTS | _SOME
_NUMBER: Final = (
    rf"(?:(?P<quarter>{either(tuple(QUARTERS))})\s+)?(?P<number>\d{{1,3}}|{either(tuple(_WORDS))})"
)
_PIECE: Final = rf"{_NUMBER}\s*(?:টি\s*|an?\s+)?(?P<unit>{either(tuple(_UNITS))})"
_ANONYMOUS: Final = _PIECE.replace("?P<quarter>", "?:").replace("?P<number>", "?:").replace("?P<unit>", "?:")
_AGE: Final = pattern(
    rf"(?<![\dঀ-৿a-z.])(?P<pieces>{_ANONYMOUS}(?:[\s,]*(?:(?:ও|এবং|and)\s*)?{_ANONYMOUS}){{0,3}})"
    r"(?:খানেক|র)?(?:\s*(?:বেশি|কিছু))?\s*(?:আগে|পূর্বে|ago)(?![a-z])"
)
_ONE: Final = pattern(_PIECE)
_NOW: Final = pattern(r"এই\s?মাত্র|এখনই|সবেমাত্র|(?:কিছুক্ষণ|একটু|কিছু সময়)\s*(?:আগে|পূর্বে)|just now|moments? ago")
_DAYS: Final = {
    "গত পরশু": 2,
    "গতপরশু": 2,
    "পরশু": 2,
    "গতকাল": 1,
    "গতকল্য": 1,
    "yesterday": 1,
    "আজকে": 0,
    "আজ": 0,
    "অদ্য": 0,
    "today": 0,
}
_DAY: Final = pattern(rf"(?<![ঀ-৿a-z])(?P<day>{either(tuple(_DAYS))})(?![ঀ-৿a-z])")
_BACK: Final = {plain(word): days for word, days in _DAYS.items()}


def age(text: str) -> tuple[timedelta, int, int] | None:
    """How long ago `text` says, and where it says so."""
    if match := _AGE.search(text):
        return sum(map(_length, _ONE.finditer(match["pieces"])), timedelta()), match.start(), match.end()
    if match := _NOW.search(text):
        return timedelta(), match.start(), match.end()
    return None


def days(text: str) -> Iterator[tuple[int, int, int]]:
    """The days back from today that আজ, গতকাল and their like say, and where."""
    for match in _DAY.finditer(text):
        yield _BACK[plain(match["day"])], match.start(), match.end()


def _length(match: re.Match[str]) -> timedelta:
    number = match["number"]
    count = float(number) if number.isdecimal() else float(_WORDS[plain(number)])
    if match["quarter"]:
        count += QUARTERS[plain(match["quarter"])] / 60
    return count * _UNITS[plain(match["unit"])]
