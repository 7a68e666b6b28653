"""A newsroom goes on from a copy: who had what it knew gets nothing twice, and nobody misses anything."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from news.article import Source
from storage import readers
from storage.backup import backup, restore

if TYPE_CHECKING:
    from pathlib import Path

    from storage.readers import Reader
    from tests.delivery.house import House

HOUR = timedelta(hours=1)
PAPER = Source("প্রভাতবেলা", "https://probhatbela.example/", "probash")

pytestmark = pytest.mark.usefixtures("no_second_between")


@dataclass
class Copied:
    """A newsroom, and a copy of its database that was made while it worked.

    When it was made the first three had the `pending` story and the others slept. Since then all have got it,
    and the story `since`, of which the copy does not know.
    """

    house: House
    file: Path
    crowd: list[Reader] = field(default_factory=list)
    pending: int = 0
    since: int = 0

    async def restore(self, *, old: bool) -> None:
        await self.house.db.close()
        url = f"sqlite+aiosqlite:///{self.house.db.url.database}"
        await restore(self.file, url, now=self.house.clock(), old=[PAPER] if old else None)

    async def copies(self) -> list[int]:
        return await self.house.copies(self.crowd)


@pytest.fixture
async def copied(house: House, tmp_path: Path) -> Copied:
    copied = Copied(house, tmp_path / "copy.db", await house.crowd(6))
    here = house.clock().astimezone(ZoneInfo("Asia/Dhaka"))
    night = ((here - HOUR).time(), (here + 5 * HOUR).time())
    for who in copied.crowd[3:]:
        await readers.set_quiet(house.db, who.id, night)
    copied.pending = await house.story()
    async with house.working():
        await house.quiet()
        await backup(house.db, copied.file)
        copied.since = await house.story()
        await house.quiet()
    house.ahead += 6 * HOUR
    await house.work()
    assert await copied.copies() == [2, 2, 2, 1, 1, 1]
    return copied


async def test_only_what_was_pending_in_the_copy_is_sent_again(copied):
    await copied.restore(old=False)
    await copied.house.work()
    assert await copied.copies() == [2, 2, 2, 2, 2, 2]
    assert await copied.house.accounts(copied.pending) == {"sent": 6}


async def test_of_an_old_copy_nothing_is_sent_again(copied):
    await copied.restore(old=True)
    await copied.house.work()
    assert await copied.copies() == [2, 2, 2, 1, 1, 1]
    assert await copied.house.accounts(copied.pending) == {"sent": 3, "unknown": 3}


@pytest.mark.parametrize("old", [False, True])
async def test_what_is_published_next_reaches_everybody_under_an_id_of_its_own(copied, old):
    await copied.restore(old=old)
    await copied.house.work()
    before = await copied.copies()
    new = await copied.house.story()
    await copied.house.work()
    assert await copied.copies() == [number + 1 for number in before]
    assert await copied.house.accounts(new) == {"sent": 6}
    await copied.house.receipts_are_true(new)
    assert new > copied.since
