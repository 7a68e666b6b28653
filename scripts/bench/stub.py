"""A Bot API server that costs as little as it can: it counts, waits, and says that all is well.

    python -m scripts.bench.stub          prints the port it listens on

Beside the Bot API: `GET /reset?latency=0.06&every=0.05` forgets everything, answers after `latency` seconds
from then on, and has somebody say /help every so many seconds (0: nobody speaks); `GET /counts` tells what
came, `GET /counts?all=1` how busy it was and how long people waited, too.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from array import array
from time import monotonic
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import uvloop

from scripts.bench import card
from scripts.figures import most_within, percentile

_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CHAT: Final = re.compile(rb'chat_id(?:" *: *"?|=|"(?:\r\n[^\r\n]+)*\r\n\r\n)(-?\d+)')
"""In JSON, in a form, and in one of several parts."""
_SENDS: Final = frozenset({b"sendPhoto", b"sendMessage"})
PEOPLE: Final = 200
"""So many take turns in asking for help: nobody more than once a second."""
FIRST_PERSON: Final = 9_000_000_000
NAME: Final = "রহিমা"
HOLDS: Final = 25.0
"""Seconds that a question for updates stays open."""
_ME: Final = {
    "id": 123456789, "is_bot": True, "first_name": "খবর", "username": "khobor_bot", "can_join_groups": True,
    "can_read_all_group_messages": False, "supports_inline_queries": False,
}  # fmt: skip


class Stub:
    """What came, and what is to be said. Times are those of CLOCK_MONOTONIC, the same in every process."""

    def __init__(self) -> None:
        self._before, self._between, self._after = card.answer()
        self._said = self._heard = 0
        self.latency = 0.0
        self._speaking: asyncio.Task[None] | None = None
        self._asking: asyncio.Transport | None = None
        self.reset(0.0, 0.0)

    def reset(self, latency: float, every: float) -> None:
        """Begin anew."""
        self.latency = latency
        self._times = array("d")
        self._first: float | None = None
        self._last: float | None = None
        self._broadcasts = 0
        self._chats: set[int] = set()
        self._asked: dict[int, float] = {}
        self._waits: list[float] = []
        self._updates: list[dict[str, Any]] = []
        if self._speaking is not None:
            self._speaking.cancel()
        self._speaking = asyncio.create_task(self._speak(every)) if every else None

    def counts(self) -> dict[str, Any]:
        """What came since the last reset; waits in seconds."""
        return {
            "sent": self._broadcasts,
            "chats": len(self._chats),
            "first_at": self._first,
            "last_at": self._last,
            "replies": len(self._waits),
        }

    def summary(self) -> dict[str, Any]:
        """The same with what takes a moment to work out; `messages`: all while posts were on their way."""
        first, last = self._first or 0.0, self._last or 0.0
        return self.counts() | {
            "messages": sum(first <= at <= last for at in self._times),
            "most_in_a_second": most_within(self._times),
            "reply_p50": percentile(self._waits, 0.5),
            "reply_p99": percentile(self._waits, 0.99),
        }

    def answer(self, method: bytes, body: bytes, transport: asyncio.Transport) -> None:
        """Answer one request to the Bot API, now or later."""
        if method in _SENDS:
            self._take(int(found[1]) if (found := _CHAT.search(body)) else 0, transport)
        elif method == b"getUpdates":
            self._asking = transport
            asyncio.get_running_loop().call_later(HOLDS, self._tell, transport)
            if self._updates:
                self._tell(transport)
        else:
            write(transport, _json({"ok": True, "result": _ME if method == b"getMe" else True}))

    def _take(self, chat: int, transport: asyncio.Transport) -> None:
        now = monotonic()
        self._times.append(now)
        if chat < FIRST_PERSON:
            self._first, self._last = self._first or now, now
            self._broadcasts += 1
            self._chats.add(chat)
        elif (asked := self._asked.pop(chat, None)) is not None:
            self._waits.append(now - asked)
        self._said += 1
        body = b"%b%d%b%d%b" % (self._before, self._said, self._between, chat, self._after)
        if self.latency:
            asyncio.get_running_loop().call_later(self.latency, write, transport, body)
        else:
            write(transport, body)

    async def _speak(self, every: float) -> None:
        """Somebody asks for help, again and again."""
        while True:
            await asyncio.sleep(every)
            self._heard += 1
            chat = FIRST_PERSON + self._heard % PEOPLE
            self._updates.append(_update(self._heard, chat))
            self._asked[chat] = monotonic()
            if self._asking is not None:
                self._tell(self._asking)

    def _tell(self, transport: asyncio.Transport) -> None:
        """Give whoever asks what there is."""
        if self._asking is transport:
            self._asking = None
            updates, self._updates = self._updates, []
            write(transport, _json({"ok": True, "result": updates}))


class Connection(asyncio.Protocol):
    """One connection; requests come one after the other."""

    def __init__(self, stub: Stub) -> None:
        self._stub = stub
        self._read = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The other side is there."""
        self._transport: Any = transport

    def data_received(self, data: bytes) -> None:
        """Serve every request that is complete."""
        self._read += data
        while (end := self._read.find(b"\r\n\r\n")) >= 0:
            head = self._read[:end]
            length = int(found[1]) if (found := _LENGTH.search(head)) else 0
            if len(self._read) < end + 4 + length:
                return
            body, self._read = self._read[end + 4 : end + 4 + length], self._read[end + 4 + length :]
            self._serve(head[: head.index(b"\r\n")].split(b" ")[1], body)

    def _serve(self, target: bytes, body: bytes) -> None:
        if target.startswith(b"/bot"):
            self._stub.answer(target.rpartition(b"/")[2], body, self._transport)
            return
        asked = urlsplit(target.decode())
        wanted = dict(parse_qsl(asked.query))
        if asked.path == "/reset":
            self._stub.reset(float(wanted.get("latency", 0)), float(wanted.get("every", 0)))
        write(self._transport, _json(self._stub.summary() if "all" in wanted else self._stub.counts()))


def write(transport: asyncio.Transport, body: bytes) -> None:
    """One answer, as HTTP has it."""
    if not transport.is_closing():
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
        transport.write(head + body)


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()


def _update(number: int, chat: int) -> dict[str, Any]:
    who = {"id": chat, "first_name": NAME, "language_code": "bn"}
    said = {"message_id": number, "date": 1750623300, "text": "/help"}
    said |= {"chat": {**who, "type": "private"}, "from": {**who, "is_bot": False}}
    said["entities"] = [{"offset": 0, "length": 5, "type": "bot_command"}]
    return {"update_id": number, "message": said}


async def main() -> None:
    """Serve until ended."""
    stub = Stub()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(stub), "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main())
