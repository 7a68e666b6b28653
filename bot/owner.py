"""Who holds a lease, by a name that tells those beside it whether its holder still lives.

    HOSTNAME.BOOT.NAMESPACES/PROCESS.STARTED/RANDOM

Numbers of processes mean something only within one namespace of one running kernel, and only together with
the time of the start, since numbers are given again. Of holders elsewhere nothing is known: leases expire.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import socket
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from storage import due
from storage.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from storage.database import Database

log = logging.getLogger(__name__)

PROC: Final = Path("/proc")
BOOT: Final = 8
"""Characters of the boot's random name; with the host's own they are enough."""
LOOK: Final = 1.0
"""Seconds between two looks for holders that have died."""


def host() -> str | None:
    """What the names of owners begin with that can be told alive or dead from here; None where none can."""
    try:
        if int((PROC / "self").readlink().name) != os.getpid():
            return None  # the system of another namespace is shown: its numbers are not ours
        boot = (PROC / "sys/kernel/random/boot_id").read_text("ascii")[:BOOT]
        # The time a process started is counted from the boot as its time namespace sees it.
        namespaces = [(PROC / "self/ns" / kind).stat().st_ino for kind in ("pid", "time")]
    except (OSError, ValueError):
        return None
    return f"{socket.gethostname()}.{boot}.{'-'.join(map(str, namespaces))}"


def name() -> str:
    """A name of this process that nobody ever had."""
    place, started = host(), _started(os.getpid())
    if place is None or started is None:
        return f"{socket.gethostname()}//{secrets.token_hex(8)}"
    return f"{place}/{os.getpid()}.{started}/{secrets.token_hex(4)}"


def is_dead(owner: str) -> bool:
    """Whether an owner whose name begins with our `host` is surely no more; a frozen one lives."""
    number, _, started = owner.split("/")[1].partition(".")
    if not number.isdecimal():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass  # somebody else's, and it may hide from us
    now = _started(int(number))
    return now is not None and str(now) != started


def spoken(owner: str) -> tuple[str, str]:
    """The host of an owner as people call it, and the number of its process there: "" where it is unknown."""
    place, process = owner.split("/")[:2]
    # In namespaces nobody thinks, and a host without them was not seen in /proc: it is named as it is.
    return place.rsplit(".", 2)[0] if process else place, process.partition(".")[0]


def _started(number: int) -> int | None:
    """Clock ticks from the boot to the start of a process (proc(5), stat); None where that can't be seen.

    -1 if the process has ended and only waits for its parent to notice.
    """
    try:
        # The name of the program stands in brackets and may hold brackets and blanks.
        fields = (PROC / str(number) / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
        return -1 if fields[0] in "ZX" else int(fields[19])
    except (OSError, ValueError, IndexError):
        return None


async def free_the_dead(db: Database, host: str, clock: Callable[[], datetime]) -> None:
    """Until cancelled: whatever an owner of our `host` held when it died is free at once."""
    while True:
        with suppress(Unavailable):  # who has something to save or to send says so
            await free_now(db, host, clock())
        await asyncio.sleep(LOOK)


async def free_now(db: Database, host: str, now: datetime) -> None:
    """Free what owners of our `host` held that are dead by now."""
    for dead in await due.release_dead(db, host, is_dead, now):
        log.warning("a holder of leases has died", extra={"owner": dead})
