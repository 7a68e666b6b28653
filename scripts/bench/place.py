"""Where the contestants run: the stub, the databases full of readers, a process for each measurement."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.request import urlopen

from scripts.bench import card, crowd
from scripts.paper import SOURCES_TOML
from storage.database import Database
from tests import postgres

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).resolve().parents[2]
FOR_A_MILLION: Final = ("shared_buffers=1GB", "max_wal_size=8GB")
"""PostgreSQL's settings, as docs/scaling.md advises; unlike the tests' server it also waits for the disk."""
LONGEST: Final = 1800
"""Seconds that one measurement may take."""


@dataclass(slots=True)
class Place:
    """A stub, a folder, perhaps a PostgreSQL server; a full database of each kind and size is made once."""

    folder: Path
    port: int
    server: postgres.Server | None
    _full: dict[tuple[str, int], str] = field(default_factory=dict)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The databases there are."""
        return ("sqlite", "postgresql") if self.server else ("sqlite",)

    def broadcast(self, kind: str, readers: int, **more: Any) -> dict[str, Any]:
        """One story to `readers` readers; `more` as `ours.Order` has it."""
        return self._ours("broadcast", kind, readers, more)

    def counts(self) -> dict[str, Any]:
        """What has come to the stub since it was last told to forget."""
        return self._asked("/counts")

    def claim(self, kind: str, readers: int) -> dict[str, Any]:
        """What the database does, alone."""
        return self._ours("claim", kind, readers, {})

    def rival(self, name: str, messages: int) -> dict[str, Any]:
        """So many messages by one of the others."""
        self._asked("/reset?latency=0")
        prepared, told = card.prepared(), card.fields()
        order = {
            "contestant": name,
            "base_url": self._base_url,
            "token": card.TOKEN,
            "messages": messages,
            "first_chat": crowd.FIRST_CHAT,
            "photo": told["photo"],
            "text": told["caption"],
            "keyboard": told["reply_markup"]["inline_keyboard"],
            "body": prepared.rest.decode(),
        }
        return _printed("scripts.bench.rivals", json.dumps(order))

    def _ours(self, mode: str, kind: str, readers: int, more: dict[str, Any]) -> dict[str, Any]:
        with self._copy(kind, readers) as url:
            order = {"database_url": url, "base_url": self._base_url, "readers": readers, **more}
            order["sources_file"] = str(self.folder / "sources.toml")
            return _printed("scripts.bench.ours", mode, json.dumps(order))

    @contextmanager
    def _copy(self, kind: str, readers: int) -> Iterator[str]:
        """The address of a database of its own with so many readers."""
        if (kind, readers) not in self._full:
            self._full[kind, readers] = self._filled(kind, readers)
        full = self._full[kind, readers]
        if self.server and kind == "postgresql":
            name = self.server.create(full)
            yield self.server.url(name)
            self.server.drop(name)
            return
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            shutil.copyfile(full, f"{folder}/khobor.db")
            yield _sqlite(f"{folder}/khobor.db")

    def _filled(self, kind: str, readers: int) -> str:
        """A new database with so many readers; its file, or its name."""
        if self.server and kind == "postgresql":
            name = self.server.create()
            asyncio.run(_fill(self.server.url(name), readers))
            return name
        path = str(self.folder / f"{readers}.db")
        asyncio.run(_fill(_sqlite(path), readers))
        return path

    def _asked(self, path: str) -> dict[str, Any]:
        with urlopen(self._base_url + path) as answer:  # noqa: S310  (our own stub)
            told: dict[str, Any] = json.load(answer)
        return told

    @property
    def _base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def opened(*, with_postgres: bool = True) -> Iterator[Place]:
    """A place with a stub in a process of its own, and PostgreSQL where a server is installed."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="khobor-bench-")))
        (folder / "sources.toml").write_text(SOURCES_TOML, encoding="utf-8")
        stub = subprocess.Popen(_python("scripts.bench.stub"), cwd=ROOT, stdout=subprocess.PIPE, text=True)  # noqa: S603  (our own)
        stack.enter_context(stub)
        stack.callback(stub.terminate)
        assert stub.stdout is not None  # noqa: S101  (for the type: it was asked for)
        port = int(stub.stdout.readline())
        programs = postgres.found() if with_postgres else None
        server = stack.enter_context(postgres.running(programs, FOR_A_MILLION)) if programs else None
        yield Place(folder, port, server)


async def _fill(url: str, readers: int) -> None:
    db = Database(url)
    await db.migrate()
    await crowd.fill(db, readers)
    await db.close()


def _sqlite(path: str) -> str:
    return f"sqlite+aiosqlite:///{path}"


def _python(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", module, *arguments]


def _printed(module: str, *arguments: str) -> dict[str, Any]:
    """The figures that a process prints; CalledProcessError where it fails, its own words on stderr."""
    command = _python(module, *arguments)
    ended = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True, timeout=LONGEST)  # noqa: S603  (our own)
    figures: dict[str, Any] = json.loads(ended.stdout)
    return figures
