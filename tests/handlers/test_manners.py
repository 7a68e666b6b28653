from __future__ import annotations

import logging
from datetime import timedelta

import pytest

from bot.demo.telegram.faults import Fault
from handlers.patience import LIMIT
from storage import readers
from storage.errors import Unavailable
from tests.handlers.conftest import words


async def test_an_unknown_command_is_answered_kindly_with_the_nearest_one(house, rahim):
    answer = await house.hear(rahim, "/folow visa")
    assert words(answer) == (
        "দুঃখিত, /folow নির্দেশটি আমার জানা নেই। আপনি কি /follow বোঝাতে চেয়েছেন? "
        "কী কী করতে পারি, তা দেখতে /help লিখুন।"
    )
    assert "/help" in words(await house.hear(rahim, "/শুরু"))


@pytest.mark.parametrize("command", ["/broadcast", "/broadcast সবাইকে বলুন", "/sources", "/stats"])
async def test_to_readers_the_editors_commands_do_not_exist(house, rahim, command):
    name = command.split(maxsplit=1)[0]
    assert words(await house.hear(rahim, command)).startswith(f"দুঃখিত, {name} নির্দেশটি আমার জানা নেই।")


async def test_a_command_may_be_typed_in_capitals_and_with_the_bots_name(house, rahim):
    assert "স্বাগতম" in words(await house.hear(rahim, f"/START@{house.newsroom.username.upper()}"))


@pytest.mark.parametrize("talk", ["কেমন আছেন?", "/ start", "//", "<b>", "🙂", "/follow@another_bot visa"])
async def test_plain_words_in_private_get_a_short_hint(house, rahim, talk):
    answer = await house.hear(rahim, talk)
    assert "/follow" in words(answer)
    assert "/latest" in words(answer)


async def test_a_picture_in_private_gets_the_hint_too(house, rahim):
    assert "/latest" in words(await house.hear(rahim, "ছবি দেখুন", photo=_PNG))


async def test_help_is_grouped_and_names_every_command_of_readers(house, rahim):
    answer = words(await house.hear(rahim, "/help"))
    for command in ("start", "follow", "unfollow", "latest", "saved", "digest", "quiet", "timezone", "pause"):
        assert f"/{command}" in answer
    assert "/broadcast" not in answer


async def test_help_names_the_editors_commands_to_editors(house, editor):
    answer = words(await house.hear(editor, "/help"))
    assert "/broadcast" in answer
    assert "/sources" in answer


@pytest.mark.parametrize(
    "data", ["", "nonsense", "2|f|probash", "1|", "1|unknown|x", "1|f", "0", "1|f|a|b|c|<b>", "¬"]
)
async def test_a_forged_or_foreign_button_is_answered_politely(house, rahim, data):
    greeting = await house.hear(rahim, "/start")
    pressed = await house.press(rahim, greeting, data, forge=True)
    assert pressed.answered
    assert pressed.text
    assert await house.follows(101) == set()


async def test_a_button_of_a_message_that_is_out_of_reach_is_answered_politely(house, rahim):
    greeting = await house.hear(rahim, "/start")
    await house.application.bot.delete_message(101, greeting["message_id"])
    pressed = await house.press(rahim, greeting, "1|f|probash", forge=True)
    assert pressed.text == "বোতামটি পুরোনো হয়ে গেছে। নতুন করে শুরু করতে /start লিখুন।"
    assert await house.follows(101) == set()


async def test_a_flood_by_one_person_is_answered_once_and_then_met_with_silence(house, rahim):
    karim = house.server.person(202, "করিম")
    for _ in range(LIMIT):
        await house.hear(rahim, "/pause")
    assert "একটু ধীরে" in words(await house.hear(rahim, "/pause"))
    assert await house.say(rahim, "/pause") == []
    assert "স্বাগতম" in words(await house.hear(karim, "/start"))
    house.now += timedelta(minutes=1)
    assert len(await house.say(rahim, "/resume")) == 1


async def test_a_flood_of_presses_is_answered_and_does_nothing(house, rahim):
    greeting = await house.hear(rahim, "/start")
    for _ in range(LIMIT - 1):
        await house.press(rahim, greeting, "1|f|probash", forge=True)
    followed = await house.follows(101)
    assert "একটু ধীরে" in (await house.press(rahim, greeting, "1|f|probash", forge=True)).text
    assert await house.follows(101) == followed


async def test_an_editor_never_waits_whose_next_press_may_be_a_stop(house, editor):
    greeting = await house.hear(editor, "/start")
    for _ in range(LIMIT + 1):
        pressed = await house.press(editor, greeting, "1|f|probash", forge=True)
        assert "অনুসরণ করছেন" in pressed.text
    _, panel = await house.say(editor, "/broadcast শুভ সকাল")
    await house.press(editor, panel, "✖️ বাতিল")
    assert "বাতিল করা হলো" in words(house.again(panel))


@pytest.mark.parametrize(
    ("called", "shown"),
    [
        ("রহিম\u202e\u2066মিয়া", "রহিমমিয়া"),
        ("রহিম\n\n\nআপনার পুরস্কার", "রহিম আপনার পুরস্কার"),
        ("র\u200b\u200b\u200bহিম", "রহিম"),
        ("রহিম" + "\u200d" * 40, "রহিম\u200d"),
        ("\u202e\u200b", "প্রিয় পাঠক"),
        ("\u3164", "প্রিয় পাঠক"),
        ("<b>র & হ</b>", "<b>র & হ</b>"),
        ("ক " * 200, "ক " * 30 + "ক…"),
    ],
)
async def test_people_are_called_by_what_can_be_seen_of_their_name(house, called, shown):
    person = house.server.person(303, called)
    assert words(await house.hear(person, "/start")).splitlines()[0] == f"স্বাগতম, {shown}! 👋"


async def test_a_chat_is_called_by_what_can_be_seen_of_its_title(house, rahim):
    for number, (title, shown) in enumerate((("মদিনার\u202e\nভাই", "মদিনার ভাই"), ("\u2800", "এই চ্যাট"))):
        group = house.server.group(-4_100 - number, title, admins=[rahim])
        await house.serve()
        assert words(house.last(group)).startswith(f"{shown}-এর সবাইকে শুভেচ্ছা")
        assert f"⚙️ {shown}: সেটিংস" in words(await house.hear(rahim, "/settings", group))


async def test_what_goes_wrong_is_logged_and_answered_with_a_sentence(house, rahim, caplog, monkeypatch):
    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the roof fell in")

    await house.hear(rahim, "/start")
    monkeypatch.setattr(readers, "pause", broken)
    with caplog.at_level(logging.ERROR):
        answer = await house.hear(rahim, "/pause")
    assert words(answer) == "দুঃখিত, কোথাও একটা সমস্যা হয়েছে। একটু পরে আবার চেষ্টা করুন।"
    assert "the roof fell in" in caplog.text


async def test_a_press_that_goes_wrong_is_answered_too(house, rahim, caplog, monkeypatch):
    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the roof fell in")

    settings = await house.hear(rahim, "/settings")
    monkeypatch.setattr(readers, "pause", broken)
    with caplog.at_level(logging.ERROR):
        pressed = await house.press(rahim, settings, "⏸ বিরতি")
    assert (pressed.text, pressed.alert) == ("দুঃখিত, কোথাও একটা সমস্যা হয়েছে। একটু পরে আবার চেষ্টা করুন।", True)
    assert len(house.server.sent(rahim)) == 1
    assert "the roof fell in" in caplog.text


async def test_a_press_is_answered_even_while_the_database_is_gone(house, rahim, caplog, monkeypatch):
    async def gone(*_: object, **__: object) -> None:
        raise Unavailable("the disk is full")

    greeting = await house.hear(rahim, "/start")
    monkeypatch.setattr(readers, "arrive", gone)
    with caplog.at_level(logging.ERROR):
        pressed = await house.press(rahim, greeting, "🌍 প্রবাসের খবর")
    assert "কোথাও একটা সমস্যা হয়েছে" in pressed.text
    assert "the disk is full" in caplog.text


async def test_a_choice_is_kept_even_if_telegram_will_not_have_the_edit(house, rahim):
    greeting = await house.hear(rahim, "/start")
    refused = Fault.error(400, "Bad Request: message can't be edited")
    house.server.faults.add(refused, method="editMessageReplyMarkup")
    pressed = await house.press(rahim, greeting, "🌍 প্রবাসের খবর")
    assert "অনুসরণ করছেন" in pressed.text
    assert await house.follows(101) == {"category:probash"}


async def test_an_edited_message_is_not_a_new_command(house, rahim):
    await house.hear(rahim, "/follow visa")
    said = next(one for one in house.server.messages(rahim) if words(one) == "/follow visa")
    await house.server.edit(said, "/follow probash")
    await house.serve()
    assert await house.follows(101) == {"category:visa"}


_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc0000003010100c9fe92ef"
    "0000000049454e44ae426082"
)
