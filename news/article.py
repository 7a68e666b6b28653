"""The values that travel from a source to everything above: no network, no database, no clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

SUMMARY_SENTENCES: Final = 3
SUMMARY_CHARACTERS: Final = 450
"""What a card holds beside headline, source and buttons."""


@dataclass(frozen=True, slots=True)
class Category:
    """A shelf readers can follow; `slug` is its name in commands, addresses and tables."""

    slug: str
    bn: str
    en: str
    emoji: str = ""
    sections: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    """How a story is known to belong here: see the head of sources.toml."""

    def name(self, language: str) -> str:
        """The category's name in `bn` or `en`."""
        return self.en if language == "en" else self.bn

    def label(self, language: str) -> str:
        """`🌍 প্রবাসের খবর`: the name behind its emoji, as it stands on cards and buttons."""
        return f"{self.emoji} {self.name(language)}".strip()


@dataclass(frozen=True, slots=True)
class Selectors:
    """CSS selectors for the pages of one source, where reading them as a reader does is not enough."""

    body: str = ""
    headline: str = ""
    byline: str = ""
    date: str = ""
    photo: str = ""
    remove: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """One `[[source]]` of sources.toml, checked."""

    name: str
    url: str
    category: str
    every: timedelta = timedelta(minutes=10)
    only: tuple[str, ...] = ()
    review: bool = False
    first: int = 1
    slowest: timedelta | None = None
    general: bool = False
    """A paper of everything: of its stories those are kept that concern the diaspora."""
    user_agent: str = ""
    selectors: Selectors = Selectors()


@dataclass(frozen=True, slots=True)
class Photo:
    """A story's picture: absolute address, caption without the credit, credit without ছবি:."""

    url: str
    caption: str = ""
    credit: str = ""


@dataclass(frozen=True, slots=True)
class Related:
    """One story of a page's আরও দেখুন list; `age` as printed, e.g. ৪ দিন আগে."""

    title: str
    url: str = ""
    blurb: str = ""
    age: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a feed or a section page says of one story; everything but the address may be missing."""

    url: str
    title: str = ""
    published_at: datetime | None = None
    blurb: str = ""
    photo: Photo | None = None
    paragraphs: tuple[str, ...] = ()
    guid: str = ""


@dataclass(frozen=True, slots=True)
class Article:
    """One page of one source, read. Text is NFC, plain (no markup); `published_at` is aware UTC."""

    url: str
    title: str
    byline: str = ""
    section: str = ""
    published_at: datetime | None = None
    photo: Photo | None = None
    paragraphs: tuple[str, ...] = ()
    summary: tuple[str, ...] = ()
    related: tuple[Related, ...] = ()
    places: tuple[str, ...] = ()
    categories: tuple[str, ...] = field(default=())
