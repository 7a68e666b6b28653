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
_OFFERS: Final = re.compile(
    r"আর[ওো]|পড়ুন|দেখুন|খবর|\b(?:read|more|also|related|follow|share|see|mehr|auch|weitere|lire|plus|leer|más)\b",
    re.IGNORECASE,
)
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
    return not kin and not _asks_to_follow(block.link)


def _asks_to_follow(link: str) -> bool:
    page = _NETWORKS.search(host(link)) is not None and _POST.search(path(link)) is None
    return page or _APPS.search(host(link)) is not None


def first(layout: Layout, blocks: list[Block], number: int) -> int:
    """The number in `blocks` of the story's beginning: its list's first line, the heading right above it."""
    block = blocks[number]
    while number and layout.tag(block) in _ITEMS and _is_item_beside(layout, blocks[number - 1], block):
        number -= 1
    above = blocks[number - 1] if number else None
    if above is None or layout.tag(above) not in _HEADINGS or above.linked > LINK_ONLY:
        return number
    own = _place(layout, above) == _place(layout, block) and not _is_masthead(layout, above)
    return number - 1 if own and not _is_dated(above) else number


def _is_item_beside(layout: Layout, item: Block, other: Block) -> bool:
    plain = layout.tag(item) in _ITEMS and item.linked < _MOSTLY and not _is_masthead(layout, item)
    return plain and _place(layout, item) == _place(layout, other)


def end(layout: Layout, blocks: list[Block], number: int, base: str) -> int:
    """The number in `blocks` behind the story's last line: those set like its last sentence, `number`."""
    last = blocks[number]
    place = number + 1
    for block in blocks[place : place + _MOST]:
        away = block.linked <= LINK_ONLY or _leads_away(block, layout.tag(block), base)
        if not away or not _belongs(layout, block, last, blocks[place - 1]):
            break  # a last list of links within the paper offers other stories
        place += 1
    announces_none = place > number + 1 and _INTRODUCES.search(blocks[place - 1].text) is not None
    return place - announces_none


def _belongs(layout: Layout, block: Block, last: Block, before: Block) -> bool:
    """Whether `block` is set like the `last` sentence; a list of links only where `before` announces it."""
    tag = layout.tag(block)
    same_element = block.element == last.element and block.linked < _MOSTLY
    if _is_masthead(layout, block) or not (same_element or (tag in _LINES and _beside(layout, block, last))):
        return False
    listed = tag in _ITEMS and layout.tag(before) in _ITEMS
    if block.linked > LINK_ONLY:
        return tag in _ITEMS and (_announces(before) or (listed and before.linked > LINK_ONLY))
    return listed or not (_is_dated(block) or _is_mark(block))


def _is_dated(block: Block) -> bool:
    """Whether a line may hold a date: a lone digit is none."""
    return is_dateline(block.text) and sum(map(str.isdigit, block.text)) > 1


def _is_mark(block: Block) -> bool:
    """Whether a line is a desk's mark or a call to follow: নদীর খবর/আরিফ, one word, a link to a network."""
    mark = "/" in block.text or "@" in block.text or " " not in block.text
    return mark or (bool(block.link) and _asks_to_follow(block.link))


def _is_masthead(layout: Layout, block: Block) -> bool:
    """Whether a line names the writer or the date."""
    named = BYLINE.search(block.text) or BYLINE_LABEL.match(block.text) or DATE_LABEL.match(block.text)
    return named is not None or not layout.own_roles[block.element].isdisjoint({"author", "date"})


def _beside(layout: Layout, one: Block, other: Block) -> bool:
    """Whether two blocks stand in the same element, or in two with the same name."""
    here, there = _place(layout, one), _place(layout, other)
    named = bool(layout.names[here]) and layout.names[here] == layout.names[there]
    return here == there or (named and layout.tags[here] == layout.tags[there])


def whole_list(layout: Layout, element: int) -> int:
    """`element`, or the outermost list or quotation around it."""
    while element > 0 and layout.tags[layout.parents[element]] in _SETS:
        element = layout.parents[element]
    return element


def _place(layout: Layout, block: Block) -> int:
    """The element that holds a block, or the whole list or quotation that it is in."""
    place = max(layout.parents[block.element], 0)
    while place > 0 and layout.tags[place] in _SETS:
        place = layout.parents[place]
    return place
