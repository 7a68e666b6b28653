"""Section and home pages into entries: the links that look like stories, in the page's order.

Menus, footers, tags and authors are no stories. A card's date, teaser and picture may stand beside its link.
The page's JSON-LD and its scripts' data add dates to the links it has, and stories where it has none.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from selectolax.lexbor import LexborHTMLParser

from news.article import Entry, Photo
from news.errors import FetchError
from news.finding import embedded
from news.language.labels import CHATTER
from news.language.text import letters_of
from news.page import jsonld, markup
from news.page.blocks import HEADINGS, lay_out
from news.time import dates
from news.web.address import absolute, is_story, key, path
from news.web.challenge import is_challenge

if TYPE_CHECKING:
    from datetime import datetime

    from news.page.blocks import Block, Layout

MOST: Final = 200
"""Entries taken from one page."""
_SHORTEST: Final = 12
_SHORTEST_HEADING: Final = 6
_LONGEST: Final = 220
"""Characters of a headline; less is enough of one set as a heading."""
_LONGEST_DATE: Final = 40
_MOSTLY: Final = 0.6
"""Share of a text that links somewhere, from which the text is the link's."""
_ENOUGH: Final = 3
_AROUND: Final = frozenset({"nav", "crumbs", "foot", "comments", "share", "tags", "ad"})


def entries(body: bytes, base_url: str, now: datetime) -> list[Entry]:
    """The stories linked from the page `body`, each once; FetchError(blocked) for a challenge page."""
    if is_challenge(body):
        raise FetchError("blocked", "a challenge page")
    tree = LexborHTMLParser(body)
    if tree.body is None:
        return []
    listed = {key(entry.url): entry for entry in _listed(tree, base_url, now)}
    layout = lay_out(tree.body)
    cards = _cards(layout, base_url, set(listed))
    main = [card for card in cards if not card.aside]
    found = {key(card.url): card.entry(now) for card in (main if len(main) >= _ENOUGH else cards)}
    carried = {key(one.url): one for one in embedded.of_page(tree, base_url, now, _names(layout, base_url))}
    known = {
        one: _completed(_completed(entry, listed.get(one)), carried.get(one)) for one, entry in found.items()
    }
    more = listed if len(known) >= _ENOUGH else listed | carried
    return list((known | {one: entry for one, entry in more.items() if one not in known}).values())[:MOST]


def _completed(entry: Entry, said: Entry | None) -> Entry:
    """`entry` with what its card does not show and the page's data knows."""
    if said is None:
        return entry
    return replace(
        entry,
        published_at=said.published_at or entry.published_at,
        blurb=entry.blurb or said.blurb,
        photo=entry.photo or said.photo,
    )


def _names(layout: Layout, base: str) -> dict[str, str]:
    """The page's links by the last part of their paths, and a number before it: data may give it alone."""
    links = [absolute(base, block.link) for block in layout.blocks if block.link]
    parts = [(path(link).split("/"), link) for link in links if link]
    numbered = {last[-2]: link for last, link in parts if len(last) > 1 and last[-2].isdigit()}
    return numbered | {last[-1]: link for last, link in parts}


@dataclass(slots=True)
class _Card:
    """Everything on the page that links to one story, and what stands beside those links."""

    url: str
    headings: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)
    picture: str = ""
    aside: bool = True

    @property
    def title(self) -> str:
        """A heading before other text, and the first that is long enough to be a headline."""
        heading = next((t for t in self.headings if _SHORTEST_HEADING <= len(t) <= _LONGEST), "")
        return heading or next((t for t in self.texts if _SHORTEST <= len(t) <= _LONGEST), "")

    def entry(self, now: datetime) -> Entry:
        title = self.title
        others = [text for text in self.texts + self.beside if letters_of(text) != letters_of(title)]
        moments = (dates.parse(text, now) for text in others if len(text) < _LONGEST_DATE)
        return Entry(
            url=self.url,
            title=markup.visible(title),
            published_at=next((moment for moment in moments if moment), None),
            blurb=markup.visible(
                next((text for text in others if len(text) >= max(len(title), _LONGEST_DATE)), "")
            ),
            photo=Photo(self.picture) if self.picture else None,
        )


def _listed(tree: LexborHTMLParser, base: str, now: datetime) -> list[Entry]:
    """What JSON-LD lists of the same site."""
    found = [_said(thing, base, now) for thing in jsonld.items(jsonld.things(tree))]
    return [entry for entry in found if is_story(entry.url, base) and len(entry.title) >= _SHORTEST]


def _said(thing: dict[str, Any], base: str, now: datetime) -> Entry:
    picture = markup.picture_address(jsonld.address(thing.get("image")), base)
    return Entry(
        url=absolute(base, thing["url"]) if thing["url"] else "",
        title=thing["headline"],
        published_at=dates.parse(jsonld.text(thing.get("datePublished")), now),
        blurb=jsonld.text(thing.get("description")),
        photo=Photo(picture) if picture else None,
    )


def _cards(layout: Layout, base: str, listed: set[str]) -> list[_Card]:
    """One card a story, those with a headline only."""
    cards: dict[str, _Card] = {}
    holders: dict[int, str] = {}
    for block in layout.blocks:
        url = absolute(base, block.link) if block.link and block.linked > _MOSTLY else ""
        if url and (key(url) in listed or is_story(url, base)):
            _add(cards.setdefault(key(url), _Card(url)), block, layout)
            _hold(holders, key(url), block, layout)
    for picture in layout.pictures:
        card = cards.get(key(absolute(base, picture.link))) if picture.link else None
        if card and not card.picture:
            card.picture = markup.picture(picture.node, base)
    _look_beside(layout, holders, cards)
    return [card for card in cards.values() if card.title and _is_headline(card, listed)]


def _add(card: _Card, block: Block, layout: Layout) -> None:
    roles = layout.roles(block.element)
    if roles & _AROUND or CHATTER.fullmatch(block.text):
        return
    linked = " ".join(part.text for part in block.parts if part.link)
    texts = card.headings if _heading(block, layout) else card.texts
    texts.append(linked or block.text)
    card.beside += [part.text for part in block.parts if not part.link]
    card.aside = card.aside and "side" in roles


def _hold(holders: dict[int, str], story: str, block: Block, layout: Layout) -> None:
    """Note that all the elements around `block` hold `story`; those that hold several hold none alone."""
    for element in layout.ancestors(block.element):
        holders[element] = story if holders.get(element, story) == story else ""


def _look_beside(layout: Layout, holders: dict[int, str], cards: dict[str, _Card]) -> None:
    """Give each card the dates and texts in the element that is its alone."""
    stamps = dict(layout.times)
    for block in layout.blocks:
        if block.linked > _MOSTLY:
            continue
        holder = next((one for one in layout.ancestors(block.element) if one in holders), None)
        card = cards.get(holders[holder]) if holder is not None else None
        if card:
            card.beside += [stamps[block.index], block.text] if block.index in stamps else [block.text]


def _heading(block: Block, layout: Layout) -> bool:
    return any(layout.tags[one] in HEADINGS for one in layout.ancestors(block.element))


def _is_headline(card: _Card, listed: set[str]) -> bool:
    """Whether the link's text is a headline: a heading, or at least three words of it."""
    return bool(card.headings) or key(card.url) in listed or len(card.title.split()) >= _ENOUGH
