"""The আরও দেখুন of a page: other stories it offers, at its end or between its paragraphs."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Final

from news.article import Related
from news.language.labels import CHATTER, RELATED_PREFIX, SENTENCE_END, is_ending, is_related
from news.language.text import letters_of, same
from news.page.blocks import HEADINGS
from news.time import dates
from news.web.address import key, linked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from news.page.blocks import Block, Layout

MOST: Final = 12
_SHORTEST_TITLE: Final = 8
_LONGEST_TITLE: Final = 220
_LONGEST_AGE: Final = 45
_SHORTEST_BLURB: Final = 20
_LONGEST_BLURB: Final = 400
_LONG: Final = 60
"""Characters from which a text without a দাঁড়ি is prose all the same."""
_DENSE: Final = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]{3}")
_DENSER: Final = 3
"""Letters of an alphabet that a Chinese or Japanese character stands for."""
_AHEAD: Final = 3


@dataclass(frozen=True, slots=True)
class Offers:
    """What a page offers, and the numbers of the blocks that say so."""

    stories: tuple[Related, ...]
    blocks: frozenset[int]

    def texts(self) -> frozenset[str]:
        """The letters of every headline and blurb offered: no text is this story's and another's too."""
        return frozenset(letters_of(text) for one in self.stories for text in (one.title, one.blurb) if text)


@dataclass(slots=True)
class _Unit:
    """The smallest thing in a list of offers: a title, a blurb or an age."""

    text: str
    link: str
    heading: bool
    block: Block
    age: bool


@dataclass(slots=True)
class _Card:
    title: str
    url: str
    blurb: str = ""
    age: str = ""
    named: bool = False  # it stands in an element that calls itself related


def is_prose(block: Block) -> bool:
    """Whether `block` reads like a sentence of a story, not like a button, a link or a label."""
    ends = SENTENCE_END.search(block.text) is not None
    room = _DENSER if _DENSE.search(block.text) else 1
    return block.linked < 0.5 and (len(block.text) * room >= _LONG or (ends and len(block.text) * room >= 15))


def find(layout: Layout, after: int, base: str, now: datetime) -> Offers:
    """Every list of offers after block number `after`, in order, each story once."""
    reading = _Reading(layout, after, base, now)
    at = after + 1
    while at < len(layout.blocks):
        at = reading.offers(at)
    if not reading.cards:
        reading.unlabelled()
    return Offers(tuple(reading.stories())[:MOST], frozenset(reading.taken))


@dataclass(slots=True)
class _Reading:
    """One page's offers as they are gathered."""

    layout: Layout
    after: int
    base: str
    now: datetime
    cards: list[_Card] = field(default_factory=list)
    taken: set[int] = field(default_factory=set)

    def offers(self, at: int) -> int:
        """What block `at` begins or holds is taken; the number of the block to go on with."""
        block = self.layout.blocks[at]
        if is_related(block.text) and "nav" not in self.layout.roles(block.element):
            return self._list(at + 1, label=at)
        prefix = RELATED_PREFIX.match(block.text)
        if prefix and len(block.text) < _LONGEST_TITLE and not _ends_prose(block):
            self.taken.add(at)
            self._keep([_Card(block.text[prefix.end() :], self._address(block.link))], set())
        return at + 1

    def unlabelled(self) -> None:
        """A list that only its element's name gives away."""
        for block in self.layout.blocks[self.after + 1 :]:
            if "related" in self.layout.roles(block.element) and block.link:
                self._list(block.index, label=-1)
                return

    def stories(self) -> Iterator[Related]:
        """The cards as values, each address and each title once."""
        seen: set[str] = set()
        for card in self.cards:
            marks = {letters_of(card.title)} | ({key(card.url)} if card.url else set())
            if not marks & seen:
                seen |= marks
                yield Related(card.title, card.url, card.blurb, card.age)

    def _list(self, start: int, label: int) -> int:
        """The cards from block `start` on; the number of the first block that is none of theirs."""
        body = self._body_shapes(start)
        cards: list[_Card] = []
        units = self._units(start)
        ahead = deque(
            islice(units, _AHEAD + 1)
        )  # no further than the list goes: reading an age takes its time
        used = {label} if label >= 0 else set()
        end = start
        while ahead:
            unit = ahead.popleft()
            if not self._place(unit, cards, list(ahead), body):
                break
            used.add(unit.block.index)
            end = unit.block.index + 1
            ahead.extend(islice(units, 1))
        self._keep(cards, used if cards else {label})
        return max(end, start)

    def _keep(self, cards: list[_Card], used: set[int]) -> None:
        self.cards += [card for card in cards if _SHORTEST_TITLE <= len(card.title) <= _LONGEST_TITLE]
        self.taken |= used

    def _units(self, start: int) -> Iterator[_Unit]:
        """Blocks from `start` on, divided into their parts where they are several things."""
        for block in self.layout.blocks[start:]:
            if is_ending(block.text) or is_related(block.text):
                return
            parts = block.parts if self._is_several(block) else ()
            for text, link in [(part.text, part.link) for part in parts] or [(block.text, "")]:
                if not CHATTER.fullmatch(text) or self._is_age(text):
                    yield self._unit(text, link, block)

    def _is_several(self, block: Block) -> bool:
        """Whether a block holds a title and more: it begins with a link, or one of its parts is an age."""
        dated = any(self._is_age(part.text) for part in block.parts)
        return len(block.parts) > 1 and (bool(block.parts[0].link) or dated)

    def _unit(self, text: str, link: str, block: Block) -> _Unit:
        whole = block.link if block.linked > 0.6 else ""
        heading = any(self.layout.tags[e] in HEADINGS for e in self._near(block))
        return _Unit(text, self._address(link or whole), heading, block, self._is_age(text))

    def _near(self, block: Block) -> list[int]:
        return [block.element, self.layout.parents[block.element]]

    def _address(self, href: str) -> str:
        return linked(self.base, href) if href and not href.startswith(("#", "javascript:")) else ""

    def _is_age(self, text: str) -> bool:
        """Whether `text` is an age or a date and nothing else."""
        if len(text) > _LONGEST_AGE:
            return False
        found = dates.find(text, self.now)
        return found is not None and len(letters_of(text[: found.start] + text[found.end :])) < 12

    def _place(self, unit: _Unit, cards: list[_Card], ahead: list[_Unit], body: set[object]) -> bool:
        """Put `unit` into the last card or a new one; False where the list is over."""
        card = cards[-1] if cards else None
        if unit.age:
            if card and not card.age:
                card.age = unit.text
            return True
        if card and same(card.title, unit.text):
            card.url = card.url or unit.link
            return True
        if unit.link and not (card and card.url and key(card.url) == key(unit.link)):
            cards.append(_Card(unit.text, unit.link, named=self._is_named(unit)))
            return True
        if unit.link and card:
            card.blurb = card.blurb or (unit.text if len(unit.text) >= _SHORTEST_BLURB else "")
            return True
        return self._place_plain(unit, cards, ahead, body)

    def _place_plain(self, unit: _Unit, cards: list[_Card], ahead: list[_Unit], body: set[object]) -> bool:
        """The same for text that links nowhere: a blurb, a title on its own, or the story going on."""
        card = cards[-1] if cards else None
        if {"foot", "comments"} & self.layout.roles(unit.block.element):
            return False
        if len(unit.text) > _LONGEST_BLURB or self._goes_on(unit, cards, ahead, body):
            return False
        if card and card.named and not self._is_named(unit) and is_prose(unit.block):
            return False
        if card and not card.blurb and self._is_blurb(unit, card):
            card.blurb = unit.text
            return True
        if self._is_title(unit, ahead):
            cards.append(_Card(unit.text, self._picture_link(unit)))
            return True
        return False

    def _is_named(self, unit: _Unit) -> bool:
        return "related" in self.layout.roles(unit.block.element)

    def _goes_on(self, unit: _Unit, cards: list[_Card], ahead: list[_Unit], body: set[object]) -> bool:
        """Whether `unit` is the story's next paragraph: shaped like those before, and no card follows."""
        if not is_prose(unit.block) or not (self._shapes(unit.block) & body):
            return False
        if any(other.age for other in ahead):
            return False
        follows = ahead[0] if ahead else None
        another = (
            follows is not None
            and (follows.heading or bool(follows.link))
            and bool(cards)
            and not cards[-1].blurb
        )
        blurbs = bool(cards[:-1]) and bool(cards[-2].blurb) and not cards[-1].blurb
        return not another and not blurbs

    @staticmethod
    def _is_blurb(unit: _Unit, card: _Card) -> bool:
        """Whether a text says more of `card`; after its age only a sentence does, else a title begins."""
        closed = card.age and not SENTENCE_END.search(unit.text)
        return len(unit.text) >= _SHORTEST_BLURB and not unit.heading and not closed

    def _is_title(self, unit: _Unit, ahead: list[_Unit]) -> bool:
        """Whether a text without a link is a card's title: a heading, or soon followed by an age."""
        fits = _SHORTEST_TITLE <= len(unit.text) <= _LONGEST_TITLE and not unit.text.endswith("।")
        return fits and (unit.heading or bool(self._picture_link(unit)) or any(other.age for other in ahead))

    def _picture_link(self, unit: _Unit) -> str:
        """The address that the picture with this title links to."""
        for picture in self.layout.pictures:
            if picture.link and same(picture.alt, unit.text):
                return self._address(picture.link)
        return ""

    def _body_shapes(self, before: int) -> set[object]:
        """How the paragraphs of the story before the list are set."""
        blocks = self.layout.blocks[self.after + 1 : before]
        prose = [b for b in blocks if b.index not in self.taken and is_prose(b)]
        return set().union(*(self._shapes(block) for block in prose))

    def _shapes(self, block: Block) -> set[object]:
        """Where a paragraph stands: its element's parent, and the tags and names of the three around it."""
        layout = self.layout
        around = islice(layout.ancestors(block.element), 3)
        return {layout.parents[block.element], tuple((layout.tags[e], layout.names[e]) for e in around)}


def _ends_prose(block: Block) -> bool:
    return block.linked < 0.3 and block.text.endswith("।")
