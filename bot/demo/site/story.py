"""The stories of the sample paper: invented, written for the demo, kept as TOML beside this module."""

from __future__ import annotations

import tomllib
import unicodedata
from dataclasses import dataclass
from itertools import chain, zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from datetime import datetime

STORIES: Final = Path(__file__).parent / "stories"
PAPER: Final = "দূরের জানালা"
TAGLINE: Final = "প্রবাসের খবর, আপন ভাষায়"


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the paper; its slug is its address and the bot's category."""

    slug: str
    bn: str
    en: str
    emoji: str


SECTIONS: Final = (
    Section("probash", "প্রবাসের খবর", "Diaspora", "🌍"),
    Section("visa", "ভিসা ও অভিবাসন", "Visa and migration", "🛂"),
    Section("remittance", "রেমিট্যান্স ও অর্থনীতি", "Remittance and economy", "💸"),
    Section("community", "কমিউনিটি", "Community", "🤝"),
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A story as written, before it has an address and a date; country is ISO 3166 alpha-2."""

    section: str
    slug: str
    headline: str
    byline: str
    place: str
    country: str
    picture: str
    caption: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """A published story; `number` never comes twice, times are aware UTC."""

    number: int
    draft: Draft
    headline: str
    paragraphs: tuple[str, ...]
    published_at: datetime
    updated_at: datetime

    @property
    def path(self) -> str:
        """Its address on the site."""
        return f"/{self.draft.section}/{self.number}/{self.draft.slug}"

    @property
    def corrected(self) -> bool:
        """Whether it was changed after it was published."""
        return self.updated_at > self.published_at


def written(folder: Path = STORIES) -> tuple[Draft, ...]:
    """Every story on file, the sections taking turns, each in the order of its file."""
    shelves = [_shelf(folder, section.slug) for section in SECTIONS]
    turns = chain.from_iterable(zip_longest(*shelves))
    return tuple(draft for draft in turns if draft is not None)


def _shelf(folder: Path, section: str) -> list[Draft]:
    text = unicodedata.normalize("NFC", (folder / f"{section}.toml").read_text(encoding="utf-8"))
    return [_draft(section, entry) for entry in tomllib.loads(text)["story"]]


def _draft(section: str, entry: dict[str, Any]) -> Draft:
    return Draft(section=section, **{**entry, "paragraphs": tuple(entry["paragraphs"])})
