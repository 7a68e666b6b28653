"""Which blocks of a page are the story: those of the container with most prose, but for what intrudes."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from news.blocks import PARAGRAPHS
from news.labels import ENDING, RELATED, RELATED_PREFIX, is_caption, is_noise
from news.related import is_prose
from news.roles import OUTSIDE
from news.text import same

if TYPE_CHECKING:
    from news.blocks import Block, Layout

_FADE: Final = 0.75
"""What a paragraph counts for one level further out: a container wins by holding a third more."""
_LEVELS: Final = 7
_LINK_ONLY: Final = 0.8
_OWN_WORDS: Final = 200
"""Characters from which an element that calls itself articleBody is believed."""


def find(layout: Layout, title_at: int, title: str, excluded: frozenset[int]) -> list[Block]:
    """The paragraphs after the headline (block `title_at`) in order, but for the blocks `excluded`."""
    around = set(layout.ancestors(layout.blocks[title_at].element)) if title_at >= 0 else {0}
    zone = [block for block in layout.blocks[title_at + 1 :] if block.index not in excluded]
    inside = [block for block in zone if not is_outside(layout, block, around)]
    return _story(layout, inside, title) or _story(layout, zone, title)


def is_outside(layout: Layout, block: Block, around: set[int]) -> bool:
    """Whether the names around `block` (but for `around` the headline) say it is no part of a story."""
    return any(layout.own_roles[e] & OUTSIDE for e in layout.ancestors(block.element) if e not in around)


def _story(layout: Layout, zone: list[Block], title: str) -> list[Block]:
    prose = [block for block in zone if is_prose(block) and not _is_foreign(layout, block, title)]
    if not prose:
        return []
    container = _declared(layout, prose) or _best(layout, prose)
    inside = [block for block in zone if layout.within(block.element, container)]
    chosen = [block for block in _until_end(inside) if not _is_foreign(layout, block, title)]
    return _trim(chosen + _continued(layout, chosen, prose))


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
        if ENDING.fullmatch(block.text) and any(is_prose(before) for before in inside[:number]):
            return inside[:number]
    return inside


def _is_foreign(layout: Layout, block: Block, title: str) -> bool:
    """Whether a block in the story's place is not of its text."""
    text = block.text
    return (
        same(text, title)
        or is_noise(text)
        or is_caption(text)
        or block.linked > _LINK_ONLY
        or RELATED.fullmatch(text) is not None
        or (RELATED_PREFIX.match(text) is not None and block.linked > 0)
        or bool({"caption", "figure"} & layout.roles(block.element))
    )


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
    numbers = [number for number, block in enumerate(blocks) if is_prose(block)]
    return blocks[numbers[0] : numbers[-1] + 1] if numbers else []
