"""Copies that readers have are made to show what their post says now, or go where it was retracted.

One that is too old to be deleted says that it was retracted instead.

    unfinished corrections ──> the newest post's copies that are behind ──> compose ──> edit or delete
          ^                                                                 (`amending`)     │
          └──────── until none is behind <── settle, what 20 ms bring (`fates`) <────────────┘

A copy is behind where its receipt names an older revision. So a stop anywhere costs no more than asking once
more for what was changed already, which Telegram calls "not modified", or "not found" where it was deleted.
One process does it at a time. As many copies are in hand as a sender has messages: each from when its
answer is waited for until that is written down.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Final

from delivery.amending import Amending
from delivery.answers import Later, Revoked, Unsent, Unsure
from delivery.edits import Changed, Lost
from delivery.fates import Fates, nobody_counts
from delivery.nap import nap
from delivery.rest import Rest
from storage import copies, corrections, posts
from storage.copies import Fate
from storage.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from delivery import edits
    from delivery.compose import Composer
    from delivery.fates import Counts
    from delivery.send import Sender
    from storage.copies import Copy, Outcome, Place
    from storage.corrections import Correction
    from storage.database import Database
    from storage.posts import Post

log = logging.getLogger(__name__)

TICK: Final = 2.0
"""Seconds between two rounds when nothing wakes the loop."""
HANDS: Final = 16
"""Copies that are under way at once, if nobody says how many."""
IN_FLIGHT: Final = timedelta(seconds=60)
"""After it a message that showed the old text has its receipt, or a lease that has come to its end."""
TRIES: Final = 5
"""A copy whose change is answered by nothing clear is given up then."""
GRACE: Final = 1.0
"""Seconds that what is in hand has to be answered and written down when everything is to end."""
ANEW: Final = 10.0
"""Seconds until copies are looked for anew of a post all of whose copies were asked for, while others are."""
LOOK: Final = 0.5
"""Seconds between two looks whether Telegram is there again."""


@dataclass(frozen=True, slots=True)
class _Slice:
    """Copies to be changed next, with what is to be known of their posts, by post.

    `in_doubt` where a process before this one may have changed them, and not lived to write it down.
    """

    copies: Sequence[Copy]
    corrections: Mapping[int, Correction]
    posts: Mapping[int, Post]
    in_doubt: bool


@dataclass(slots=True)
class _Round:
    """How far it has come, by correction: with which reader to go on, or when to begin anew."""

    reached: dict[int, int] = field(default_factory=dict)
    again: dict[int, float] = field(default_factory=dict)
    asked: bool = False


class Correcting:
    """Carries corrections out, the newest post's first. `clock` gives aware UTC."""

    def __init__(  # noqa: PLR0913  # what it works with, and whom it tells
        self,
        db: Database,
        sender: Sender,
        composer: Composer,
        clock: Callable[[], datetime],
        *,
        revoked: Callable[[str], None],
        hands: int = HANDS,
        counts: Counts = nobody_counts,
    ) -> None:
        """Nothing happens until `run`; `hands` copies are then under way at once, `counts` hears of them.

        `revoked` hears why Telegram does not know the token, and is to end the process.
        """
        self._db, self._sender, self._clock = db, sender, clock
        self._amending = Amending(sender, composer)
        self._ahead = 2 * hands
        self._free = asyncio.Semaphore(hands)
        self._in_hand: dict[Place, asyncio.Task[None]] = {}
        self._fates = Fates(db, counts)
        self._revoked = revoked
        self._rest = Rest(monotonic)
        self._wake = asyncio.Event()
        self._tries: Counter[Place] = Counter()
        self._began, self._seen = clock(), set[int]()

    def wake(self) -> None:
        """There is a correction: look now instead of at the next tick."""
        self._wake.set()

    async def run(self) -> None:
        """Correct until cancelled; what is in hand then is answered and written down, if that is soon."""
        self._began, self._seen = self._clock(), set()
        while True:
            await self.step()
            await nap(self._wake, TICK)

    async def step(self) -> bool:
        """One round: every copy that is behind is asked for, the newest post's first; whether any was."""
        now = _Round()
        async with asyncio.TaskGroup() as hands:
            try:
                await self._ask(hands, now)
                await self._finished()
            except asyncio.CancelledError:
                await self._finished(GRACE)
                await self._fates.end()
                raise
        return now.asked

    async def _ask(self, hands: asyncio.TaskGroup, now: _Round) -> None:
        """The next copies are looked for while the last ones are still in hand."""
        try:
            while found := await self._next(now):
                now.asked = True
                for copy in found.copies:
                    await self._take(hands, copy, found)
        except Unavailable as error:
            log.warning("corrections rest", extra={"reason": str(error)})

    async def _finished(self, within: float | None = None) -> None:
        if self._in_hand:
            await asyncio.wait(self._in_hand.values(), timeout=within)

    async def _next(self, now: _Round) -> _Slice | None:
        """Copies of the newest post that has some left.

        A message that is in hand, perhaps for another of its posts, is changed for this one, too, or later.
        """
        unfinished = await corrections.unfinished(self._db)
        for one in unfinished:
            if monotonic() < now.again.get(one.id, 0.0):
                continue
            before = now.reached.pop(one.id, None)
            # In this order: what has its receipt by now is seen by the look after it.
            complete = before is None and await self._is_complete(one)
            busy = set(self._in_hand)
            found = await copies.behind(self._db, one, before=before, limit=self._ahead)
            if found:
                now.reached[one.id] = found[-1].reader_id
                return await self._slice(one, [copy for copy in found if copy.place not in busy], unfinished)
            now.again[one.id] = monotonic() + ANEW
            if complete:
                await self._finish(one)
        return None

    async def _is_complete(self, correction: Correction) -> bool:
        """Whether no message may still come that shows what the post said before."""
        now = self._clock()
        return now - correction.at > IN_FLIGHT and not await copies.may_come(self._db, now)

    async def _finish(self, correction: Correction) -> None:
        self._seen.discard(correction.id)
        if await corrections.finish(self._db, correction, self._clock()):
            log.info(
                "corrected",
                extra={
                    "post": correction.post_id,
                    "kind": correction.kind,
                    "changed": correction.changed,
                    "gone": correction.gone,
                    "too_old": correction.too_old,
                    "refused": correction.refused,
                },
            )

    async def _slice(
        self, correction: Correction, found: Sequence[Copy], unfinished: Sequence[Correction]
    ) -> _Slice:
        """What was in a hand that was killed is among the first that are found: so few it can hold."""
        known = await posts.by_ids(self._db, {post_id for copy in found for post_id in copy.posts})
        in_doubt = correction.id not in self._seen and correction.at <= self._began
        self._seen.add(correction.id)
        asked = {one.post_id: one for one in unfinished}
        return _Slice(found, asked, {post.id: post for post in known}, in_doubt)

    async def _can_ask(self) -> None:
        """Return when nothing makes everybody wait, and Telegram is there as far as is known."""
        while True:
            if pause := self._sender.pace.pause_left():
                await asyncio.sleep(pause)
            elif self._rest.resting:
                await asyncio.sleep(LOOK)
            elif self._rest.doubtful:
                self._rest.doubtful = not await self._sender.answers()
                if self._rest.doubtful:
                    self._rest.begin("no answer")
            else:
                return

    async def _take(self, hands: asyncio.TaskGroup, copy: Copy, found: _Slice) -> None:
        """Have a copy changed, once a hand is free."""
        await self._free.acquire()
        try:
            await self._can_ask()
        except BaseException:
            self._free.release()
            raise
        self._in_hand[copy.place] = task = hands.create_task(self._serve(copy, found))
        task.add_done_callback(partial(self._done, copy.place))

    def _done(self, place: Place, _task: asyncio.Task[None]) -> None:
        del self._in_hand[place]
        self._free.release()

    async def _serve(self, copy: Copy, found: _Slice) -> None:
        """Change a copy and write down what became of it, for all its posts; or leave it to a later round."""
        tried = found.in_doubt or copy.place in self._tries
        shown = [found.posts[number] for number in copy.posts if number in found.posts]
        outcome = self._outcome(copy.place, await self._amending.change(copy, shown, tried=tried))
        if outcome is not None:
            asked = [found.corrections[number] for number in copy.posts if number in found.corrections]
            await self._fates.save([Fate(one, copy.reader_id, outcome) for one in asked])
            self._tries.pop(copy.place, None)

    def _outcome(self, place: Place, answer: edits.Answer) -> Outcome | None:
        """None where the copy is to be asked for again."""
        match answer:
            case Later():
                return None
            case Unsent(reason) | Revoked(reason):
                self._rest.begin(reason)
                self._rest.doubtful = True
                if isinstance(answer, Revoked):
                    self._revoked(reason)
                return None
            case Unsure(reason):
                self._rest.doubt(reason)
                self._tries[place] += 1
                return "refused" if self._tries[place] >= TRIES else None
        self._rest.taken()
        if isinstance(answer, Lost):
            return answer.outcome
        return "changed" if isinstance(answer, Changed) else "refused"
