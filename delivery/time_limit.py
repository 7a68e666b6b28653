"""How long a request may take. After a standstill of the process what has come by then still counts."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine

STEP: Final = 0.25
"""Seconds between two looks: by so much a request may end later than its limit."""
STOOD_STILL: Final = 1.0
"""A look that comes so many seconds late: the process was frozen, or something held up its event loop."""
GRACE: Final = 1.0
"""Seconds that it has afterwards to read the answers that wait in its sockets."""
_OVER: Final = float("-inf")

_Result = TypeVar("_Result")


class TimeLimit:
    """One limit for many requests at once, and one timer for all of them: it is on every message's road."""

    def __init__(self, seconds: float) -> None:
        """`seconds` for each."""
        self._seconds = seconds
        self._ends: dict[asyncio.Task[Any], float] = {}
        self._look_at = 0.0
        self._patient_until = 0.0
        self._looks = False

    async def within(self, work: Coroutine[Any, Any, _Result]) -> _Result:
        """What `work` gives; TimeoutError, and `work` is cancelled, where it takes longer."""
        loop = asyncio.get_running_loop()
        task = asyncio.current_task()
        assert task is not None  # noqa: S101  (for the type: a coroutine runs in a task)
        self._ends[task] = loop.time() + self._seconds
        if not self._looks:
            self._look_again(loop)
        try:
            return await work
        except asyncio.CancelledError:
            if self._ends[task] != _OVER or task.cancelling() > 1:  # somebody else wants it to end
                raise
            raise TimeoutError from None
        finally:
            if self._ends.pop(task) == _OVER:
                task.uncancel()

    def _look_again(self, loop: asyncio.AbstractEventLoop) -> None:
        self._looks = bool(self._ends)
        if self._looks:
            self._look_at = loop.time() + STEP
            loop.call_at(self._look_at, self._look, loop)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        """End what is over; not at once where the clock has gone on without us."""
        now = loop.time()
        if now - self._look_at > STOOD_STILL:
            self._patient_until = now + GRACE
        if now >= self._patient_until:
            self._end(now)
        self._look_again(loop)

    def _end(self, now: float) -> None:
        for task, end in self._ends.items():  # the oldest first: all have the same limit
            if end > now:
                return
            if end != _OVER:
                self._ends[task] = _OVER
                task.cancel()
