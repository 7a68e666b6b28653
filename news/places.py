"""Which countries a story is about, by the names in gazetteer.toml and the endings they take. Pure."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HOME: Final = "BD"
MOST: Final = 4
"""Countries a story can be about before it is about the world."""

_WORD: Final = re.compile(r"[\u0980-\u09e5\u09f0-\u09ff\u200c\u200d]+")
_ENDINGS: Final = tuple(
    unicodedata.normalize("NFC", ending)
    for ending in [
        "প্রবাসীদের",
        "প্রবাসীরা",
        "প্রবাসীর",
        "প্রবাসী",
        "ভিত্তিক",
        "বাসীর",
        "বাসী",
        "ফেরত",
        "গামী",
        "গামীদের",
        "স্থ",
        "দের",
        "য়ের",
        "য়েও",
        "য়ে",
        "য়তে",
        "য়ও",
        "য়",
        "তেও",
        "তে",
        "ের",
        "েও",
        "ে",
        "রও",
        "র",
        "কেও",
        "কে",
        "এর",
        "এ",
        "ও",
        "ই",
    ]
)
_TITLE: Final = 5
_LEAD: Final = 3
_MENTIONS_COUNTED: Final = 4
_NEEDED: Final = 2
_REGIONAL_A: Final = 0x1F1E6


@dataclass(frozen=True, slots=True)
class _Gazetteer:
    names: dict[str, tuple[str, str]]  # code → (bn, en)
    strong: dict[tuple[str, ...], str]
    weak: dict[tuple[str, ...], str]
    longest: int


@cache
def _gazetteer() -> _Gazetteer:
    """The file beside this module, read once: it is part of the program, not of the configuration."""
    text = Path(__file__).with_name("gazetteer.toml").read_text(encoding="utf-8")
    table = tomllib.loads(unicodedata.normalize("NFC", text))
    strong = {tuple(name.split()): code for code, country in table.items() for name in country["names"]}
    weak = {tuple(name.split()): code for code, country in table.items() for name in country.get("weak", ())}
    return _Gazetteer(
        names={code: (country["bn"], country["en"]) for code, country in table.items()},
        strong=strong,
        weak=weak,
        longest=max(len(name) for name in (*strong, *weak)),
    )


def places(title: str, paragraphs: Sequence[str]) -> tuple[str, ...]:
    """ISO 3166 alpha-2 codes, the most important first; Bangladesh only where the story happens there.

    A country counts if it is in the headline or the first paragraph, or is named at least twice.
    """
    scores: Counter[str] = Counter()
    mentions: Counter[str] = Counter()
    for number, text in enumerate((title, *paragraphs)):
        found = Counter(_mentions(text))
        mentions += found
        for code, count in found.items():
            scores[code] += (_TITLE, _LEAD)[number] if number < 2 else min(count, _MENTIONS_COUNTED)
    abroad = [code for code, score in scores.most_common() if score >= _NEEDED and code != HOME]
    return tuple(_with_home(abroad, scores)[:MOST])


def _with_home(abroad: list[str], scores: Counter[str]) -> list[str]:
    """Bangladesh in front where its towns are the scene; else behind the others or not at all."""
    if scores[HOME] < _LEAD:
        return abroad
    return [*abroad, HOME] if abroad and scores[HOME] <= scores[abroad[0]] else [HOME, *abroad]


def _mentions(text: str) -> Iterator[str]:
    """The country of each name in `text`, weak names only beside a strong one of theirs."""
    gazetteer = _gazetteer()
    words = _WORD.findall(text)
    strong = list(_found(words, gazetteer.strong, gazetteer.longest))
    yield from strong
    yield from (code for code in _found(words, gazetteer.weak, gazetteer.longest) if code in strong)


def _found(words: list[str], names: dict[tuple[str, ...], str], longest: int) -> Iterator[str]:
    """Names at each word, the longest first, each word used once."""
    begins = _beginnings()
    at = 0
    while at < len(words):
        most = min(longest, len(words) - at) if words[at] in begins else 1
        for length in range(most, 0, -1):
            *before, last = words[at : at + length]
            code = next((names[name] for stem in _stems(last) if (name := (*before, stem)) in names), None)
            if code:
                yield code
                at += length - 1
                break
        at += 1


@cache
def _beginnings() -> frozenset[str]:
    """The first words of names of several."""
    gazetteer = _gazetteer()
    return frozenset(name[0] for name in (*gazetteer.strong, *gazetteer.weak) if len(name) > 1)


@cache
def _endings_by_last() -> dict[str, tuple[str, ...]]:
    last = {ending[-1] for ending in _ENDINGS}
    return {letter: tuple(e for e in _ENDINGS if e[-1] == letter) for letter in last}


def _stems(word: str) -> Iterator[str]:
    """`word`, and what is left of it without each ending it may carry."""
    yield word
    for ending in _endings_by_last().get(word[-1], ()):
        if word.endswith(ending) and len(word) > len(ending) + 1:
            yield word.removesuffix(ending)


def place_name(code: str, language: str) -> str:
    """A country's name in `bn` or `en`; the code itself where the gazetteer doesn't know it."""
    bn, en = _gazetteer().names.get(code.upper(), (code, code))
    return en if language == "en" else bn


def flag(code: str) -> str:
    """The flag emoji of an ISO 3166 alpha-2 code; empty for anything else."""
    letters = code.upper()
    if len(letters) != 2 or not letters.isascii() or not letters.isalpha():
        return ""
    return "".join(chr(_REGIONAL_A + ord(letter) - ord("A")) for letter in letters)


def codes() -> tuple[str, ...]:
    """Every country the gazetteer knows."""
    return tuple(_gazetteer().names)


def code_of(name: str) -> str:
    """The code of a country or city as people type it (Bengali, English, alpha-2); empty if unknown."""
    typed = unicodedata.normalize("NFC", name).strip()
    gazetteer = _gazetteer()
    if typed.upper() in gazetteer.names:
        return typed.upper()
    for code, (bn, en) in gazetteer.names.items():
        if typed.casefold() in {bn, en.casefold()}:
            return code
    return next(iter(_found(_WORD.findall(typed), gazetteer.strong | gazetteer.weak, gazetteer.longest)), "")
