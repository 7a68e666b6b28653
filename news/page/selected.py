"""What a source's own CSS selectors find on its page; "" or nothing where they find nothing any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from news.language.labels import BYLINE_LABEL
from news.language.text import clean
from news.page import markup
from news.page.blocks import lay_out
from news.page.body import is_text
from news.time import dates

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


def remove(tree: LexborHTMLParser, selectors: Iterable[str]) -> None:
    """Take everything that one of `selectors` matches out of `tree`."""
    for selector in selectors:
        for node in _all(tree, selector):
            if node.tag not in {"html", "body"} and node.parent:
                node.decompose()


def text(tree: LexborHTMLParser, selector: str) -> str:
    """The text of the first match."""
    node = _first(tree, selector)
    return clean(node.text(separator=" ")) if node else ""


def byline(tree: LexborHTMLParser, selector: str) -> str:
    """The first match without প্রতিবেদক: before it."""
    return BYLINE_LABEL.sub("", text(tree, selector)).strip()


def date(tree: LexborHTMLParser, selector: str, now: datetime) -> datetime | None:
    """The time that the first match gives machines, or shows."""
    node = _first(tree, selector)
    if node is None:
        return None
    attributes = node.attributes
    given = (attributes.get("datetime"), attributes.get("content"), attributes.get("title"), node.text())
    return next((moment for said in given if said and (moment := dates.parse(clean(said), now))), None)


def photo(tree: LexborHTMLParser, selector: str, base: str) -> str:
    """The address of the picture that the first match is, or holds."""
    node = _first(tree, selector)
    image = node if node is None or node.tag == "img" else node.css_first("img")
    return markup.picture(image, base) if image else ""


def paragraphs(tree: LexborHTMLParser, selector: str, title: str) -> tuple[str, ...]:
    """The text of every match, in order, without headline, captions and buttons."""
    layouts = [lay_out(node) for node in _outermost(_all(tree, selector))]
    return tuple(b.text for layout in layouts for b in layout.blocks if is_text(layout, b, title))


def _outermost(nodes: list[LexborNode]) -> list[LexborNode]:
    """`nodes` without those inside another of them."""
    chosen = {node.mem_id for node in nodes}
    return [node for node in nodes if not _is_inside(node, chosen)]


def _is_inside(node: LexborNode, chosen: set[int]) -> bool:
    above = node.parent
    while above is not None:
        if above.mem_id in chosen:
            return True
        above = above.parent
    return False


def _first(tree: LexborHTMLParser, selector: str) -> LexborNode | None:
    return next(iter(_all(tree, selector)), None)


def _all(tree: LexborHTMLParser, selector: str) -> list[LexborNode]:
    """Every match; none for what is no selector, which news.sources has said at the start."""
    try:
        return tree.css(selector) if selector else []
    except SelectolaxError:
        return []
