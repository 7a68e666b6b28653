"""Which blocks of a page are the story: those of the container with most prose, but for what intrudes.

Also how sure that is: a page whose prose lies mostly elsewhere deserves a second opinion.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from itertools import islice
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
from news.language.text import letters_of, same
from news.page import edges
from news.page.blocks import PARAGRAPHS
from news.page.edges import LINK_ONLY
from news.page.related import is_prose
from news.page.roles import OUTSIDE

if TYPE_CHECKING:
    from news.page.blocks import Block, Layout

_FADE: Final = 0.75
"""What a paragraph counts for one level further out: a container wins by holding a third more."""
_LEVELS: Final = 7
_SHARE: Final = 0.25
"""Of the longest <article>'s text, what makes an earlier one the story that the page is for."""
_POSTS: Final = 3
_MOST: Final = 0.6
_REFRAIN: Final = 20
"""Letters of an answer or a cry that a story may hold twice."""
_FEW: Final = 500
"""Characters of a story below which it may be a teaser or an advertisement."""
_BETWEEN: Final = 0.5
"""Prose between headline and story, as a share of it, that makes one doubt which of the two is the story."""
_LEAD_TAGS: Final = frozenset({"p", "h2", "h3", "h4"})
_LEAD_WITHIN: Final = 6
_SHORTEST_LEAD: Final = 15
_LEAD_NAME: Final = re.compile(
    r"(?:^|[\s_-])(?:lead|lede|leadtext|standfirst|subtitle|sub-?head(?:line|ing)?|sub-?title|dek|deck|summary|intro"
    r"|vorspann|chapo|chapeau|sapo|entradilla|bajada|copete|ingress|preamble|sommario|occhiello|excerpt)(?:$|[\s_-])",
    re.IGNORECASE,
)
"""What papers call the element of the sentence below the headline."""
_NO_LEAD: Final = OUTSIDE | {"author", "date", "caption", "figure", "section"}
_IMPRINT: Final = re.compile(
    unicodedata.normalize(
        "NFC",
        r"^\W*(?:(?:ভারপ্রাপ্ত|প্রধান|নির্বাহী|ব্যবস্থাপনা|উপদেষ্টা)\s+)?সম্পাদক(?:মণ্ডলী)?(?:র সভাপতি)?"
        r"(?:\s*(?:ও|এবং|,)\s*প্রকাশক)?\s*[:：ঃ-]|^\W*প্রকাশক(?:\s*(?:ও|এবং)\s*(?:মুদ্রাকর|সম্পাদক))?\s*[:：ঃ]"
        r"|স্বত্ব\S*\s*(?:©|\(c\)|সংরক্ষিত)|©[^।]{0,60}(?:স্বত্ব|কপিরাইট)"
        r"|(?:©|\(c\)|copyright|কপিরাইট)\W{0,3}(?:19|20|১৯|২০)[\d০-৯]{2}|\ball rights reserved\b",
    ),
    re.IGNORECASE,
)
"""Who makes the paper and whose it is, as printed at the foot of every page."""
_LONGEST_IMPRINT: Final = 400
_OWN_WORDS: Final = 200
"""Characters from which an element that calls itself articleBody is believed."""


def find(layout: Layout, title_at: int, title: str, excluded: frozenset[int], base: str = "") -> list[Block]:
    """The paragraphs after the headline (block `title_at`) in order, but for the blocks `excluded`.

    `base` is the page's address: what its lines link to elsewhere is no offer of other stories.
    """
    around = layout.around(title_at)
    zone = [block for block in layout.blocks[title_at + 1 :] if block.index not in excluded]
    inside = [block for block in zone if not is_outside(layout, block.element, around)]
    story = _story(layout, inside, title, base) or _story(layout, zone, title, base)
    home = _article(layout, layout.blocks[title_at]) if title_at >= 0 else 0
    story = _trim(layout, _one_article(layout, story, home), base)
    return _lead(layout, inside or zone, story, title) + story


def is_doubtful(layout: Layout, blocks: list[Block], title_at: int) -> bool:
    """Whether `blocks` may not be the story: they are few or far below the headline, or most is elsewhere."""
    found = _length(blocks)
    if title_at < 0 or found < _FEW:
        return True
    chosen = {block.index for block in blocks}
    around = layout.around(title_at)
    other = [
        b
        for b in layout.blocks
        if b.index not in chosen and is_prose(b) and not is_outside(layout, b.element, around)
    ]
    between = _length([b for b in other if title_at < b.index < blocks[0].index])
    return _length(other) > found or between > found * _BETWEEN


def is_outside(layout: Layout, element: int, around: set[int]) -> bool:
    """Whether the names around `element` (but for `around` the headline) say it is no part of a story."""
    return any(layout.own_roles[e] & OUTSIDE for e in layout.ancestors(element) if e not in around)


def _story(layout: Layout, zone: list[Block], title: str, base: str) -> list[Block]:
    prose = [block for block in zone if is_prose(block) and is_text(layout, block, title)]
    if not prose:
        return []
    container = _declared(layout, prose) or edges.whole_list(layout, _best(layout, prose))
    inside = [block for block in zone if layout.within(block.element, container)]
    before_end = _until_end(inside)
    links = edges.lines_of_links(layout, before_end, base)
    chosen = [b for b in before_end if is_text(layout, b, title) or (b.index in links and not is_beside(b))]
    chosen = _without_writers(layout, chosen + _continued(layout, chosen, prose))
    return _trim(layout, _once(chosen), base)


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
    held = _held(layout)
    for block in prose:
        weight, level, inner = float(len(block.text)), 0, block.element
        start = layout.parents[block.element] if layout.tag(block) in PARAGRAPHS else block.element
        for element in layout.ancestors(max(start, 0)):
            # A wrapper around a single paragraph is no step away from it: page builders nest five of them.
            if held[element] > held[inner] and level:
                weight *= _FADE
            level += held[element] > held[inner] or not level
            if level > _LEVELS:
                break
            scores[element] += weight
            inner = element
    return max(scores, key=lambda element: (scores[element], element))


def _held(layout: Layout) -> list[int]:
    """How many blocks each element holds."""
    held = [0] * len(layout.tags)
    for block in layout.blocks:
        held[block.element] += 1
    for element in range(len(held) - 1, 0, -1):  # what is inside has the higher number
        held[layout.parents[element]] += held[element]
    return held


def _until_end(inside: list[Block]) -> list[Block]:
    """`inside` up to the comments, tags or most-read lists that follow a story."""
    for number, block in enumerate(inside):
        if is_ending(block.text) and any(is_prose(before) for before in inside[:number]):
            return inside[:number]
    return inside


def is_text(layout: Layout, block: Block, title: str) -> bool:
    """Whether a block in the story's place is of its text."""
    around = same(block.text, title) or is_beside(block) or block.linked > LINK_ONLY
    return not around and not {"caption", "figure"} & layout.roles(block.element)


def is_beside(block: Block) -> bool:
    """Whether the words of a block say that it is a button, a caption or an offer."""
    text = block.text
    offer = is_related(text) or (RELATED_PREFIX.match(text) is not None and block.linked > 0)
    imprint = len(text) < _LONGEST_IMPRINT and _IMPRINT.search(text) is not None
    return offer or imprint or is_noise(text) or is_caption(text)


def _lead(layout: Layout, zone: list[Block], story: list[Block], title: str) -> list[Block]:
    """The sentence or two between headline and story that papers set apart."""
    before = [block for block in zone if story and block.index < story[0].index][:_LEAD_WITHIN]
    said = {letters_of(block.text) for block in story}
    return [
        block
        for block in before
        if _is_lead(layout, block)
        and is_text(layout, block, title)
        and letters_of(block.text) not in said
        and not layout.near_roles(block.element) & _NO_LEAD
        and not (DATE_LABEL.match(block.text) or (is_dateline(block.text) and "|" in block.text))
    ]


def _is_lead(layout: Layout, block: Block) -> bool:
    """Whether a block reads like a lead, or stands in an element that calls itself one."""
    if layout.tag(block) in _LEAD_TAGS and is_prose(block):
        return True
    names = (layout.names[element] for element in islice(layout.ancestors(block.element), 2))
    return len(block.text) >= _SHORTEST_LEAD and any(_LEAD_NAME.search(name) for name in names)


def _continued(layout: Layout, chosen: list[Block], prose: list[Block]) -> list[Block]:
    """Prose further down in elements named like the story's: an advertisement may cut it in two."""
    if not chosen:
        return []
    boxes = {_box(layout, block) for block in chosen if is_prose(block)} - {None}
    return [block for block in prose if block.index > chosen[-1].index and _box(layout, block) in boxes]


def _without_writers(layout: Layout, blocks: list[Block]) -> list[Block]:
    """`blocks` without what is said of the writer, unless most stands in an element of that name."""
    others = [block for block in blocks if "author" not in layout.near_roles(block.element)]
    return others if _length(others) >= _length(blocks) * _MOST else blocks


def _length(blocks: list[Block]) -> int:
    return sum(len(block.text) for block in blocks)


def _once(blocks: list[Block]) -> list[Block]:
    """`blocks` without what was said before: texts for print and for telephones, titles of a slide show."""
    seen: set[str] = set()
    kept = []
    for block in blocks:
        letters = letters_of(block.text)
        if letters not in seen or len(letters) < _REFRAIN:
            seen.add(letters)
            kept.append(block)
    return kept


def _one_article(layout: Layout, story: list[Block], home: int) -> list[Block]:
    """`story` without the next stories and teasers: they stand in an <article> of their own.

    Unless all does, below a headline in none (`home` 0): those are the posts of one running story.
    """
    lengths: Counter[int] = Counter()
    for block in story:
        lengths[_article(layout, block)] += len(block.text)
    if not home and 0 not in lengths and len(lengths) >= _POSTS:
        return story
    most = max(lengths.values(), default=0)
    own = next((article for article, length in lengths.items() if length >= most * _SHARE), 0)
    return [block for block in story if _article(layout, block) == own]


def _article(layout: Layout, block: Block) -> int:
    """The outermost <article> around a block; 0 if there is none."""
    around = [element for element in layout.ancestors(block.element) if layout.tags[element] == "article"]
    return around[-1] if around else 0


def _box(layout: Layout, block: Block) -> tuple[str, str] | None:
    parent = layout.parents[block.element]
    named = parent >= 0 and layout.names[parent]
    return (layout.tags[parent], layout.names[parent]) if named else None


def _trim(layout: Layout, blocks: list[Block], base: str) -> list[Block]:
    """From the first to the last block that reads like a story: dates, names and counters lie outside.

    What is set like a part of it is one, though it reads like none: a heading before, a greeting behind.
    """
    numbers = [number for number, b in enumerate(blocks) if is_prose(b) and not is_dateline(b.text)]
    if not numbers:
        return []
    return blocks[edges.first(layout, blocks, numbers[0]) : edges.end(layout, blocks, numbers[-1], base)]
