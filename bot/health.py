"""The health of all sources as one table. Pure."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from handlers.amounts import ago

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from news.finding.listing import Listing
    from storage.sources import SourceState

HEAD: Final = ("  source:", "state", "served by", "stories", "newest", "last ok", "")
_INVISIBLE: Final = frozenset({"Mn", "Cf"})
"""Unicode's marks that stand on or below a letter, and joiners: they take no place in a terminal."""


@dataclass(frozen=True, slots=True)
class Row:
    """One source: how it answers now, what it listed, when it was last well, and a sentence."""

    name: str
    works: bool
    state: str
    served: str = ""
    stories: int = 0
    newest: datetime | None = None
    last_ok: datetime | None = None
    sentence: str = ""


def answered(name: str, state: SourceState | None, found: Listing) -> Row:
    """The row of a source that gave a list."""
    dates = [entry.published_at for entry in found.entries if entry.published_at]
    paused = state is not None and state.state == "paused"
    return Row(
        name=name,
        works=bool(found.entries),
        state="paused" if paused else "ok" if found.entries else "empty",
        served=found.served,
        stories=len(found.entries),
        newest=max(dates, default=None),
        last_ok=state.last_ok_at if state else None,
        sentence=_remark(state) if found.entries else "it answers, but lists no story",
    )


def failed(name: str, state: SourceState | None, kind: str, sentence: str) -> Row:
    """The row of a source that did not; `kind` is a FetchError's."""
    return Row(
        name=name,
        works=False,
        state={"blocked": "blocked", "gone": "gone"}.get(kind, "failing"),
        served=state.served if state else "",
        newest=state.rhythm.newest_at if state else None,
        last_ok=state.last_ok_at if state else None,
        sentence=sentence,
    )


def table(rows: Sequence[Row], now: datetime) -> list[str]:
    """The lines of the table, its head first, columns aligned."""
    cells = [HEAD, *(_cells(row, now) for row in rows)]
    widths = [max(map(width, column)) for column in zip(*cells, strict=True)]
    return [_line(line, widths) for line in cells]


def width(text: str) -> int:
    """Columns that `text` takes in a terminal."""
    return sum(1 for character in text if unicodedata.category(character) not in _INVISIBLE)


def _remark(state: SourceState | None) -> str:
    """What the running bot has noticed though the source answers."""
    if state is None:
        return "not polled by the bot yet"
    noticed = {
        "silent": "nothing new for unusually long",
        "bodiless": "its pages give no text",
        "quarantined": "some of its pages can't be read",
    }
    return "; ".join(sentence for alarm, sentence in noticed.items() if alarm in state.alarms)


def _cells(row: Row, now: datetime) -> tuple[str, ...]:
    return (
        f"{'✓' if row.works else '✗'} {row.name}:",
        row.state,
        row.served or "–",
        str(row.stories),
        _age(row.newest, now),
        _age(row.last_ok, now),
        row.sentence,
    )


def _age(moment: datetime | None, now: datetime) -> str:
    return ago(now - moment, "en") if moment else "–"


def _line(cells: Iterable[str], widths: Sequence[int]) -> str:
    padded = (cell + " " * (size - width(cell)) for cell, size in zip(cells, widths, strict=True))
    return "  ".join(padded).rstrip()
