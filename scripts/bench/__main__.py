"""How fast the bot is, and what it costs, beside others: one table, one chart.

    python -m scripts.bench [--full] [--quick] [--into FOLDER]        (or: make bench)

Every contestant sends the same photo card to the same stub of the Bot API, each in a process of its own on
uvloop. Short runs are made several times, in turn, and their median counts. --full takes a million readers
too (a quarter of an hour); --quick takes a few hundred, to see that everything works. FOLDER (default: docs)
gets speed.png and the table of speed.md.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from scripts.bench import place, table

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from scripts.bench.place import Place

ROOT: Final = Path(__file__).resolve().parents[2]
LATENCY: Final = 0.06
"""Seconds that Telegram takes to answer."""
EVERY: Final = 0.05
"""Seconds between two people who ask for help."""
PACED: Final = (
    "memory", "rate", "most_in_a_second", "first_reader", "stall", "stall_own", "reply_p50",
    "reply_p99", "receipt_bytes",
)  # fmt: skip
"""What a run at Telegram's pace tells."""
BROUGHT: Final = ("aiogram", "matplotlib")
"""What only `make bench` brings along: the bot does not need it."""
_TABLE: Final = re.compile(r"(<!-- make bench -->\n).*?(<!-- end -->)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured. `rivals`: messages of each; `paced`: seconds at 1,000 a second, by database."""

    sizes: tuple[int, ...]
    rounds: int
    rivals: Mapping[str, int]
    paced: Mapping[str, float]
    longest: float = 3600
    """Seconds that a run as fast as it goes may take."""
    single: int = 20_000
    """Readers from which one run is long enough."""


USUAL: Final = Plan(
    sizes=(10_000, 100_000),
    rounds=3,
    rivals={"ptb": 800, "aiogram": 3_000, "bare": 10_000},
    paced={"sqlite": 60, "postgresql": 20},
    longest=15,
)
FULL: Final = Plan(
    sizes=(10_000, 100_000, 1_000_000),
    rounds=3,
    rivals={"ptb": 2_000, "aiogram": 5_000, "bare": 20_000},
    paced={"sqlite": 60, "postgresql": 60},
    longest=120,
)
QUICK: Final = Plan(
    sizes=(500,),
    rounds=1,
    rivals={"ptb": 100, "aiogram": 100, "bare": 200},
    paced={"sqlite": 5, "postgresql": 5},
)


class Bench:
    """Runs a plan; figures by contestant and readers."""

    def __init__(self, plan: Plan, here: Place) -> None:
        self._plan = plan
        self._here = here
        self._columns: dict[tuple[str, int], dict[str, Any]] = {}

    def run(self) -> table.Columns:
        """Measure everything; the short runs in turn, so that a busy moment of the machine hits them all."""
        short = [size for size in self._plan.sizes if size < self._plan.single]
        rounds = [self._round(short) for _ in range(self._plan.rounds)]
        for key in rounds[0]:
            self._note(key, {name: median(one[key][name] for one in rounds) for name in rounds[0][key]})
        for size in self._plan.sizes:
            for kind in self._here.kinds:
                self._ours(kind, size, flat=size not in short)
        order = [(kind, size) for kind in self._here.kinds for size in self._plan.sizes]
        order += [(name, 0) for name in self._plan.rivals]
        return {key: self._columns[key] for key in order}

    def _round(self, sizes: list[int]) -> dict[tuple[str, int], dict[str, float]]:
        """Each contestant once."""
        costs = {(kind, size): self._flat_out(kind, size) for size in sizes for kind in self._here.kinds}
        for name, messages in self._plan.rivals.items():
            say(f"{table.NAMES[name]}: {messages:,} messages")
            told = self._here.rival(name, messages)
            costs[name, 0] = _cost(told, messages) | {"memory": told["memory"]}
        ptb = costs["ptb", 0]["cpu_message"]
        return {key: cost | {"times": ptb / cost["cpu_message"]} for key, cost in costs.items()}

    def _flat_out(self, kind: str, size: int) -> dict[str, float]:
        say(f"{table.NAMES[kind]}: {size:,} readers, as fast as it goes")
        told = self._here.broadcast(kind, size, flat_out=True, seconds=self._plan.longest)
        server = {"server_message": told["database_cpu"] / told["sent"]} if told["database_cpu"] else {}
        return _cost(told, told["sent"]) | server

    def _ours(self, kind: str, size: int, *, flat: bool) -> None:
        if flat:
            cost = self._flat_out(kind, size)
            self._note((kind, size), cost | {"times": self._ptb() / cost["cpu_message"]})
        paced, alone = self._paced(kind, size), self._alone(kind, size)
        self._note((kind, size), paced | alone)
        fewest = self._columns[kind, self._plan.sizes[0]]["claim_and_settle"]
        self._note((kind, size), {"flatness": alone["claim_and_settle"] / fewest})

    def _paced(self, kind: str, size: int) -> dict[str, float]:
        seconds = self._plan.paced[kind]
        say(f"{table.NAMES[kind]}: {size:,} readers, 1,000 a second, {seconds:g} s at most")
        told = self._here.broadcast(kind, size, seconds=seconds, latency=LATENCY, every=EVERY)
        return {name: told[name] for name in PACED} | {"paced_message": told["cpu"] / told["sent"]}

    def _alone(self, kind: str, size: int) -> dict[str, float]:
        say(f"{table.NAMES[kind]}: {size:,} readers, the database alone")
        told = self._here.claim(kind, size)
        return told | {"claim_and_settle": told["claim"] + told["settle"]}

    def _ptb(self) -> float:
        cost: float = self._columns["ptb", 0]["cpu_message"]
        return cost

    def _note(self, key: tuple[str, int], figures: Mapping[str, Any]) -> None:
        self._columns.setdefault(key, {}).update(figures)


def _cost(told: Mapping[str, Any], messages: int) -> dict[str, float]:
    return {"cpu_message": told["cpu"] / messages, "wall_message": told["wall"] / messages}


def say(line: str) -> None:
    """What goes on, beside what is printed in the end."""
    sys.stderr.write(f"bench: {line}\n")


def without(plan: Plan, missing: Collection[str]) -> Plan:
    """The plan without the contestants that are missing."""
    there = {name: messages for name, messages in plan.rivals.items() if name not in missing}
    return replace(plan, rivals=there)


def show(columns: table.Columns, folder: Path, took: float, *, picture: bool = True) -> None:
    """Print the table and the bars; write the picture and the page's table."""
    lines = [*table.plain(columns), "", "CPU ms a message", *table.bars(columns), ""]
    lines += [f"not reached: {one}" for one in table.missed(columns)] or ["everything reached"]
    sys.stdout.write("\n".join(lines) + "\n")
    folder.mkdir(parents=True, exist_ok=True)
    if picture:
        from scripts.bench import chart  # noqa: PLC0415  (it needs matplotlib)

        chart.draw(columns, folder / "speed.png")
    _write(folder / "speed.md", [_where(took), "", *table.markdown(columns)])


def _where(took: float) -> str:
    day = datetime.now(UTC).date().isoformat()
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{day}, {os.cpu_count()} cores, {python}, {platform.system()}; the whole run took {took:.0f} s."


def _write(page: Path, lines: list[str]) -> None:
    """Put the table into its place in the page, or make a page of it."""
    framed = "<!-- make bench -->\n{}\n<!-- end -->".format("\n".join(lines))
    text = page.read_text("utf-8") if page.exists() else framed + "\n"
    page.write_text(_TABLE.sub(lambda _: framed, text), encoding="utf-8")


def main() -> int:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(prog="python -m scripts.bench", description="What a message costs.")
    parser.add_argument("--full", action="store_true", help="a million readers too: a quarter of an hour")
    parser.add_argument("--quick", action="store_true", help="a few hundred messages: does it work?")
    parser.add_argument("--sqlite", action="store_true", help="leave PostgreSQL out")
    parser.add_argument("--into", type=Path, default=ROOT / "docs", help="folder of speed.png and speed.md")
    asked = parser.parse_args()
    missing = [name for name in BROUGHT if find_spec(name) is None]
    for name in missing:
        say(f"{name} is not installed (make bench brings it along): without it")
    plan = without(FULL if asked.full else QUICK if asked.quick else USUAL, missing)
    began = monotonic()
    with place.opened(with_postgres=not asked.sqlite) as here:
        if "postgresql" not in here.kinds and not asked.sqlite:
            say("no PostgreSQL server is installed (Debian: postgresql): without it")
        columns = Bench(plan, here).run()
    show(columns, asked.into, monotonic() - began, picture="matplotlib" not in missing)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
