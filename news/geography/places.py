"""Which countries a story is about, the most important first; names of countries and their flags. Pure."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, Final

from news.geography import atlas, role, scene
from news.geography.atlas import HOME
from news.language.folded import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from news.geography.atlas import Mention

__all__ = ["HOME", "MOST", "code_of", "codes", "flag", "place_name", "places"]

MOST: Final = 4
"""Countries a story can be about before it is about the world."""

_TITLE: Final = 5.0
_LEAD: Final = 3.0
_SHORT: Final = 60
"""Characters of a first paragraph that is no lead yet: a dateline, a byline left over."""
_READ: Final = 10_000
"""Characters of a paragraph that are read,"""
_PARAGRAPHS: Final = 200
"""and paragraphs of a story: what comes after decides nothing."""
_AGAIN: Final = 0.5
_WITHIN: Final = 1.0
_COUNTED: Final = 4.0
"""What all mentions below the lead can add."""
_NEEDED: Final = 2.0
_SHARE: Final = 0.3
"""Of the first country's score, for a country to be one of the story's."""
_HERE: Final = 3.0
_LIST: Final = 4
"""So many countries in one text are an enumeration."""
_KINDS: Final = {"names": 1.0, "people": 0.8}
_ALONE: Final = 1.0
"""What Bangladesh needs where no other country is named."""
_REGIONAL_A: Final = 0x1F1E6


def places(title: str, paragraphs: Sequence[str]) -> tuple[str, ...]:
    """ISO 3166 alpha-2 codes, the most important first; Bangladesh only where the story happens there.

    A country counts if it is in the headline or the lead, or is named several times.
    """
    texts = [atlas.tokens(text[:_READ]) for text in (title, *paragraphs[:_PARAGRAPHS])]
    found = atlas.mentions(texts)
    weights = _weights(paragraphs)
    abroad = _abroad(texts, found, weights)
    here, spoken_of = _here(texts, found, weights)
    if not abroad and (here >= _ALONE or (spoken_of and not scene.elsewhere(texts[:2]))):
        return (HOME,)
    return tuple(_with_home(abroad, here)[:MOST])


def _weights(paragraphs: Sequence[str]) -> list[float]:
    """What a mention in each text is worth."""
    lead = 2 if paragraphs and len(paragraphs[0]) < _SHORT else 1
    return [_TITLE, *([_LEAD] * lead), *([1.0] * len(paragraphs))]


def _abroad(
    texts: list[list[str]], found: list[list[Mention]], weights: list[float]
) -> list[tuple[str, float]]:
    """Countries other than Bangladesh with their scores, the highest first."""
    scores: defaultdict[str, float] = defaultdict(float)
    below: defaultdict[str, float] = defaultdict(float)
    for words, mentions, weight in zip(texts, found, weights, strict=False):
        into = below if weight == 1.0 else scores
        for code, score in _scores(words, mentions, weight).items():
            into[code] += score
    for code, score in below.items():
        scores[code] += min(score, _COUNTED)
    ranked = sorted(scores.items(), key=lambda one: -one[1])
    least = max(_NEEDED, _SHARE * ranked[0][1]) if ranked else 0
    return [(code, score) for code, score in ranked if score >= least]


def _scores(words: list[str], mentions: list[Mention], weight: float) -> dict[str, float]:
    """What one text says for each country abroad."""
    parts = {one: role.part(words, one, headline=weight == _TITLE) for one in mentions if one.code != HOME}
    ours = [one for one, share in parts.items() if share]
    listed = len({one.code for one in ours}) >= _LIST
    within = role.within(words, ours)
    scores: dict[str, float] = {}
    for one in ours:
        worth = weight * _KINDS[one.kind] * parts[one] * (0.5 if listed and one not in within else 1)
        if one.code not in scores:
            scores[one.code] = worth + (_WITHIN if one in within and weight > 1 else 0)
        else:
            again = _AGAIN if weight > 1 else worth
            scores[one.code] = max(scores[one.code], worth) + again
    return scores


def _here(texts: list[list[str]], found: list[list[Mention]], weights: list[float]) -> tuple[float, bool]:
    """How much says that it happens in Bangladesh; whether headline or lead speak of the country at all."""
    score, below, about = 0.0, 0.0, False
    for words, mentions, weight in zip(texts, found, weights, strict=False):
        inside = [scene.weight(words, one) for one in mentions if one.code == HOME]
        country, spoken_of = scene.country(words)
        if weight > 1:
            score += weight * max([*inside, country], default=0.0) + (_AGAIN if sum(inside) > 1 else 0)
            about |= spoken_of
        else:
            below += sum(inside)
    return score + min(below, _COUNTED), about


def _with_home(abroad: list[tuple[str, float]], here: float) -> list[str]:
    """Bangladesh in front where most says that it is the scene; else behind the others or not at all."""
    codes = [code for code, _ in abroad]
    if abroad and here >= _NEEDED and abroad[0][1] < _LEAD:
        return [HOME, *codes]  # the others are only named further down
    if here < _HERE:
        return codes
    return [*codes, HOME][:MOST] if abroad and here <= abroad[0][1] else [HOME, *codes]


def place_name(code: str, language: str) -> str:
    """A country's name in `bn` or `en`; the code itself where the gazetteer doesn't know it."""
    bn, en = atlas.atlas().countries.get(code.upper(), (code, code))
    return en if language == "en" else bn


def flag(code: str) -> str:
    """The flag emoji of an ISO 3166 alpha-2 code; empty for anything else."""
    letters = code.upper()
    if len(letters) != 2 or not letters.isascii() or not letters.isalpha():
        return ""
    return "".join(chr(_REGIONAL_A + ord(letter) - ord("A")) for letter in letters)


def codes() -> tuple[str, ...]:
    """Every country the gazetteer knows."""
    return tuple(atlas.atlas().countries)


def code_of(name: str) -> str:
    """The code of a country or city as people type it (Bengali, English, alpha-2); empty if unknown."""
    typed = fold(name).strip()
    if typed.upper() in atlas.atlas().countries:
        return typed.upper()
    if typed in _typed():
        return _typed()[typed]
    (found,) = atlas.mentions([atlas.tokens(name)], frozenset(codes()))
    return next((one.code for one in found), "")


@cache
def _typed() -> dict[str, str]:
    """The code of each country by its names, folded."""
    return {fold(name): code for code, names in atlas.atlas().countries.items() for name in names}
