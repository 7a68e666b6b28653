"""What a campaign stands on: a Bot API server and senders, each a process, and a database to be broken."""

from __future__ import annotations

import asyncio
import os
import pickle
import resource
import shutil
import signal
import sys
import tempfile
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import aiohttp
from sqlalchemy import select

from scripts.chaos import leases
from scripts.paper import SOURCES_TOML
from storage import figures
from storage.database import Database
from storage.errors import Unavailable
from storage.tables import readers

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import AsyncIterator, Iterable, Iterator

    from sqlalchemy import ColumnElement

    from tests import postgres

ROOT: Final = Path(__file__).resolve().parents[2]
TOKEN: Final = "123456789:AAchaoschaoschaoschaoschaoschaos"  # noqa: S105  (invented: the server takes any)
HOST: Final = "127.0.0.1"
KEPT: Final = "broken"
"""The file of a folder that stays."""
NO_LIMIT: Final = resource.RLIM_INFINITY
SOON: Final = timedelta(seconds=6)
"""A message of unknown fate is tried again within this time."""
SHUT: Final = {"sqlite": "SELECT 1", "postgresql": "LOCK TABLE readers IN ACCESS EXCLUSIVE MODE"}
"""What a second writer does to keep everybody else out; on SQLite a transaction is enough."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What senders are told: `rate` messages a second of all, `lease` seconds (0: their own)."""

    rate: float
    lease: float = 0.0
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sender:
    """One process, by a name that no other has."""

    name: str
    process: Process

    def signal(self, number: int) -> None:
        """Send it a signal."""
        self.process.send_signal(number)

    @property
    def leases(self) -> str:
        """What the names it has in its leases look like, to SQL's LIKE."""
        return f"%/{self.name}"


@dataclass(slots=True)
class Stage:
    """Everything that is there while a campaign lasts."""

    kind: str
    folder: Path
    url: str
    terms: Terms
    port: int
    http: aiohttp.ClientSession
    db: Database
    server: postgres.Server | None
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def pictures(self) -> str:
        """What the addresses of pictures begin with."""
        return f"{self._server}/picture/"

    @property
    def _server(self) -> str:
        return f"http://{HOST}:{self.port}"

    async def start(self) -> Sender:
        """One more sender."""
        name = f"s{next(self._numbers)}"
        environment = {
            "PYTHONPATH": str(ROOT),
            "PATH": os.environ.get("PATH", ""),
            "BOT_TOKEN": TOKEN,
            "BOT_API_URL": f"{self._server}/{name}",
            "DATABASE_URL": self.url,
            "SOURCES_FILE": str(self.folder / "sources.toml"),
            "SEND_RATE": str(self.terms.rate),
            "ALLOW_PRIVATE_HOSTS": HOST,
            "WEB_LISTEN": "",
            "NAME": name,
            "LEASE": str(self.terms.lease),
            "WITHOUT": " ".join(self.terms.without),
        }
        with (self.folder / f"{name}.log").open("wb") as output:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "scripts.chaos.sender",
                cwd=self.folder, env=environment, stdout=output, stderr=output,
            )  # fmt: skip
        return Sender(name, process)

    async def ask(self, question: str) -> dict[str, Any]:
        """Ask the Bot API server, beside the Bot API."""
        async with self.http.get(f"{self._server}/{question}") as answer:
            told: dict[str, Any] = await answer.json()
        return told

    async def held_by(self, sender: Sender) -> set[int]:
        """The readers whom a sender holds."""
        return await self._ids(readers.c.lease_owner.like(sender.leases))

    async def held_by_others(self, sender: Sender) -> set[int]:
        """The readers whom somebody else holds."""
        return await self._ids(readers.c.lease_owner.not_like(sender.leases))

    async def _ids(self, condition: ColumnElement[bool]) -> set[int]:
        async with self.db.read() as connection:
            return set(await connection.scalars(select(readers.c.id).where(condition)))

    async def waiting(self) -> bool:
        """Whether readers are yet to be marked, due soon (groups may have a minute to wait), or held."""
        found = await figures.figures(self.db, datetime.now(UTC) + SOON)
        return bool(found.unmarked or found.due or found.held)

    async def restart(self, away: float) -> None:
        """The database server stops as if the power failed, and is back after so many seconds."""
        assert self.server is not None  # noqa: S101  (for the type: only PostgreSQL is restarted)
        await asyncio.to_thread(self.server.stop)
        await asyncio.sleep(away)
        await asyncio.to_thread(self.server.start)

    async def shut(self, seconds: float) -> None:
        """A second writer keeps everybody out for so long; PostgreSQL throws it out after five seconds."""
        other = Database(self.url)
        with suppress(Unavailable):
            async with other.write() as connection:
                await connection.exec_driver_sql(SHUT[self.kind])
                await asyncio.sleep(seconds)
        await other.close()

    @staticmethod
    async def fill(sender: Sender, seconds: float) -> None:
        """No file that the sender writes may grow, or be written at all, for so long: its disk is full."""
        resource.prlimit(sender.process.pid, resource.RLIMIT_FSIZE, (1, NO_LIMIT))
        await asyncio.sleep(seconds)
        resource.prlimit(sender.process.pid, resource.RLIMIT_FSIZE, (NO_LIMIT, NO_LIMIT))

    def keep(self, evidence: object, broken: Iterable[str]) -> None:
        """Have the folder stay, with all that is known, to be asked once more, and what was broken."""
        (self.folder / "evidence").write_bytes(pickle.dumps(evidence))
        (self.folder / KEPT).write_text("\n".join(broken), "utf-8")
        sys.stderr.write(f"evidence is in {self.folder}\n")


@asynccontextmanager
async def opened(kind: str, terms: Terms, seed: int, server: postgres.Server | None) -> AsyncIterator[Stage]:
    """A stage with an empty database of `kind`; `server` is the PostgreSQL server, which it may restart."""
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(_folder())
        (folder / "sources.toml").write_text(SOURCES_TOML, encoding="utf-8")
        url = f"sqlite+aiosqlite:///{folder}/khobor.db"
        if kind == "postgresql":
            assert server is not None  # noqa: S101  (for the type)
            url = server.url(server.create())
        port = await stack.enter_async_context(_bot_api(folder, seed, terms.rate))
        await _migrated(url)
        http = await stack.enter_async_context(aiohttp.ClientSession())
        db = Database(url)
        stack.push_async_callback(db.close)
        await leases.watch(db)
        yield Stage(kind, folder, url, terms, port, http, db, server)


async def _migrated(url: str) -> None:
    """The tables are there; in another process, since two migrations do not go together in one."""
    environment = {"PYTHONPATH": str(ROOT), "PATH": os.environ.get("PATH", ""), "DATABASE_URL": url}
    migrating = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "migrate",
        cwd=ROOT, env=environment, stdout=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    if await migrating.wait() != 0:
        raise RuntimeError("no tables")


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder that is kept when something fails: the journal and the logs are the evidence."""
    folder = Path(tempfile.mkdtemp(prefix="khobor-chaos-"))
    yield folder
    if not (folder / KEPT).exists():
        shutil.rmtree(folder)


@asynccontextmanager
async def _bot_api(folder: Path, seed: int, rate: float) -> AsyncIterator[int]:
    """The port of a Bot API server of its own."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "scripts.chaos.telegram", str(folder / "journal"), str(seed), str(rate),
        cwd=ROOT, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        assert process.stdout is not None  # noqa: S101  (for the type: it was asked for)
        yield int(await process.stdout.readline())
    finally:
        process.send_signal(signal.SIGTERM)
        await process.wait()
