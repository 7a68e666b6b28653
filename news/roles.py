"""What an element's tag, classes and labels say it is: a menu, a caption, a share bar, an author's line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_ROLES: Final = {
    "nav": "nav", "navbar": "nav", "menu": "nav", "navigation": "nav", "topbar": "nav", "offcanvas": "nav",
    "breadcrumb": "crumbs", "breadcrumbs": "crumbs", "crumb": "crumbs",
    "footer": "foot", "copyright": "foot", "colophon": "foot",
    "sidebar": "side", "aside": "side", "widget": "side", "rightbar": "side", "popular": "side",
    "trending": "side",
    "related": "related", "recommended": "related", "recommendation": "related", "readmore": "related",
    "comment": "comments", "comments": "comments", "disqus": "comments",
    "share": "share", "sharing": "share", "social": "share", "addthis": "share", "sharethis": "share",
    "tags": "tags", "tag": "tags", "keywords": "tags",
    "ad": "ad", "ads": "ad", "advert": "ad", "advertisement": "ad", "adsbygoogle": "ad", "sponsor": "ad",
    "cookie": "ad", "popup": "ad", "modal": "ad", "newsletter": "ad", "subscribe": "ad",
    "ticker": "nav", "scroll": "nav", "marquee": "nav", "breaking": "nav",
    "caption": "caption", "figcaption": "caption", "imgcaption": "caption", "fimagecap": "caption",
    "author": "author", "byline": "author", "reporter": "author", "writer": "author",
    "correspondent": "author",
    "date": "date", "time": "date", "timestamp": "date", "published": "date", "publish": "date",
    "datetime": "date",
    "category": "section", "section": "section", "kicker": "section", "cat": "section",
}  # fmt: skip
_TAG_ROLES: Final = {
    "nav": "nav",
    "footer": "foot",
    "aside": "side",
    "figcaption": "caption",
    "figure": "figure",
}
_WRAPPERS: Final = frozenset({
    "has", "with", "no", "main", "content", "article", "body", "post", "entry", "story", "single",
    "wrapper", "page", "container", "layout", "row",
})  # fmt: skip
"""Words in a class that say the element holds the story too, whatever else is in its name."""
OUTSIDE: Final = frozenset({"nav", "crumbs", "foot", "side", "related", "comments", "share", "tags", "ad"})
"""Roles of what surrounds a story."""
_WORD: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_HIDDEN: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_UNSEEN: Final = frozenset({"sr-only", "visually-hidden", "screen-reader-text", "d-none", "hidden"})


def is_hidden(node: LexborNode) -> bool:
    """Whether a reader doesn't see `node`: hidden by an attribute, a style or a telling class."""
    attributes = node.attributes
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return True
    style, names = attributes.get("style"), attributes.get("class")
    return bool(style and _HIDDEN.search(style)) or bool(names and not _UNSEEN.isdisjoint(names.split()))


def of(tag: str, names: str) -> frozenset[str]:
    """What an element's tag and the words in its names say it is."""
    roles = {_TAG_ROLES[tag]} if tag in _TAG_ROLES else set()
    if names:
        words = [word.casefold() for word in _WORD.findall(names)]
        if _WRAPPERS.isdisjoint(words):
            roles.update(_ROLES[word] for word in words if word in _ROLES)
        else:
            roles.update(_ROLES[word] for word in words if _ROLES.get(word) in {"caption", "author", "date"})
    # A <nav> of crumbs tells the section; a <nav> of anything else is a menu.
    return frozenset(roles - {"nav"} if "crumbs" in roles else roles)
