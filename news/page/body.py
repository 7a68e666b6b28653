"""Which blocks of a page are the story: those of the container with most prose, but for what intrudes.

Also how sure that is: a page whose prose lies mostly elsewhere deserves a second opinion.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from news.language.labels import (
    DATE_LABEL,
    RELATED_PREFIX,
    is_caption,
    is_dateline,
    is_ending,
    is_noise,
    is_related,
)
from news.language.text import same
from news.page.blocks import PARAGRAPHS
from news.page.related import is_prose
from news.page.roles import OUTSIDE

if TYPE_CHECKING:
    from news.page.blocks import Block, Layout

_FADE: Final = 0.75
"""What a paragraph counts for one level further out: a container wins by holding a third more."""
_LEVELS: Final = 7
_LINK_ONLY: Final = 0.8
_FEW: Final = 500
"""Characters of a story below which it may be a teaser or an advertisement."""
_BETWEEN: Final = 0.5
"""Prose between headline and story, as a share of it, that makes one doubt which of the two is the story."""
_LEAD_TAGS: Final = frozenset({"p", "h2", "h3", "h4"})
_LEAD_WITHIN: Final = 6
_NO_LEAD: Final = OUTSIDE | {"author", "date", "caption", "figure", "section"}
_OWN_WORDS: Final = 200
"""Characters from which an element that calls itself articleBody is believed."""


def find(layout: Layout, title_at: int, title: str, excluded: frozenset[int]) -> list[Block]:
    """The paragraphs after the headline (block `title_at`) in order, but for the blocks `excluded`."""
    around = set(layout.ancestors(layout.blocks[title_at].element)) if title_at >= 0 else {0}
    zone = [block for block in layout.blocks[title_at + 1 :] if block.index not in excluded]
    inside = [block for block in zone if not is_outside(layout, block, around)]
    return _story(layout, inside, title) or _story(layout, zone, title)


def is_doubtful(layout: Layout, blocks: list[Block], title_at: int) -> bool:
    """Whether `blocks` may not be the story: they are few or far below the headline, or most is elsewhere."""
    found = sum(len(block.text) for block in blocks)
    if title_at < 0 or found < _FEW:
        return True
    chosen = {block.index for block in blocks}
    around = set(layout.ancestors(layout.blocks[title_at].element))
    other = [
        b
        for b in layout.blocks
        if b.index not in chosen and is_prose(b) and not is_outside(layout, b, around)
    ]
    between = sum(len(b.text) for b in other if title_at < b.index < blocks[0].index)
    return sum(len(b.text) for b in other) > found or between > found * _BETWEEN


def is_outside(layout: Layout, block: Block, around: set[int]) -> bool:
    """Whether the names around `block` (but for `around` the headline) say it is no part of a story."""
    return any(layout.own_roles[e] & OUTSIDE for e in layout.ancestors(block.element) if e not in around)


def _story(layout: Layout, zone: list[Block], title: str) -> list[Block]:
    prose = [block for block in zone if is_prose(block) and is_text(layout, block, title)]
    if not prose:
        return []
    container = _declared(layout, prose) or _best(layout, prose)
    inside = [block for block in zone if layout.within(block.element, container)]
    chosen = [block for block in _until_end(inside) if is_text(layout, block, title)]
    story = _trim(chosen + _continued(layout, chosen, prose))
    return _lead(layout, zone, story, title) + story


def _declared(layout: Layout, prose: list[Block]) -> int:
    """The element that the page itself calls articleBody; 0 if none holds enough."""
    lengths: defaultdict[int, int] = defaultdict(int)
    for block in prose:
        for element in layout.ancestors(block.element):
            if "articleBody" in layout.names[element].split():
                lengths[element] += len(block.text)
    best = max(lengths, key=lambda element: lengths[element], default=0)
    return best if lengths.get(best, 0) >= _OWN_WORDS else 0


def _best(layout: Layout, prose: list[Block]) -> int:
    """The element with most prose, counted less the further it is from it."""
    scores: defaultdict[int, float] = defaultdict(float)
    for block in prose:
        weight = float(len(block.text))
        start = layout.parents[block.element] if layout.tag(block) in PARAGRAPHS else block.element
        for _, element in zip(range(_LEVELS), layout.ancestors(max(start, 0)), strict=False):
            scores[element] += weight
            weight *= _FADE
    return max(scores, key=lambda element: (scores[element], element))


def _until_end(inside: list[Block]) -> list[Block]:
    """`inside` up to the comments, tags or most-read lists that follow a story."""
    for number, block in enumerate(inside):
        if is_ending(block.text) and any(is_prose(before) for before in inside[:number]):
            return inside[:number]
    return inside


def is_text(layout: Layout, block: Block, title: str) -> bool:
    """Whether a block in the story's place is of its text."""
    text = block.text
    return not (
        same(text, title)
        or is_noise(text)
        or is_caption(text)
        or block.linked > _LINK_ONLY
        or is_related(text)
        or (RELATED_PREFIX.match(text) is not None and block.linked > 0)
        or bool({"caption", "figure"} & layout.roles(block.element))
    )


def _lead(layout: Layout, zone: list[Block], story: list[Block], title: str) -> list[Block]:
    """The sentence or two between headline and story that papers set apart."""
    before = [block for block in zone if story and block.index < story[0].index][:_LEAD_WITHIN]
    return [
        block
        for block in before
        if layout.tag(block) in _LEAD_TAGS
        and is_prose(block)
        and is_text(layout, block, title)
        and not layout.near_roles(block.element) & _NO_LEAD
        and not DATE_LABEL.match(block.text)
    ]


def _continued(layout: Layout, chosen: list[Block], prose: list[Block]) -> list[Block]:
    """Prose further down in elements named like the story's: an advertisement may cut it in two."""
    if not chosen:
        return []
    boxes = {_box(layout, block) for block in chosen if is_prose(block)} - {None}
    return [block for block in prose if block.index > chosen[-1].index and _box(layout, block) in boxes]


def _box(layout: Layout, block: Block) -> tuple[str, str] | None:
    parent = layout.parents[block.element]
    named = parent >= 0 and layout.names[parent]
    return (layout.tags[parent], layout.names[parent]) if named else None


def _trim(blocks: list[Block]) -> list[Block]:
    """From the first to the last block that reads like a story: dates, names and counters lie outside."""
    numbers = [number for number, b in enumerate(blocks) if is_prose(b) and not is_dateline(b.text)]
    return blocks[numbers[0] : numbers[-1] + 1] if numbers else []
