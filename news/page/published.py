"""When a story was published: what its page says for certain, then its feed, then what may be another's.

head ─ <time> ─ printed below the headline ─ above it ─ address ─ set apart
  ─ feed ─ last change ─ today, above
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import takewhile
from typing import TYPE_CHECKING, Final

from news.language.labels import DATE_SENTENCE, is_ending, is_related
from news.language.text import latin_digits
from news.page.blocks import HEADINGS
from news.page.datelines import Datelines
from news.page.masthead import HEADLINE, LINKED, is_other
from news.time import dates

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime

    from news.page.blocks import Block
    from news.page.head import Head
    from news.page.masthead import Masthead

_URL_DATE: Final = re.compile(
    r"[/_-]((?:19|20)\d\d)([/_-]?)(0?[1-9]|1[0-2])\2(0?[1-9]|[12]\d|3[01])(?:[/_.-]|$)"
)
_URL_FOLDERS: Final = re.compile(r"/((?:19|20)\d\d)(/)(0?[1-9]|1[0-2])/(0?[1-9]|[12]\d|3[01])/")
"""Folders of a day: a paper that brings an old story again gives it a new date, but not a new address."""
_REPUBLISHED: Final = timedelta(days=30)
_NUMBERS: Final = re.compile(r"[0-9]+")
_CLOCK: Final = re.compile(r"\d:\d\d")
_YEAR: Final = re.compile(r"\d{4}")
_ABOVE: Final = 3
"""Blocks above the headline within which <time> is its own."""
_NEAR: Final = 8
"""Blocks below the headline among which a word such as গতকাল is the story's date."""
_FAR: Final = 20
"""Blocks between a headline and its story from which it is rather the site's name on every page."""
_VISIT: Final = timedelta(hours=36)
"""A day printed so close to now may be that of the visit, wherever in the world the paper is."""


@dataclass(slots=True)
class Dates:
    """Where one page can say when its story was published.

    `top` and `after` stand around the `story`, which begins at block `first`; `title_at` is the headline,
    `offers` are the blocks of other stories.
    """

    head: Head
    top: Masthead
    story: list[Block]
    after: list[Block]
    offers: Collection[int]
    title_at: int
    first: int
    url: str
    now: datetime
    lines: Datelines = field(init=False)
    box: int = field(init=False)

    def __post_init__(self) -> None:
        layout = self.top.layout
        home = layout.around(self.first) if self.story else {0}
        if not self._is_astray():
            home |= layout.around(self.title_at)
        self.lines = Datelines(layout, home, self.top.title, self.now)
        self.box = self._box()

    def said(self) -> datetime | None:
        """What the page says of the story for certain."""
        if moment := self.head.published(self.now):
            first_day = self._in_address(_URL_FOLDERS)
            return first_day if first_day and first_day < moment - _REPUBLISHED else moment
        printed = self._for_machines() or self._printed() or self._above(today=False)
        return printed or self._in_address() or self._apart()

    def unsure(self) -> datetime | None:
        """The last change; else today's date above the headline, which most papers print on every page."""
        return self.head.modified(self.now) or self._above(today=True)

    def _for_machines(self) -> datetime | None:
        for at, value in self.top.layout.times:
            # A day above the headline may be that of the reader's visit.
            start = self.first - _NEAR if self._is_astray() else self.title_at - _ABOVE
            near = start <= at <= self.first + 1
            if near and (at > self.title_at or _CLOCK.search(value)):
                moment = self.head.moment(value, self.now)
                if moment and self._is_shown(moment, at):
                    return moment
        return None

    def _is_shown(self, moment: datetime, at: int) -> bool:
        """Whether block `at` doesn't show another day: then <time> tells of a change, or of another clock."""
        shown = {int(number) for number in _NUMBERS.findall(latin_digits(self.top.layout.text_at(at)))}
        days = {(moment + timedelta(days=off)).day for off in (-1, 0, 1)}
        return moment.year not in shown or shown.isdisjoint(range(1, 32)) or not shown.isdisjoint(days)

    def _printed(self) -> datetime | None:
        """The date below the headline, or at the end of the story; not what other stories there have."""
        lines, below = self.lines, self.top.below
        if self._is_astray():
            near = [b for b in below if b.index >= self.first - _NEAR and lines.is_bare(b)]
            return lines.only(b for b in near if self._is_own(b)) or self._at_end()
        near = [b for b in below[:_NEAR] if self._is_own(b) and lines.may_follow_headline(b)]
        # Away from the headline গতকাল is another story's age, and "today" the name of a programme.
        near += [b for b in below[_NEAR:] if self._is_own(b) and lines.is_bare(b)]
        return next((moment for b in near if (moment := lines.moment(b))), None) or self._at_end()

    def _is_astray(self) -> bool:
        """Whether the headline isn't right above the story: between them is all that may stand on a page."""
        return self.title_at < 0 or self.first - self.title_at > _FAR

    def _at_end(self) -> datetime | None:
        """The date right below the story, in a line or a sentence of its own."""
        lines = self.lines
        after = list(takewhile(_belongs, self.after))
        told = [b for b in (*self.story[-1:], *after) if DATE_SENTENCE.match(b.text)]
        short = [b for b in after if not is_other(b, self.top.title) and lines.is_bare(b)]
        for block in (*short, *told):
            if self._is_own(block) and (moment := lines.moment(block)):
                return moment
        return None

    def _above(self, *, today: bool) -> datetime | None:
        """The date above the headline; unless `today` counts too, only one that is surely the story's.

        A paper's name is printed with the day of the visit; only a label makes such a day the story's.
        """
        for block in self.top.above:
            bare = self.lines.is_bare(block) and self._is_own(block)
            moment = self.lines.moment(block) if bare else None
            if moment and (today or self.lines.is_labelled(block) or not self._may_be_visit(moment)):
                return moment
        return None

    def _apart(self) -> datetime | None:
        """The one day that stands by itself in the story's box: labelled below it, or anywhere in between."""
        near = [block for block in self._around() if not self._is_in_offering_aside(block)]
        if labelled := self.lines.only(b for b in near if self.lines.is_labelled(b)):
            return labelled
        moment = self.lines.only(b for b in near if self.lines.is_alone(b)) or self.lines.only(near)
        return moment if moment and not self._may_be_visit(moment) else None

    def _box(self) -> int:
        """The <article> around the story, else what holds it with its headline; 0 for the whole page."""
        if not self.story:
            return 0
        layout = self.top.layout
        around = layout.common(self.story[0].element, self.story[-1].element)
        article = next((one for one in layout.ancestors(around) if layout.tags[one] == "article"), 0)
        headline = layout.blocks[self.title_at].element if self.title_at >= 0 else 0
        return article or layout.common(headline, around)

    def _around(self) -> Iterator[Block]:
        """The bare lines of the story's box that are no text and no heading of it, above what follows it."""
        if self.box <= 0:
            return
        layout, text = self.top.layout, {block.index for block in self.story}
        start = self.title_at + 1 if 0 <= self.title_at < self.first else self.first
        last = self.story[-1].index
        for block in takewhile(lambda b: b.index <= last or _belongs(b), layout.blocks[start:]):
            set_in = layout.tag(block) in HEADINGS and not layout.roles(block.element)
            other = block.index in text or set_in
            if not other and layout.within(block.element, self.box) and self._is_apart(block):
                yield block

    def _is_in_offering_aside(self, block: Block) -> bool:
        layout = self.top.layout
        asides = (one for one in layout.ancestors(block.element) if layout.tags[one] == "aside")
        aside = next(asides, 0)
        if aside == 0 or aside in self.lines.home:
            return False
        held = (b for b in layout.blocks if layout.within(b.element, aside))
        return any(b.linked > LINKED and len(b.text) >= HEADLINE for b in held)

    def _is_apart(self, block: Block) -> bool:
        """Whether a line with a year, which ages of other stories have not, is a date by itself."""
        told = DATE_SENTENCE.match(block.text) or not is_other(block, self.top.title)
        mine = told and block.index not in self.offers and _YEAR.search(block.text)
        return bool(mine) and self.lines.is_bare(block) and self.lines.is_own(block, but="side")

    def _is_own(self, block: Block) -> bool:
        """Whether a line stands where the story's do: in its own footer perhaps, but not in the page's."""
        footer = self.box > 0 and self.top.layout.within(block.element, self.box)
        return self.lines.is_own(block, but="foot" if footer else "")

    def _may_be_visit(self, moment: datetime) -> bool:
        return abs(moment - self.now) <= _VISIT

    def _in_address(self, form: re.Pattern[str] = _URL_DATE) -> datetime | None:
        match = form.search(self.url)
        if match is None:
            return None
        year, _, month, day = match.groups()
        return dates.parse(f"{year}-{int(month):02}-{int(day):02}", self.now)


def _belongs(block: Block) -> bool:
    """Whether a line is no heading of what follows a story: comments, tags, other stories."""
    return not (is_ending(block.text) or is_related(block.text))
