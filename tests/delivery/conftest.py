"""The road to Telegram with the local Bot API server at its end."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import aiohttp
import pytest

from bot.demo.telegram import TelegramServer
from delivery.telegram import Telegram
from tests import botapi
from tests.delivery.house import House
from tests.demo.telegram_api import TOKEN

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from storage.database import Database


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    """A Bot API server without limits; every request it gets is held against the Bot API."""
    server = TelegramServer(TOKEN, limits=False)
    await server.start()
    yield server
    await server.stop()
    if botapi.FILE.exists():
        # What comes with a wrong token is not even read.
        botapi.hold(request for request in server.log if request.status not in {401, 404})


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    """The one session that everything goes over."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        yield session


@pytest.fixture
async def telegram(session: aiohttp.ClientSession, server: TelegramServer) -> Telegram:
    """The transport, on its way to the local server."""
    return Telegram(session, server.base_url, TOKEN)


@pytest.fixture
def house(sqlite_db: Database, server: TelegramServer, session: aiohttp.ClientSession) -> House:
    """A newsroom on SQLite that sends to the local server."""
    return House(sqlite_db, server, session)


@pytest.fixture
def house_of_each(db: Database, server: TelegramServer, session: aiohttp.ClientSession) -> House:
    """The same, once on each kind of database."""
    return House(db, server, session)


@pytest.fixture
def no_second_between(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chats take messages one after the other; how long they wait is what the tests of the pace are for."""
    for name in ("PER_CHAT", "MARGIN", "GROUP_MARGIN"):
        monkeypatch.setattr(f"delivery.chats.{name}", 0.0)
    monkeypatch.setattr("delivery.outcome.NEXT_MESSAGE", timedelta())
