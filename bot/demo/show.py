"""`python -m bot demo`: a sample newspaper, a Bot API server, the bot itself and the page, in one process.

The bot is the real one, started as `run` starts it; only its settings point at this machine.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import webbrowser
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from aiohttp import web
from pydantic import SecretStr

from bot import app, log
from bot.demo.page import routes
from bot.demo.site import Site, sources_toml
from bot.demo.site.calendar import digits
from bot.demo.telegram import TelegramServer, client_routes
from bot.demo.telegram.chats import UNSEEN
from bot.settings import Settings
from bot.web import open_at
from storage import readers
from storage.database import Database

if TYPE_CHECKING:
    from collections.abc import Callable

EVERY: Final = 30
"""Seconds between two stories of the sample paper."""
EDITOR: Final = 1003
READERS: Final = ((1001, "রহিমা"), (1002, "শফিক"))
GROUP: Final = -1_001_000_000_001
CHANNEL: Final = -1_001_000_000_002
CROWD: Final = range(2001, 2201)
"""Readers who follow nothing: an announcement to everyone takes seven seconds, in which it can be stopped."""
LOOK: Final = 0.5
"""Seconds between two looks whether the editor has begun."""


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
        settings = _settings(folder, server)
        async with asyncio.TaskGroup() as group:
            jobs = [group.create_task(_publish_by_itself(site)), group.create_task(_gather(server, settings))]
            status = await app.run(settings, stop=stop)
            for job in jobs:
                job.cancel()
    return status


def _cast(server: TelegramServer) -> None:
    """Two readers and an editor, who have not met the bot yet; their group and the editor's channel have."""
    people = [server.person(number, name) for number, name in READERS]
    editor = server.person(EDITOR, "নাজনীন", role="editor")
    server.group(GROUP, "প্রবাসী আড্ডা", admins=[editor], members=people)
    server.channel(CHANNEL, "দূরের খবর", admins=[editor], members=people)


async def _gather(server: TelegramServer, settings: Settings) -> None:
    """Two hundred more readers once the editor has begun: who came before them is told before them."""
    while not server.world.people[EDITOR].started:  # noqa: ASYNC110  (the stage tells nobody who starts)
        await asyncio.sleep(LOOK)
    db = Database(settings.database_url.get_secret_value())
    try:
        for number in CROWD:
            name = f"পাঠক {digits(number - CROWD.start + 1)}"
            server.person(number, name, role=UNSEEN, started=True)
            now = datetime.now(UTC)
            zone = settings.default_timezone
            await readers.arrive(db, number, kind="private", title=name, timezone=zone, now=now)
    finally:
        await db.close()


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


async def _publish_by_itself(site: Site) -> None:
    """Until every story is out: the same ones again, as updates, come only to who asks for them."""
    while not site.newsroom.all_out:
        await asyncio.sleep(EVERY)
        site.publish()
