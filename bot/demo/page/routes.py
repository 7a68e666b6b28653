"""The demo's web page over HTTP: its files, the publish button, and where the sample site stands."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Callable

HERE: Final = Path(__file__).parent
KINDS: Final = frozenset({".css", ".js", ".svg"})
POLICY: Final = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""The page asks nobody but the demo itself, and the browser holds it to that."""


def routes(publish: Callable[[], str], *, site: str, every: int) -> list[web.RouteDef]:
    """The page at `/`; `publish` puts the next story out and returns its headline, `every` is in seconds."""

    async def published(request: web.Request) -> web.Response:
        del request
        return web.json_response({"title": publish()})

    async def info(request: web.Request) -> web.Response:
        del request
        return web.json_response({"site": site, "every": every})

    return [
        web.get("/", _index),
        web.get("/page/{name}", _file),
        web.post("/demo/publish", published),
        web.get("/demo/info", info),
    ]


async def _index(request: web.Request) -> web.FileResponse:
    del request
    headers = {"Cache-Control": "no-cache", "Content-Security-Policy": POLICY}
    return web.FileResponse(HERE / "index.html", headers=headers)


async def _file(request: web.Request) -> web.FileResponse:
    path = HERE / Path(request.match_info["name"]).name
    if path.suffix not in KINDS or not path.is_file():
        raise web.HTTPNotFound
    return web.FileResponse(path, headers={"Cache-Control": "no-cache"})
