"""The same figures as a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from matplotlib.figure import Figure

from scripts.bench.table import NAMES, OURS, head, short

if TYPE_CHECKING:
    from pathlib import Path

    from scripts.bench.table import Columns

COLOURS: Final = {
    "sqlite": "#00695c",
    "postgresql": "#26a69a",
    "ptb": "#b0413e",
    "aiogram": "#c98a2b",
    "bare": "#9e9e9e",
}


def draw(columns: Columns, path: Path) -> None:
    """A PNG: CPU a message of each contestant; marking, claiming and settling against the readers."""
    figure = Figure(figsize=(13, 4.4), layout="constrained")
    cost, mark, claim = figure.subplots(1, 3, width_ratios=(1.5, 1, 1))
    _costs(cost, columns)
    _lines(mark, columns, ("marked_alone", 1.0), "Marking all readers of a story, s")
    _lines(claim, columns, ("claim_and_settle", 1e6), "Claim and settle, µs a reader")
    mark.set_yscale("log")
    claim.set_ylim(bottom=0)
    figure.savefig(path, dpi=130)


def _costs(axes: Any, columns: Columns) -> None:
    """Bars from nothing: a logarithm would hide how far the contestants are apart."""
    told = {key: figures["cpu_message"] * 1e3 for key, figures in columns.items() if "cpu_message" in figures}
    names = [head(*key) for key in told]
    bars = axes.barh(names, list(told.values()), color=[COLOURS[kind] for kind, _ in told])
    axes.bar_label(bars, fmt="%.2f", padding=3)
    axes.invert_yaxis()
    axes.margins(x=0.12)
    axes.set_title("CPU ms a message (photo card with keyboard)", fontsize=10)
    _bare(axes)


def _lines(axes: Any, columns: Columns, figure: tuple[str, float], title: str) -> None:
    name, scale = figure
    sizes = sorted({readers for _, readers in columns if readers})
    for kind in OURS:
        points = {n: told[name] * scale for (one, n), told in columns.items() if one == kind and name in told}
        if points:
            axes.plot(points.keys(), points.values(), marker="o", color=COLOURS[kind], label=NAMES[kind])
        for at in points.items():
            axes.annotate(f"{at[1]:.3g}", at, (0, 7), textcoords="offset points", ha="center", fontsize=9)
    axes.set_xscale("log")
    axes.set_xticks(sizes, [short(size) for size in sizes])
    axes.minorticks_off()
    axes.margins(0.2)
    axes.set_xlabel("readers")
    axes.set_title(title, fontsize=10)
    axes.legend(frameon=False, loc="best")
    _bare(axes)


def _bare(axes: Any) -> None:
    axes.spines[["top", "right"]].set_visible(False)
