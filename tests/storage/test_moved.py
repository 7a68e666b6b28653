"""What a chat got before its id became another is not taken for messages of the new one."""

from __future__ import annotations

import pytest

from storage import copies, readers, receipts
from storage.corrections import Correction
from storage.due import Receipt, Settlement


@pytest.mark.parametrize("merged", [False, True])
async def test_no_message_of_the_new_chat_is_changed_for_one_of_the_old(house, db, now, reader, merged):
    """A supergroup numbers its messages anew."""
    await house.claim()
    await house.settle(Settlement(reader.id, 1, (Receipt(1, "sent", 40),)))
    if merged:
        await house.reader(-1005)
    await readers.move(db, 1, -1005, now)
    one = await readers.reader(db, -1005)
    await house.story("category:probash")
    await house.mark()
    await house.claim()
    await house.settle(Settlement(one.id, 2, (Receipt(2, "sent", 40),)))
    assert await receipts.outcomes(db, 1) == await receipts.outcomes(db, 2) == {"sent": 1}
    first, second = (Correction(post_id, post_id, 7, "retract", now) for post_id in (1, 2))
    assert await copies.behind(db, first) == []
    assert [copy.posts for copy in await copies.behind(db, second)] == [(2,)]
    assert await receipts.post_of(db, -1005, 40) == [2]
