"""HTML fragments, as feeds carry them, into paragraphs and pictures; and what a link looks like."""

from __future__ import annotations

import re
from html import unescape
from typing import Final
from urllib.parse import parse_qs, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from news.address import absolute
from news.text import clean

_BREAKS: Final = re.compile(
    r"<(?:/?(?:p|div|li|ul|ol|h[1-6]|blockquote|section|article|table|tr|figure|figcaption)\b[^>]*|br\s*/?)>",
    re.IGNORECASE,
)
_DROPPED: Final = re.compile(
    r"<(script|style|iframe|figure|noscript|svg|form)\b.*?</\1\s*>|<!--.*?-->", re.IGNORECASE | re.DOTALL
)
_TAG: Final = re.compile(r"<[/a-zA-Z!?][^<>]*>")
_PLACEHOLDER: Final = re.compile(
    r"^data:|(?:^|[/_.-])(?:logo|placeholder|default|blank|spacer|pixel|loading|loader|lazy|dummy|no-?image|1x1"
    r"|transparent|avatar|gravatar|favicon|sprite|emoji|icons?)(?:[/_.\d-]|$)|\.svg(?:\?|$)",
    re.IGNORECASE,
)
_SOURCES: Final = ("data-src", "data-original", "data-lazy-src", "data-full-url", "data-url", "src")
_SIZE: Final = re.compile(r"^(\d+)(?:px)?$")
SMALLEST: Final = 120
"""Pixels: a picture narrower or lower than this is an icon or a tracking pixel."""


def paragraphs(html: str) -> tuple[str, ...]:
    """The visible paragraphs of a fragment, plain text, in order."""
    pieces = _BREAKS.sub("\n", _DROPPED.sub("\n", html)).split("\n")
    return tuple(text for piece in pieces if (text := clean(unescape(_TAG.sub("", piece)))))


def plain(html: str) -> str:
    """All of a fragment on one line."""
    return clean(" ".join(paragraphs(html)))


def first_picture(html: str, base: str) -> str:
    """The address of the first real picture in a fragment, absolute; empty if there is none."""
    if "<img" not in html.casefold():
        return ""
    images = LexborHTMLParser(html).css("img")
    return next((url for image in images if (url := picture(image, base))), "")


def picture(image: LexborNode, base: str) -> str:
    """The absolute address of an `<img>` that a reader would call a picture; else empty."""
    attributes = image.attributes
    for side in ("width", "height"):
        size = _SIZE.match((attributes.get(side) or "").strip())
        if size and int(size[1]) < SMALLEST:
            return ""
    for source in (*(attributes.get(name) or "" for name in _SOURCES), _largest(attributes)):
        url = picture_address(source, base)
        if url:
            return url
    return ""


def picture_address(source: str, base: str) -> str:
    """`source` absolute, out of a Next.js image proxy; empty for logos, placeholders and drawings."""
    if not source.strip() or _PLACEHOLDER.search(source.strip()):
        return ""
    url = absolute(base, source)
    if "/_next/image" in url:
        inner = parse_qs(urlsplit(url).query).get("url", [""])[0]
        return picture_address(inner, base) if inner else ""
    return url


def _largest(attributes: dict[str, str | None]) -> str:
    """The last, which is by custom the largest, of a srcset."""
    candidates = (attributes.get("srcset") or attributes.get("data-srcset") or "").split(", ")
    return candidates[-1].strip().partition(" ")[0]
