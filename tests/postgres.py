"""A real PostgreSQL for the tests: its own directory, loopback only, a random port, gone afterwards."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_NUMBERS = count(1)
_DEBIAN = Path("/usr/lib/postgresql")
_SETTINGS = ("max_connections=200", "listen_addresses=127.0.0.1")
HASTY = ("fsync=off", "full_page_writes=off")
"""Settings under which nothing waits for the disk: a test's database need not outlive the test."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server, which a test of its own may stop and start."""

    programs: Path
    port: int
    home: Path
    settings: tuple[str, ...]

    def url(self, database: str) -> str:
        """The address of one of its databases, as the bot takes it."""
        return f"postgresql+asyncpg://khobor@127.0.0.1:{self.port}/{database}"

    def create(self, template: str = "template0") -> str:
        """A new database, copied from `template`; its name."""
        name = f"khobor_{os.getpid()}_{next(_NUMBERS)}"
        self.sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return name

    def drop(self, database: str) -> None:
        """Delete a database, whoever is connected."""
        self.sql(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def start(self) -> None:
        """Start it, and wait until it answers."""
        given = (
            *_SETTINGS,
            *self.settings,
            f"port={self.port}",
            f"unix_socket_directories={self.home}",
        )
        self._control(f"--options={' '.join(f'-c {one}' for one in given)}", "start")

    def stop(self, mode: str = "immediate") -> None:
        """Stop it: `immediate` is as if the power failed, `fast` ends what is going on."""
        self._control(f"--mode={mode}", "stop")

    def _control(self, *what: str) -> None:
        where = (f"--pgdata={self.home}/db", f"--log={self.home}/log")
        _run(_user(), self.programs / "pg_ctl", *where, "--wait", "--silent", *what)

    def sql(self, statement: str) -> None:
        """Run one statement as the owner of everything."""
        at = ("--host=127.0.0.1", f"--port={self.port}", "--username=khobor", "--dbname=postgres")
        quiet = ("--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1")
        subprocess.run([self.programs / "psql", *at, *quiet, f"--command={statement}"], check=True)


def found() -> Path | None:
    """The directory of the server's programs: in PATH, or where Debian puts the newest."""
    if (path := shutil.which("initdb")) and shutil.which("pg_ctl"):
        return Path(path).resolve().parent
    versions = [path.parent for path in _DEBIAN.glob("*/bin/pg_ctl")]
    return max(versions, key=lambda path: int(path.parent.name), default=None)


@contextlib.contextmanager
def running(programs: Path, settings: tuple[str, ...] = HASTY) -> Iterator[Server]:
    """A server while the block lasts."""
    home = Path(tempfile.mkdtemp(prefix="khobor-postgres-"))
    user = _user()
    if user:
        shutil.chown(home, user)
    port = free_port()
    try:
        look = ("--username=khobor", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C")
        _run(user, programs / "initdb", f"--pgdata={home}/db", *look)
        server = Server(programs, port, home, settings)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _user() -> str | None:
    """PostgreSQL refuses to run as root; Debian's package brings a user for it."""
    if os.geteuid() != 0:
        return None
    with contextlib.suppress(KeyError):
        return pwd.getpwnam("postgres").pw_name
    return "nobody"


def _run(user: str | None, *command: str | Path) -> None:
    prefix = ["runuser", "-u", user, "--"] if user else []
    # The server inherits what it is started with: a pipe would keep us waiting for its end.
    with tempfile.TemporaryFile() as output:
        ended = subprocess.run([*prefix, *command], stdout=output, stderr=output, cwd="/", check=False)
        if ended.returncode:
            output.seek(0)
            raise RuntimeError(f"{command[0]} failed: {output.read().decode(errors='replace')}")


def free_port() -> int:
    """A port of 127.0.0.1 on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
