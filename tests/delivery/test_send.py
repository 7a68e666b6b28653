"""One message to one chat in the best form it can take; a picture goes up once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING

import pytest

from bot.demo.telegram import Fault
from delivery import card
from delivery.answers import BadMarkup, Gone, Later, Refused, Sent, Unsure
from delivery.message import Message
from storage import media
from storage.errors import Unavailable
from tests.delivery.stories import CATEGORIES, story
from tests.demo.telegram_api import png

if TYPE_CHECKING:
    from storage.database import Database
    from tests.delivery.house import House

URL = "https://probhatbela.example/media/1.jpg"
CARD = Message(text="<b>রোম</b> &amp; মিলান", photo=URL)
TEXT = Message(text="<b>রোম</b> &amp; মিলান")

pytestmark = pytest.mark.usefixtures("no_second_between")


def ways(house: House) -> list[str]:
    """How each request showed the picture."""
    found = []
    for request in house.server.log:
        photo = str(request.parameters.get("photo", ""))
        way = (
            "upload"
            if request.uploads
            else "address"
            if photo.startswith("http")
            else "file id"
            if photo
            else "none"
        )
        found.append(way)
    return found


async def people(house: House, size: int) -> range:
    chats = range(1, size + 1)
    for chat in chats:
        house.server.person(chat, f"পাঠক {chat}", started=True)
    return chats


async def test_a_picture_goes_up_once_for_many_readers_at_the_same_time(house: House):
    sender, chats = house.sender(), await people(house, 20)
    house.server.faults.add(Fault.slow(0.1))
    answers = await asyncio.gather(*(sender.send(chat, 0, CARD) for chat in chats))
    assert all(isinstance(answer, Sent) for answer in answers)
    assert sorted(ways(house)) == ["file id"] * 19 + ["upload"]
    assert house.fetched == [URL]
    assert all(house.server.messages(chat)[0]["photo"] for chat in chats)


async def test_after_a_restart_the_picture_is_still_known(house: House):
    await people(house, 2)
    await house.sender().send(1, 0, CARD)
    await house.sender().send(2, 0, CARD)
    assert ways(house) == ["upload", "file id"]


async def test_many_readers_at_once_ask_the_database_once_for_their_picture(
    house: House, monkeypatch: pytest.MonkeyPatch
):
    first, *chats = await people(house, 21)
    await house.sender().send(first, 0, CARD)
    asked, known, sender = [], media.file_id, house.sender()

    async def counted(db: Database, url: str) -> str | None:
        asked.append(url)
        return await known(db, url)

    monkeypatch.setattr(media, "file_id", counted)
    await asyncio.gather(*(sender.send(chat, 0, CARD) for chat in chats))
    assert asked == [URL]
    assert ways(house) == ["upload"] + ["file id"] * 20


async def test_a_picture_that_its_source_does_not_give_is_left_to_telegram(house: House):
    await people(house, 2)
    house.picture = None
    house.server.world.pictures.of_url[URL] = house.server.world.pictures.keep(png())
    sender = house.sender()
    assert isinstance(await sender.send(1, 0, CARD), Sent)
    assert isinstance(await sender.send(2, 0, CARD), Sent)
    assert ways(house) == ["address", "file id"]


async def test_a_picture_that_nobody_can_get_is_left_out_for_everyone(house: House):
    await people(house, 3)
    house.picture = None
    sender = house.sender()
    for chat in (1, 2, 3):
        assert isinstance(await sender.send(chat, 0, CARD), Sent)
    assert ways(house) == ["address", "none", "none", "none"]
    assert house.server.messages(3)[0]["text"] == "রোম & মিলান"


async def test_a_card_without_its_picture_does_not_name_who_took_it(house: House):
    """Neither where it is left out for the first time nor where that is known."""
    await people(house, 2)
    house.picture = None
    message = card.compose(story(), CATEGORIES, "bn")
    assert "কামরুল হাসান" in message.text
    sender = house.sender()
    for chat in (1, 2):
        assert isinstance(await sender.send(chat, 0, message), Sent)
        (shown,) = house.server.messages(chat)
        assert "রোমে প্রবাসী শিল্পীদের" in shown["text"]
        assert "কামরুল হাসান" not in shown["text"]
        assert shown["reply_markup"]


async def test_what_is_no_picture_is_asked_for_by_address_and_then_left_out(house: House):
    await people(house, 1)
    house.picture = b"GIF89a but not really"
    assert isinstance(await house.sender().send(1, 0, CARD), Sent)
    assert ways(house) == ["upload", "address", "none"]


async def test_a_source_too_slow_for_its_picture_holds_nobody_up(
    house: House, monkeypatch: pytest.MonkeyPatch
):
    async def never(_: str) -> bytes:
        await asyncio.sleep(60)
        return b""

    monkeypatch.setattr("delivery.pictures.PATIENCE", 0.05)
    await people(house, 1)
    sender = house.sender()
    sender._pictures._fetch = never
    assert isinstance(await sender.send(1, 0, CARD), Sent)
    assert ways(house) == ["address", "none"]


async def test_a_file_id_that_telegram_does_not_know_any_more_is_replaced_by_a_new_upload(house: House):
    await people(house, 2)
    await media.keep(house.db, URL, "AgACold", house.clock())
    sender = house.sender()
    assert isinstance(await sender.send(1, 0, CARD), Sent)
    assert isinstance(await sender.send(2, 0, CARD), Sent)
    assert ways(house) == ["file id", "upload", "file id"]
    assert await media.file_id(house.db, URL) == house.server.messages(2)[0]["photo"][-1]["file_id"]


async def test_many_readers_with_a_dead_file_id_upload_once(house: House):
    chats = await people(house, 12)
    await media.keep(house.db, URL, "AgACold", house.clock())
    sender = house.sender()
    answers = await asyncio.gather(*(sender.send(chat, 0, CARD) for chat in chats))
    assert all(isinstance(answer, Sent) for answer in answers)
    assert ways(house).count("upload") == 1
    assert all(house.server.messages(chat)[0].get("photo") for chat in chats)


async def test_the_first_reader_being_gone_leaves_the_upload_to_the_next(house: House):
    await people(house, 2)
    house.server.block(house.server.world.people[1])
    sender = house.sender()
    assert isinstance(await sender.send(1, 0, CARD), Gone)
    assert isinstance(await sender.send(2, 0, CARD), Sent)
    assert ways(house) == ["upload", "upload"]


async def test_markup_that_telegram_refuses_goes_once_as_plain_text(house: House):
    await people(house, 1)
    sender = house.sender()
    answer = await sender.send(1, 0, Message(text="<b>রোম <i>ও</b> মিলান</i> &amp; আরও"))
    assert isinstance(answer, Sent)
    assert "can't parse entities" in answer.unformatted
    assert [request.status for request in house.server.log] == [400, 200]
    assert house.server.messages(1)[0]["text"] == "রোম ও মিলান & আরও"


async def test_plain_text_that_is_refused_too_is_not_tried_again(house: House):
    await people(house, 1)
    house.server.faults.add(Fault.error(400, "Bad Request: can't parse entities: x"), times=0)
    assert isinstance(await house.sender().send(1, 0, TEXT), BadMarkup)
    assert len(house.server.log) == 2


async def test_a_card_with_bad_markup_still_says_what_it_has_to(house: House):
    await people(house, 1)
    assert isinstance(await house.sender().send(1, 0, replace(CARD, text="<b>রোম")), Sent)
    assert house.server.messages(1)[0]["text"] == "রোম"


async def test_any_other_refusal_is_final(house: House):
    await people(house, 1)
    house.server.faults.add(Fault.error(400, "Bad Request: something new"))
    assert await house.sender().send(1, 0, TEXT) == Refused("Bad Request: something new")
    assert len(house.server.log) == 1


async def test_a_429_holds_that_chat_and_only_that_one(house: House):
    await people(house, 2)
    sender = house.sender()
    house.server.faults.add(Fault.error(429, "Too Many Requests: retry after 40", retry_after=40), chat_id=1)
    assert await sender.send(1, 0, TEXT) == Later(40.0)
    again = await sender.send(1, 0, TEXT)
    assert isinstance(again, Later)
    assert 39 < again.after <= 40
    assert isinstance(await sender.send(2, 0, TEXT), Sent)
    assert len(house.server.log) == 2


async def never() -> bool:
    return False


async def test_what_is_no_longer_allowed_when_its_turn_comes_is_not_sent(house: House):
    await people(house, 1)
    assert await house.sender().send(1, 0, CARD, allowed=never) == Later(0.0)
    assert not house.server.log


async def test_who_is_answered_meanwhile_is_not_claimed_again_before_their_second_is_over(house: House):
    await people(house, 1)
    sender = house.sender()

    async def answered_by_another() -> bool:
        sender.pace._answered(1, monotonic(), 0.0)
        return True

    answer = await sender.send(1, 0, TEXT, allowed=answered_by_another)
    assert isinstance(answer, Later)
    assert answer.after > 0
    assert not house.server.log


async def test_a_reply_is_repeated_when_telegram_says_later(house: House):
    await people(house, 1)
    house.server.faults.add(Fault.error(429, "Too Many Requests: retry after 1", retry_after=1))
    assert await house.sender().reply(1, 0, TEXT)
    assert [request.status for request in house.server.log] == [429, 200]


async def test_a_reply_that_may_have_arrived_is_not_repeated(house: House):
    await people(house, 1)
    house.server.faults.add(Fault.closed(accepted=True))
    assert not await house.sender().reply(1, 0, TEXT)
    assert len(house.server.messages(1)) == 1


async def test_the_database_being_away_costs_no_message(house: House, monkeypatch: pytest.MonkeyPatch):
    async def away(*_: object) -> None:
        raise Unavailable("The database is away")

    for name in ("file_id", "keep", "drop"):
        monkeypatch.setattr(f"storage.media.{name}", away)
    await people(house, 2)
    sender = house.sender()
    assert isinstance(await sender.send(1, 0, CARD), Sent)
    assert isinstance(await sender.send(2, 0, CARD), Sent)
    assert ways(house) == ["upload", "file id"]


async def test_an_upload_whose_answer_is_lost_is_tried_by_the_next(house: House):
    await people(house, 2)
    house.server.faults.add(Fault.closed(accepted=True))
    sender = house.sender()
    assert isinstance(await sender.send(1, 0, CARD), Unsure)
    assert isinstance(await sender.send(2, 0, CARD), Sent)
    assert ways(house) == ["upload", "upload"]


async def test_what_is_too_late_in_the_moment_it_leaves_does_not_leave(house: House):
    """Its sender was frozen, say, between its turn and the open connection; nobody is made to wait for it."""
    sender = house.sender()
    (chat,) = await people(house, 1)
    asked = []

    def still() -> bool:
        asked.append(len(house.server.log))
        return len(asked) > 1

    assert await sender.send(chat, 0, TEXT, still=still) == Later(0)
    assert house.server.sent(chat) == []
    assert sender.pace.pause_left() == 0
    assert isinstance(await sender.send(chat, 0, TEXT, still=still), Sent)
    assert len(asked) == 2
