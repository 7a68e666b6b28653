"""sources.toml: which papers are read, how often, onto which shelf. Checked whole, every fault at once."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from news.article import Category, Selectors, Source
from news.errors import SourcesError
from news.language.text import clean
from news.topics.shelves import RULES, default_rules
from news.web import address

if TYPE_CHECKING:
    from pathlib import Path

_CATEGORY_KEYS: Final[dict[str, type]] = {"slug": str, "bn": str, "en": str, "emoji": str} | dict.fromkeys(
    RULES, list
)
_SOURCE_KEYS: Final[dict[str, type]] = {
    "name": str,
    "url": str,
    "category": str,
    "every": str,
    "only": list,
    "review": bool,
    "first": int,
    "slowest": str,
    "general": bool,
    "user_agent": str,
    "selectors": dict,
}
_SELECTOR_KEYS: Final[dict[str, type]] = {
    "body": str,
    "headline": str,
    "byline": str,
    "date": str,
    "photo": str,
    "remove": list,
}
_KINDS: Final[dict[type, str]] = {
    str: "text in quotes",
    list: "a list of texts",
    bool: "true or false",
    int: "a whole number",
    dict: "a table",
}
_SLUG: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,30}")
_INTERVAL: Final = re.compile(r"(\d{1,6})\s*([smhd])")
_UNITS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400}
LONGEST_INTERVAL: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Sources:
    """What sources.toml says: shelves in their order, the papers, and where a paper can write about us."""

    categories: tuple[Category, ...]
    sources: tuple[Source, ...]
    contact: str = ""


def load(path: Path) -> Sources:
    """Read and check the file at `path`; SourcesError lists everything that is wrong with it."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "is not UTF-8 text"
        raise SourcesError((f"{path}: can't be read: {reason}",)) from error
    return parse(text, str(path))


def parse(text: str, name: str = "sources.toml") -> Sources:
    """The same for the text of a file called `name`."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SourcesError((f"{name}: is not TOML: {error}",)) from error
    return _Check(name).sources(table)


def interval(text: str) -> timedelta | None:
    """`"2s"`, `"5m"`, `"1h"`, `"1d"` as a time, at least a second and at most 30 days; None otherwise."""
    match = _INTERVAL.fullmatch(text.strip())
    if match is None:
        return None
    length = timedelta(seconds=int(match[1]) * _UNITS[match[2]])
    return length if timedelta(seconds=1) <= length <= LONGEST_INTERVAL else None


@dataclass
class _Check:
    """One reading of one file, gathering its faults."""

    name: str
    faults: list[str] = field(default_factory=list)

    def sources(self, table: dict[str, Any]) -> Sources:
        """Everything in `table`, or SourcesError."""
        for unknown in table.keys() - {"category", "source", "contact"}:
            self.fault("", f"unknown key “{unknown}” (there are contact, [[category]] and [[source]])")
        contact = self._header("", "contact", table.get("contact", ""))
        categories = self._categories(self._tables(table, "category"))
        sources = self._sources(self._tables(table, "source"), {category.slug for category in categories})
        if self.faults:
            raise SourcesError(tuple(self.faults))
        return Sources(categories, sources, contact)

    def fault(self, where: str, what: str) -> None:
        self.faults.append(": ".join(part for part in (self.name, where, what) if part))

    def _tables(self, table: dict[str, Any], kind: str) -> list[dict[str, Any]]:
        found = table.get(kind, [])
        if isinstance(found, list) and all(isinstance(one, dict) for one in found):
            return found
        self.fault(kind, f"write each as [[{kind}]]")
        return []

    def _categories(self, tables: list[dict[str, Any]]) -> tuple[Category, ...]:
        categories: list[Category] = []
        for number, table in enumerate(tables, 1):
            category = self._category(f"category {number}", table)
            if category and any(category.slug == other.slug for other in categories):
                self.fault(f"category {number}", f"slug “{category.slug}” is there twice")
            elif category:
                categories.append(category)
        if not tables and not self.faults:
            self.fault("", "there is no [[category]]")
        return tuple(categories)

    def _category(self, where: str, table: dict[str, Any]) -> Category | None:
        values = self._values(where, table, _CATEGORY_KEYS, required=("slug", "bn", "en"))
        if "slug" in values and not _SLUG.fullmatch(values["slug"]):
            self.fault(where, f"slug “{values['slug']}” may hold a–z, 0–9, - and _, 31 characters at most")
        for rule in RULES:
            if rule in values:
                values[rule] = self._texts(where, rule, values[rule])
        if not values.keys() & set(RULES):
            values |= default_rules(values.get("slug", ""))
        return Category(**values) if {"slug", "bn", "en"} <= values.keys() else None

    def _sources(self, tables: list[dict[str, Any]], slugs: set[str]) -> tuple[Source, ...]:
        sources: list[Source] = []
        keys: set[str] = set()
        for number, table in enumerate(tables, 1):
            where = f"source {number}" + (f" ({table['name']})" if isinstance(table.get("name"), str) else "")
            source = self._source(where, table, slugs)
            if source and address.key(source.url) in keys:
                self.fault(where, f"url {source.url} is there twice")
            elif source:
                keys.add(address.key(source.url))
                sources.append(source)
        return tuple(sources)

    def _source(self, where: str, table: dict[str, Any], slugs: set[str]) -> Source | None:
        before = len(self.faults)
        values = self._values(where, table, _SOURCE_KEYS, required=("name", "url", "category"))
        self._check_url(where, values.get("url"))
        if "category" in values and values["category"] not in slugs:
            self.fault(where, f"category “{values['category']}” is not among the [[category]] slugs")
        for name in ("every", "slowest"):
            if name in values:
                values[name] = self._interval(where, name, values[name])
        if "user_agent" in values:
            values["user_agent"] = self._header(where, "user_agent", values["user_agent"])
        if "selectors" in values:
            values["selectors"] = self._selectors(where, values["selectors"])
        if values.get("first", 0) < 0:
            self.fault(where, "first can't be negative")
        if "only" in values:
            values["only"] = self._texts(where, "only", values["only"])
        return Source(**values) if len(self.faults) == before else None

    def _check_url(self, where: str, url: str | None) -> None:
        if url is None:
            return
        if not address.absolute("", url):
            self.fault(where, f"url “{url}” is no http(s) address")
        elif "@" in url.split("//", 1)[-1].split("/", 1)[0]:
            self.fault(where, "url must not carry a user name or password")

    def _interval(self, where: str, name: str, text: str) -> timedelta | None:
        length = interval(text)
        if length is None:
            self.fault(where, f"{name} “{text}” is no interval (write 30s, 5m or 1h)")
        return length

    def _texts(self, where: str, name: str, texts: list[Any]) -> tuple[str, ...]:
        if not all(isinstance(part, str) and part for part in texts):
            self.fault(where, f"{name} is a list of texts")
        return tuple(str(part) for part in texts)

    def _header(self, where: str, name: str, text: Any) -> str:
        """What goes into a request's header: one line of ASCII."""
        if not (isinstance(text, str) and text.isascii() and text.isprintable()):
            self.fault(where, f"{name} must be one line of Latin letters")
        return str(text)

    def _selectors(self, where: str, table: dict[str, Any]) -> Selectors:
        where = f"{where}: selectors"
        values = self._values(where, table, _SELECTOR_KEYS, required=())
        if "remove" in values:
            values["remove"] = self._texts(where, "remove", values["remove"])
        for name, value in values.items():
            for text in (value,) if isinstance(value, str) else value:
                if not _is_selector(text):
                    self.fault(where, f"{name} “{text}” is no CSS selector")
        return Selectors(**values)

    def _values(
        self, where: str, table: dict[str, Any], keys: dict[str, type], required: tuple[str, ...]
    ) -> dict[str, Any]:
        """The keys of `table` that are known and of the right kind; faults for the others and the missing."""
        for unknown in sorted(table.keys() - keys.keys()):
            self.fault(where, f"unknown key “{unknown}”")
        values: dict[str, Any] = {}
        for key, kind in keys.items():
            value = clean(table[key]) if isinstance(table.get(key), str) else table.get(key)
            if key in table and type(value) is not kind:
                self.fault(where, f"{key} must be {_KINDS[kind]}")
            elif value not in {None, ""} if kind is str else key in table:
                values[key] = value
            elif key in required:
                self.fault(where, f"{key} is missing")
        return values


def _is_selector(text: str) -> bool:
    """Whether the parser that reads the pages understands `text`."""
    try:
        LexborHTMLParser("<p>").css_first(text)
    except SelectolaxError:
        return False
    return True
