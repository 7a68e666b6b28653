"""One of two senders dies: the other serves its readers, and says whose they were."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from storage import due, posts

if TYPE_CHECKING:
    import pytest

    from tests.delivery.house import House


async def test_who_takes_over_the_readers_of_a_dead_sender_says_whose_and_how_many(
    house_of_each: House, caplog: pytest.LogCaptureFixture
):
    house = house_of_each
    crowd = await house.crowd(3)
    await house.story()
    await posts.mark_slice(house.db, house.clock())
    over = timedelta(seconds=-1)
    held = await due.claim(house.db, "there/1/a", now=house.clock(), lease=over, limit=2)
    assert len(held) == 2
    await house.work()
    assert [len(house.texts(who.chat_id)) for who in crowd] == [1, 1, 1]
    (said,) = [record for record in caplog.records if record.message == "leases have run out"]
    assert (said.levelno, said.owner, said.readers) == (logging.WARNING, "there/1/a", 2)  # type: ignore[attr-defined]
