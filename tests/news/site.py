"""A real web server on loopback that answers what a test tells it to, and remembers what it was asked."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Self

from aiohttp import web
from aiohttp.test_utils import TestServer

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

ALLOWED = frozenset({"127.0.0.1"})


class Site:
    """Paths and their answers: text, bytes, a response or a handler."""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {}
        self.asked: list[web.BaseRequest] = []
        self.counts: Counter[str] = Counter()
        self._server = TestServer(self._application(), host="127.0.0.1")

    def _application(self) -> web.Application:
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", self._answer)
        return application

    async def __aenter__(self) -> Self:
        await self._server.start_server()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._server.close()

    def url(self, path: str = "/") -> str:
        return str(self._server.make_url(path))

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request)
        self.counts[request.path] += 1
        answer = self.answers.get(request.path, web.Response(status=404))
        if callable(answer):
            handler: Callable[[web.Request], Awaitable[web.StreamResponse]] = answer
            return await handler(request)
        if isinstance(answer, bytes):
            return web.Response(body=answer, content_type="application/xml")
        if isinstance(answer, str):
            return web.Response(text=answer, content_type="text/html")
        return web.Response(status=answer.status, headers=answer.headers, body=answer.body)
