"""The other end of news.parser.worker: a process that does one job after another, within limits.

Run as `python -m news.parser.parsing SECONDS MEMORY`. Frames both ways: four bytes of length, then a pickle.
A job is (function, arguments, named arguments); an answer is ("value", …), ("fetch", …), ("memory", "") or
("broken", traceback).
"""

from __future__ import annotations

import gc
import os
import pickle
import sys
import traceback
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from news.errors import FetchError

if sys.platform != "win32":
    import resource

if TYPE_CHECKING:
    from typing import BinaryIO

_LENGTH: Final = 4
_SLACK: Final = 5
"""CPU seconds beyond the time limit after which a worker whose parent is gone ends itself."""
_GARBAGE: Final = 50_000
"""Objects between two searches for garbage: a page is many objects that live briefly and together."""


def main(seconds: float, memory: int) -> None:
    """Answer jobs until the pipe from the parent ends, or nobody is there to hear an answer."""
    answers = _answers()
    try:
        _answer(answers, seconds, memory)
    except BrokenPipeError:
        # The parent was killed: there is nobody to tell, and Python's last flush must not complain either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), answers.fileno())


def _answer(answers: BinaryIO, seconds: float, memory: int) -> None:
    for parser in ("news.page.article_page", "news.finding.listing"):
        import_module(parser)  # before the first job is timed
    gc.freeze()
    gc.set_threshold(_GARBAGE)
    _limit_memory(memory)
    _send(answers, ("value", "ready"))
    while job := _receive(sys.stdin.buffer):
        _limit_time(seconds)
        _send(answers, _done(job))


def _answers() -> BinaryIO:
    """The pipe to the parent; what anything prints goes to stderr instead."""
    pipe = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return pipe


def _receive(pipe: BinaryIO) -> bytes:
    """The next job, empty at the end."""
    return pipe.read(int.from_bytes(pipe.read(_LENGTH), "big"))


def _send(pipe: BinaryIO, answer: tuple[str, Any]) -> None:
    frame = pickle.dumps(answer, pickle.HIGHEST_PROTOCOL)
    pipe.write(len(frame).to_bytes(_LENGTH, "big") + frame)
    pipe.flush()


def _done(job: bytes) -> tuple[str, Any]:
    """The answer to one job; whatever goes wrong in it is an answer too."""
    try:
        function, args, kwargs = pickle.loads(job)  # noqa: S301 - our own process wrote it
        return "value", function(*args, **kwargs)
    except FetchError as error:
        return "fetch", (error.kind, error.detail, error.retry_after, error.status)
    except MemoryError:
        return "memory", ""
    except Exception:  # noqa: BLE001 - hostile input finds what nobody thought of; it costs this item
        return "broken", traceback.format_exc(limit=-8)


def _limit_memory(memory: int) -> None:
    if sys.platform != "win32":
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def _limit_time(seconds: float) -> None:
    """The kernel ends this process when the job takes much too long and nobody is there to do it."""
    if sys.platform != "win32":
        used = resource.getrusage(resource.RUSAGE_SELF)
        most = int(used.ru_utime + used.ru_stime + seconds) + _SLACK
        resource.setrlimit(resource.RLIMIT_CPU, (most, resource.getrlimit(resource.RLIMIT_CPU)[1]))


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]))
