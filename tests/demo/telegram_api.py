"""A bot's side of the wire, for the tests of the local Bot API server."""

from __future__ import annotations

import struct
import zlib
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aiohttp import ClientSession, FormData

from bot.demo.telegram import TelegramServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

TOKEN = "4815162342:AA-a_token_of_the_tests"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the HTTP status and the JSON."""

    status: int
    body: dict[str, Any]

    @property
    def result(self) -> Any:
        """What was asked for; fails the test where it was refused."""
        assert self.body["ok"], self.body
        return self.body["result"]

    @property
    def refusal(self) -> str:
        """Telegram's sentence; the error code and the HTTP status must be one."""
        assert not self.body["ok"], self.body
        assert self.body["error_code"] == self.status
        return str(self.body["description"])


@dataclass(frozen=True, slots=True)
class Api:
    """Calls of methods over real HTTP."""

    session: ClientSession
    server: TelegramServer

    async def __call__(self, method: str, **parameters: Any) -> Answer:
        """One call with a JSON body."""
        async with self.session.post(self.url(method), json=parameters) as answer:
            return Answer(answer.status, await answer.json())

    async def upload(self, method: str, files: dict[str, bytes], **parameters: str) -> Answer:
        """One call as a multipart form."""
        form = FormData(parameters)
        for name, content in files.items():
            form.add_field(name, content, filename=f"{name}.bin", content_type="application/octet-stream")
        async with self.session.post(self.url(method), data=form) as answer:
            return Answer(answer.status, await answer.json())

    def url(self, method: str, token: str = TOKEN) -> str:
        """The address of a method."""
        return f"{self.server.base_url}/bot{token}/{method}"


@asynccontextmanager
async def serving(*, limits: bool = False) -> AsyncIterator[Api]:
    """A server and a bot's way to it."""
    server = TelegramServer(TOKEN, limits=limits)
    await server.start()
    async with ClientSession() as session:
        yield Api(session, server)
    await server.stop()


def png(width: int = 640, height: int = 400, shade: int = 120) -> bytes:
    """A real grey picture."""
    rows = (b"\0" + bytes([shade]) * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )


def jpeg(width: int, height: int) -> bytes:
    """The head of a JPEG: an application segment, fill bytes, a progressive frame."""
    frame = struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00"
    return b"\xff\xd8\xff\xe0\x00\x06JFIF\xff\xff\xc2" + frame + b"\xff\xd9"
