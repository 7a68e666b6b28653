"""A telephone network, a paper and the running bot between them; nothing a test has started outlives it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.demo.telegram import TelegramServer
from tests.bot.road import BOTS, Bot
from tests.newspaper import Newspaper

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture(autouse=True)
async def nothing_left_running() -> AsyncIterator[None]:
    """Whatever the test makes of it; where it fails, pytest shows what the bots had to say."""
    yield
    while BOTS:
        bot = BOTS.pop()
        print(bot.log())  # noqa: T201  # seen only beside a failure
        if bot.running is not None and bot.running.returncode is None:
            await bot.kill()


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    """A Bot API server with Telegram's limits."""
    server = TelegramServer()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def paper() -> AsyncIterator[Newspaper]:
    """A paper on which nothing has appeared yet."""
    paper = Newspaper()
    await paper.start()
    yield paper
    await paper.stop()


@pytest.fixture
async def bot(tmp_path: Path, server: TelegramServer, paper: Newspaper) -> Bot:
    """The bot, started."""
    bot = Bot(tmp_path, server, paper)
    await bot.start()
    return bot
