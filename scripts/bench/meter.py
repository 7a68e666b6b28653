"""What a process uses: CPU of all its threads, memory, and how long its event loop stood still."""

from __future__ import annotations

import asyncio
import os
import resource
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from time import monotonic, process_time, thread_time
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from storage.database import Database

STEP: Final = 0.005
"""Seconds between two looks at the event loop."""


@dataclass(slots=True)
class Used:
    """Seconds, and bytes at the highest. `stall_own`: what the loop's thread was at work itself in a stall.

    The rest of a stall is the wait for a core, on a machine where others are at work.
    """

    wall: float = 0.0
    cpu: float = 0.0
    memory: int = 0
    stall: float = 0.0
    stall_own: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """The figures by their names."""
        return asdict(self)


@asynccontextmanager
async def measured() -> AsyncIterator[Used]:
    """What the block uses."""
    used = Used()
    wall, cpu = monotonic(), process_time()
    watching = asyncio.create_task(_watch(used))
    try:
        yield used
    finally:
        watching.cancel()
        used.wall, used.cpu, used.memory = monotonic() - wall, process_time() - cpu, highest_memory()


async def _watch(used: Used) -> None:
    while True:
        wall, cpu = monotonic(), thread_time()
        await asyncio.sleep(STEP)
        late = monotonic() - wall - STEP
        used.stall = max(used.stall, late)
        used.stall_own = max(used.stall_own, min(late, thread_time() - cpu))


def highest_memory() -> int:
    """Bytes at the highest. Not ru_maxrss where it can be helped: that begins with the parent's."""
    status = Path("/proc/self/status")
    if status.exists():
        lines = dict(line.split(":", 1) for line in status.read_text("utf-8").splitlines())
        return int(lines["VmHWM"].split()[0]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


async def server_cpu(db: Database) -> float:
    """Seconds of CPU that the server of `db` has used, all its processes; 0 of SQLite and of one far away."""
    if db.is_sqlite:
        return 0.0
    async with db.read() as connection:
        backend = (await connection.exec_driver_sql("SELECT pg_backend_pid()")).scalar_one()
    return _family(backend) / os.sysconf("SC_CLK_TCK")


def _family(backend: int) -> int:
    """Clock ticks of the process above `backend` and of all below that one."""
    stats = {int(path.parent.name): _stat(path) for path in Path("/proc").glob("[0-9]*/stat")}
    parent = stats[backend][0] if backend in stats else -1
    return sum(ticks for number, (above, ticks) in stats.items() if parent in {number, above})


def _stat(path: Path) -> tuple[int, int]:
    """The parent, and the clock ticks that the process and its children that have ended were at work."""
    try:
        fields = path.read_text("utf-8").rpartition(") ")[2].split()
    except OSError:  # it has ended meanwhile
        return 0, 0
    return int(fields[1]), sum(map(int, fields[11:15]))
