"""Which words of a page are its headline, and where they stand."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from news.language.text import letters_of, same
from news.web.address import is_home

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from news.page.blocks import Block, Layout

_SITE: Final = re.compile(r"\s+[|–—·»:•-]+\s+|\s*\|\s*|\s*::\s*")
_BARS: Final = re.compile(r"\s*(?:\||::)\s*")
_UNSURE: Final = re.compile(r"(?:…|\.\.\.)$|[>»›]|\d[/.-]\d{1,2}[/.-]\d")
"""A headline cut off, or with a path or a date before it."""
_HEADINGS: Final = ("h1", "h2", "h3", "h4")
_SHORTEST: Final = 10
_WORDS: Final = 4
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
            return Headline(_worded(block.text, said, site), block.index)
    # A <title> by itself may be the site's on every page; a headline said in so many words is not.
    alone = next((block for block in shown if _tag_around(layout, block) == "h1"), None)
    if alone and len(said) <= 1:
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


def _worded(shown: str, said: Sequence[str], site: str) -> str:
    """The words of the headline: as shown if the head says so too, else as most of the head has it.

    What is shown may hold a kicker, a date or a button beside the headline, or be the first line of it.
    """
    alike = [text for text in said if same(shown, text)]
    if alike:  # the head has no line breaks and kickers to lose its punctuation in
        return shown if shown in alike else alike[0]
    if any(same(shown, part) for text in said for part in _parts(text)):
        return shown
    sure = [text for text in said if not _UNSURE.search(text)]
    bare = [_bare(text, site, said) for text in sure]
    counts = Counter(map(letters_of, bare))
    if bare and max(counts.values()) > 1:
        return max(bare, key=lambda text: counts[letters_of(text)])
    within = (part for text in sure for part in _parts(text) if _is_within(part, shown))
    return max(within, key=len, default=shown)


def _parts(text: str) -> Iterator[str]:
    """`text` whole, and what stands before and behind each of the marks that may part off a site's name."""
    yield text
    for mark in _SITE.finditer(text):
        yield text[: mark.start()]
        yield text[mark.end() :]
    yield from _SITE.split(text)


def _is_within(part: str, shown: str) -> bool:
    return len(letters_of(part)) >= _SHORTEST and letters_of(part) in letters_of(shown)


def _bare(text: str, site: str, said: Sequence[str]) -> str:
    """`text` without the site's name: what stands behind a mark, and is the `site` or nowhere else `said`."""
    name = letters_of(site)
    for mark in _SITE.finditer(text):
        for rest, other in (
            (text[: mark.start()], text[mark.end() :]),
            (text[mark.end() :], text[: mark.start()]),
        ):
            named = name and letters_of(other) and letters_of(other) in name
            if named or any(same(rest, one) for one in said):
                return max(_BARS.split(rest), key=len).strip()
    return max(_BARS.split(text), key=len).strip()


def _alike(shown: str, said: str) -> bool:
    """Whether two headlines share most of their words: papers polish one and forget the other."""
    one, other = set(shown.split()), set(said.split())
    shorter = min(len(one), len(other))
    return shorter >= _WORDS and len(one & other) > 0.6 * shorter


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
