"""The pause of a loop that looks for work: as long as its tick, unless somebody knows of some."""

from __future__ import annotations

import asyncio
from contextlib import suppress


async def nap(woken: asyncio.Event, longest: float) -> None:
    """Return when `woken` is set, which is cleared again, or after `longest` seconds."""
    with suppress(TimeoutError):
        async with asyncio.timeout(longest):
            await woken.wait()
    woken.clear()
