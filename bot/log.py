"""Log lines: one per event, for people or for machines, and never with a secret in them.

An event is a few words and its values: `log.info("story published", extra={"post": 12})` becomes
`story published post=12`. Values may come from anybody: a line break in one stays inside its line.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TextIO
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_QUIET: Final = {
    "aiohttp.access": logging.CRITICAL + 1,  # the proxy in front of us writes that log
    "aiosqlite": logging.WARNING,
    "alembic": logging.WARNING,
    "apscheduler": logging.WARNING,
    "asyncio": logging.WARNING,
    "htmldate": logging.CRITICAL,  # trafilatura asks it; what is wrong with a page is said by our own readers
    "httpcore": logging.WARNING,
    "httpx": logging.WARNING,  # INFO writes every URL, the token in it
    "sqlalchemy": logging.WARNING,
    "telegram": logging.WARNING,
    "trafilatura": logging.CRITICAL,  # as htmldate
}
_OWN: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_TOKEN: Final = re.compile(
    r"(?<![A-Za-z0-9])(bot)?\d+(?::|%3A)[\w-]{30,}|\bbot\d+(?::|%3A)[\w-]+", re.ASCII | re.IGNORECASE
)
_PASSWORD: Final = re.compile(r"(?<=://)[^\s/@:]*:[^\s/]*@")
_PLAIN: Final = re.compile(r"[^\s\"=\\]+")
_JOINERS: Final = "\u200c\u200d"  # Bengali spelling needs them
_SHORTEST: Final = 4
"""Characters: a shorter secret is found only by its shape, or ordinary words would vanish with it."""
_AGAIN: Final = 10.0
"""Seconds in which the same warning is one line: while the database is away several would come in each."""
_REMEMBERED: Final = 1_000
"""Warnings; with more different ones than that, some are written too often."""


def set_up(level: str, form: str, *, secrets: Iterable[str] = (), stream: TextIO | None = None) -> None:
    """Send all logging to `stream` (stderr) as `text` or `json`, without `secrets`."""
    output = logging.StreamHandler(stream or sys.stderr)
    output.setFormatter(Line(form, secrets))
    output.addFilter(Repeats())
    root = logging.getLogger()
    root.handlers[:] = [output]
    root.setLevel(level)
    logging.captureWarnings(capture=True)
    for name, least in _QUIET.items():
        logging.getLogger(name).setLevel(least)


class Repeats(logging.Filter):
    """Lets the same warning through once in `_AGAIN` seconds, then with how often it was `repeated`."""

    def __init__(self) -> None:
        """Nothing has been written yet."""
        super().__init__()
        self._written: dict[str, tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether it is written; what is no warning always is, and what has a traceback."""
        if record.levelno != logging.WARNING or record.exc_info:
            return True
        warning = f"{record.name} {record.getMessage()} {_values(record)}"
        at, repeated = self._written.get(warning, (float("-inf"), 0))
        if 0 <= record.created - at < _AGAIN:
            self._written[warning] = (at, repeated + 1)
            return False
        if repeated:
            record.repeated = repeated
        if len(self._written) >= _REMEMBERED:
            self._written.clear()
        self._written[warning] = (record.created, 0)
        return True


class Line(logging.Formatter):
    """A record as one line. Redaction is done here, after tracebacks are in the text: filters miss those."""

    def __init__(self, form: str, secrets: Iterable[str] = ()) -> None:
        super().__init__()
        self._render = _json if form == "json" else _text
        self._secrets = _spellings(secrets)

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        return redact(self._render(record), self._secrets)


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """`text` without `secrets`, without anything shaped like a bot token, without passwords in addresses."""
    for secret in secrets:
        text = text.replace(secret, "[secret]")
    return _PASSWORD.sub("[secret]@", _TOKEN.sub("[token]", text))


def _spellings(secrets: Iterable[str]) -> tuple[str, ...]:
    """Each secret as lines may hold it: plain, in an address, in a repr, and all in JSON; longest first."""
    known = [secret for secret in secrets if len(secret) >= _SHORTEST]
    bare = {way for one in known for way in (one, quote(one, safe=""), repr(one)[1:-1])}
    quoted = {json.dumps(way, ensure_ascii=ascii_only)[1:-1] for way in bare for ascii_only in (True, False)}
    return tuple(sorted(bare | quoted, key=len, reverse=True))


def _moment(record: logging.LogRecord) -> str:
    return (
        datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    )


def _values(record: logging.LogRecord) -> Mapping[str, Any]:
    """What `extra=` gave."""
    return {name: value for name, value in vars(record).items() if name not in _OWN}


def _text(record: logging.LogRecord) -> str:
    values = {**_values(record), **_failure(record)}
    pairs = (f"{name}={_value(value)}" for name, value in values.items())
    head = f"{_moment(record)} {record.levelname:<7} {record.name}: {_one_line(record.getMessage())}"
    return " ".join((head, *pairs))


def _json(record: logging.LogRecord) -> str:
    event = {
        "at": _moment(record),
        "level": record.levelname,
        "logger": record.name,
        "event": record.getMessage(),
        **_values(record),
    }
    if record.exc_info and record.exc_info[1]:
        event["traceback"] = "".join(traceback.format_exception(record.exc_info[1]))
    return json.dumps(event, ensure_ascii=False, default=str)


def _one_line(text: str) -> str:
    """`text` with its control characters and line breaks, of every alphabet, written out."""
    return "".join(one if _fits(one) else one.encode("unicode_escape").decode() for one in text)


def _fits(character: str) -> bool:
    return character.isprintable() or character in _JOINERS


def _value(value: object) -> str:
    text = str(value)
    return (
        text
        if _PLAIN.fullmatch(text) and text.isprintable()
        else _one_line(json.dumps(text, ensure_ascii=False))
    )


def _failure(record: logging.LogRecord) -> Mapping[str, str]:
    """An exception in one line: itself and its causes, and the places it went through, the nearest first."""
    if not record.exc_info or not record.exc_info[1]:
        return {}
    error: BaseException | None = record.exc_info[1]
    stack = traceback.extract_tb(error.__traceback__) if error else []
    places = (f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in reversed(stack))
    return {"error": " <- ".join(_causes(error)), "where": " < ".join(places)}


def _causes(error: BaseException | None) -> Iterable[str]:
    while error is not None:
        yield f"{type(error).__name__}: {error}"
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
