"""A question to the database that is not waited for longer than somebody's patience."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

_Answer = TypeVar("_Answer")


class Question(Generic[_Answer]):
    """One question, asked as often as somebody wants to know, never twice at a time."""

    def __init__(self, ask: Callable[[], Coroutine[Any, Any, _Answer]]) -> None:
        self._ask = ask
        self._asking: asyncio.Task[_Answer] | None = None

    async def answer(self, patience: float) -> _Answer | None:
        """The answer, or None where it does not come within `patience` seconds.

        A question that the database has not answered yet is waited for by whoever asks next: given up, it
        would hold its connection all the same.
        """
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask())
        asking = self._asking
        await asyncio.wait({asking}, timeout=patience)
        return asking.result() if asking.done() else None

    async def close(self) -> None:
        """Ask no longer."""
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.gather(self._asking, return_exceptions=True)
