"""What can be followed, found by whatever people call it. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, takewhile
from typing import TYPE_CHECKING, Final

from rapidfuzz import fuzz, process

from news.geography.places import code_of, codes, flag, place_name
from news.language.keys import keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from news.article import Category

CLOSE: Final = 75
"""rapidfuzz's ratio (0 to 100) from which one spelling passes for a slip of the other: কুয়েট, কুয়েত."""
LONGEST: Final = 12
"""Words in a name; whoever types more than that names several things."""
MOST: Final = 100
"""Words in a list of names; whoever types more than that tells a story, and names nothing."""
_AND: Final = re.compile(r"\s+(?:ও|এবং|and|&)\s+")
_BETWEEN: Final = frozenset({"ও", "এবং", "আর", "and"})
_SHORT: Final = {
    "SA": ("saudi", "saudia", "ksa"),
    "AE": ("uae", "emirates", "ইউএই"),
    "US": ("usa", "america", "ইউএসএ"),
    "GB": ("uk", "britain", "england", "ইউকে"),
    "KR": ("korea",),
}
"""What people call a country for short, where the gazetteer does not."""
_ALIKE: Final = str.maketrans({"শ": "স", "ষ": "স", "য": "জ"})
"""Letters that sound alike, beyond those that comparison keys fold."""
_DOTTED: Final = re.compile("[ডঢ]\u09bc")


@dataclass(frozen=True, slots=True)
class Subject:
    """A category by its slug or a place by its ISO 3166 alpha-2 code."""

    kind: str
    value: str

    @property
    def key(self) -> str:
        """How subscriptions, audiences and buttons write it: `category:probash`, `place:SA`."""
        return f"{self.kind}:{self.value}"


def subject(key: str, categories: Mapping[str, Category]) -> Subject | None:
    """The subject of a key, a bare slug being a category; None where there is no such thing (any more)."""
    kind, _, value = key.rpartition(":")
    known = codes() if kind == "place" else categories if kind in {"", "category"} else ()
    return Subject(kind or "category", value) if value in known else None


def find(words: str, categories: Mapping[str, Category]) -> list[Subject]:
    """The subjects that `words` names, one or several; nothing unless every word has its meaning.

    One country among words without any is meant all the same: `সৌদি প্রবাসী`.
    """
    typed = words.split(maxsplit=MOST)
    found = list(_named(typed, _names(categories))) if len(typed) <= MOST else []
    known = list(dict.fromkeys(subject for subject in found if subject))
    if None not in found:
        return known
    return known if [subject.kind for subject in known] == ["place"] else []


def closest(
    words: str, categories: Mapping[str, Category], among: Iterable[Subject] | None = None
) -> Subject | None:
    """The subject whose name looks most like `words`, if any really does: of all, or of those `among`."""
    if len(words.split(maxsplit=LONGEST)) > LONGEST:
        return None
    wanted = None if among is None else set(among)
    names = {spelt: one for spelt, one in _names(categories).items() if wanted is None or one in wanted}
    near = process.extractOne(_spelt(words), names.keys(), scorer=fuzz.ratio, score_cutoff=CLOSE)
    return names[near[0]] if near else None


def name(subject: Subject, categories: Mapping[str, Category], language: str) -> str:
    """`🌍 প্রবাসের খবর` or `🇸🇦 সৌদি আরব`; the bare slug of a category that is no more."""
    if subject.kind == "place":
        return f"{flag(subject.value)} {place_name(subject.value, language)}"
    category = categories.get(subject.value)
    return category.label(language) if category else subject.value


def plain_name(subject: Subject, categories: Mapping[str, Category], language: str) -> str:
    """The same without its emoji, as it is typed and spoken."""
    if subject.kind == "place":
        return place_name(subject.value, language)
    category = categories.get(subject.value)
    return category.name(language) if category else subject.value


def subjects(keys: Iterable[str], categories: Mapping[str, Category]) -> list[Subject]:
    """The subjects among subscription keys: categories in the newsroom's order, then places."""
    parts = [Subject(*key.split(":", 1)) for key in keys if key.startswith(("category:", "place:"))]
    order = {slug: place for place, slug in enumerate(categories)}
    return sorted(
        parts, key=lambda subject: (subject.kind, order.get(subject.value, len(order)), subject.value)
    )


def _named(words: list[str], names: Mapping[str, Subject]) -> Iterator[Subject | None]:
    """The subject of each stretch of words, the longest first; None where a word belongs to none."""
    spelt = [_spelt(word) for word in words]
    longest = max(map(len, names))
    at = 0
    while at < len(words):
        end = _end(spelt, at, names, longest)
        name = "".join(spelt[at:end])
        if name and name not in _BETWEEN:
            yield names.get(name) or _place(words[at])
        at = end


def _end(spelt: list[str], at: int, names: Mapping[str, Subject], longest: int) -> int:
    """Where the longest name that begins with word `at` ends; behind that word where none does."""
    grown = takewhile(lambda name: len(name) <= longest, accumulate(spelt[at : at + LONGEST]))
    return max((end for end, name in enumerate(grown, at + 1) if name in names), default=at + 1)


def _place(word: str) -> Subject | None:
    """The country of a code, a city or another name that the gazetteer knows."""
    code = code_of(word)
    return Subject("place", code) if code else None


def _spelt(words: str) -> str:
    """`words` for comparing: the same for every way to write them, and for most ways to miswrite them."""
    return _DOTTED.sub("র", "".join(keys(words))).translate(_ALIKE)


def _names(categories: Mapping[str, Category]) -> dict[str, Subject]:
    """Every name there is, spelt, with what it stands for; a category's wins over a country's."""
    named: dict[str, Subject] = {}
    for category in categories.values():
        spoken = (category.slug, category.bn, category.en)
        for one in (*spoken, *(part for name in spoken for part in _parts(name))):
            named.setdefault(_spelt(one), Subject("category", category.slug))
    return _countries() | named


def _parts(name: str) -> list[str]:
    """`ভিসা` and `অভিবাসন` of ভিসা ও অভিবাসন, `প্রবাসের` of প্রবাসের খবর."""
    return _AND.split(name.removesuffix(" খবর").removesuffix(" সংবাদ"))


@cache
def _countries() -> dict[str, Subject]:
    return {
        _spelt(spoken): Subject("place", code)
        for code in codes()
        for spoken in (place_name(code, "bn"), place_name(code, "en"), *_SHORT.get(code, ()))
    }
