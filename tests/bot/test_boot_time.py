"""Who was asleep knows for how long."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.boot_time import boot_time

UPTIME = Path("/proc/uptime")


@pytest.mark.skipif(not UPTIME.exists(), reason="only Linux tells how long it has been up")
def test_the_time_since_the_boot_is_that_of_the_machine_asleep_or_awake():
    before = boot_time()
    up = float(UPTIME.read_text("ascii").split()[0])
    assert before - 0.01 <= up <= boot_time()
