"""A Bot API server on this machine, as a bot sees the real one.

A request goes: token → parameters → the journal → a scripted fault, or the method → the answer.
"""

from __future__ import annotations

import asyncio
import re
import time
from typing import Final

from aiohttp import web

from bot.demo.telegram.call import Call, read_call
from bot.demo.telegram.chats import User
from bot.demo.telegram.errors import ApiError, too_many
from bot.demo.telegram.faults import Fault, Faults
from bot.demo.telegram.journal import Request
from bot.demo.telegram.methods import carried_out
from bot.demo.telegram.stage import Stage
from bot.demo.telegram.world import World

TOKEN: Final = "7000000001:AAkhobor-demo-token-known-to-everyone"  # noqa: S105 - it opens nothing but this server
SHAPE: Final = re.compile(r"\d+:[\w-]+\Z")
BODY: Final = 50 * 1024 * 1024
"""Bytes of a request (Bot API, "Sending files")."""
IN_FLIGHT: Final = 1000
"""Requests at once, beyond which the server answers 429 with a minute."""
KEPT: Final = 200_000
"""Requests in the journal; a demo may run for weeks."""


class TelegramServer(Stage):
    """The server: `await start()` gives the base address, `log` every request, `faults` what goes wrong."""

    def __init__(
        self, token: str = TOKEN, *, limits: bool = True, name: str = "খবর", username: str = "khobor_demo_bot"
    ) -> None:
        super().__init__(
            World(User(int(token.partition(":")[0]), name, username, is_bot=True), limits=limits)
        )
        self.token = token
        self.faults = Faults()
        self.log: list[Request] = []
        self.base_url = ""
        self._in_flight = 0
        self._stopping = asyncio.Event()
        self._runner: web.AppRunner | None = None

    async def start(self, port: int = 0, host: str = "127.0.0.1") -> str:
        """Listen; the base address, to which bots add `/bot{token}/{method}`."""
        self._stopping.clear()
        app = web.Application(client_max_size=BODY)
        app.router.add_route("*", "/bot{token:[^/]+}/{method}", self._answer)
        app.router.add_get("/file/bot{token:[^/]+}/{path:.+}", self._download)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=2)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        self.base_url = f"http://{host}:{self._runner.addresses[0][1]}"
        return self.base_url

    async def stop(self) -> None:
        """Answer what waits, close everything; what is in the chats stays."""
        self._stopping.set()
        self.world.updates.wake()
        self.world.tell("close", ())
        self.world.webhook.stop()
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    def requests(self, method: str = "", chat_id: int | None = None) -> list[Request]:
        """The requests of a method, of a chat, or all, in the order of their arrival."""
        return [
            request
            for request in self.log
            if method.lower() in ("", request.method.lower()) and chat_id in (None, request.chat_id)
        ]

    async def _answer(self, http: web.Request) -> web.StreamResponse:
        request = Request(time.monotonic(), http.match_info["method"])
        self._in_flight += 1
        try:
            return await self._answer_to(http, request)
        finally:
            self._in_flight -= 1
            request.done_at = time.monotonic()
            self.world.changed.set()

    async def _answer_to(self, http: web.Request, request: Request) -> web.StreamResponse:
        try:
            self._check_token(http.match_info["token"])
            call = await read_call(http)
        except ConnectionResetError:  # it never was whole
            return web.Response()
        except ApiError as error:
            self._enter(request)
            return _refusal(request, error)
        self._enter(request)
        request.parameters, request.encoding = call.parameters, call.encoding
        request.chat_id, request.uploads = call.chat_id(), tuple(call.uploads)
        fault = self.faults.take(request)
        if fault is None:
            return await self._carry_out(call, request)
        return await self._fail(fault, call, request, http)

    async def _carry_out(self, call: Call, request: Request) -> web.Response:
        try:
            if self._in_flight > IN_FLIGHT:
                raise too_many(60)
            result = await carried_out(self.world, call)
        except ApiError as error:
            return _refusal(request, error)
        request.outcome, request.status = "ok", 200
        if isinstance(result, dict):
            request.message_id = result.get("message_id", 0)
        return web.json_response({"ok": True, "result": result})

    async def _fail(
        self, fault: Fault, call: Call, request: Request, http: web.Request
    ) -> web.StreamResponse:
        request.fault = request.outcome = fault.name
        answer = await self._carry_out(call, request) if fault.accepted else web.Response()
        await self._idle(fault.delay)
        if fault.body is not None:
            request.status = fault.status
            return web.Response(status=fault.status, body=fault.body, content_type=fault.content_type)
        if fault.ending == "answer":
            return answer
        request.status = 0
        if fault.ending == "hang":
            await self._stopping.wait()
        return await _broken(http, fault.ending, answer)

    async def _idle(self, seconds: float) -> None:
        if seconds:
            stopped = asyncio.ensure_future(self._stopping.wait())
            await asyncio.wait({stopped}, timeout=seconds)
            stopped.cancel()

    async def _download(self, http: web.Request) -> web.Response:
        try:
            self._check_token(http.match_info["token"])
        except ApiError as error:
            return web.json_response(error.body(), status=error.code)
        file_id = http.match_info["path"].removeprefix("photos/").partition(".")[0]
        picture = self.world.pictures.by_id(file_id)
        if picture is None:
            return web.json_response(ApiError(404, "Not Found").body(), status=404)
        return web.Response(body=picture.content, content_type="application/octet-stream")

    def _check_token(self, token: str) -> None:
        if not SHAPE.match(token):
            raise ApiError(404, "Not Found")
        if token != self.token:
            raise ApiError(401, "Unauthorized")

    def _enter(self, request: Request) -> None:
        request.at = time.monotonic()
        self.log.append(request)
        if len(self.log) > KEPT:
            del self.log[: KEPT // 2]


def _refusal(request: Request, error: ApiError) -> web.Response:
    request.status, request.outcome = error.code, error.description
    return web.json_response(error.body(), status=error.code)


async def _broken(http: web.Request, ending: str, answer: web.Response) -> web.StreamResponse:
    """End the connection; what is returned no longer arrives."""
    transport = http.transport
    if ending == "cut" and transport:
        body = (
            answer.body
            if isinstance(answer.body, bytes) and answer.body
            else b'{"ok":true,"result":{"message_id"'
        )
        transport.write(_head(len(body)) + body[: len(body) // 2])
    if transport:
        transport.abort() if ending == "reset" else transport.close()
    return answer


def _head(length: int) -> bytes:
    return f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n".encode()
