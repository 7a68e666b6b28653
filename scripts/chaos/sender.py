"""`python -m bot run --role send`, with a name, shorter leases and, if asked, without some of its safeguards.

    NAME=s1 LEASE=4 WITHOUT=flush python -m scripts.chaos.sender

A suite that does not fail without them proves nothing. The engine has no switches for this: what is taken
away is replaced here, in this process.
"""

from __future__ import annotations

import os
import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import true

from bot import cli, owner
from delivery import catch_up, outbox, outcome, telegram
from scripts.chaos import leases
from storage import database, due, many, settling
from storage.settling import Settlement

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from storage.due import Claimed

REQUEST: Final = 0.4
"""How much of a lease a request may take, where leases are shorter than the bot's own."""
SPARE: Final = 0.5


def replace(module: Any, name: str, value: object) -> None:
    """Put `value` in the place of something that is there; AttributeError where it is not any more."""
    getattr(module, name)
    setattr(module, name, value)


def known_as(name: str) -> None:
    """Its leases end with its name, and its sessions with PostgreSQL say it: scripts.chaos.leases."""
    usual = owner.name
    replace(owner, "name", lambda: f"{usual()}/{name}")
    database._POSTGRESQL["connect_args"]["server_settings"][leases.WHOSE] = name  # noqa: SLF001


def shorten(seconds: float) -> None:
    """Leases of so many seconds, and requests that end within them."""
    replace(catch_up, "LEASE", timedelta(seconds=seconds))
    replace(catch_up, "SPARE", timedelta(seconds=seconds * SPARE))
    replace(telegram, "LONGEST", seconds * REQUEST)


def without_flush() -> None:
    """Receipts wait for a second before they are saved."""
    replace(outbox, "FLUSH", 1.0)


def without_owner() -> None:
    """Whoever says what became of a reader is believed, whoever holds them by now."""
    replace(settling, "_holds", lambda _said: true())
    made_anew = {dialect: settling._settling(dialect) for dialect in many.DIALECTS}  # noqa: SLF001
    replace(settling, "_SETTLE", made_anew)


def without_caution() -> None:
    """What may have arrived is sent again until somebody says that it has."""

    def unsure(claimed: Claimed, _show: object, now: datetime, _reason: str) -> Settlement:
        return Settlement(claimed.reader.id, epoch=claimed.epoch, due_at=now)

    replace(outcome, "_unsure", unsure)


def without_begun() -> None:
    """Nothing is written down of what is about to leave for the last time."""

    async def begin(*_: object) -> set[int]:
        return set()

    replace(due, "begin", begin)


SAFEGUARDS: Final[dict[str, Callable[[], None]]] = {
    "flush": without_flush,
    "owner": without_owner,
    "caution": without_caution,
    "begun": without_begun,
}


def main() -> int:
    """Run the bot's sender until it ends; its exit status."""
    known_as(os.environ["NAME"])
    if seconds := float(os.environ.get("LEASE", "0")):
        shorten(seconds)
    for safeguard in os.environ.get("WITHOUT", "").split():
        SAFEGUARDS[safeguard]()
    return cli.main(["run", "--role", "send"])


if __name__ == "__main__":
    sys.exit(main())
