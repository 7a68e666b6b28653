"""Comparison keys: words with the same key are the same word to a reader, whatever their ending or spelling.

A word is folded (digits, signs nobody sees, ী, ণ, ষ্ট and the like), its endings come off one by one, and of
several names of a thing one stands for all. Keys are for comparing only: they are never shown. Pure.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from news.language.text import latin_digits
from news.language.words import ALIKE, STEMS, STOP

if TYPE_CHECKING:
    from collections.abc import Sequence


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


_SPLIT: Final = "\u09cd\u200c"
"""A hasanta that is seen, in উদ্‌যাপন: many write the word without."""
_IN_TWO: Final = re.compile(_nfc(r"নিউ[\s-]+(?=ইয়র্ক|ইয়ার্ক|জার্সি)|আবু[\s-]+(?=ধাবি|ধাবী)|কুয়ালা[\s-]+(?=লামপুর)"))
"""Names that some papers write as two words."""
_HIDDEN: Final = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeffঃ]")
_GROUPED: Final = re.compile(r"(?<=\d),(?=\d{2,3}(?!\d)|\d{2},)")
_WORD: Final = re.compile(r"\d+(?:\.\d+)+(?![\w])|[\w\u0980-\u09fe]+(?:['’]s\b)?")
_AFTER_NUMBER: Final = re.compile(
    _nfc(r"(\d+)(?:টি|টা|জন|খানা|তম|ম|শে|ই|লা|রা|ঠা|এর|র|এ|তে|কে|ও|য়|st|nd|rd|th)(?:কে|ের|র|য়|তে|ও|ই|রা|দের|ে)*")
)
"""১০টি, ১০টায়, ১০জনের, ১০ম, ২১শে: numbers in their company."""
_LETTER: Final = re.compile(r"[^\u0981-\u0983\u09bc\u09be-\u09cd\u09d7]")  # all but vowel signs and the like

# Spellings that differ from paper to paper: letters, then groups of them, in an order that matters.
_LETTERS: Final = str.maketrans(dict(zip(_nfc("ীূঈঊণৎ"), _nfc("িুইউনত"), strict=True)))
_ROOTS: Final = "কর|বল|চল|ধর|দেখ|রাখ|থাক|আন|মার|লিখ|শুন|জান|পড়|আস|উঠ|ফির|ঘট|পার"
"""Verbs whose forms of old, করিতে and the like, are still in print; বাড়িতে and গাড়িতে are none."""
_GROUPS: Final = tuple(
    (_nfc(sign), re.compile(_nfc(pattern)), _nfc(to))
    for sign, pattern, to in (
        ("ষ", r"ষ(?=্[টঠকপ])", "স"),  # আগষ্ট, আগস্ট
        ("ঙ", r"ঙ্?", "ং"), ("ংগ", r"ংগ(?!্)", "ং"),  # বাঙ্গালি, বাঙালি; সংগীত, সঙ্গীত
        ("র্", r"র্([ক-হ])্\1", r"র্\1"), ("র্য", r"র্য্য", "র্য"),  # সর্ব্ব, কার্য্য
        ("িয়াছ", r"িয়াছ", "েছ"), ("ইয়াছ", r"ইয়াছ", "য়েছ"),  # করিয়াছেন, করেছেন
        ("িতেছ", r"(?<=[ক-হ])িতেছ", "ছ"), ("ইতেছ", r"ইতেছ", "চ্ছ"),  # করিতেছেন, করছেন
        ("ি", rf"^({_ROOTS})ি(?=(?:তে|তেন|বে|বেন|ব|ল|লেন|লে|লাম)$)", r"\1"),  # করিতে, করতে; বলিলেন, বললেন
        ("িয়া", r"^(কর|বল|চল|ধর|দেখ|রাখ|থাক)িয়া$", r"\1ে"),  # করিয়া, করে
        ("ই", r"^(হ|যা|পা|খা|চা|গা)ই(?=বেন?$)", r"\1"),  # যাইবেন, যাবেন
        ("চাকু", r"চাকুর(?=ি)", "চাকর"), ("হজ্", r"হজ্[বজ]", "হজ"), ("রম", r"রমযান|রমাদান|রামাদান", "রমজান"),
        ("ক্যা", r"ক্যানাড", "কানাড"), ("জর্দা", r"জর্দান", "জর্ডান"), ("ইও", r"ইওরোপ", "ইউরোপ"),
        ("অ্যা", r"অ্যামেরিক", "আমেরিক"),
    )
)  # fmt: skip

_LONGEST: Final = 60
"""Letters of a word that are compared: longer ones are no words, and would take long to take apart."""
_LONG: Final = 3
_SHORT: Final = 2
"""Letters that an ending must leave: the endings that many words have by nature leave more."""


@dataclass(frozen=True, slots=True)
class _Ending:
    """What a word may carry at its end; `before` matches what may stand before it."""

    text: str
    before: re.Pattern[str]
    left: int  # letters that it must leave

    def comes_off(self, word: str) -> bool:
        rest = word.removesuffix(self.text)
        return _letters(rest) >= self.left and self.before.search(rest) is not None


_ENDINGS: Final = tuple(
    _Ending(_nfc(text), re.compile(_nfc(f"{before}$")), left)
    for endings, before, left in (
        ("দের দেরকে দিগের দিগকে গুলো গুলি সমূহ বৃন্দ গন েরা টি টা", r"(?<!্)", _SHORT),
        ("সহ", r"[^্ঃ]", _SHORT),
        ("কে", r"[^্ং]", _SHORT), ("রা", r"[^্]", _SHORT), ("ের এর", "", _SHORT),
        ("র", r"(?:(?<!ব)া|(?<!প)ু|[িেোৈৌ])", _SHORT),
        ("য়", r"া", _SHORT), ("তে", r"[ািুোইউওঁ]", _SHORT), ("য়ে", r"[ইউওি]", _LONG),
        ("য়ের", r"[ইউওাি]", _SHORT), ("ে", r"[^্]", _LONG), ("ও", r"া", _SHORT), ("ও", r"[^্িোঁা]", _LONG),
        ("ই", r"[^্াোউ]", _LONG), ("হ", r"া", _SHORT),
        ("দ", r"[^্]", _SHORT),  # নাহিদের is read as one of several নাহি: so is নাহিদ, and they meet
    )
    for text in endings.split()
)  # fmt: skip
_ALONE: Final = frozenset(
    map(_nfc, ("র", "এর", "এ", "কে", "তে", "য়", "য়ে", "ও", "ই", "রা", "দের", "টি", "টা", "সহ"))
)
"""What follows a hyphen in এএফপি-র: an ending without its word."""
_HYPHENS: Final = re.compile(r"(?<=[^\W\d_]|[\u0980-\u09ff])[-‐‑–'’](?=[\u0980-\u09ff])")


def keys(text: str) -> list[str]:
    """The keys of the words of `text`, in their order; numbers in Latin digits, without grouping commas."""
    plain = _GROUPED.sub("", _plain(text))
    return [_key(word[:_LONGEST]) for word in _WORD.findall(_without_lone_endings(plain))]


def key(word: str) -> str:
    """The key of one word; empty only for a word without a letter or digit."""
    return _key(_plain(word)[:_LONGEST])


def is_stop(one: str) -> bool:
    """Whether the word of this key says nothing of what a text is about."""
    return one in _stop()


@lru_cache(maxsize=65_536)
def _key(word: str) -> str:
    folded = _fold(word.removesuffix("'s").removesuffix("’s"))
    if number := _AFTER_NUMBER.fullmatch(folded):
        return number[1]
    return _alike().get(folded) or _named(_stem(folded))


def _plain(text: str) -> str:
    seen = _HIDDEN.sub("", text.replace(_SPLIT, ""))
    return latin_digits(_IN_TWO.sub(_joined, _nfc(seen)).casefold())


def _joined(match: re.Match[str]) -> str:
    return match[0].rstrip(" \t\n-")


def _without_lone_endings(text: str) -> str:
    """এএফপি-র as এএফপি; other hyphens part words."""
    first, *rest = _HYPHENS.split(text)
    kept = [first]
    for part in rest:
        ending = re.match(r"[\u0980-\u09ff]+", part)
        lone = ending is not None and ending[0] in _ALONE
        kept.append(part[len(ending[0]) :] if ending and lone else f" {part}")
    return "".join(kept)


def _fold(word: str) -> str:
    word = word.translate(_LETTERS)
    for sign, pattern, to in _GROUPS:
        if sign in word:
            word = pattern.sub(to, word)
    return word


def _stem(word: str) -> str:
    """`word` without its endings; those of known words come off first, the others as far as they go."""
    while word not in _stems():
        shorter = _shorter(word)
        if shorter == word:
            break
        word = shorter
    return word


def _shorter(word: str) -> str:
    """`word` without one ending: one that leaves a known word, else the longest that may come off."""
    worn = [one for one in _endings_by_last().get(word[-1:], ()) if word.endswith(one.text)]
    rests = (word.removesuffix(one.text) for one in worn)
    known = next((rest for rest in rests if rest in _stems()), "")
    return known or next((word.removesuffix(one.text) for one in worn if one.comes_off(word)), word)


def _letters(word: str) -> int:
    return len(_LETTER.findall(word))


def _named(stem: str) -> str:
    return _alike().get(stem, stem)


@cache
def _endings_by_last() -> dict[str, tuple[_Ending, ...]]:
    """The endings by their last sign, the longest first."""
    longest = sorted(_ENDINGS, key=lambda one: -len(one.text))
    return {one.text[-1]: tuple(e for e in longest if e.text[-1] == one.text[-1]) for one in longest}


@cache
def _stems() -> frozenset[str]:
    listed = [_fold(_nfc(word)) for word in STEMS.split()]
    return frozenset(listed) | frozenset(_fold(_nfc(w)) for line in ALIKE for w in line.split())


@cache
def _alike() -> dict[str, str]:
    groups: list[Sequence[str]] = [[_fold(_nfc(word)) for word in line.split()] for line in ALIKE]
    return {word: first for first, *others in groups for word in (first, *others)}


@cache
def _stop() -> frozenset[str]:
    return frozenset(key(word) for word in STOP.split())
