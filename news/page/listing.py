"""Whether a page tells no story and offers many: a front page, a section, a search's results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from news.page.blocks import Block, Layout

_HEADLINE: Final = 15
"""Characters of a link that is a headline rather than a menu's word."""
_MANY_LINKS: Final = 15
"""Headlines linked from a page that make it a list of stories, unless it has a text of its own."""
_LITTLE: Final = 250
"""Characters that are no text of its own."""
_BLURB: Final = 250
"""Characters that the blurbs of a list have at most, on average."""
_SNIPPET: Final = 100
"""The same where nothing on the page calls itself its headline, and most of it are links."""
_LINKS_BETWEEN: Final = 8
"""Headlines linked from between the paragraphs of what is no story but blurbs."""
_ABOVE: Final = 3
"""Blocks from a headline to its blurb: a writer and a date may stand between."""
_MOST: Final = 2 / 3


def is_list(layout: Layout, paragraphs: Sequence[str]) -> bool:
    """Whether a page with these `paragraphs` is a list; in doubt it is a story."""
    told = set(paragraphs)
    length = sum(map(len, told))
    links = {block.index for block in layout.blocks if _is_headline(block)}
    if length < _LITTLE:
        return len(links) > _MANY_LINKS
    text = [block for block in layout.blocks if block.text in told]
    between = [index for index in links if text and text[0].index < index < text[-1].index]
    if length >= _BLURB * len(told) or len(between) < max(_LINKS_BETWEEN, len(told) // 2):
        return False
    return _are_blurbs(text, links) or (length < _SNIPPET * len(told) and _is_all_links(layout, length))


def _is_headline(block: Block) -> bool:
    return bool(block.link) and block.linked > 0.8 and len(block.text) >= _HEADLINE


def _are_blurbs(text: list[Block], links: set[int]) -> bool:
    """Whether most of `text` stands right below headlines that link to the stories."""
    blurbs = [block for block in text if links.intersection(range(block.index - _ABOVE, block.index))]
    return _length(blurbs) > _length(text) * _MOST


def _is_all_links(layout: Layout, length: int) -> bool:
    """Whether the page has no headline in an <h1> of its own, and more links than text."""
    if "h1" in layout.tags:
        return False
    return _length([block for block in layout.blocks if block.linked > 0.8]) > length


def _length(blocks: list[Block]) -> int:
    return sum(len(block.text) for block in blocks)
