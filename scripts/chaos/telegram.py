"""A Bot API server that fails in every way there is, and writes down each request to send something.

    python -m scripts.chaos.telegram JOURNAL SEED RATE     prints the port it listens on

Senders call `/NAME/botTOKEN/METHOD`, so that the journal knows them apart. Beside the Bot API: `GET /counts`
tells what came, `GET /picture/NAME` is a picture, `GET /storm?seconds=0.3&wait=2` answers 429 to everybody
for so long, `GET /calm` ends the faults that come and go.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections import Counter
from itertools import count
from math import ceil
from pathlib import Path
from random import Random
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, cast

import uvloop
from aiohttp import web

from scripts.chaos import answers
from scripts.chaos.journal import Request
from tests.demo.telegram_api import png

if TYPE_CHECKING:
    from collections.abc import Mapping

_STORY: Final = re.compile(r"probhatbela\.example/chaos/(\d+)")
_PICTURE: Final = png(1280, 800) + bytes(300_000)
"""With something after its end that nobody looks at: the size of a photograph in a newspaper."""
_ME: Final = {"id": 123456789, "is_bot": True, "first_name": "খবর", "username": "khobor_bot"}
SENDS: Final = frozenset({"sendMessage", "sendPhoto", "copyMessage"})
SLOW: Final = (0.005, 0.04)
"""Seconds that an answer takes, from and to."""
HANGS: Final = 3.0
"""Seconds after which a connection without an answer is closed: longer than the senders wait."""


class BotApi:
    """The server's state: what it said, and for how long it meant it."""

    def __init__(self, journal: Path, seed: int, rate: float) -> None:
        self._rate = rate
        self._journal = journal.open("w", encoding="utf-8")
        self._chance = Random(seed)  # noqa: S311  (a fault need not be a secret)
        self._numbers = count(1)
        self._not_before: dict[int, float] = {}
        self._storm = (0.0, 0)
        self._calm = False
        self._clear: Counter[str] = Counter()
        self._requests = self._sent = 0

    async def call(self, http: web.Request) -> web.StreamResponse:
        """One call of a Bot API method."""
        method = http.match_info["method"]
        if method not in SENDS:
            return web.json_response({"ok": True, "result": _ME if method == "getMe" else True})
        try:
            told = await _told(http)
        except ConnectionResetError:  # it never was whole
            return web.Response()
        at, chat = monotonic(), int(told["chat_id"])
        answer = self._answer(chat, at)
        number = next(self._numbers) if answer.sent else 0
        takes = HANGS if answer.ending == "hang" else self._chance.uniform(*SLOW)
        self._note(
            Request(
                at=at,
                done_at=at + takes,
                sender=http.match_info["sender"],
                chat=chat,
                topic=int(told.get("message_thread_id", 0)),
                posts=_posts(method, told),
                answer=answer.name,
                clear=answer.clear,
                message_id=number,
                retry_after=answer.retry_after,
            )
        )
        await asyncio.sleep(takes)
        return _said(http, answer, number, chat)

    @staticmethod
    async def picture(_: web.Request) -> web.Response:
        """The same for every name."""
        return web.Response(body=_PICTURE, content_type="image/png")

    def _answer(self, chat: int, now: float) -> answers.Answer:
        """What happens to a request of this moment."""
        over, wait = self._storm
        if now < over:
            return answers.too_many(wait)
        if (left := self._not_before.get(chat, 0.0) - now) > 0:
            return answers.too_many(ceil(left))
        answer = answers.standing(chat) or self._passing()
        if answer.retry_after:
            self._not_before[chat] = now + answer.retry_after
        return answer

    def _passing(self) -> answers.Answer:
        return answers.OK if self._calm else answers.passing(self._chance, self._rate)

    def _note(self, request: Request) -> None:
        self._journal.write(request.line())
        self._requests += 1
        self._sent += len(request.posts) if request.message_id else 0
        self._clear[request.sender] += bool(request.message_id and request.clear)

    async def counts(self, _: web.Request) -> web.Response:
        """Requests, posts sent by them, how many of them each sender knows; the journal is on the disk."""
        self._journal.flush()
        return web.json_response({"requests": self._requests, "sent": self._sent, "clear": self._clear})

    async def storm(self, http: web.Request) -> web.Response:
        """Too much for everybody, for a while."""
        self._storm = (monotonic() + float(http.query["seconds"]), int(http.query["wait"]))
        return web.json_response({})

    async def calm(self, _: web.Request) -> web.Response:
        """No more faults but those of chats that never take a message."""
        self._calm = True
        return web.json_response({})


async def _told(http: web.Request) -> Mapping[str, Any]:
    """The parameters of a call: JSON, or a form where a picture is uploaded."""
    if http.content_type == "application/json":
        return cast("Mapping[str, Any]", await http.json())
    return await http.post()


def _posts(method: str, told: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of the posts that a message shows: `s12` a story, `a12` an announcement."""
    if method == "copyMessage":
        return (f"a{told['message_id']}",)
    shown = json.dumps([told.get("text"), told.get("caption"), told.get("reply_markup")])
    return tuple(sorted({f"s{int(number)}" for number in _STORY.findall(shown)}))


def _said(http: web.Request, answer: answers.Answer, number: int, chat: int) -> web.StreamResponse:
    """The answer as it goes out, if it does."""
    usual: dict[str, Any] = {
        "message_id": number or 1,
        "chat": {"id": chat, "type": "private"},
        "date": 1750623300,
    }
    if http.content_type != "application/json":
        usual["photo"] = [{"file_id": f"AgACAgUAAx{number}", "width": 640, "height": 400}]
    body = answer.body or json.dumps({"ok": True, "result": usual}).encode()
    if answer.ending != "answer" and (transport := http.transport) is not None:
        if answer.ending == "cut":
            transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body[:20])
        transport.abort() if answer.ending == "reset" else transport.close()
    return web.Response(status=answer.status, body=body, content_type="application/json")


async def main(journal: str, seed: str, rate: str) -> None:
    """Serve until ended."""
    api = BotApi(Path(journal), int(seed), float(rate))
    app = web.Application()
    app.router.add_post(r"/{sender}/bot{token}/{method}", api.call)
    app.router.add_get("/picture/{name}", api.picture)
    app.router.add_get("/counts", api.counts)
    app.router.add_get("/storm", api.storm)
    app.router.add_get("/calm", api.calm)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    sys.stdout.write(f"{runner.addresses[0][1]}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main(*sys.argv[1:]))
