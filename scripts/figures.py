"""What the counts and times of a run mean. Pure."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def most_within(times: Sequence[float], seconds: float = 1.0) -> int:
    """The most moments (ascending) that lie within `seconds` (the end not included), wherever they begin."""
    most = first = 0
    for last, moment in enumerate(times):
        while times[first] + seconds <= moment:
            first += 1
        most = max(most, last - first + 1)
    return most


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of the values do not exceed; 0 of none."""
    ordered = sorted(values)
    return ordered[max(0, ceil(share * len(ordered)) - 1)] if ordered else 0.0
