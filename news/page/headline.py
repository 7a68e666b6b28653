"""Which words of a page are its headline, and where they stand."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from news.language.text import letters_of, same
from news.web.address import is_home

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from news.page.blocks import Block, Layout

_SITE: Final = re.compile(r"\s+[|–—·»:•-]+\s+|\s*\|\s*|\s*::\s*")
_HEADINGS: Final = ("h1", "h2", "h3", "h4")
_SHORTEST: Final = 10
_WORDS: Final = 4
_MOST_OF: Final = 0.75
"""Share of a block below which the headline is not all that it holds."""
_LONGEST: Final = 260
"""Letters of a headline."""


@dataclass(frozen=True, slots=True)
class Headline:
    """The headline and the number of its block; -1 if it is only in the page's head."""

    text: str
    at: int


def find(layout: Layout, said: Sequence[str], site: str = "") -> Headline:
    """The headline of a page of `site`; text "" if there is none.

    `said` is what the page's head calls it, the surest first.
    """
    said = [text for text in said if text and not same(text, site)]
    shown = list(_candidates(layout))
    for text in said:
        if block := next((block for block in shown if _agree(block.text, text)), None):
            return Headline(_apart(block.text, text), block.index)
    # A <title> by itself may be the site's on every page; a headline said in so many words is not.
    if (alone := _first_h1(layout)) and len(said) <= 1:
        return Headline(alone.text, alone.index)
    if said:
        return Headline(_without_site(said), place_of(layout, _without_site(said)))
    return _guess(layout)


def _candidates(layout: Layout) -> Iterator[Block]:
    """Headings by rank, then any other block; in the menus and cards of other stories last of all."""
    main = [
        b for b in layout.blocks if len(b.text) <= _LONGEST and not _aside(layout, b) and not is_home(b.link)
    ]
    for tag in _HEADINGS:
        yield from (block for block in main if _tag_around(layout, block) == tag)
    yield from (b for b in main if not b.link and len(letters_of(b.text)) >= _SHORTEST)


def _aside(layout: Layout, block: Block) -> bool:
    return bool(layout.roles(block.element) & {"nav", "crumbs", "foot", "related", "side", "caption"})


def _tag_around(layout: Layout, block: Block) -> str:
    """The heading a block stands in; the nearest wins."""
    for element in layout.ancestors(block.element):
        if layout.tags[element] in _HEADINGS:
            return layout.tags[element]
    return ""


def _agree(shown: str, said: str) -> bool:
    """Whether a shown headline is the one said in the head, where the site's name may follow it."""
    one, other = letters_of(shown), letters_of(said)
    within = (len(one) >= _SHORTEST and other.startswith(one)) or (len(other) >= _SHORTEST and other in one)
    return bool(one) and (
        one == other or within or one in map(letters_of, _SITE.split(said)) or _alike(shown, said)
    )


def _apart(shown: str, said: str) -> str:
    """The headline in a block that holds its section, date or more beside it."""
    if letters_of(shown) in letters_of(said):
        return shown
    own = _without_site([said])
    return own if len(own) < _MOST_OF * len(shown) and own in shown else shown


def _alike(shown: str, said: str) -> bool:
    """Whether two headlines share most of their words: papers polish one and forget the other."""
    one, other = set(shown.split()), set(said.split())
    shorter = min(len(one), len(other))
    return shorter >= _WORDS and len(one & other) > 0.6 * shorter


def _first_h1(layout: Layout) -> Block | None:
    found = [b for b in _candidates(layout) if _tag_around(layout, b) == "h1"]
    return found[0] if found else None


def _without_site(said: Sequence[str]) -> str:
    """The head's title without the site's name, which stands at one end of it."""
    if len(said) > 1 and len(letters_of(said[0])) >= _SHORTEST:
        return said[0] if len(said[0]) <= min(map(len, said)) else max(_SITE.split(said[0]), key=len).strip()
    return max(_SITE.split(said[0]), key=len).strip()


def place_of(layout: Layout, title: str) -> int:
    """The number of the first block that says just `title`; -1 if none does."""
    wanted = letters_of(title)
    return next((block.index for block in layout.blocks if letters_of(block.text) == wanted), -1)


def _guess(layout: Layout) -> Headline:
    """With nothing to go by: the first line that could be a headline and is no link and no sentence."""
    for block in layout.blocks:
        fits = 15 <= len(block.text) <= 200
        if fits and not block.link and not _aside(layout, block) and not block.text.endswith("।"):
            return Headline(block.text, block.index)
    return Headline("", -1)
