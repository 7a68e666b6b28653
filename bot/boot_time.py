"""Time that passes while the machine sleeps, too: leases run out meanwhile, and Python's own clock stands."""

from __future__ import annotations

import sys
import time


def boot_time() -> float:
    """Seconds since the boot, by a clock that nobody sets; where there is none, those awake."""
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()
