"""Nothing that a test of the bot has started outlives it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.bot.road import BOTS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture(autouse=True)
async def nothing_left_running() -> AsyncIterator[None]:
    """Whatever the test makes of it."""
    yield
    while BOTS:
        bot = BOTS.pop()
        if bot.running is not None and bot.running.returncode is None:
            await bot.kill()
