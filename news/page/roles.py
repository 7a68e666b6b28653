"""What an element's tag, classes and labels say it is: a menu, a caption, a share bar, an author's line."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_ROLES: Final = {
    "nav": "nav", "navbar": "nav", "menu": "nav", "navigation": "nav", "topbar": "nav", "offcanvas": "nav",
    "breadcrumb": "crumbs", "breadcrumbs": "crumbs", "crumb": "crumbs",
    "footer": "foot", "copyright": "foot", "colophon": "foot",
    "sidebar": "side", "aside": "side", "widget": "side", "rightbar": "side", "popular": "side",
    "trending": "side",
    "related": "related", "recommended": "related", "recommendation": "related", "readmore": "related",
    "relatedposts": "related", "relatedarticles": "related", "outbrain": "related", "taboola": "related",
    "yarpp": "related", "similar": "related", "recommendations": "related", "plista": "related",
    "comment": "comments", "comments": "comments", "disqus": "comments", "kommentar": "comments",
    "kommentare": "comments", "commentaire": "comments", "commentaires": "comments",
    "comentarios": "comments", "comentario": "comments", "commenti": "comments",
    "reacties": "comments", "respond": "comments",
    "commentlist": "comments", "commentform": "comments", "replies": "comments", "trackbacks": "comments",
    "sharedaddy": "share", "addtoany": "share", "shareaholic": "share", "sociable": "share",
    "teilen": "share", "partage": "share", "shariff": "share", "socials": "share",
    "share": "share", "sharing": "share", "social": "share", "addthis": "share", "sharethis": "share",
    "tags": "tags", "tag": "tags", "keywords": "tags",
    "ad": "ad", "ads": "ad", "advert": "ad", "advertisement": "ad", "adsbygoogle": "ad", "sponsor": "ad",
    "cookies": "ad", "consent": "ad", "gdpr": "ad", "banner": "ad", "werbung": "ad", "anzeige": "ad",
    "paywall": "ad", "login": "ad", "signup": "ad", "promo": "ad",
    "pagination": "nav", "pager": "nav", "toolbar": "nav", "infobox": "side", "biography": "side",
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
_HEADINGS: Final = frozenset({"h2", "h3", "h4", "h5", "h6"})
TAGS: Final = frozenset(_TAG_ROLES)
"""Tags that say by themselves what an element is."""
_WRAPPERS: Final = frozenset({
    "has", "with", "no", "main", "content", "article", "body", "post", "entry", "story", "single",
    "wrapper", "page", "container", "layout", "row", "elementor",
})  # fmt: skip
"""Words in a class that say the element holds the story too, whatever else is in its name."""
OUTSIDE: Final = frozenset({"nav", "crumbs", "foot", "side", "related", "comments", "share", "tags", "ad"})
"""Roles of what surrounds a story."""
_AFTER_STORY: Final = re.compile(
    r"(?:article|post|entry|story|single|content|page)s?[-_]+(?:[a-z0-9]+[-_]+){0,2}"
    r"(comments?|share|sharing|social|related|tags?|navigation|pagination)",
    re.IGNORECASE,
)
"""post-comments and the like: what belongs to a story without being part of it."""
_WORD: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_HIDDEN: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_UNSEEN: Final = frozenset({"sr-only", "visually-hidden", "screen-reader-text", "d-none", "hidden"})


def is_hidden(attributes: dict[str, str | None]) -> bool:
    """Whether a reader doesn't see an element: hidden by an attribute, a style or a telling class."""
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return True
    style, names = attributes.get("style"), attributes.get("class")
    return bool(style and _HIDDEN.search(style)) or bool(names and not _UNSEEN.isdisjoint(names.split()))


@lru_cache(maxsize=4096)
def of(tag: str, names: str) -> frozenset[str]:
    """What an element's tag and the words in its names say it is."""
    roles = {_TAG_ROLES[tag]} if tag in _TAG_ROLES else set()
    if names:
        words = [word.casefold() for word in _WORD.findall(names)]
        if _WRAPPERS.isdisjoint(words):
            roles.update(_ROLES[word] for word in words if word in _ROLES)
        else:
            roles.update(_ROLES[word] for word in words if _ROLES.get(word) in {"caption", "author", "date"})
            after = (_AFTER_STORY.fullmatch(name) for name in names.split())
            roles.update(_ROLES[match[1].casefold()] for match in after if match)
    # A <nav> of crumbs tells the section; a <nav> of anything else is a menu; a heading is the aim of one.
    return frozenset(roles - {"nav"} if "crumbs" in roles or tag in _HEADINGS else roles)
