"""The shelves as the bot ships them: what a [[category]] that says nothing of its own goes by."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Final

from news.article import Category

RULES: Final = ("sections", "paths", "words", "hints")
"""The keys of a [[category]] that say what belongs there, each a list of texts."""

_NEWS: Final = Path(__file__).resolve().parents[1]
# In an installed package the file lies in `news`, in a checkout at its root.
_SHIPPED: Final = (_NEWS / "default_sources.toml", _NEWS.parent / "sources.toml")


@cache
def default_categories() -> tuple[Category, ...]:
    """The shipped shelves in their order; none where the file is missing or somebody's broken own."""
    for file in _SHIPPED:
        try:
            tables = tomllib.loads(file.read_text(encoding="utf-8-sig")).get("category", [])
            return tuple(_category(table) for table in tables)
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, TypeError, AttributeError):
            continue
    return ()


def _category(table: dict[str, Any]) -> Category:
    rules: dict[str, Any] = {rule: tuple(table[rule]) for rule in RULES if rule in table}
    return Category(**{**table, **rules})


def default_rules(slug: str) -> dict[str, tuple[str, ...]]:
    """The shipped rules of the shelf `slug`; none for one that is not shipped."""
    known = (category for category in default_categories() if category.slug == slug)
    return next(({rule: getattr(one, rule) for rule in RULES} for one in known), {})
