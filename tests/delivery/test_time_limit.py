"""A request takes so long and no longer; of a standstill of the process its answer is not to suffer."""

from __future__ import annotations

import asyncio
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import monotonic, sleep
from typing import TYPE_CHECKING

import pytest

from delivery import telegram, time_limit
from delivery.answers import Sent, Unsure
from delivery.message import Message
from delivery.telegram import Telegram, request
from delivery.time_limit import TimeLimit
from tests.demo.telegram_api import TOKEN

if TYPE_CHECKING:
    from collections.abc import Iterator

    import aiohttp

LIMIT = 1.0
STANDSTILL = LIMIT + time_limit.STOOD_STILL + 0.5
MESSAGE = request(Message(text="খবর"))


class Answers(BaseHTTPRequestHandler):
    """A Bot API whose own thread answers, whatever the event loop does; not to chat 2."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        asked = self.rfile.read(int(self.headers["Content-Length"]))
        if b'"chat_id":2,' in asked:
            return
        body = b'{"ok":true,"result":{"message_id":7}}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def base_url() -> Iterator[str]:
    """The address of such a Bot API."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def impatient(session: aiohttp.ClientSession, base_url: str, monkeypatch: pytest.MonkeyPatch) -> Telegram:
    """The road to it, with a short limit."""
    monkeypatch.setattr(telegram, "LONGEST", LIMIT)
    return Telegram(session, base_url, TOKEN)


def stand_still() -> None:
    """The event loop is held up as soon as it goes on."""
    asyncio.get_running_loop().call_soon(sleep, STANDSTILL)


async def test_an_answer_that_came_while_the_process_stood_still_counts(impatient: Telegram):
    assert await impatient.send(MESSAGE, 1) == Sent(7)  # the connection stands
    assert await impatient.send(MESSAGE, 1, leaves=stand_still) == Sent(7)


async def test_after_a_standstill_it_is_not_waited_for_longer_than_a_moment(impatient: Telegram):
    began = monotonic()
    assert await impatient.send(MESSAGE, 2, leaves=stand_still) == Unsure("TimeoutError")
    assert monotonic() - began >= STANDSTILL + time_limit.GRACE


async def test_many_are_ended_in_their_turn_and_who_waited_can_go_on():
    limit = TimeLimit(0.1)

    async def wait() -> str:
        with pytest.raises(TimeoutError):
            await limit.within(asyncio.sleep(60))
        return await limit.within(asyncio.sleep(0, "here"))

    async with asyncio.TaskGroup() as group:
        waiting = [group.create_task(wait()) for _ in range(3)]
    assert [one.result() for one in waiting] == ["here"] * 3
    assert [one.cancelling() for one in waiting] == [0] * 3


async def test_who_is_cancelled_is_not_told_that_time_is_up():
    limit = TimeLimit(0.05)

    async def slow_to_end() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0.5)

    waiting = asyncio.create_task(limit.within(slow_to_end()))
    await asyncio.sleep(time_limit.STEP + 0.2)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_what_ends_in_time_is_not_touched():
    limit = TimeLimit(60)
    assert await limit.within(asyncio.sleep(2 * time_limit.STEP, "here")) == "here"
    with pytest.raises(ZeroDivisionError):
        await limit.within(fails())


async def fails() -> None:
    raise ZeroDivisionError
