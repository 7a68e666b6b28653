"""Section and home pages into entries: the links that look like stories, in the page's order.

Menus, footers, tags and authors are no stories. What the page lists in JSON-LD is added to its links.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from selectolax.lexbor import LexborHTMLParser

from news import dates, jsonld, markup
from news.address import absolute, host, key, path
from news.article import Entry, Photo
from news.blocks import lay_out
from news.challenge import is_challenge
from news.errors import FetchError
from news.labels import CHATTER
from news.text import letters_of

if TYPE_CHECKING:
    from datetime import datetime

    from news.blocks import Block, Layout

MOST: Final = 200
"""Entries taken from one page."""
_SHORTEST: Final = 12
_SHORTEST_HEADING: Final = 6
_LONGEST: Final = 220
"""Characters of a headline; less is enough of one set as a heading."""
_ENOUGH: Final = 3
_NO_STORY: Final = re.compile(
    r"/(?:tags?|topics?|authors?|writer|category|categories|archives?|page|search|login|register|about|contact|privacy"
    r"|terms|advertise|video-gallery|photo-gallery|all-news|feed|rss|epaper|converter)(?:/|$)|\.(?:pdf|jpe?g|png|mp4|xml)$",
    re.IGNORECASE,
)
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_AROUND: Final = frozenset({"nav", "crumbs", "foot", "comments", "share", "tags", "ad"})


def entries(body: bytes, base_url: str, now: datetime) -> list[Entry]:
    """The stories linked from the page `body`, each once; FetchError(blocked) for a challenge page."""
    if is_challenge(body):
        raise FetchError("blocked", "a challenge page")
    tree = LexborHTMLParser(body)
    if tree.body is None:
        return []
    listed = {key(url): Entry(url, title) for url, title in _listed(tree, base_url)}
    cards = _cards(lay_out(tree.body), base_url, set(listed))
    main = [card for card in cards if not card.aside]
    found = {key(card.url): card.entry(now) for card in (main if len(main) >= _ENOUGH else cards)}
    return list((found | {k: v for k, v in listed.items() if k not in found}).values())[:MOST]


@dataclass(slots=True)
class _Card:
    """Everything on the page that links to one story."""

    url: str
    headings: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    picture: str = ""
    aside: bool = True

    @property
    def title(self) -> str:
        """A heading before other text, and the first that is long enough to be a headline."""
        heading = next((t for t in self.headings if _SHORTEST_HEADING <= len(t) <= _LONGEST), "")
        return heading or next((t for t in self.texts if _SHORTEST <= len(t) <= _LONGEST), "")

    def entry(self, now: datetime) -> Entry:
        title = self.title
        others = [text for text in self.texts if letters_of(text) != letters_of(title)]
        moments = (dates.parse(text, now) for text in others if len(text) < 40)
        return Entry(
            url=self.url,
            title=title,
            published_at=next((moment for moment in moments if moment), None),
            blurb=next((text for text in others if len(text) >= len(title)), ""),
            photo=Photo(self.picture) if self.picture else None,
        )


def _listed(tree: LexborHTMLParser, base: str) -> list[tuple[str, str]]:
    """(address, title) from JSON-LD, same site only."""
    found = [(absolute(base, url), title) for url, title in jsonld.items(jsonld.things(tree))]
    return [(url, title) for url, title in found if _is_story(url, base) and len(title) >= _SHORTEST]


def _cards(layout: Layout, base: str, listed: set[str]) -> list[_Card]:
    """One card a story, those with a headline only."""
    cards: dict[str, _Card] = {}
    for block in layout.blocks:
        url = absolute(base, block.link) if block.link and block.linked > 0.6 else ""
        if url and (key(url) in listed or _is_story(url, base)):
            _add(cards.setdefault(key(url), _Card(url)), block, layout)
    for picture in layout.pictures:
        card = cards.get(key(absolute(base, picture.link))) if picture.link else None
        if card and not card.picture:
            card.picture = markup.picture(picture.node, base)
    return [card for card in cards.values() if card.title and _is_headline(card, listed)]


def _add(card: _Card, block: Block, layout: Layout) -> None:
    roles = layout.roles(block.element)
    if roles & _AROUND or CHATTER.fullmatch(block.text):
        return
    texts = card.headings if _heading(block, layout) else card.texts
    texts.append(block.text)
    card.aside = card.aside and "side" in roles


def _heading(block: Block, layout: Layout) -> bool:
    return any(layout.tags[one] in _HEADINGS for one in layout.ancestors(block.element))


def _is_headline(card: _Card, listed: set[str]) -> bool:
    """Whether the link's text is a headline: a heading, or at least three words of it."""
    return bool(card.headings) or key(card.url) in listed or len(card.title.split()) >= _ENOUGH


def _is_story(url: str, base: str) -> bool:
    """Whether an address can be a story's: on this site, and deep, numbered or with a long name."""
    if not url or not _same_site(url, base) or _NO_STORY.search(path(url)) or key(url) == key(base):
        return False
    segments = [segment for segment in path(url).split("/") if segment]
    return bool(segments) and (
        len(segments) > 1
        or "?" in url
        or re.search(r"\d", segments[-1]) is not None
        or len(segments[-1]) >= _SHORTEST
    )


def _same_site(url: str, base: str) -> bool:
    one, other = host(url), host(base)
    return one == other or one.endswith("." + other) or other.endswith("." + one)
