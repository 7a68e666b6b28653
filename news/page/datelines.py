"""Which lines of a page may be its story's date: they say little else, and stand in no menu or footer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, Final

from news.language.labels import DATE_LABEL, DATE_SENTENCE, SENTENCE_END
from news.language.text import letters_of, nfc_pattern
from news.page.masthead import HEADLINE, LINKED, OTHERS, is_card, without_date
from news.time import dates

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from news.page.blocks import Block, Layout

_NAME: Final = 40
"""Letters beside a date that may be a writer and a town; more tell what was or will be on that day."""
_MARK: Final = 3
"""Letters beside a date that say nothing: am, h, BST."""
_WEEKDAY: Final = 12
"""Letters of a weekday, in any language."""
_LABELLED: Final = 24
"""Characters between a label and its date: a weekday, a time of day. প্রকাশিত also begins sentences."""
_RIGHTS: Final = nfc_pattern(r"©|\(c\)|স্বত্ব|copyright|rights reserved", re.IGNORECASE)
_ELSEWHERE: Final = OTHERS | {"nav", "foot", "caption"}


@dataclass(slots=True)
class Datelines:
    """The lines of one page; `home` are the elements that hold the headline or the story's beginning."""

    layout: Layout
    home: set[int]
    title: str
    now: datetime

    def moment(self, block: Block) -> datetime | None:
        """The moment a line names."""
        return dates.parse(block.text, self.now)

    def only(self, blocks: Iterable[Block]) -> datetime | None:
        """The moment that the lines `blocks` name, if they all name the same day."""
        return dates.on_one_day([moment for block in blocks if (moment := self.moment(block))])

    def is_own(self, block: Block, but: str = "") -> bool:
        """Whether a line stands in nothing of another's, unless the story does too or its role is `but`."""
        layout, elsewhere = self.layout, _ELSEWHERE - {but}
        shared = next(element for element in layout.ancestors(block.element) if element in self.home)
        own = takewhile(lambda element: element != shared, layout.ancestors(block.element))
        if any(not layout.own_roles[element].isdisjoint(elsewhere) for element in own):
            return False
        above = layout.blocks[block.index - 1] if block.index else block
        return not (layout.within(above.element, shared) and is_card(layout, block, self.title))

    def is_bare(self, block: Block) -> bool:
        """Whether a line in digits holds nothing but a date, what it is the date of, and a name."""
        if not any(map(str.isdigit, block.text)) or _RIGHTS.search(block.text):
            return False
        if DATE_SENTENCE.match(block.text):
            return True
        if any(part.link and len(part.text) >= HEADLINE for part in block.parts):
            return False
        beside = self._beside(block.text)
        if beside <= _MARK or _is_sentence(block):
            return beside <= _MARK
        return beside <= _NAME or self.is_labelled(block) or self._has_date_of_its_own(block)

    def is_alone(self, block: Block) -> bool:
        """Whether there is nothing but the date, and perhaps its weekday, in a line."""
        return self._beside(block.text) <= _WEEKDAY

    def _has_date_of_its_own(self, block: Block) -> bool:
        """Whether a part of a longer line, set off from the rest, is a date and nothing else."""
        return any(dates.find(p.text, self.now) and self._beside(p.text) <= _MARK for p in block.parts)

    def _beside(self, text: str) -> int:
        """How many letters stand beside the dates in a line."""
        return len(letters_of(without_date(text, self.now)[0]))

    def is_labelled(self, block: Block) -> bool:
        """Whether a line says itself that its date is that of publication, or of the last change."""
        label = DATE_LABEL.match(block.text)
        found = dates.find(block.text, self.now) if label else None
        return bool(label and found and found.start - label.end() <= _LABELLED)

    def may_follow_headline(self, block: Block) -> bool:
        """Whether a line right below the headline may hold the date: no sentence, no other story's link."""
        linked = block.linked > LINKED and len(block.text) >= HEADLINE
        return not (linked or _is_sentence(block)) or self.is_bare(block)


def _is_sentence(block: Block) -> bool:
    return SENTENCE_END.search(block.text) is not None
