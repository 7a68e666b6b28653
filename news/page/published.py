"""When a story was published: what its page says for certain, then its feed, then what may be another's.

head ─ <time> ─ printed below the headline ─ above it ─ address ─ feed ─ last change ─ today, above ─ a guess
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from news.language.labels import DATE_LABEL
from news.language.text import latin_digits
from news.page.masthead import OTHERS, is_card, is_other
from news.time import dates

if TYPE_CHECKING:
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
_ABOVE: Final = 3
"""Blocks above the headline within which <time> is its own."""
_NEAR: Final = 8
"""Blocks below the headline among which a word such as গতকাল is the story's date."""
_VISIT: Final = timedelta(hours=36)
"""A day printed so close to now may be that of the visit, wherever in the world the paper is."""
_NO_DATE: Final = OTHERS | {"nav"}


@dataclass(frozen=True, slots=True)
class Dates:
    """Where one page can say when its story was published.

    `top` and `after` stand around the story, which begins at block `first`; the headline is block `title_at`.
    """

    head: Head
    top: Masthead
    after: list[Block]
    title_at: int
    first: int
    url: str
    now: datetime

    def said(self) -> datetime | None:
        """What the page says of the story for certain."""
        if moment := self.head.published(self.now):
            first_day = self._in_address(_URL_FOLDERS)
            return first_day if first_day and first_day < moment - _REPUBLISHED else moment
        return self._for_machines() or self._printed() or self._above(today=False) or self._in_address()

    def unsure(self) -> datetime | None:
        """The last change; else today's date above the headline, which most papers print on every page."""
        return self.head.modified(self.now) or self._above(today=True)

    def _for_machines(self) -> datetime | None:
        for at, value in self.top.layout.times:
            # A day above the headline may be that of the reader's visit.
            near = self.title_at - _ABOVE <= at <= self.first + 1
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
        near, far = self.top.below[:_NEAR], self.top.below[_NEAR:]
        far = [*far, *(block for block in self.after if not is_other(block, self.top.title))]
        # Away from the headline গতকাল is another story's age, and "today" the name of a programme.
        sure = [b for b in far if any(map(str.isdigit, b.text)) and not self._is_on_card(b)]
        moments = (dates.parse(b.text, self.now) for b in (*near, *sure) if self._may_date(b))
        return next((moment for moment in moments if moment), None)

    def _above(self, *, today: bool) -> datetime | None:
        """The date above the headline; unless `today` counts too, only one that is surely the story's.

        A paper's name is printed with the day of the visit; only a label makes such a day the story's.
        """
        for block in self.top.above:
            own = self._may_date(block) and not self._is_on_card(block)
            moment = dates.parse(block.text, self.now) if own else None
            if moment and (today or DATE_LABEL.match(block.text) or abs(moment - self.now) > _VISIT):
                return moment
        return None

    def _may_date(self, block: Block) -> bool:
        return self.top.layout.roles(block.element).isdisjoint(_NO_DATE)

    def _is_on_card(self, block: Block) -> bool:
        return is_card(self.top.layout, block, self.top.title)

    def _in_address(self, form: re.Pattern[str] = _URL_DATE) -> datetime | None:
        match = form.search(self.url)
        if match is None:
            return None
        year, _, month, day = match.groups()
        return dates.parse(f"{year}-{int(month):02}-{int(day):02}", self.now)
