"""A restore that is killed before each thing that it does to files, once it has begun to exchange them."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storage import backup

if TYPE_CHECKING:
    from collections.abc import Callable


def killed_at(death: int) -> None:
    """Of what is done to files from the first link on, this one is not done any more."""
    done: list[str] = []

    def deadly(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def doing(*given: Any, **how: Any) -> Any:
            if done or name == "link":
                done.append(name)
            if len(done) > death:
                os.kill(os.getpid(), signal.SIGKILL)
            return call(*given, **how)

        return doing

    for name in ("link", "replace", "unlink", "fsync"):
        setattr(os, name, deadly(name, getattr(os, name)))


def restore(folder: Path, copy: Path, death: int) -> int:
    """How it ended, in a process of its own."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    killed_at(death)
    url = f"sqlite+aiosqlite:///{folder}/khobor.db"
    asyncio.run(backup.restore(copy, url, now=datetime(2025, 6, 23, tzinfo=UTC)))
    os._exit(0)


def main(template: str, copy: str, folder: str) -> None:
    """A folder for each death, and at last one for the life."""
    for death in count():
        own = Path(folder, f"{death:02}")
        shutil.copytree(template, own, symlinks=True)
        ended = restore(own, Path(copy), death)
        if not os.WIFSIGNALED(ended):
            sys.exit(os.waitstatus_to_exitcode(ended))


if __name__ == "__main__":
    main(*sys.argv[1:])
