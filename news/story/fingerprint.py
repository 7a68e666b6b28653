"""What of an article is compared with others: its words, and the facts that tell similar events apart. Pure.

The facts of the headline and the first sentence are *key*; those anywhere in the beginning of the text are
*told*. Two articles contradict each other in a fact when each has a key one that the other nowhere tells.
A text that has nothing of its headline is not the article's own (a notice to all readers, an appeal to
subscribe) and is left out: or whatever stands above it would be one story.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from news.language.sentences import split
from news.language.stems import stems
from news.language.text import latin_digits, letters_of
from news.story import facts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from news.article import Article
    from news.story.facts import Fact

COMPARED: Final = 300
"""Characters of the text whose words are compared: what happened is said there, the rest is background."""
TOLD: Final = 1200
"""Characters in which a fact may be told."""
_TITLE_COUNTS: Final = 2
_LEAD: Final = 250
_OWN: Final = 0.25
"""Share of a headline's words that its text has at least; of the worst of our invented pairs it is 0.4."""
_LABEL: Final = re.compile(r"[(\[（][^()\[\]]{0,30}[)\]）]")
"""(ভিডিও), [ছবিসহ]: what is said of a story, not by it."""
_NUMBER: Final = re.compile(r"\d+")

_FOUND: Final[dict[str, Callable[[str], set[Fact]]]] = {
    "country": facts.countries,
    "town": facts.towns,
    "amount": facts.amounts,
    "result": facts.results,
    "month": facts.months,
}


Values = dict[str, frozenset[str | float]]
"""What is said of each thing that facts are about."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts of one sort by what they are about: those of the headline and lead, and all."""

    key: Values
    told: Values


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """An article as it is compared: `terms` are stems with their weight in it, `title` its stems in order.

    `headline` is the title's letters without labels, empty where the text is not its own; `numbers` are all
    that both hold.
    """

    title: str
    terms: Mapping[str, float]
    facts: Mapping[str, Facts]
    headline: str = ""
    numbers: frozenset[str] = frozenset()


def fingerprint(article: Article) -> Fingerprint:
    """What is compared of `article`: its headline and the beginning of its text."""
    title, text = article.title[:TOLD], _text(article)
    return Fingerprint(
        title=" ".join(stems(title)),
        terms=_terms(title, text[:COMPARED]),
        facts=_facts(article, text),
        headline=letters_of(_LABEL.sub(" ", title)) if text else "",
        numbers=frozenset(_NUMBER.findall(latin_digits(f"{title} {text}"))),
    )


def _text(article: Article) -> str:
    """The beginning of its own text; empty where that is not about what the headline says."""
    text = "\n".join(article.paragraphs)[:TOLD] or " ".join(article.summary)[:TOLD]
    said = set(stems(article.title[:TOLD]))
    return text if len(said & set(stems(text))) >= _OWN * len(said) else ""


def _facts(article: Article, text: str) -> dict[str, Facts]:
    title = article.title[:TOLD]
    key, told = f"{title}\n{_lead(text)}", f"{title}\n{text}"
    found = {sort: _sorted(find(key), find(told)) for sort, find in _FOUND.items()}
    grows = facts.counts_victims(key)
    found["count"] = _sorted(set() if grows else facts.counts(key), facts.counts(told))
    found["arrested"] = _sorted(set() if grows else facts.arrested(key), facts.arrested(told))
    found["sequel"] = _sorted(sequels := facts.sequels(title), sequels)
    found["person"] = _sorted(facts.people(key) | facts.aged(told), facts.people(told))
    found["day"] = _sorted(days := facts.days(told), days)
    if article.published_at:
        present = article.published_at.year
        found["year"] = _sorted(facts.years(title, present), facts.years(told, present))
    return found


def _sorted(key: set[Fact], told: set[Fact]) -> Facts:
    """By subject; what is key is told, too."""
    return Facts(_by_subject(key), _by_subject(key | told))


def _by_subject(found: set[Fact]) -> Values:
    return {about: frozenset(value for other, value in found if other == about) for about, _ in found}


def _lead(text: str) -> str:
    """The first sentence, cut where it is endless."""
    return next(iter(split(text[: 2 * _LEAD])), "")[:_LEAD]


def _terms(title: str, text: str) -> dict[str, float]:
    """The stems that carry meaning, the headline's twice; each more for being repeated, but ever less so."""
    counts = Counter(stems(title) * _TITLE_COUNTS + stems(text))
    return {term: 1 + math.log(count) for term, count in counts.items() if not term.isdecimal()}
