"""Onto which shelves a story goes, the main one first: by section, address and words. Pure.

section ─┐
address ─┼─ so much for each shelf ─ the highest is the main one ─ two more, the source's own among them
words   ─┘
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from news.geography.atlas import HOME
from news.language.keys import key, keys
from news.language.text import clean, letters_of
from news.topics.shelves import default_categories

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence

    from news.article import Article, Category

__all__ = ["MOST", "categorise", "default_categories", "is_shelved"]

MOST: Final = 3
"""Shelves of one story, its source's own included."""

_SECTION: Final = 9.0
_PATH: Final = 5.0
_OWN: Final = 1.5
"""What counts for the shelf of the source itself."""
_WORD: Final = 2.0
_HINT: Final = 0.8
_TITLE: Final = 2.0
_COUNTED: Final = 3
"""Different words of one shelf that count in one text."""
_LEAD: Final = 2
"""Paragraphs that say what a story is about."""
_LEAD_MOST: Final = 600
"""Characters of them."""
_FOUND: Final = 2.0
"""What words must come to for a story to go onto another shelf than its source's."""
_WHOM: Final = 0.9
_WHOLE: Final = "*"
_OURS: Final = key("বাংলাদেশি")


@dataclass(frozen=True, slots=True)
class _Rules:
    """The words of one shelf by the key of their first word: (keys, weight); and beginnings of words."""

    by_first: dict[str, tuple[tuple[tuple[str, ...], float], ...]]
    beginnings: tuple[tuple[str, float], ...]
    sections: frozenset[str]
    paths: frozenset[str]


def categorise(article: Article, source_category: str, categories: Sequence[Category]) -> tuple[str, ...]:
    """The slugs `article` goes under, the main one first; only slugs among `categories`, three at most."""
    texts = [(keys(article.title), _TITLE), (keys(_lead(article)), 1.0)]
    scores = {one.slug: _score(one, article, texts) for one in categories}
    if source_category in scores:
        scores[source_category] += _OWN
    ranked = sorted((slug for slug in scores if scores[slug] >= _FOUND), key=lambda slug: -scores[slug])
    if source_category not in scores:
        return tuple(ranked[:MOST] or _by_places(article, scores))
    if source_category in ranked[:MOST]:
        return tuple(ranked[:MOST])
    return (*ranked[: MOST - 1], source_category)


def _lead(article: Article) -> str:
    return " ".join(article.paragraphs[:_LEAD])[:_LEAD_MOST]


def _score(category: Category, article: Article, texts: Sequence[tuple[list[str], float]]) -> float:
    """How surely `article` belongs to `category`."""
    rules = _rules(category)
    score = _SECTION if _in_section(article, rules) else 0.0
    score += _PATH if rules.paths.intersection(_segments(article.url)) else 0.0
    said = sum(weight * _said(rules, words) for words, weight in texts)
    return score + _scene(category.slug, article, texts[0][0], said)


def _by_places(article: Article, slugs: Container[str]) -> tuple[str, ...]:
    """The shelf of a story that says nothing but where it is."""
    shelf = "bangladesh" if article.places[:1] == (HOME,) else "world"
    return (shelf,) if article.places and shelf in slugs else ()


def is_shelved(article: Article, category: Category) -> bool:
    """Whether the paper itself put `article` there: by its section or its address."""
    rules = _rules(category)
    return _in_section(article, rules) or not rules.paths.isdisjoint(_segments(article.url))


def _in_section(article: Article, rules: _Rules) -> bool:
    return bool(article.section) and letters_of(article.section) in rules.sections


def _scene(slug: str, article: Article, title: list[str], said: float) -> float:
    """What words have `said`, in the light of the story's places: home, the world, or Bangladeshis abroad."""
    abroad = bool(article.places) and article.places[0] != HOME
    if slug == "bangladesh":
        return 0.0 if abroad else said + (3.0 if article.places else 0.0)
    if slug == "probash":  # whom it happens to says less than what happens
        return max(_WHOM * said, _FOUND if abroad and _OURS in title else 0.0)
    return said + (1.5 if slug == "world" and abroad else 0.0)


def _said(rules: _Rules, words: list[str]) -> float:
    """The weight of the different words of a shelf in one text; hints alone only by two of them."""
    found = dict(_found(rules, words))
    heaviest = sorted(found.values(), reverse=True)[:_COUNTED]
    return 0.0 if not heaviest or (heaviest[0] < _WORD and len(heaviest) < 2) else sum(heaviest)


def _found(rules: _Rules, words: list[str]) -> Iterator[tuple[str, float]]:
    for at, word in enumerate(words):
        for phrase, weight in rules.by_first.get(word, ()):
            if tuple(words[at : at + len(phrase)]) == phrase:
                yield " ".join(phrase), weight
        for beginning, weight in rules.beginnings:
            if word.startswith(beginning):
                yield beginning, weight


@lru_cache(maxsize=256)
def _rules(category: Category) -> _Rules:
    by_first: dict[str, list[tuple[tuple[str, ...], float]]] = {}
    beginnings: list[tuple[str, float]] = []
    for listed, weight in ((category.hints, _HINT), (category.words, _WORD)):
        for text in listed:
            if text.endswith(_WHOLE):
                beginnings.append((key(text.removesuffix(_WHOLE)), weight))
            elif phrase := tuple(keys(text)):
                by_first.setdefault(phrase[0], []).append((phrase, weight))
    return _Rules(
        {first: tuple(phrases) for first, phrases in by_first.items()},
        tuple(beginnings),
        frozenset(letters_of(clean(name)) for name in (category.bn, category.en, *category.sections)),
        frozenset(part.casefold() for part in category.paths),
    )


def _segments(url: str) -> list[str]:
    """The parts of an address between slashes, the story's own name left out."""
    try:
        return [part.casefold() for part in urlsplit(url).path.split("/")[1:-1]]
    except ValueError:
        return []
