"""The health of all sources as one table. Pure."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from textwrap import TextWrapper, shorten
from typing import TYPE_CHECKING, Final

from handlers.words.amounts import ago

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from news.article import Source
    from news.finding.listing import Listing
    from storage.sources import SourceState

HEAD: Final = ("  source:", "state", "read as", "stories", "newest", "last ok")
COLUMNS: Final = 80
"""What an ordinary terminal is wide."""
_LONGEST_NAME: Final = 24
"""Characters of a name in the table; the other columns fill the rest of the width."""
_SENTENCES: Final = TextWrapper(
    COLUMNS, initial_indent="    ", subsequent_indent="    ", break_long_words=False, break_on_hyphens=False
)
"""An address stays in one piece, to be copied."""
_INVISIBLE: Final = frozenset({"Mn", "Cf"})
"""Unicode's marks that stand on or below a letter, and joiners: they take no place in a terminal."""


@dataclass(frozen=True, slots=True)
class Row:
    """One source: how it answers now, what it listed, when it was last well, and a sentence."""

    name: str
    works: bool
    state: str
    url: str = ""
    served: str = ""
    stories: int = 0
    newest: datetime | None = None
    last_ok: datetime | None = None
    sentence: str = ""


def answered(source: Source, state: SourceState | None, found: Listing) -> Row:
    """The row of a source that gave a list."""
    dates = [entry.published_at for entry in found.entries if entry.published_at]
    paused = state is not None and state.state == "paused"
    return Row(
        name=source.name,
        url=source.url,
        works=bool(found.entries),
        state="paused" if paused else "ok" if found.entries else "empty",
        served=found.served,
        stories=len(found.entries),
        newest=max(dates, default=None),
        last_ok=state.last_ok_at if state else None,
        sentence=_remark(state) if found.entries else "it answers, but lists no story",
    )


def failed(source: Source, state: SourceState | None, kind: str, sentence: str) -> Row:
    """The row of a source that did not; `kind` is a FetchError's."""
    return Row(
        name=source.name,
        url=source.url,
        works=False,
        state={"blocked": "blocked", "gone": "gone"}.get(kind, "failing"),
        served=state.served if state else "",
        newest=state.rhythm.newest_at if state else None,
        last_ok=state.last_ok_at if state else None,
        sentence=sentence,
    )


def table(rows: Sequence[Row], now: datetime) -> list[str]:
    """The lines of the table, its head first, what does not work last, where the eye falls."""
    ordered = sorted(rows, key=lambda row: not row.works)
    cells = [HEAD, *(_cells(row, now) for row in ordered)]
    widths = [max(map(width, column)) for column in zip(*cells, strict=True)]
    head, *lines = (_line(line, widths) for line in cells)
    told = [part for row, line in zip(ordered, lines, strict=True) for part in (line, *_told(row))]
    return [head, *told, _summed_up(rows)]


def width(text: str) -> int:
    """Columns that `text` takes in a terminal."""
    return sum(1 for character in text if unicodedata.category(character) not in _INVISIBLE)


def _remark(state: SourceState | None) -> str:
    """What the running bot has noticed though the source answers."""
    if state is None:
        return ""
    noticed = {
        "silent": "nothing new for unusually long",
        "bodiless": "its pages give no text",
        "quarantined": "some of its pages can't be read",
    }
    return "; ".join(sentence for alarm, sentence in noticed.items() if alarm in state.alarms)


def _cells(row: Row, now: datetime) -> tuple[str, ...]:
    return (
        f"{'✓' if row.works else '✗'} {_short(row.name)}:",
        row.state,
        row.served.partition(" ")[0] or "–",
        str(row.stories),
        _age(row.newest, now),
        _age(row.last_ok, now),
    )


def _short(name: str) -> str:
    """The first words of a long name; words stay whole, for a Bengali letter is several characters."""
    return shorten(name, _LONGEST_NAME, placeholder=" …") if " " in name else name


def _told(row: Row) -> list[str]:
    """What there is to say of a source, below its line."""
    return _SENTENCES.wrap(f"{row.url}: {row.sentence}") if row.sentence else []


def _summed_up(rows: Sequence[Row]) -> str:
    well = sum(row.works for row in rows)
    return f"{well} of {len(rows)} sources work"


def _age(moment: datetime | None, now: datetime) -> str:
    return ago(now - moment, "en") if moment else "–"


def _line(cells: Iterable[str], widths: Sequence[int]) -> str:
    padded = (cell + " " * (size - width(cell)) for cell, size in zip(cells, widths, strict=True))
    return "  ".join(padded).rstrip()
