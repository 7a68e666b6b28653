"""The short lines at a story's edges and between its paragraphs: greetings, lists, an address to write to.

They don't read like prose; that they stand where the prose stands makes them part of it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from news.language.labels import BYLINE, BYLINE_LABEL, DATE_LABEL, is_dateline
from news.web.address import host, path

if TYPE_CHECKING:
    from news.page.blocks import Block, Layout

LINK_ONLY: Final = 0.8
"""Share of a line's letters that are links from which it is nothing else."""
_MOSTLY: Final = 0.5
_MOST: Final = 12
"""Lines behind the last sentence of a story."""
_SETS: Final = frozenset({"ul", "ol", "dl", "li", "dd", "blockquote"})
"""Elements that stand in a story as one paragraph does; a table may be what the whole page is set in."""
_ITEMS: Final = frozenset({"li", "dd", "dt"})
_LINES: Final = _ITEMS | {"p", "pre", "blockquote"}
_HEADINGS: Final = frozenset({"h2", "h3", "h4", "h5", "h6"})
_INTRODUCES: Final = re.compile(r"[:：]$")
_OFFERS: Final = re.compile(r"আর[ওো]|পড়ুন|দেখুন|\b(?:read|more|also|related|follow|share|see)\b", re.IGNORECASE)
_APPS: Final = re.compile(
    r"(?:^|\.)(?:whatsapp\.com|t\.me|news\.google\.com|play\.google\.com|apps\.apple\.com|itunes\.apple\.com)$"
)
_NETWORKS: Final = re.compile(
    r"(?:^|\.)(?:facebook|twitter|x|instagram|youtube|linkedin|pinterest|tiktok|threads)\.(?:com|net)$"
)
"""Where papers ask to be followed."""
_POST: Final = re.compile(r"/(?:events|posts|status)/")


def lines_of_links(layout: Layout, blocks: list[Block], base: str) -> set[int]:
    """The numbers of the lines in `blocks` that are links and belong to the text all the same.

    A line that leads away from the paper, or a list that a line ending in a colon announces.
    """
    found: set[int] = set()
    announced = False
    for block in blocks:
        tag = layout.tag(block)
        if block.linked <= LINK_ONLY or tag not in _ITEMS:
            announced = tag == "p" and _announces(block)
        if block.linked > LINK_ONLY and ((announced and tag in _ITEMS) or _leads_away(block, tag, base)):
            found.add(block.index)
    return found


def _announces(block: Block) -> bool:
    return _INTRODUCES.search(block.text) is not None and _OFFERS.search(block.text) is None


def _leads_away(block: Block, tag: str, base: str) -> bool:
    """Whether a line is a link to another site or a mailbox, but for where papers look for followers."""
    other, own = host(block.link), host(base)
    if tag not in {"p", "li"} or not own:
        return False
    if not other:
        return block.link.startswith("mailto:")
    kin = f".{other}".endswith(f".{own}") or f".{own}".endswith(f".{other}")
    follow = _NETWORKS.search(other) is not None and _POST.search(path(block.link)) is None
    return not kin and not follow and _APPS.search(other) is None


def first(layout: Layout, blocks: list[Block], number: int) -> int:
    """The number in `blocks` of the story's beginning: the heading right above its first sentence, if any."""
    block = blocks[number]
    above = blocks[number - 1] if number else None
    if above is None or layout.tag(above) not in _HEADINGS or above.linked > LINK_ONLY:
        return number
    own = layout.parents[above.element] == layout.parents[block.element] and not _is_masthead(layout, above)
    return number - 1 if own and not _is_dated(above) else number


def end(layout: Layout, blocks: list[Block], number: int) -> int:
    """The number in `blocks` behind the story's last line: those set like its last sentence, `number`."""
    last, before = blocks[number], blocks[number]
    for place, block in enumerate(blocks[number + 1 : number + 1 + _MOST], number + 1):
        if not _belongs(layout, block, last, before):
            return place
        before = block
    return min(len(blocks), number + 1 + _MOST)


def _belongs(layout: Layout, block: Block, last: Block, before: Block) -> bool:
    """Whether `block` is set like the `last` sentence; a list of links only where `before` announces it."""
    tag = layout.tag(block)
    same_element = block.element == last.element and block.linked < _MOSTLY
    if _is_masthead(layout, block) or not (same_element or (tag in _LINES and _beside(layout, block, last))):
        return False
    listed = tag in _ITEMS and layout.tag(before) in _ITEMS
    if block.linked > LINK_ONLY:
        return tag in _ITEMS and (_announces(before) or (listed and before.linked > LINK_ONLY))
    return listed or not _is_dated(block)


def _is_dated(block: Block) -> bool:
    """Whether a line may hold a date: a lone digit is none."""
    return is_dateline(block.text) and sum(map(str.isdigit, block.text)) > 1


def _is_masthead(layout: Layout, block: Block) -> bool:
    """Whether a line names the writer or the date."""
    named = BYLINE.search(block.text) or BYLINE_LABEL.match(block.text) or DATE_LABEL.match(block.text)
    return named is not None or not layout.own_roles[block.element].isdisjoint({"author", "date"})


def _beside(layout: Layout, one: Block, other: Block) -> bool:
    """Whether two blocks stand in the same element, or in two with the same name."""
    here, there = _place(layout, one), _place(layout, other)
    named = bool(layout.names[here]) and layout.names[here] == layout.names[there]
    return here == there or (named and layout.tags[here] == layout.tags[there])


def _place(layout: Layout, block: Block) -> int:
    """The element that holds a block, or the whole list or quotation that it is in."""
    place = max(layout.parents[block.element], 0)
    while place > 0 and layout.tags[place] in _SETS:
        place = layout.parents[place]
    return place
