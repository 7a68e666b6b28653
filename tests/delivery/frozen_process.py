"""`sender_process.py` whose leases last three seconds: the one that the tests freeze for longer than that."""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta

from delivery import catch_up
from tests.delivery import sender_process

LEASE = timedelta(seconds=3)
SPARE = timedelta(seconds=1.5)

if __name__ == "__main__":
    catch_up.LEASE, catch_up.SPARE = LEASE, SPARE
    asyncio.run(sender_process.main(*sys.argv[1:]))
