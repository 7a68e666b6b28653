"""Pairs of invented articles, and whether each is of one event."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

from news.article import Article
from news.language.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

FILE = Path(__file__).with_name("events.toml")


@dataclass(frozen=True)
class Told:
    """One paper's article about an event."""

    family: str
    event: str
    paper: int
    article: Article


def told() -> list[Told]:
    """Every article, in the order of the file."""
    families = tomllib.loads(FILE.read_text(encoding="utf-8"))["family"]
    return [
        Told(family["name"], event, paper, article(title, text))
        for family in families
        for event, articles in family["events"].items()
        for paper, (title, text) in enumerate(articles)
    ]


def article(title: str, text: str) -> Article:
    return Article("https://khobor.example/", clean(title), paragraphs=(clean(text),))


def pairs(articles: list[Told]) -> Iterator[tuple[int, int, bool]]:
    """Every pair, the hard ones (of one family) and the easy ones; whether it is of one event."""
    for (i, one), (k, other) in combinations(enumerate(articles), 2):
        yield i, k, (one.family, one.event) == (other.family, other.event)
