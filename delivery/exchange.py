"""One HTTP request and its answer over aiohttp's connections, without aiohttp's client around them.

What the client does for each request (headers, cookies, redirects, a timer, a task for the body) costs twice
as much as the exchange itself, and every message goes this way. Names, TLS, keeping connections open and
reading HTTP are aiohttp's. It carries bytes and knows neither what they mean nor how long that may take.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, cached_property
from typing import TYPE_CHECKING, Final

import aiohttp
from aiohttp.http import HttpProcessingError
from yarl import URL

if TYPE_CHECKING:
    from aiohttp.connector import Connection

CONNECT: Final = aiohttp.ClientTimeout(connect=10, sock_connect=5)
"""Seconds until the connection stands, and for each address: what takes longer has surely not left."""
FAULTS: Final = (aiohttp.ClientError, HttpProcessingError, OSError)
"""What may happen to a request on its way; TimeoutError is an OSError."""
CONTINUES: Final = range(100, 200)
"""Answers before the answer."""

Leaves = Callable[[], object]


class NotLeftError(Exception):
    """The request surely did not leave this machine."""


class Exchange:
    """JSON requests to one server."""

    def __init__(self, session: aiohttp.ClientSession, base: str) -> None:
        """Requests go to `{base}{method}`, over the connections of `session`."""
        self._session = session
        self._base = URL(base)
        # Made once a method: the bot's addresses are few.
        self._head = cache(lambda method: _head(URL(base + method)))

    @cached_property
    def _server(self) -> aiohttp.ClientRequest:
        """What aiohttp connects by."""
        return aiohttp.ClientRequest("POST", self._base, session=self._session)

    async def post(self, method: str, body: bytes, leaves: Leaves) -> tuple[int, bytes]:
        """Status and body of the answer; NotLeftError, or one of `FAULTS` where it may have arrived.

        `leaves` is called in the moment in which it goes out.
        """
        connection = await self._connection()
        try:
            answer = await _asked(
                connection, b"%b%d\r\n\r\n%b" % (self._head(method), len(body), body), leaves
            )
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


def _head(url: URL) -> bytes:
    """The head of a request, up to the length of its body."""
    lines = (
        f"POST {url.raw_path_qs} HTTP/1.1",
        f"Host: {url.host_port_subcomponent}",
        "Content-Type: application/json",
        "Content-Length: ",
    )
    return "\r\n".join(lines).encode()


async def _asked(connection: Connection, request: bytes, leaves: Leaves) -> tuple[int, bytes]:
    transport, protocol = connection.transport, connection.protocol
    if transport is None or protocol is None:
        raise NotLeftError("the connection has closed")
    protocol.set_response_params(read_until_eof=True)
    leaves()
    transport.write(request)
    message, content = await protocol.read()
    while message.code in CONTINUES:
        message, content = await protocol.read()
    return message.code, await content.read()
