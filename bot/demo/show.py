"""`python -m bot demo`: a sample newspaper, a Bot API server, the bot itself and the page, in one process.

The bot is the real one, started as `run` starts it; only its settings point at this machine.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import webbrowser
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Final

from aiohttp import web
from pydantic import SecretStr

from bot import app, log
from bot.demo.page import routes
from bot.demo.site import Site, sources_toml
from bot.demo.telegram import TelegramServer, client_routes
from bot.settings import Settings
from bot.web import open_at

if TYPE_CHECKING:
    from collections.abc import Callable

EVERY: Final = 30
"""Seconds between two stories of the sample paper."""
EDITOR: Final = 1003
READERS: Final = ((1001, "রহিমা"), (1002, "শফিক"))


async def run(host: str, port: int, *, open_browser: bool) -> int:
    """Show everything until SIGINT or SIGTERM; OSError where the port is taken."""
    stop = app.stopped_by_signals()
    log.set_up("WARNING", "text")
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="khobor-demo-")))
        site, server = Site(), TelegramServer()
        site_address = await site.start()
        stack.push_async_callback(site.stop)
        await server.start()
        _cast(server)
        address = await _serve_page(stack, host, port, _page(site, server, site_address))
        stack.push_async_callback(server.stop)
        (folder / "sources.toml").write_text(sources_toml(site_address), encoding="utf-8")
        sys.stdout.write(f"\n  খবর · Khobor demo: {address}\n  Ctrl+C ends it.\n\n")
        sys.stdout.flush()
        if open_browser:
            webbrowser.open(address)
        async with asyncio.TaskGroup() as group:
            publishing = group.create_task(_publish_for_ever(site))
            status = await app.run(_settings(folder, server), stop=stop)
            publishing.cancel()
    return status


def _cast(server: TelegramServer) -> None:
    """Two readers and an editor, none of whom has met the bot yet."""
    for number, name in READERS:
        server.person(number, name)
    server.person(EDITOR, "নাজনীন", role="editor")


def _page(site: Site, server: TelegramServer, site_address: str) -> web.Application:
    page = web.Application(client_max_size=20 * 1024 * 1024)
    page.add_routes(routes(_publishing(site), site=site_address, every=EVERY))
    page.add_routes(client_routes(server))
    return page


def _publishing(site: Site) -> Callable[[], str]:
    return lambda: site.publish().headline


async def _serve_page(stack: AsyncExitStack, host: str, port: int, page: web.Application) -> str:
    runner = web.AppRunner(page, access_log=None, shutdown_timeout=2, handle_signals=False)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await open_at(runner, host, port, asked_by="--host/--port")
    return f"http://{host}:{runner.addresses[0][1]}/"


def _settings(folder: Path, server: TelegramServer) -> Settings:
    """Every setting said, so that nothing of the surroundings gets into the demo."""
    return Settings(
        bot_token=SecretStr(server.token),
        bot_api_url=server.base_url,
        admin_ids=frozenset({EDITOR}),
        database_url=SecretStr(f"sqlite+aiosqlite:///{folder}/khobor.db"),
        sources_file=folder / "sources.toml",
        default_timezone="Asia/Dhaka",
        paid_broadcast=False,
        send_rate=30.0,
        allow_private_hosts=frozenset({"127.0.0.1"}),
        webhook_url="",
        webhook_secret=SecretStr(""),
        web_listen=None,
        receipt_days=90,
        summary_api_url="",
        summary_api_key=SecretStr(""),
        summary_model="",
        log_level="WARNING",
        log_format="text",
    )


async def _publish_for_ever(site: Site) -> None:
    while True:
        await asyncio.sleep(EVERY)
        site.publish()
