"""Whatever happens in whatever order: nobody misses a post, and nobody gets a copy too many."""

from __future__ import annotations

import asyncio
import os

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from storage.database import Database
from tests.delivery.machine import Newsroom

TIMES = int(os.environ.get("EXAMPLES_TIMES", "1"))
"""For a long run: so many times as many lives."""
SETTINGS = settings(
    max_examples=20 * TIMES,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


def test_every_reader_has_got_what_was_for_them_whatever_happens(database_url):
    with asyncio.Runner() as runner:
        db = Database(database_url)
        try:
            run_state_machine_as_test(lambda: Newsroom(runner, db), settings=SETTINGS)
        finally:
            runner.run(db.close())
