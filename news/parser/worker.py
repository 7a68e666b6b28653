"""Parsing in processes that can be killed: what hangs or swells there costs one item, never the event loop.

call ─ an idle worker, or a new one ─ (function, arguments) ─► news.parser.parsing, a process of its own
└ the value, or FetchError(refused) ◄──────────────┘ too slow, too large or dead: killed, replaced when needed

The other end of the pipe is news.parser.parsing.
"""

from __future__ import annotations

import asyncio
import logging
import os
import pickle
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, ParamSpec, Self, TypeVar

from news.errors import FetchError

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import Callable

P = ParamSpec("P")
T = TypeVar("T")

SECONDS: Final = 5.0
MEMORY: Final = 512_000_000
"""Bytes of address space a worker may have."""
WORKERS: Final = 2
"""At most so many at once: while one is held up by a hostile page, the other reads on."""
MOST_JOBS: Final = 2000
"""Jobs after which a worker is replaced, since parsers in C leak a little."""
_START: Final = 60.0
"""Seconds for a worker to start and import its parsers, on a machine that has much else to do."""
_LENGTH: Final = 4
_KEPT: Final = ("PATH", "SYSTEMROOT", "TZ", "LANG", "LC_", "PYTHON", "COVERAGE")
"""Beginnings of environment variables that a worker gets; a token is none of them."""

log = logging.getLogger(__name__)


class _Died(Exception):  # noqa: N818 - what happened, not a fault of ours
    """The worker's end of the pipe is closed."""


class Parser:
    """A few workers, started when they are first needed and ended by `close` (or `async with`)."""

    def __init__(self, workers: int = WORKERS, *, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        self._seconds = seconds
        self._memory = memory
        self._room = asyncio.Semaphore(workers)
        self._idle: list[_Worker] = []
        self._closed = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `function` (of a module's top level) returns for arguments that can be pickled.

        FetchError: that of the function; else `refused`: it fails, takes too long or needs too much memory.
        """
        job = pickle.dumps((function, args, kwargs), pickle.HIGHEST_PROTOCOL)
        async with self._room:
            worker = await self._worker()
            try:
                answer = await asyncio.wait_for(worker.ask(job), self._seconds)
            except TimeoutError:
                await worker.end()
                raise FetchError("refused", f"reading it takes over {self._seconds:g} s") from None
            except _Died:
                await worker.end()
                raise FetchError("refused", "reading it ended its worker") from None
            except BaseException:
                await worker.end()
                raise
            await self._give_back(worker, answer)
        return _value(answer)  # type: ignore[no-any-return] # it is what `function` returned

    async def close(self) -> None:
        """End every worker; one that is busy is ended when it is done."""
        self._closed = True
        while self._idle:
            await self._idle.pop().end()

    async def _worker(self) -> _Worker:
        return self._idle.pop() if self._idle else await _start(self._seconds, self._memory)

    async def _give_back(self, worker: _Worker, answer: tuple[str, Any]) -> None:
        if self._closed or answer[0] == "memory" or worker.jobs >= MOST_JOBS:
            await worker.end()
        else:
            self._idle.append(worker)


@dataclass(slots=True)
class _Worker:
    """One process and the pipe to it."""

    process: Process
    jobs: int = 0

    async def ask(self, job: bytes) -> tuple[str, Any]:
        """What the worker answers to `job`; _Died where it can't any more."""
        self.jobs += 1
        try:
            writer = _pipe(self.process.stdin)
            writer.write(len(job).to_bytes(_LENGTH, "big") + job)
            await writer.drain()
            return await self.answer()
        except OSError as error:
            raise _Died from error

    async def answer(self) -> tuple[str, Any]:
        """What the worker says next; _Died where the pipe ends, or brings what no worker writes."""
        reader = _pipe(self.process.stdout)
        try:
            frame = await reader.readexactly(int.from_bytes(await reader.readexactly(_LENGTH), "big"))
            answer: tuple[str, Any] = pickle.loads(frame)  # noqa: S301 - our own process wrote it
        except (asyncio.IncompleteReadError, pickle.UnpicklingError) as error:
            raise _Died from error
        return answer

    async def end(self) -> None:
        """End the process, whatever it is doing."""
        _pipe(self.process.stdin).close()
        with suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()


def _pipe(end: T | None) -> T:
    """`end`, which is there because every worker is started with pipes."""
    if end is None:
        raise _Died
    return end


async def _start(seconds: float, memory: int) -> _Worker:
    """A worker that has imported its parsers; FetchError(refused) where none can be started."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "news.parser.parsing", str(seconds), str(memory),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        env=_environment(), start_new_session=True,
    )  # fmt: skip
    worker = _Worker(process)
    try:
        await asyncio.wait_for(worker.answer(), _START)
    except (TimeoutError, _Died) as error:
        await worker.end()
        raise FetchError("refused", "no worker can be started to read it") from error
    except BaseException:
        await worker.end()
        raise
    return worker


def _environment() -> dict[str, str]:
    """What a worker may know of ours: where this package is, and no secrets."""
    kept = {name: value for name, value in os.environ.items() if name.startswith(_KEPT)}
    root = str(Path(__file__).resolve().parents[2])
    return kept | {"PYTHONPATH": os.pathsep.join(filter(None, (root, kept.get("PYTHONPATH"))))}


def _value(answer: tuple[str, Any]) -> Any:
    """The value in a worker's answer, or the error that it tells of."""
    kind, said = answer
    if kind == "value":
        return said
    if kind == "fetch":
        what, detail, retry_after, status = said
        raise FetchError(what, detail, retry_after, status=status)
    if kind == "memory":
        raise FetchError("refused", "reading it needs too much memory")
    log.error("parsing failed", extra={"reason": said})
    raise FetchError("refused", f"reading it fails: {said.rstrip().rpartition(chr(10))[2][:200]}")
