"""Whether a page tells no story: it lists many (front page, section, search), or says it is not there."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from news.language.labels import SENTENCE_END

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
_FEW: Final = 5
"""Headlines linked between the page's own and a text shorter than they are that make it a list."""
_ALL: Final = 4
"""Blurbs each under its own headline that make a list where there is no other text."""
_MISSING: Final = re.compile(
    unicodedata.normalize(
        "NFC",
        r"(?:পাতা|পেজ|পৃষ্ঠা|লিংক|লিঙ্ক|(?:খবর|সংবাদ|পোস্ট|নিবন্ধ)টি).{0,20}\s(?:পাওয়া|মেলে)\s?(?:যায়নি|যাচ্ছে না|নি)"
        r"|^\W*(?:দুঃখিত|sorry|oops|(?:কিছু(?:ই)? )?পাওয়া যায়নি|(?:error\s*)?(?:404|৪০৪))\W*$"
        r"|^\W*(?:404|৪০৪)\s*(?:[-–—|:]|error|page|not|পাতা|পেজ|ত্রুটি)"
        r"|\b(?:page|article|post|content|story)\b.{0,30}\b(?:not found|(?:can|could)(?:no|n[’'])t be found"
        r"|doesn[’']t exist|does not exist)|^\W*not found\b|\berror 404\b|\b404\b.{0,20}\bnot found\b",
    ),
    re.IGNORECASE,
)
"""How a page says, with status 200, that it is not there."""
_MOST: Final = 2 / 3
_NEARLY_ALL: Final = 0.9


def is_missing(layout: Layout, titles: Sequence[str], paragraphs: Sequence[str]) -> bool:
    """Whether a page with next to no text has a headline that says it is not there."""
    headings = [block.text for block in layout.blocks if layout.tag(block) in {"h1", "h2"}]
    return sum(map(len, paragraphs)) < _LITTLE and any(map(_MISSING.search, [*titles, *headings]))


def is_list(layout: Layout, paragraphs: Sequence[str], title_at: int = -1) -> bool:
    """Whether a page with these `paragraphs` and a headline at `title_at` is a list; in doubt a story."""
    told = set(paragraphs)
    links = {block.index for block in layout.blocks if _is_headline(block)}
    text = [block for block in layout.blocks if block.text in told]
    if len(text) >= len(told) and _all_blurbs(text, links):
        return True
    if (length := sum(map(len, told))) < _LITTLE:
        first = text[0].index if text else len(layout.blocks)
        ahead = [block for block in layout.blocks[title_at + 1 : first] if block.index in links]
        return len(links) > _MANY_LINKS or (len(ahead) >= _FEW and _length(ahead) > length)
    return _are_blurbs([block for block in text if len(block.text) >= _PROSE], links) or (
        _are_snippets(text, links) and "h1" not in layout.tags and _length(_linked(layout)) > _length(text)
    )


def _is_headline(block: Block) -> bool:
    return bool(block.link) and block.linked > 0.8 and len(block.text) >= _HEADLINE


def _below_headlines(prose: list[Block], links: set[int]) -> list[Block]:
    """Those of `prose` that stand each right below a headline that links to its story."""
    before = [-1, *(block.index for block in prose)]
    return [
        block
        for block, last in zip(prose, before, strict=False)
        if links.intersection(range(max(last, block.index - _ABOVE), block.index))
    ]


def _all_blurbs(text: list[Block], links: set[int]) -> bool:
    text = [block for block in text if len(block.text) >= _PROSE or SENTENCE_END.search(block.text)]
    short = _length(text) < _BLURB * len(text)
    return short and len(text) >= _ALL and len(_below_headlines(text, links)) == len(text)


def _are_blurbs(prose: list[Block], links: set[int]) -> bool:
    """Whether most of `prose` is blurbs."""
    blurbs = _below_headlines(prose, links)
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
