"""`sender_process.py` whose leases last three seconds: the one that the tests freeze for longer than that.

With IMPATIENT in its environment its requests are short too, and its own leases soon count as overlooked.
"""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import timedelta

from delivery import catch_up, telegram
from storage import due
from tests.delivery import sender_process

LEASE = timedelta(seconds=3)
SPARE = timedelta(seconds=1.5)
LONGEST = 4
OVERLOOKED = timedelta(seconds=2)

if __name__ == "__main__":
    catch_up.LEASE, catch_up.SPARE = LEASE, SPARE
    if "IMPATIENT" in os.environ:
        telegram.LONGEST, due.OVERLOOKED = LONGEST, OVERLOOKED
    asyncio.run(sender_process.main(*sys.argv[1:]))
