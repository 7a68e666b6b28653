"""What the numbers of a text count: people, things, hours, days of a month, units. Pure.

`৯ জন`, `রাত ৯টা` and `৯ নভেম্বর` have a 9 and nothing else in common.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from news.language.keys import key
from news.language.stems import stem
from news.language.text import latin_digits, nfc_pattern
from news.time.dates import MONTHS

Count = tuple[str, str]
"""A number in Latin digits, and what it counts: "person", "thing", "hour", "date", a unit's key, or ""."""

PERSON: Final = "person"
THING: Final = "thing"
HOUR: Final = "hour"
DATE: Final = "date"
_ANY: Final = frozenset(("", PERSON, THING))
"""What `তিন বাংলাদেশি`, without a counter, may count."""


_TOKEN: Final = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_][\w\u0980-\u09fe]*|[\u0980-\u09fe]+|[():]|[।!?;]")
_NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)*")
_OF_PEOPLE: Final = nfc_pattern(r"জন(?:ের|কে|ই|ও|েরই|েরও|েরা)?")
_OF_THINGS: Final = nfc_pattern(r"(?:টি|খানা|টা)(?:র|কে|তে|ই|ও|য়)?")
_OF_HOURS: Final = nfc_pattern(r"টা(?:য়|র|ও|ই|য়ই)?")
_COUNTER: Final = re.compile(f"(?<=..)(?:{_OF_PEOPLE.pattern}|{_OF_THINGS.pattern}|{_OF_HOURS.pattern})$")
_SURELY_HOURS: Final = nfc_pattern(r"টায়(?:ই|ও)?")
_AFTER_HOURS: Final = frozenset(map(key, ("দিকে", "সময়", "পর", "নাগাদ", "মিনিট")))
_DAYTIME: Final = frozenset(
    map(key, ("ভোর", "সকাল", "দুপুর", "বেলা", "বিকেল", "সন্ধ্যা", "রাত", "মধ্যরাত", "সাড়ে", "সোয়া", "পৌনে"))
)
_ORDINAL: Final = nfc_pattern(r"(?:ই|শে|লা|রা|ঠা)")
_MONTHS: Final = frozenset(map(key, MONTHS))
_UNIT_WORDS: Final = (
    "টাকা ডলার ইউরো পাউন্ড রিয়াল দিরহাম দিনার রিঙ্গিত রুপি শতাংশ ভাগ হাজার লাখ লক্ষ কোটি মিলিয়ন বিলিয়ন ঘণ্টা মিনিট সেকেন্ড বছর"
    " মাস সপ্তাহ দিন কিলোমিটার কিমি মাইল মিটার ফুট কেজি গ্রাম টন লিটার ভরি ডিগ্রি বার গুণ"
)
_UNITS: Final = frozenset(map(key, _UNIT_WORDS.split()))
_YEARS_OLD: Final = key("বছর")


def counts(text: str) -> list[Count]:
    """The numbers of `text` in digits or letters, in their order."""
    tokens = _TOKEN.findall(latin_digits(unicodedata.normalize("NFC", text)))
    numbers = [(at, found) for at, token in enumerate(tokens) if (found := _number(token))]
    return [(number, _kind(tokens, at, counter)) for at, (number, counter) in numbers]


def same_kind(said: str, told: str) -> bool:
    """Whether a number that counts `said` may be one that counts `told` in the article."""
    return said == told or ("" in {said, told} and {said, told} <= _ANY)


def _number(token: str) -> tuple[str, str] | None:
    """The number in `token`, and the counter that is written with it: পাঁচজন is 5 and জন."""
    if _NUMBER.fullmatch(token):
        return token.replace(",", ""), ""
    if not (number := stem(token)).isdecimal():
        return None
    counter = _COUNTER.search(token)
    return number, counter[0] if counter else ""


def _kind(tokens: list[str], at: int, joined: str) -> str:
    before = tokens[at - 1] if at else ""
    after = [*([joined] if joined else []), *tokens[at + 1 : at + 3], "", ""]
    if before == "(" and after[0] == ")":
        return _YEARS_OLD  # রহিম উদ্দিন (৩৫)
    if _OF_PEOPLE.fullmatch(after[0]):
        return PERSON
    if _is_hour(key(before) if before else "", after):
        return HOUR
    if _OF_THINGS.fullmatch(after[0]):
        return THING
    unit = key(after[0]) if after[0] else ""
    if unit in _MONTHS or (_ORDINAL.fullmatch(after[0]) and after[1] and key(after[1]) in _MONTHS):
        return DATE
    return unit if unit in _UNITS else ""


def _is_hour(before: str, after: list[str]) -> bool:
    if not _OF_HOURS.fullmatch(after[0]):
        return False
    following = key(after[1]) if after[1] else ""
    return before in _DAYTIME or bool(_SURELY_HOURS.fullmatch(after[0])) or following in _AFTER_HOURS
