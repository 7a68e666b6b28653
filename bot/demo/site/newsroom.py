"""What is out and what comes next: the paper's newsroom, without its web site."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.demo.site.calendar import digits
from bot.demo.site.story import Story

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from bot.demo.site.story import Draft

FIRST_NUMBER: Final = 10_201
KEPT: Final = 400
"""Stories that stay on the site; older ones are gone, as the demo may run for days."""
AGES: Final = timedelta(minutes=47)
"""How far apart the stories of the archive were published."""
AGAIN: Final = "প্রতিবেদনটির আগের সংস্করণ প্রকাশের পর নতুন তথ্য পাওয়ায় এটি হালনাগাদ করা হয়েছে।"


class Newsroom:
    """Publishes the drafts in their order; when all are out, from the beginning with new numbers."""

    def __init__(self, drafts: Sequence[Draft], *, archive: int, now: Callable[[], datetime]) -> None:
        if not drafts:
            raise ValueError("a paper needs at least one story")
        self._drafts = tuple(drafts)
        self._now = now
        self._count = 0
        self._stories: deque[Story] = deque(maxlen=KEPT)
        for back in range(archive, 0, -1):
            self._print(now() - back * AGES)

    @property
    def all_out(self) -> bool:
        """Whether the next story would be one that was out before."""
        return self._count >= len(self._drafts)

    def publish(self) -> Story:
        """The next story, out now."""
        return self._print(self._now())

    def correct(self, story: Story, headline: str) -> Story:
        """The story under a new headline; LookupError if it is no longer on the site."""
        place = self._stories.index(self._found(story.number))
        moment = max(self._now(), story.published_at + timedelta(seconds=1))
        corrected = replace(self._stories[place], headline=headline, updated_at=moment)
        self._stories[place] = corrected
        return corrected

    def find(self, number: int) -> Story | None:
        """The story of that number, if it is on the site."""
        return next((story for story in self._stories if story.number == number), None)

    def newest(self, section: str = "", limit: int = 20) -> list[Story]:
        """What a front page or a section page lists, newest first."""
        return [s for s in reversed(self._stories) if section in ("", s.draft.section)][:limit]

    def _found(self, number: int) -> Story:
        story = self.find(number)
        if story is None:
            raise LookupError(f"no story {number}")
        return story

    def _print(self, moment: datetime) -> Story:
        times_round, place = divmod(self._count, len(self._drafts))
        draft = self._drafts[place]
        story = Story(
            number=FIRST_NUMBER + self._count,
            draft=draft,
            headline=_headline(draft.headline, times_round),
            paragraphs=draft.paragraphs if not times_round else (*draft.paragraphs, AGAIN),
            published_at=moment,
            updated_at=moment,
        )
        self._count += 1
        self._stories.append(story)
        return story


def _headline(headline: str, times_round: int) -> str:
    if times_round == 0:
        return headline
    return f"আপডেট {digits(times_round)}: {headline}" if times_round > 1 else f"আপডেট: {headline}"
