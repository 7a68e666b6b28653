"""What can be followed, found by whatever people call it. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from handlers.keyboard import shelf
from news.geography.places import code_of, codes, flag, place_name
from news.language.text import letters_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from news.article import Category

CLOSE: Final = 0.6
"""difflib's ratio from which one word passes for a slip of the other."""
_SELECTORS: Final = re.compile("[\ufe0e\ufe0f]")
LONGEST: Final = 12
"""Words in a name; whoever types more than that names several things."""
BETWEEN: Final = frozenset({"ও", "এবং", "আর", "and"})


@dataclass(frozen=True, slots=True)
class Subject:
    """A category by its slug or a place by its ISO 3166 alpha-2 code."""

    kind: str
    value: str

    @property
    def key(self) -> str:
        """How subscriptions and audiences write it: `category:probash`, `place:SA`."""
        return f"{self.kind}:{self.value}"


def find(words: str, categories: Mapping[str, Category]) -> list[Subject]:
    """The subjects that `words` names, one or several; nothing unless every word has its meaning.

    One country among words without any is meant all the same: `সৌদি প্রবাসী`.
    """
    found = list(_named(words.split(), dict(_names(categories))))
    known = list(dict.fromkeys(subject for subject in found if subject))
    if None not in found:
        return known
    return known if [subject.kind for subject in known] == ["place"] else []


def closest(words: str, categories: Mapping[str, Category]) -> Subject | None:
    """The subject whose name looks most like `words`, if any does."""
    names = dict(_names(categories))
    near = get_close_matches(fold(words), names, n=1, cutoff=CLOSE)
    return names[near[0]] if near else None


def name(subject: Subject, categories: Mapping[str, Category], language: str) -> str:
    """`🌍 প্রবাসের খবর` or `🇸🇦 সৌদি আরব`; the bare slug of a category that is no more."""
    if subject.kind == "place":
        return f"{flag(subject.value)} {place_name(subject.value, language)}".strip()
    category = categories.get(subject.value)
    return shelf(category, language) if category else subject.value


def subjects(keys: Iterable[str], categories: Mapping[str, Category]) -> list[Subject]:
    """The subjects among subscription keys: categories in the newsroom's order, then places."""
    parts = [Subject(*key.split(":", 1)) for key in keys if key.startswith(("category:", "place:"))]
    order = {slug: place for place, slug in enumerate(categories)}
    return sorted(
        parts, key=lambda subject: (subject.kind, order.get(subject.value, len(order)), subject.value)
    )


def fold(words: str) -> str:
    """`words` for comparing: NFC, only letters, marks and digits, without case."""
    return letters_of(_SELECTORS.sub("", unicodedata.normalize("NFC", words)))


def _named(words: list[str], names: Mapping[str, Subject]) -> Iterator[Subject | None]:
    """The subject of each stretch of words, the longest first; None where a word belongs to none."""
    at = 0
    while at < len(words):
        ends = range(min(len(words), at + LONGEST), at, -1)
        end = next((end for end in ends if fold(" ".join(words[at:end])) in names), at + 1)
        word = fold(" ".join(words[at:end]))
        if word and word not in BETWEEN:
            code = "" if word in names else code_of(words[at])
            yield names.get(word) or (Subject("place", code) if code else None)
        at = end


def _names(categories: Mapping[str, Category]) -> Iterable[tuple[str, Subject]]:
    """Every name there is, folded, with what it stands for; a category's wins over a country's."""
    for code in codes():
        for spoken in (code, place_name(code, "bn"), place_name(code, "en")):
            yield fold(spoken), Subject("place", code)
    for category in categories.values():
        for spoken in (category.slug, category.bn, category.en):
            yield fold(spoken), Subject("category", category.slug)
