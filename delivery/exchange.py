"""One HTTP request and its answer over aiohttp's connections, without aiohttp's client around them.

What the client does for each request (headers, cookies, redirects, a timer, a task for the body) costs twice
as much as the exchange itself, and every message goes this way. Names, TLS, keeping connections open and
reading HTTP are aiohttp's. It carries bytes and knows neither what they mean nor how long that may take.
"""

from __future__ import annotations

import asyncio
import fcntl
import termios
from collections.abc import Awaitable, Callable
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING, Final

import aiohttp
from aiohttp.http import HttpProcessingError
from yarl import URL

if TYPE_CHECKING:
    from aiohttp.client_proto import ResponseHandler
    from aiohttp.connector import Connection

CONNECT: Final = aiohttp.ClientTimeout(connect=10, sock_connect=5)
"""Seconds until the connection stands, and for each address: what takes longer has surely not left."""
FAULTS: Final = (aiohttp.ClientError, HttpProcessingError, OSError)
"""What may happen to a request on its way; TimeoutError is an OSError."""
CONTINUES: Final = range(100, 200)
"""Answers before the answer."""

UPLOAD: Final = 6.0
"""Seconds for all but the last byte of an upload."""
LOOK: Final = 0.005
"""Seconds between two looks whether the other side has what was written."""
JSON: Final = "application/json"

Leaves = Callable[[], object]
Ends = Callable[[], Awaitable[object]]
_Answer = tuple[int, bytes]


class NotLeftError(Exception):
    """The request surely did not leave this machine."""


class Exchange:
    """Requests to one server."""

    def __init__(self, session: aiohttp.ClientSession, base: str) -> None:
        """Requests go to `{base}{method}`, over the connections of `session`."""
        self._session = session
        self._base = URL(base)
        # Made once a method: the bot's addresses are few.
        self._head = cache(lambda method: _head(URL(base + method), JSON))

    @cached_property
    def _server(self) -> aiohttp.ClientRequest:
        """What aiohttp connects by."""
        return aiohttp.ClientRequest("POST", self._base, session=self._session)

    async def post(self, method: str, body: bytes, leaves: Leaves) -> tuple[int, bytes]:
        """Status and body of the answer; NotLeftError, or one of `FAULTS` where it may have arrived.

        `leaves` is called in the moment in which it goes out.
        """
        request = b"%b%b%b" % (self._head(method), _length(body), body)
        return await self._over(partial(_asked, request, leaves))

    async def upload(self, method: str, body: bytes, kind: str, ends: Ends) -> tuple[int, bytes]:
        """As `post`, of a body that takes its time: `ends` is awaited before its last byte goes out.

        Until then the server has no request, and whatever `ends` raises leaves it without one. `kind` is the
        body's Content-Type.
        """
        head = _head(URL(f"{self._base}{method}"), kind) + _length(body)
        return await self._over(partial(_uploaded, head, memoryview(body), ends))

    async def _over(self, carry: Callable[[Connection], Awaitable[_Answer]]) -> _Answer:
        """What `carry` brings over a connection that nobody else uses meanwhile."""
        connection = await self._connection()
        try:
            answer = await carry(connection)
        except BaseException:
            connection.close()  # an answer that comes now must not be taken for the next one's
            raise
        connection.release()
        return answer

    async def _connection(self) -> Connection:
        """One that nobody uses, open."""
        if self._session.connector is None:
            raise NotLeftError("the session is closed")
        try:
            return await self._session.connector.connect(self._server, [], CONNECT)
        except (aiohttp.ClientError, OSError) as error:
            raise NotLeftError(type(error).__name__) from error


def _head(url: URL, kind: str) -> bytes:
    """The head of a request, up to the length of its body."""
    lines = (
        f"POST {url.raw_path_qs} HTTP/1.1",
        f"Host: {url.host_port_subcomponent}",
        f"Content-Type: {kind}",
        "Content-Length: ",
    )
    return "\r\n".join(lines).encode()


def _length(body: bytes) -> bytes:
    """The end of a head."""
    return b"%d\r\n\r\n" % len(body)


async def _asked(request: bytes, leaves: Leaves, connection: Connection) -> _Answer:
    transport, protocol = _opened(connection)
    leaves()
    transport.write(request)
    return await _answer(protocol)


async def _uploaded(head: bytes, body: memoryview, ends: Ends, connection: Connection) -> _Answer:
    transport, protocol = _opened(connection)
    answer = asyncio.ensure_future(_answer(protocol))
    try:
        transport.write(head)
        transport.write(body[:-1])
        async with asyncio.timeout(UPLOAD):
            while _is_open(transport, answer) and _on_its_way(transport):  # noqa: ASYNC110  (no event tells it)
                await asyncio.sleep(LOOK)
        if _is_open(transport, answer):
            await ends()
        if _is_open(transport, answer):
            transport.write(body[-1:])
        else:
            transport.abort()
        return await answer
    finally:
        if not answer.cancel() and not answer.cancelled():
            answer.exception()  # that nobody waits for it any more is no news


def _is_open(transport: asyncio.Transport, answer: asyncio.Future[_Answer]) -> bool:
    """Not where the server has answered the head alone, nor where the connection breaks or has broken."""
    return not (answer.done() or transport.is_closing())


def _opened(connection: Connection) -> tuple[asyncio.Transport, ResponseHandler]:
    transport, protocol = connection.transport, connection.protocol
    if transport is None or protocol is None or transport.is_closing():
        raise NotLeftError("the connection has closed")
    protocol.set_response_params(read_until_eof=True)
    return transport, protocol


def _on_its_way(transport: asyncio.Transport) -> bool:
    """Whether the other side has not received yet all that was written, as far as the system tells it.

    Bytes in the socket's queue: tcp(7), SIOCOUTQ, which has the number of TIOCOUTQ.
    """
    if transport.get_write_buffer_size():
        return True
    socket = transport.get_extra_info("socket")
    try:
        queued = fcntl.ioctl(socket.fileno(), termios.TIOCOUTQ, bytes(4)) if socket else b""
    except (OSError, ValueError):  # another system, or a socket that is closed
        return False
    return any(queued)


async def _answer(protocol: ResponseHandler) -> _Answer:
    message, content = await protocol.read()
    while message.code in CONTINUES:
        message, content = await protocol.read()
    return message.code, await content.read()
