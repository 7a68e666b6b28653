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
_PROSE: Final = 60
"""Characters of a blurb, which a writer's name or a date has not."""
_BLURB: Final = 250
"""Characters that the blurbs of a list have at most, on average."""
_SNIPPET: Final = 100
"""The same where nothing on the page calls itself its headline, and most of it are links."""
_LEAST: Final = 8
"""Stories that make a list, where the page has a text too."""
_ABOVE: Final = 5
"""Blocks from a headline to its blurb: a section, a writer and a date may stand between."""
_MOST: Final = 2 / 3
_NEARLY_ALL: Final = 0.9


def is_list(layout: Layout, paragraphs: Sequence[str]) -> bool:
    """Whether a page with these `paragraphs` is a list; in doubt it is a story."""
    told = set(paragraphs)
    links = {block.index for block in layout.blocks if _is_headline(block)}
    if sum(map(len, told)) < _LITTLE:
        return len(links) > _MANY_LINKS
    text = [block for block in layout.blocks if block.text in told]
    return _are_blurbs([block for block in text if len(block.text) >= _PROSE], links) or (
        _are_snippets(text, links) and "h1" not in layout.tags and _length(_linked(layout)) > _length(text)
    )


def _is_headline(block: Block) -> bool:
    return bool(block.link) and block.linked > 0.8 and len(block.text) >= _HEADLINE


def _are_blurbs(prose: list[Block], links: set[int]) -> bool:
    """Whether most of `prose` stands each right below a headline that links to its story."""
    before = [-1, *(block.index for block in prose)]
    blurbs = [
        block
        for block, last in zip(prose, before, strict=False)
        if links.intersection(range(max(last, block.index - _ABOVE), block.index))
    ]
    share = _length(blurbs) / _length(prose) if prose else 0
    short = _length(prose) < _BLURB * len(prose)
    return len(blurbs) >= _LEAST and share > (_MOST if short else _NEARLY_ALL)


def _are_snippets(text: list[Block], links: set[int]) -> bool:
    between = [index for index in links if text and text[0].index < index < text[-1].index]
    return _length(text) < _SNIPPET * len(text) and len(between) >= max(_LEAST, len(text) // 2)


def _linked(layout: Layout) -> list[Block]:
    return [block for block in layout.blocks if block.linked > 0.8]


def _length(blocks: list[Block]) -> int:
    return sum(len(block.text) for block in blocks)
