"""HTTP as servers speak it: what is read, what is open for the next request, and what is not."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from delivery.exchange import FAULTS, Exchange, NotLeftError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import aiohttp

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"


class Server:
    """Answers each request, as soon as it may, with the next of `answers`.

    Then it closes the connection where nothing else tells where the answer ends.
    """

    def __init__(self, *answers: bytes) -> None:
        self.answers = list(answers)
        self.requests: list[bytes] = []
        self.connections = 0
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
                self.requests.append(head + await reader.readexactly(length))
                answer = self.answers.pop(0)
                await self.may_answer.wait()
                writer.write(answer)
                if b"Content-Length" not in answer and b"chunked" not in answer:
                    return
        except asyncio.IncompleteReadError:
            pass
        finally:
            writer.close()


@asynccontextmanager
async def opened(server: Server, session: aiohttp.ClientSession) -> AsyncIterator[Exchange]:
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    host, port = listening.sockets[0].getsockname()
    async with listening:
        yield Exchange(session, f"http://{host}:{port}/bot1:a%2Fb/")
        await session.close()


def nothing() -> None:
    """When it leaves matters to nobody."""


async def test_a_request_is_what_a_server_expects(session: aiohttp.ClientSession):
    server = Server(OK + b"ok")
    async with opened(server, session) as exchange:
        assert await exchange.post("sendMessage", '{"text":"ক"}'.encode(), nothing) == (200, b"ok")
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    first, host, *others = head.split(b"\r\n")
    assert first == b"POST /bot1:a%2Fb/sendMessage HTTP/1.1"
    assert host.startswith(b"Host: 127.0.0.1:")
    assert others == [b"Content-Type: application/json", b"Content-Length: 14"]
    assert body.decode() == '{"text":"ক"}'


KEPT, CLOSED = 1, 2
"""Connections that two requests need, where the server keeps the first one open and where it does not."""


@pytest.mark.parametrize(
    ("answer", "connections"),
    [
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\no\r\n1\r\nk\r\n0\r\n\r\n", KEPT),
        (b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + OK + b"ok", KEPT),
        (b"HTTP/1.1 200 OK\r\n\r\nok", CLOSED),  # to the end of the connection
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok", CLOSED),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", CLOSED),
    ],
)
async def test_an_answer_is_read_however_it_comes_and_a_connection_that_is_kept_serves_the_next(
    session: aiohttp.ClientSession, answer: bytes, connections: int
):
    server = Server(answer, OK + b"no")
    async with opened(server, session) as exchange:
        assert await exchange.post("a", b"{}", nothing) == (200, b"ok")
        assert await exchange.post("b", b"{}", nothing) == (200, b"no")
    assert server.connections == connections


@pytest.mark.parametrize("answer", [b"", b"nonsense\r\n\r\n", OK[:20], OK + b"o"])
async def test_what_is_no_answer_is_a_fault_and_the_next_request_has_another_connection(
    session: aiohttp.ClientSession, answer: bytes
):
    server = Server(answer, OK + b"no")
    async with opened(server, session) as exchange:
        with pytest.raises(FAULTS):
            async with asyncio.timeout(1):
                await exchange.post("a", b"{}", nothing)
        assert await exchange.post("b", b"{}", nothing) == (200, b"no")
    assert server.connections == 2


async def test_an_answer_that_comes_too_late_is_not_taken_for_the_next_ones(session: aiohttp.ClientSession):
    server = Server(OK + b"ok", OK + b"no")
    async with opened(server, session) as exchange:
        server.may_answer.clear()
        asking = asyncio.create_task(exchange.post("a", b"{}", nothing))
        while not server.requests:
            await asyncio.sleep(0.01)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        server.may_answer.set()
        assert await exchange.post("b", b"{}", nothing) == (200, b"no")


async def test_nothing_leaves_over_a_session_that_is_closed(session: aiohttp.ClientSession):
    async with opened(Server(), session) as exchange:
        await session.close()
        with pytest.raises(NotLeftError):
            await exchange.post("a", b"{}", nothing)
