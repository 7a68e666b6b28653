"""What others may ask of the process: is it alive, is it ready, its figures, and Telegram's webhook.

The webhook says 200 only after the update is stored; what it does with updates is not decided here.
"""

from __future__ import annotations

import hmac
import json
import logging
import os
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Final

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

if TYPE_CHECKING:
    from bot.settings import Listen

log = logging.getLogger(__name__)

Readiness = Callable[[], Awaitable[Mapping[str, object]]]
"""The parts and their state: True, False (that part does not work), a figure or remark decides nothing."""
Receive = Callable[[int, str], Awaitable[None]]
"""Stores an update (its id, its JSON); returns when it is safe, raises when it is not."""
Figures = Callable[[], Awaitable[bytes]]
"""The figures of the process, in Prometheus' text format."""

SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  (the name of a header)
LARGEST: Final = 2**63
"""An update's id fits the database's integers (Bot API: a 32-bit number so far)."""
MAX_BODY: Final = 1024 * 1024
"""Bytes of one update; Telegram's largest are a few dozen kilobytes."""


def build(
    readiness: Readiness, *, receive: Receive | None = None, secret: str = "", figures: Figures | None = None
) -> web.Application:
    """The web part. Without `receive` and `secret` there is no webhook and `/telegram` is not found.

    Nor is `/metrics` without `figures`.
    """
    app = web.Application(client_max_size=MAX_BODY)
    app.router.add_get("/healthz", _alive)
    app.router.add_get("/readyz", _Ready(readiness).answer)
    if figures is not None:
        app.router.add_get("/metrics", _Measured(figures).answer)
    if receive is not None and secret:
        app.router.add_post("/telegram", _Webhook(receive, secret).answer)
    return app


async def serve(listen: Listen, app: web.Application) -> web.AppRunner:
    """Start listening, as `open_at`. End it with `await runner.cleanup()`.

    `runner.addresses` says where it listens when port 0 was asked for.
    """
    runner = web.AppRunner(app, access_log=None, handle_signals=False)
    await runner.setup()
    await open_at(runner, listen.host, listen.port, asked_by="WEB_LISTEN")
    return runner


async def open_at(runner: web.AppRunner, host: str, port: int, *, asked_by: str) -> None:
    """Listen at `host` and `port`; where that can't be, OSError says so and what was `asked_by` to change."""
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        await runner.cleanup()
        # A name that is not known has a number below 0, and its own sentence.
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error.strerror)
        sentence = f"{asked_by}: can't listen at {host}:{port} ({reason.lower()}); choose another"
        raise OSError(error.errno, sentence) from error


async def _alive(_request: web.Request) -> web.Response:
    return web.Response(text="ok")


class _Ready:
    """200, or 503 when a part does not work, with the state of each."""

    def __init__(self, readiness: Readiness) -> None:
        self._readiness = readiness

    async def answer(self, _request: web.Request) -> web.Response:
        parts = await self._parts()
        ready = not any(state is False for state in parts.values())
        return web.json_response({"ready": ready, **parts}, status=200 if ready else 503)

    async def _parts(self) -> Mapping[str, object]:
        try:
            return await self._readiness()
        except Exception:
            # A probe that fails is an answer too, and the process that gives it is alive.
            log.exception("readiness unknown")
            return {"readiness": False}


class _Measured:
    """The figures as they are now."""

    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    async def answer(self, _request: web.Request) -> web.Response:
        return web.Response(body=await self._figures(), headers={"Content-Type": CONTENT_TYPE_LATEST})


class _Webhook:
    """Telegram's door: only with the secret, only a real update, and stored before 200 is said."""

    def __init__(self, receive: Receive, secret: str) -> None:
        self._receive = receive
        self._secret = secret.encode()

    async def answer(self, request: web.Request) -> web.Response:
        given = request.headers.get(SECRET_HEADER)
        if given is None:
            return web.Response(status=401)
        if not hmac.compare_digest(given.encode(errors="surrogateescape"), self._secret):
            return web.Response(status=403)
        body = await request.read()
        update_id = _update_id(body)
        if update_id is None:
            return web.Response(status=400, text="not an update")
        return await self._store(update_id, body.decode())

    async def _store(self, update_id: int, payload: str) -> web.Response:
        try:
            await self._receive(update_id, payload)
        except Exception:
            # Whatever it was, Telegram keeps the update and brings it again.
            log.exception("update not stored", extra={"update": update_id})
            return web.Response(status=503)
        return web.Response(text="ok")


def _update_id(body: bytes) -> int | None:
    """The update's id, or None where `body` is no update."""
    try:
        update = json.loads(body.decode())
    except (ValueError, RecursionError):
        return None
    number = update.get("update_id") if isinstance(update, dict) else None
    return number if type(number) is int and 0 <= number < LARGEST else None
