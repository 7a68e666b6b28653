"""Who was asleep, or cut off, knows for how long, and believes nothing of others before they could speak."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot import in_touch
from bot.in_touch import InTouch, boot_time

UPTIME = Path("/proc/uptime")


@pytest.mark.skipif(not UPTIME.exists(), reason="only Linux tells how long it has been up")
def test_the_time_since_the_boot_is_that_of_the_machine_asleep_or_awake():
    before = boot_time()
    up = float(UPTIME.read_text("ascii").split()[0])
    assert before - 0.01 <= up <= boot_time()


def test_who_was_out_of_touch_believes_what_it_sees_of_others_a_lease_later(monkeypatch):
    now, lease, touch = [100.0], timedelta(seconds=30), InTouch()
    monkeypatch.setattr(in_touch, "boot_time", lambda: now[0])
    believed = []
    for now[0] in (100, 110, 120, 130, 155, 165, 175, 185):  # between 130 and 155 nothing was heard
        believed.append(touch.knows(15, lease))
        touch.heard()
    assert believed == [False, False, False, True, False, False, False, True]
    now[0] += 16
    assert touch.is_silent(15)
