"""The one table: a row for each thing measured, a column for each contestant, what is to be reached. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

Figures = Mapping[str, Any]
Columns = Mapping[tuple[str, int], Figures]
"""By contestant and readers (0: they know no readers); figures as the runs give, in seconds and bytes."""

NAMES: Final = {
    "sqlite": "SQLite",
    "postgresql": "PostgreSQL",
    "ptb": "PTB",
    "aiogram": "aiogram",
    "bare": "bare aiohttp",
}
OURS: Final = ("sqlite", "postgresql")
MISSED: Final = " ✗"
LARGE: Final = 10_000
"""Readers from which a message's cost is that of messages, not of the start."""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing measured: where its figure is, times what, and the most or least that it should be.

    Without a figure it is the heading of those below.
    """

    label: str
    figure: str = ""
    scale: float = 1.0
    digits: int = 0
    most: Mapping[str, float] | None = None
    least: float | None = None
    at: int = 0
    """The readers from which the limit is meant."""

    def cell(self, kind: str, readers: int, figures: Figures) -> str:
        """The figure, marked where it misses what was to be reached; empty where there is none."""
        value = figures.get(self.figure)
        if value is None:
            return ""
        value *= self.scale
        return f"{value:,.{self.digits}f}" + (MISSED if self._missed(kind, readers, value) else "")

    def _missed(self, kind: str, readers: int, value: float) -> bool:
        if kind not in OURS or readers < self.at:
            return False
        return value > (self.most or {}).get(kind, value) or value < (self.least or value)

    @property
    def target(self) -> str:
        """What was to be reached, in words."""
        if self.least is not None:
            return f"≥ {self.least:g}"
        return "≤ " + " / ".join(f"{one:g}" for one in dict.fromkeys(self.most.values())) if self.most else ""


def _both(value: float) -> Mapping[str, float]:
    return dict.fromkeys(OURS, value)


ROWS: Final = (
    Row("CPU ms a message", "cpu_message", 1e3, 3, most={"sqlite": 0.25, "postgresql": 0.30}, at=LARGE),
    Row("  the database server's", "server_message", 1e3, 3),
    Row("  times cheaper than PTB", "times", 1, 1, least=10, at=LARGE),
    Row("wall ms a message", "wall_message", 1e3, 3),
    Row("peak memory, MB", "memory", 1e-6, most=_both(150)),
    Row("at 1,000/s, 60 ms away:"),
    Row("  messages a second", "rate", least=980, at=LARGE),
    Row("  most in any one second", "most_in_a_second", most=_both(1000)),
    Row("  CPU ms a message", "paced_message", 1e3, 3),
    Row("  story stored → first reader, s", "first_reader", 1, 2, most=_both(1)),
    Row("  longest stall of the loop, ms", "stall", 1e3),
    Row("    of its own making, ms", "stall_own", 1e3, most=_both(50)),
    Row("  reply to /help p50, ms", "reply_p50", 1e3),
    Row("  reply to /help p99, ms", "reply_p99", 1e3, most=_both(50)),
    Row("marking everybody at once, s", "marked_alone", 1, 2, most={"sqlite": 3, "postgresql": 10}),
    Row("  its worst slice, ms", "worst_slice", 1e3),
    Row("claim, µs a reader", "claim", 1e6, 1),
    Row("settle, µs a reader", "settle", 1e6, 1),
    Row("  both, times those at fewest readers", "flatness", 1, 2, most=_both(1.5)),
    Row("bytes a reader", "reader_bytes"),
    Row("bytes a receipt", "receipt_bytes"),
)


def cells(columns: Columns) -> list[list[str]]:
    """Heads first; the second column says what was to be reached (SQLite / PostgreSQL)."""
    lines = [["", "to reach", *(head(*key) for key in columns)]]
    for row in ROWS:
        found = [row.cell(kind, readers, figures) for (kind, readers), figures in columns.items()]
        if any(found) or not row.figure:
            lines.append([row.label, row.target, *found])
    return lines


def plain(columns: Columns) -> list[str]:
    """The table for a terminal."""
    lines = cells(columns)
    widths = [max(map(width, column)) for column in zip(*lines, strict=True)]
    return ["  ".join(_aligned(line, widths)).rstrip() for line in lines]


def _aligned(line: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    """The label at the left, the figures at the right."""
    for number, (text, wide) in enumerate(zip(line, widths, strict=True)):
        blank = " " * (wide - width(text))
        yield blank + text if number else text + blank


def width(text: str) -> int:
    """Columns that `text` takes in a terminal."""
    return sum(not unicodedata.combining(one) for one in text)


def markdown(columns: Columns) -> list[str]:
    """The table for a page."""
    heads, *rest = (f"| {' | '.join(_indented(line))} |" for line in cells(columns))
    marks = "|---|" + "---:|" * (len(columns) + 1)
    return [heads, marks, *rest]


def _indented(line: Sequence[str]) -> list[str]:
    first = line[0]
    return [first.replace("  ", "&ensp;") if first.startswith("  ") else first, *line[1:]]


def bars(columns: Columns, wide: int = 50) -> list[str]:
    """CPU a message as bars, for a terminal."""
    costs = {
        head(*key): figures["cpu_message"] * 1e3
        for key, figures in columns.items()
        if "cpu_message" in figures
    }
    most, room = max(costs.values()), max(map(len, costs))
    return [
        f"{name:<{room}}  {'█' * max(1, round(wide * cost / most))} {cost:.2f}"
        for name, cost in costs.items()
    ]


def missed(columns: Columns) -> list[str]:
    """What was not reached, one line each."""
    return [
        f"{head(kind, readers)}: {row.label.strip()} {cell.removesuffix(MISSED)} ({row.target})"
        for row in ROWS
        for (kind, readers), figures in columns.items()
        if (cell := row.cell(kind, readers, figures)).endswith(MISSED)
    ]


def head(kind: str, readers: int) -> str:
    """What a column is called."""
    return f"{NAMES[kind]} {short(readers)}".strip()


def short(readers: int) -> str:
    """10 k, 1 M; empty for none."""
    if readers >= 1_000_000:
        return f"{readers / 1_000_000:g} M"
    return f"{readers / 1000:g} k" if readers else ""
