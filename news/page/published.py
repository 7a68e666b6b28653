"""When a story was published: what its page says for certain, then its feed, then what may be another's.

head ─ <time> ─ printed below the headline ─ above it ─ address ─ feed ─ last change ─ today, above ─ a guess
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from news.language.text import latin_digits
from news.page import masthead
from news.time import dates

if TYPE_CHECKING:
    from datetime import datetime

    from news.page.blocks import Block, Layout
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


@dataclass(frozen=True, slots=True)
class Dates:
    """Where one page can say when its story was published.

    `top` and `after` stand around the story, which begins at block `first`; the headline is block `title_at`.
    """

    head: Head
    layout: Layout
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
        return (
            self._for_machines()
            or masthead.printed_date(self.top, self.after, self.now)
            or masthead.date_above(self.top, self.now, today=False)
            or self._in_address()
        )

    def unsure(self) -> datetime | None:
        """The last change; else today's date above the headline, which most papers print on every page."""
        return self.head.modified(self.now) or masthead.date_above(self.top, self.now, today=True)

    def _for_machines(self) -> datetime | None:
        for at, value in self.layout.times:
            # A day above the headline may be that of the reader's visit.
            near = self.title_at - _ABOVE <= at <= self.first + 1
            if near and (at > self.title_at or _CLOCK.search(value)):
                moment = self.head.moment(value, self.now)
                if moment and self._is_shown(moment, at):
                    return moment
        return None

    def _is_shown(self, moment: datetime, at: int) -> bool:
        """Whether block `at` doesn't show another day: then <time> tells of a change, or of another clock."""
        shown = {int(number) for number in _NUMBERS.findall(latin_digits(self.layout.text_at(at)))}
        days = {(moment + timedelta(days=off)).day for off in (-1, 0, 1)}
        return moment.year not in shown or shown.isdisjoint(range(1, 32)) or not shown.isdisjoint(days)

    def _in_address(self, form: re.Pattern[str] = _URL_DATE) -> datetime | None:
        match = form.search(self.url)
        if match is None:
            return None
        year, _, month, day = match.groups()
        return dates.parse(f"{year}-{int(month):02}-{int(day):02}", self.now)
