"""The real command in a process of its own, and what its readers see."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.promised import repeated

if TYPE_CHECKING:
    from bot.demo.telegram import TelegramServer
    from tests.newspaper import Newspaper

ROOT = Path(__file__).resolve().parents[2]
READERS = 50
WAIT = 180
"""Seconds: a fault is a wait without end, not a slow machine."""
UNSAVED = repeated(30)
"""Messages that a kill may repeat at the rate that a bot has if it is not told another."""


BOTS: list[Bot] = []
"""Every bot that a test has started: what it does not end itself is ended after it."""


class Bot:
    """`python -m bot run` as an operator starts it: settings in the environment, the rest on loopback."""

    def __init__(self, folder: Path, server: TelegramServer, paper: Newspaper, **environment: str):
        (folder / "sources.toml").write_text(paper.sources_toml(), encoding="utf-8")
        self.folder = folder
        self.environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "BOT_TOKEN": server.token,
            "BOT_API_URL": server.base_url,
            "ADMIN_IDS": "1",
            "DATABASE_URL": f"sqlite+aiosqlite:///{folder}/khobor.db",
            "SOURCES_FILE": str(folder / "sources.toml"),
            "ALLOW_PRIVATE_HOSTS": "127.0.0.1",
            "WEB_LISTEN": "",
            **environment,
        }
        self.running: asyncio.subprocess.Process | None = None

    async def start(self, role: str = "all") -> None:
        BOTS.append(self)
        with (self.folder / "log.txt").open("ab") as log:
            self.running = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "bot",
                *("run", "--role", role),
                cwd=self.folder,
                env=self.environment,
                stdout=log,
                stderr=log,
            )

    async def kill(self, number: int = signal.SIGKILL) -> int:
        assert self.running is not None
        self.running.send_signal(number)
        return await asyncio.wait_for(self.running.wait(), 60)

    def log(self) -> str:
        return (self.folder / "log.txt").read_text(encoding="utf-8")


async def follow(server: TelegramServer, count: int = READERS) -> list[int]:
    readers = [server.person(100 + number, f"পাঠক {number}") for number in range(count)]
    for reader in readers:
        await server.say(reader, "/start")
    await server.until(lambda: all(len(server.messages(reader.id)) >= 2 for reader in readers), WAIT)
    for reader in readers:
        await server.say(reader, "/follow probash")
    await server.until(lambda: all(len(server.messages(reader.id)) >= 4 for reader in readers), WAIT)
    return [reader.id for reader in readers]


def cards(server: TelegramServer, reader: int, title: str) -> list[dict]:
    """The messages that tell that story: a card of its own, or a roundup where more has come meanwhile."""
    return [
        message
        for message in server.messages(reader)
        if title in message.get("caption", "") or title in message.get("text", "")
    ]
