"""Copies that readers have are made to show what their post says now, or go where it was retracted.

One that is too old to be deleted says that it was retracted instead.

    unfinished corrections ──> the newest post's copies that are behind ──> compose ──> edit or delete
          ^                                                                                  │
          └───────────────── until none is behind <── settle, a slice at a time <────────────┘

A copy is behind where its receipt names an older revision. So a stop anywhere costs no more than asking once
more for what was changed already, which Telegram calls "not modified". One process does it at a time.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from delivery.answers import Revoked, Unsent, Unsure
from delivery.compose import retraction
from delivery.edits import Changed, Lost, OtherForm
from delivery.nap import nap
from storage import copies, corrections, posts
from storage.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from delivery import edits
    from delivery.compose import Composer
    from delivery.message import Message
    from delivery.send import Sender
    from storage.copies import Copy, Outcome
    from storage.corrections import Correction
    from storage.database import Database
    from storage.posts import Post

log = logging.getLogger(__name__)

TICK: Final = 2.0
"""Seconds between two looks for corrections when nothing wakes the loop."""
HANDS: Final = 16
"""Copies that are under way at once."""
SLICE: Final = 200
"""Copies that are read, changed and settled together."""
IN_FLIGHT: Final = timedelta(seconds=60)
"""After it a message that showed the old text surely has its receipt: leases are half as long."""
TRIES: Final = 5
"""A copy whose change is answered by nothing but failures is refused then."""
REST: Final = 3.0
"""Seconds without asking after Telegram could not be reached or did not answer as it should."""


class Correcting:
    """Carries corrections out, the newest post's first. `clock` gives aware UTC."""

    def __init__(
        self, db: Database, sender: Sender, composer: Composer, clock: Callable[[], datetime]
    ) -> None:
        """Nothing happens until `run`."""
        self._db = db
        self._sender = sender
        self._composer = composer
        self._clock = clock
        self._hands = asyncio.Semaphore(HANDS)
        self._wake = asyncio.Event()
        self._reached: dict[int, int] = {}
        self._tries: Counter[tuple[int, int]] = Counter()
        self._failing = False

    def wake(self) -> None:
        """There is a correction: look now instead of at the next tick."""
        self._wake.set()

    async def run(self) -> None:
        """Correct until cancelled."""
        while True:
            try:
                while await self.step():
                    await self._rest()
            except Unavailable as error:
                log.warning("corrections rest", extra={"reason": str(error)})
            await nap(self._wake, TICK)

    async def step(self) -> bool:
        """Change one slice of copies; False where there is nothing to do at the moment."""
        for correction in await corrections.unfinished(self._db):
            reached = self._reached.get(correction.id, 0)
            behind = await copies.behind(self._db, correction, after=reached, limit=SLICE)
            if behind:
                await self._change(correction, behind)
                self._reached[correction.id] = behind[-1].reader_id
                return True
            await self._end_of_round(correction, reached)
        return False

    async def _rest(self) -> None:
        if self._failing:
            await asyncio.sleep(REST)

    async def _end_of_round(self, correction: Correction, reached: int) -> None:
        """All copies were asked for: begin anew, until none has been behind for long."""
        self._reached.pop(correction.id, None)
        if reached == 0 and self._clock() - correction.at > IN_FLIGHT:
            await corrections.finish(self._db, correction, self._clock())
            log.info("corrected", extra={"post": correction.post_id, "kind": correction.kind})

    async def _change(self, correction: Correction, behind: Sequence[Copy]) -> None:
        """Change these copies, and write down what became of each that got an answer."""
        ids = {post_id for copy in behind for post_id in copy.posts}
        known = {post.id: post for post in await posts.by_ids(self._db, ids)}
        answers = await asyncio.gather(*(self._changed(copy, known) for copy in behind))
        self._failing = any(isinstance(answer, Unsent | Unsure | Revoked) for answer in answers)
        outcomes = {
            copy.reader_id: outcome
            for copy, answer in zip(behind, answers, strict=True)
            if (outcome := self._outcome(correction, copy, answer)) is not None
        }
        await copies.settle(self._db, correction, outcomes)

    def _outcome(self, correction: Correction, copy: Copy, answer: edits.Answer) -> Outcome | None:
        """None where the copy is to be asked for again."""
        if isinstance(answer, Changed):
            return "changed"
        if isinstance(answer, Lost):
            return answer.outcome
        if not isinstance(answer, Unsure):
            return None
        self._tries[correction.id, copy.reader_id] += 1
        return "refused" if self._tries[correction.id, copy.reader_id] >= TRIES else None

    async def _changed(self, copy: Copy, known: Mapping[int, Post]) -> edits.Answer:
        """Have one copy show what its posts say now; where all are retracted, it goes, or says so."""
        if not copy.active:
            return Lost("gone", "the reader is gone")
        shown = [known[number] for number in copy.posts if number in known]
        live = [post for post in shown if post.state != "retracted"]
        message = self._composer.message(live, copy.language, together=len(copy.posts) > 1) if live else None
        async with self._hands:
            answer = await self._sender.change(copy.chat_id, copy.message_id, message)
            if message is None and shown and _is_too_old(answer):
                answer = await self._said_of(copy, retraction(shown, copy.language))
        return answer

    async def _said_of(self, copy: Copy, message: Message) -> edits.Answer:
        """Telegram deletes for two days only, but changes words for ever; a copy without words stays."""
        answer = await self._sender.change(copy.chat_id, copy.message_id, message)
        return Lost("too_old", "it has no words") if isinstance(answer, OtherForm) else answer


def _is_too_old(answer: edits.Answer) -> bool:
    return isinstance(answer, Lost) and answer.outcome == "too_old"
