"""What a page says of itself in JSON-LD: the article, and lists of articles."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from news.language.text import clean
from news.page.markup import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborHTMLParser

_ARTICLE: Final = re.compile(r"\w*article|\w*posting|report|review|webpage|videoobject")
"""Kinds of things that are a story; a page or a film is one only if it has a headline and a date."""
_CONTROLS: Final = re.compile(r"[\x00-\x1f]+")
_WRITERS: Final = 4
MOST: Final = 2000
"""Things looked at in one page's JSON-LD."""


def things(tree: LexborHTMLParser) -> list[dict[str, Any]]:
    """Every object in the JSON-LD of `tree`, those of @graph and lists too; broken scripts count for none."""
    found: list[dict[str, Any]] = []
    for script in tree.css('script[type="application/ld+json"]'):
        text = _CONTROLS.sub(" ", script.text() or "").strip().removeprefix("<!--").removesuffix("-->")
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            continue
        found += _objects(value)
    return found[:MOST]


def article(found: list[dict[str, Any]]) -> dict[str, Any]:
    """The article among `found` (the one with the most to say), or nothing."""
    return max(filter(_is_article, found), key=lambda thing: ("headline" in thing, len(thing)), default={})


def _is_article(thing: dict[str, Any]) -> bool:
    kinds = [kind for kind in _kinds(thing) if _ARTICLE.fullmatch(kind)]
    sure = any(kind.endswith(("article", "posting")) for kind in kinds)
    return sure or (bool(kinds) and "headline" in thing and "datePublished" in thing)


def page_date(found: list[dict[str, Any]]) -> str:
    """When the page was published, said of a page that calls itself no article."""
    pages = (thing for thing in found if any(kind.endswith("page") for kind in _kinds(thing)))
    return next((day for page in pages if (day := text(page.get("datePublished")))), "")


def items(found: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Each item of each ItemList, and each article; their address is in `url`, their title in `headline`."""
    for thing in found:
        elements = thing.get("itemListElement")
        if "itemlist" in _kinds(thing) and isinstance(elements, list):
            for element in elements:
                inner = element.get("item", element) if isinstance(element, dict) else {}
                inner = inner if isinstance(inner, dict) else {"url": inner, "name": element.get("name")}
                yield _item(inner, element)
        elif _is_article(thing):
            yield _item(thing, thing)


def _item(inner: dict[str, Any], element: Any) -> dict[str, Any]:
    around = element if isinstance(element, dict) else {}
    given = (inner.get("url"), inner.get("@id"), around.get("url"), inner.get("mainEntityOfPage"))
    url = next((found for one in given if (found := address(one))), "")
    return {**inner, "url": url, "headline": text(inner.get("headline") or inner.get("name"))}


def crumbs(found: list[dict[str, Any]]) -> list[str]:
    """The names of the page's breadcrumbs, the front page's first."""
    for thing in found:
        elements = thing.get("itemListElement")
        if "breadcrumblist" in _kinds(thing) and isinstance(elements, list):
            named = [element for element in elements if isinstance(element, dict)]
            return [text(element.get("name") or element.get("item")) for element in named]
    return []


def text(value: Any) -> str:
    """The text of a property: itself, its first, or its name."""
    if isinstance(value, list):
        return next((found for one in value if (found := text(one))), "")
    if isinstance(value, dict):
        return text(value.get("name") or value.get("@value") or value.get("headline"))
    return plain(clean(value)) if isinstance(value, str) else ""


def names(value: Any) -> str:
    """Every name in a property, each once, with commas between."""
    several = value[:_WRITERS] if isinstance(value, list) else [value]
    return ", ".join(dict.fromkeys(filter(None, map(text, several))))


def address(value: Any) -> str:
    """The address in an image or page property, as written."""
    if isinstance(value, list):
        return next((found for one in value if (found := address(one))), "")
    if isinstance(value, dict):
        return address(value.get("url") or value.get("contentUrl") or value.get("@id"))
    return value.strip() if isinstance(value, str) else ""


def _objects(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, list):
        return [thing for one in value[:MOST] for thing in _objects(one)]
    if not isinstance(value, dict):
        return []
    inner = [value[name] for name in ("@graph", "mainEntity", "mainEntityOfPage") if name in value]
    return [value, *(thing for one in inner if isinstance(one, list | dict) for thing in _objects(one))]


def _kinds(thing: dict[str, Any]) -> set[str]:
    kinds = thing.get("@type")
    listed = kinds if isinstance(kinds, list) else [kinds]
    return {kind.rsplit("/", 1)[-1].casefold() for kind in listed if isinstance(kind, str)}
