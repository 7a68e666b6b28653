"""The commands of `python -m bot`. What is wrong with a request is one line on stderr and exit status 2."""

from __future__ import annotations

import argparse
import io
import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

from bot import log, settings
from bot.settings import SettingsError
from news.errors import FetchError, NewsError, SourcesError
from news.web.address import absolute
from storage.errors import StorageError

if sys.platform == "win32":
    from asyncio import run as run_loop
else:
    from uvloop import run as run_loop

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence

    from bot.settings import Settings

EXPECTED: Final = (SettingsError, NewsError, StorageError, OSError)
"""What the world and its people can cause: a sentence is enough. All else is our fault and shows where."""
ROLES: Final = ("all", "poll", "send", "web")
BROKEN: Final = 1
REFUSED: Final = 2
INTERRUPTED: Final = 130  # as a shell counts it: 128 + SIGINT
PIPE_CLOSED: Final = 141  # 128 + SIGPIPE
_LARGEST_PORT: Final = 65535


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line asks for; the exit status."""
    _speak_utf8()
    asked = _parser().parse_args(arguments)
    try:
        return _work(asked)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output (`| head`) has gone; Python's last flush must not complain either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    except Exception as error:  # noqa: BLE001  (the last line before Python prints it, secrets and all)
        return _failed(error)


def _failed(error: Exception) -> int:
    """What is wrong with a request is said; a fault of ours is logged, where no secret gets through."""
    errors = list(_leaves(error))
    if all(isinstance(one, EXPECTED) for one in errors):
        return _refuse(sentence for one in errors for sentence in _sentences(one))
    logging.getLogger(__name__).critical("stopped by a fault of the program", exc_info=error)
    return BROKEN


def _work(asked: argparse.Namespace) -> int:
    status = run_loop(asked.work(asked))
    sys.stdout.flush()  # while a closed pipe can still be told from a fault
    return int(status)


def _leaves(error: Exception) -> Iterator[Exception]:
    """The errors in a group of groups; of any other error itself."""
    for one in error.exceptions if isinstance(error, ExceptionGroup) else ():
        yield from _leaves(one)
    if not isinstance(error, ExceptionGroup):
        yield error


def _speak_utf8() -> None:
    """Bengali comes out whole whatever the locale says."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _refuse(sentences: Iterable[str]) -> int:
    for sentence in sentences:
        sys.stderr.write(f"khobor: {' '.join(sentence.split())}\n")
    return REFUSED


def _sentences(error: Exception) -> tuple[str, ...]:
    if isinstance(error, SettingsError | SourcesError):
        return error.faults
    if isinstance(error, OSError) and error.strerror:
        return (f"{error.filename}: {error.strerror}" if error.filename else error.strerror,)
    return (str(error),)


class _Parser(argparse.ArgumentParser):
    """argparse that says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(REFUSED, f"khobor: {message} (python -m bot --help shows the commands)\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m bot", description="Khobor: Bengali news from sources to readers in Telegram."
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    run = _command(commands, "run", "the bot; configuration from .env and the environment", _run)
    run.add_argument(
        "--role", choices=ROLES, default="all", help="the part of it that this process does (all)"
    )

    demo = _command(commands, "demo", "all of it on this machine, without a token", _demo)
    demo.add_argument("--host", default="127.0.0.1", help="where its page listens (127.0.0.1)")
    demo.add_argument("--port", type=_port, default=8088, help="its port (8088; 0: any free one)")
    demo.add_argument("--no-open", action="store_true", help="do not open the page in a browser")

    read = _command(commands, "read", "what it takes out of article pages", _read)
    read.add_argument("pages", nargs="+", metavar="URL|FILE")
    read.add_argument("--url", type=_address, default="", help="the address that FILE was saved from")
    read.add_argument("--json", action="store_true", help="one JSON object a line")

    probe = _command(commands, "probe", "feeds, sitemaps and section pages found behind an address", _probe)
    probe.add_argument("url", metavar="URL")
    probe.add_argument("--json", action="store_true", help="one JSON object a line")

    record = _command(
        commands, "record", "store a page and its reading for the tests, to be reviewed", _record
    )
    record.add_argument("url", metavar="URL")
    record.add_argument("--name", default="", help="what the files are called (the host)")

    _command(
        commands, "check", "configuration, database, token, every source: what works, what does not", _check
    )
    _command(commands, "migrate", "bring the database to the newest version", _migrate)
    _add_copies(commands)
    return parser


def _add_copies(commands: Any) -> None:
    backup = _command(commands, "backup", "copy the database to FILE while it is in use", _backup)
    restore = _command(commands, "restore", "bring back what backup wrote; also to PostgreSQL", _restore)
    for command in (backup, restore):
        command.add_argument("file", metavar="FILE", type=Path)
    restore.add_argument(
        "--old", action="store_true", help="send nothing that may have been sent since the copy was made"
    )


def _command(
    commands: Any, name: str, what: str, work: Callable[[argparse.Namespace], Coroutine[Any, Any, int]]
) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(name, help=what, description=what)
    command.set_defaults(work=work)
    return command


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= _LARGEST_PORT):
        raise argparse.ArgumentTypeError(f"{text} is no port (0 to {_LARGEST_PORT})")
    return int(text)


def _address(text: str) -> str:
    if text and not absolute("", text):
        raise argparse.ArgumentTypeError(f"{text} is no address (such as https://paper.example/probash/1)")
    return text


def _configured(*, token_needed: bool, sources_needed: bool = False) -> Settings:
    """The settings, with logging set up as they say."""
    configured = settings.load(token_needed=token_needed, sources_needed=sources_needed)
    log.set_up(configured.log_level, configured.log_format, secrets=configured.secrets())
    return configured


# Each command imports its own machinery: `--help` and `read` need no database, `migrate` no Telegram.


async def _run(asked: argparse.Namespace) -> int:
    configured = _configured(token_needed=True, sources_needed=True)
    from bot import app  # noqa: PLC0415  (see above)

    for doubt in configured.doubts():
        logging.getLogger(__name__).warning("doubtful setting", extra={"reason": doubt})
    return await app.run(configured, asked.role)


async def _demo(asked: argparse.Namespace) -> int:
    from bot.demo import show  # noqa: PLC0415  (see above)

    return await show.run(asked.host, asked.port, open_browser=not asked.no_open)


async def _read(asked: argparse.Namespace) -> int:
    from bot.commands.read import read  # noqa: PLC0415  (see above)

    configured = _configured(token_needed=False)
    failed = await read(asked.pages, asked.url, configured.allow_private_hosts, as_json=asked.json)
    return _refuse(failed) if failed else 0


async def _probe(asked: argparse.Namespace) -> int:
    from bot.commands.probe import probe  # noqa: PLC0415  (see above)

    configured = _configured(token_needed=False)
    failed = await probe(asked.url, configured.allow_private_hosts, as_json=asked.json)
    return _refuse(failed) if failed else 0


async def _record(asked: argparse.Namespace) -> int:
    from bot.commands import faults, record  # noqa: PLC0415  (see above)

    configured = _configured(token_needed=False)
    sources, allowed = configured.sources_file, configured.allow_private_hosts
    try:
        return await record.record(asked.url, asked.name, sources, allowed)
    except FetchError as error:
        return _refuse([f"{asked.url}: {faults.fault_of(error).sentence}"])


async def _check(_asked: argparse.Namespace) -> int:
    from bot.commands import check  # noqa: PLC0415  (see above)

    configured, faults = settings.load_partly()  # what is missing or wrong is one of the findings
    if configured is not None:
        log.set_up(configured.log_level, configured.log_format, secrets=configured.secrets())
    status = await check.check(configured, faults)
    return REFUSED if faults else status


async def _migrate(_asked: argparse.Namespace) -> int:
    from bot.commands import upkeep  # noqa: PLC0415  (see above)

    return await upkeep.migrate(_configured(token_needed=False))


async def _backup(asked: argparse.Namespace) -> int:
    from bot.commands import upkeep  # noqa: PLC0415  (see above)

    return await upkeep.backup(_configured(token_needed=False), asked.file)


async def _restore(asked: argparse.Namespace) -> int:
    from bot.commands import upkeep  # noqa: PLC0415  (see above)

    configured = _configured(token_needed=False, sources_needed=asked.old)
    return await upkeep.restore(configured, asked.file, old=asked.old)
