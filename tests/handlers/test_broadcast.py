from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.demo.telegram.faults import Fault
from delivery.publish import announce
from handlers.editors import broadcast_progress
from storage import announcements, audit, drafts, due, posts, readers
from storage.due import Receipt, Settlement
from storage.posts import Announcement, Audience
from tests.handlers.conftest import EDITOR, button, labels, words

LEASE = timedelta(seconds=30)


@pytest.fixture
async def audience(house):
    """Three readers; two of them follow ভিসা ও অভিবাসন."""
    people = [house.server.person(300 + number, f"পাঠক {number}") for number in range(3)]
    for person in people:
        await house.hear(person, "/start")
    for person in people[:2]:
        await house.hear(person, "/follow visa")
    return people


@pytest.mark.usefixtures("audience")
async def test_the_next_message_is_shown_as_readers_would_see_it_and_then_counted(house, editor):
    assert "কী জানাতে চান?" in words(await house.hear(editor, "/broadcast"))
    preview, panel = await house.say(editor, "আগামীকাল দূতাবাস বন্ধ থাকবে।")
    assert words(preview) == "আগামীকাল দূতাবাস বন্ধ থাকবে।"
    assert words(panel) == (
        "📣 পাঠানোর আগে দেখে নিন\nওপরের বার্তাটি ঠিক এভাবেই যাবে।\n\n"
        "যাঁরা পাবেন: সব পাঠক\nপাঠক: ৪ জন\nসময় লাগবে: প্রায় ১ সেকেন্ড"
    )
    assert "🔘 সব পাঠক" in labels(panel)
    assert await posts.newest_id(house.db) == 0


@pytest.mark.usefixtures("audience")
async def test_a_photo_is_announced_as_it_is(house, editor):
    await house.hear(editor, "/broadcast")
    preview, panel = await house.say(editor, "দূতাবাসের নোটিশ", photo=_PNG)
    assert preview["photo"]
    assert words(preview) == "দূতাবাসের নোটিশ"
    await house.press(editor, panel, "📣 পাঠান")
    (post,) = await posts.posts_after(house.db, 0)
    draft = house.server.messages(editor)[-3]
    assert post.announcement == Announcement(EDITOR, draft["message_id"], EDITOR, panel["message_id"])


@pytest.mark.usefixtures("audience")
async def test_a_category_narrows_the_audience(house, editor):
    panel = await _panel(house, editor)
    await house.press(editor, panel, "⚪️ 🛂 ভিসা ও অভিবাসন")
    panel = house.again(panel)
    assert "যাঁরা পাবেন: 🛂 ভিসা ও অভিবাসন\nপাঠক: ২ জন" in words(panel)
    assert "🔘 🛂 ভিসা ও অভিবাসন" in labels(panel)
    await house.press(editor, panel, "📣 পাঠান")
    (post,) = await posts.posts_after(house.db, 0)
    assert post.audience == Audience(keys=frozenset({"category:visa"}))
    assert post.expires_at == house.now + timedelta(days=7)


@pytest.mark.usefixtures("audience")
async def test_an_announcement_may_be_urgent_and_may_be_sent_once_only(house, editor):
    panel = await _panel(house, editor)
    for choice in ("জরুরি", "শুধু একবার", "⚪️ 🛂 ভিসা ও অভিবাসন"):
        await house.press(editor, house.again(panel), choice)
    assert {"✅ জরুরি", "✅ শুধু একবার"} <= set(labels(house.again(panel)))
    assert "জরুরি: দেরি না করে পাঠানো হবে, নীরব সময়েও।" in words(house.again(panel))
    assert "শুধু একবার: কারও কাছে পৌঁছেছে কি না জানা না গেলে" in words(house.again(panel))
    await house.press(editor, house.again(panel), "📣 পাঠান")
    (post,) = await posts.posts_after(house.db, 0)
    assert (post.urgency, post.hold, post.audience.keys) == (1, True, frozenset({"category:visa"}))


@pytest.mark.usefixtures("audience")
async def test_what_was_chosen_can_be_taken_back_and_is_not_the_rule(house, editor):
    panel = await _panel(house, editor)
    await house.press(editor, panel, "জরুরি")
    await house.press(editor, house.again(panel), "✅ জরুরি")
    assert "জরুরি:" not in words(house.again(panel))
    await house.press(editor, house.again(panel), "📣 পাঠান")
    (post,) = await posts.posts_after(house.db, 0)
    assert (post.urgency, post.hold) == (0, False)


@pytest.mark.usefixtures("audience")
async def test_a_panel_from_before_there_was_a_choice_still_sends(house, editor):
    panel = await _panel(house, editor)
    old = button(panel, "📣 পাঠান").rpartition("|")[0]
    await house.press(editor, panel, old, forge=True)
    assert len(await posts.posts_after(house.db, 0)) == 1


@pytest.mark.usefixtures("audience")
async def test_a_second_press_sends_nothing_twice(house, editor):
    panel = await _panel(house, editor)
    send = button(panel, "📣 পাঠান")
    assert (await house.press(editor, panel, send)).text == "পাঠানো শুরু হলো।"
    assert (await house.press(editor, panel, send, forge=True)).text == "ঘোষণাটি আগেই পাঠানো হয়েছে।"
    assert len(await posts.posts_after(house.db, 0)) == 1


@pytest.mark.usefixtures("audience")
async def test_the_same_message_can_be_announced_again_from_a_new_panel(house, editor):
    panel = await _panel(house, editor)
    await house.press(editor, panel, "📣 পাঠান")
    draft = next(one for one in house.server.messages(editor) if words(one) == "শুভ সকাল")
    _, again = await house.say(editor, "/broadcast", reply_to=draft)
    await house.press(editor, again, "📣 পাঠান")
    assert len(await posts.posts_after(house.db, 0)) == 2


@pytest.mark.usefixtures("audience")
async def test_cancel_sends_nothing_and_ends_the_draft(house, editor):
    question = await house.hear(editor, "/broadcast")
    await house.press(editor, question, "✖️ বাতিল")
    assert "বাতিল করা হলো" in words(house.again(question))
    assert "/latest" in words(await house.hear(editor, "শুভ সকাল"))
    panel = await _panel(house, editor)
    await house.press(editor, panel, "✖️ বাতিল")
    assert "কারও কাছে কিছু যায়নি" in words(house.again(panel))
    assert await posts.newest_id(house.db) == 0


async def test_a_draft_waits_through_a_restart_but_not_for_ever(house, editor):
    await house.hear(editor, "/broadcast")
    assert await drafts.begun(house.db, EDITOR, house.now)
    house.now += timedelta(minutes=20)
    assert "/latest" in words(await house.hear(editor, "শুভ সকাল"))


@pytest.mark.usefixtures("audience")
async def test_text_after_the_command_is_announced_with_its_markup(house, editor):
    preview, panel = await house.say(editor, "/broadcast ছুটির দিন: <শুক্রবার> & শনিবার")
    assert words(preview) == "ছুটির দিন: <শুক্রবার> & শনিবার"
    await house.press(editor, panel, "📣 পাঠান")
    (post,) = await posts.posts_after(house.db, 0)
    assert post.announcement == Announcement(EDITOR, preview["message_id"], EDITOR, panel["message_id"])


@pytest.mark.usefixtures("audience")
async def test_bold_words_after_the_command_stay_bold(house, editor):
    await house.hear(editor, "/start")
    text = "/broadcast 📣 আগামীকাল ছুটি"
    said = {
        "message_id": 900,
        "date": 1_750_000_000,
        "chat": house.server.world.chats[EDITOR].api(),
        "from": editor.user.api(),
        "text": text,
        "entities": [
            {"type": "bot_command", "offset": 0, "length": 10},
            {"type": "bold", "offset": 14, "length": 8},
        ],
    }
    house.server.world.updates.push("message", said)
    await house.serve()
    preview = house.server.sent(editor)[-2]
    assert words(preview) == "📣 আগামীকাল ছুটি"
    assert preview["entities"] == [{"type": "bold", "offset": 3, "length": 8}]


@pytest.mark.usefixtures("audience")
async def test_a_press_handled_again_after_a_crash_sends_nothing_twice(house, editor):
    panel = await _panel(house, editor)
    await house.press(editor, panel, "📣 পাঠান")
    house.server.world.updates.push("callback_query", _query(house, editor, panel))
    await house.serve()
    assert len(await posts.posts_after(house.db, 0)) == 1


@pytest.mark.usefixtures("audience")
async def test_killed_between_publishing_and_the_answer_it_is_published_once(house, editor):
    """The press comes again after the restart, and then the panel shows how it goes."""
    panel = await _panel(house, editor)
    draft = int(button(panel, "📣 পাঠান").split("|")[3])
    told = Announcement(EDITOR, draft, EDITOR, panel["message_id"])
    await announce(house.db, told, Audience(everyone=True), house.now)
    assert (await house.press(editor, panel, "📣 পাঠান")).text == "ঘোষণাটি আগেই পাঠানো হয়েছে।"
    assert len(await posts.posts_after(house.db, 0)) == 1
    assert "ঘোষণা যাচ্ছে…" in words(house.again(panel))


@pytest.mark.usefixtures("audience")
async def test_what_was_sent_is_not_said_to_be_cancelled(house, editor):
    panel = await _panel(house, editor)
    send, cancel = button(panel, "📣 পাঠান"), button(panel, "✖️ বাতিল")
    await house.press(editor, panel, send)
    assert (await house.press(editor, panel, cancel, forge=True)).text == "ঘোষণাটি আগেই পাঠানো হয়েছে।"
    assert "ঘোষণা যাচ্ছে…" in words(house.again(panel))


async def test_a_message_that_cannot_be_copied_is_asked_for_again(house, editor):
    await house.hear(editor, "/broadcast")
    refused = Fault.error(400, "Bad Request: message can't be copied")
    house.server.faults.add(refused, method="copyMessage")
    assert "অন্য একটি বার্তা" in words(await house.hear(editor, "একটি জরিপ"))
    assert len(await house.say(editor, "শুভ সকাল")) == 2


@pytest.mark.usefixtures("audience")
async def test_who_is_no_editor_any_more_can_not_send(house, editor):
    panel = await _panel(house, editor)
    object.__setattr__(house.newsroom, "admins", frozenset())
    assert "শুধু সম্পাদকদের" in (await house.press(editor, panel, "📣 পাঠান")).text
    assert await posts.newest_id(house.db) == 0


@pytest.mark.parametrize("forged", ["go|1|", "stop|1", "see|1", "to|1|visa", "drop"])
async def test_a_reader_forges_no_broadcast(house, rahim, forged):
    greeting = await house.hear(rahim, "/start")
    pressed = await house.press(rahim, greeting, f"1|bc|{forged}", forge=True)
    assert pressed.text == "এই বোতামটি শুধু সম্পাদকদের জন্য।"
    assert await posts.newest_id(house.db) == 0
    assert words(house.again(greeting)) == words(greeting)


@pytest.mark.parametrize(
    "forged", ["go", "go|x|", "go|1|nothing", "go|1|0|", "go|1", "stop|x", "see|", "fly|1", "to|0|", ""]
)
async def test_a_broken_panel_does_nothing(house, editor, forged):
    greeting = await house.hear(editor, "/start")
    pressed = await house.press(editor, greeting, f"1|bc|{forged}", forge=True)
    assert "পুরোনো" in pressed.text
    assert await posts.newest_id(house.db) == 0


async def test_a_story_is_not_stopped_by_a_forged_panel(house, editor):
    story = await house.story()
    greeting = await house.hear(editor, "/start")
    assert "চলছে না" in (await house.press(editor, greeting, f"1|bc|stop|{story}", forge=True)).text
    found = await posts.post(house.db, story)
    assert found is not None
    assert found.state == "live"


async def test_to_nobody_nothing_is_sent(house, editor):
    panel = await _panel(house, editor)
    await house.hear(editor, "/pause")
    pressed = await house.press(editor, panel, "📣 পাঠান")
    assert (pressed.text, pressed.alert) == ("এই মুহূর্তে পাওয়ার মতো কোনো পাঠক নেই।", True)
    assert await posts.newest_id(house.db) == 0


async def test_where_nobody_is_nothing_can_be_sent(house, editor):
    panel = await _panel(house, editor)
    await house.press(editor, panel, "⚪️ 💸 রেমিট্যান্স")
    panel = house.again(panel)
    assert words(panel) == (
        "📣 পাঠানোর আগে দেখে নিন\n\nযাঁরা পাবেন: 💸 রেমিট্যান্স\nএই মুহূর্তে এখানে একজন পাঠকও নেই, তাই পাঠানোর কিছু নেই।"
    )
    assert "📣 পাঠান" not in labels(panel)
    assert "✖️ বাতিল" in labels(panel)


async def test_a_broadcast_whose_readers_have_all_left_says_so(house, editor):
    panel = await _panel(house, editor)
    await house.press(editor, panel, "📣 পাঠান")
    await house.hear(editor, "/pause")
    await _marked(house)
    expected = "✅ ঘোষণা পাঠানো শেষ\n\nএই ঘোষণা পাওয়ার মতো কোনো পাঠক ছিলেন না।"
    await house.server.until(lambda: words(house.again(panel)) == expected)


@pytest.mark.usefixtures("audience")
async def test_the_panel_shows_how_it_goes_until_it_is_done(house, editor):
    panel = await _panel(house, editor)
    await house.press(editor, panel, "📣 পাঠান")
    assert "ঘোষণা যাচ্ছে…" in words(house.again(panel))
    assert "০%\n\nপাঠানো হয়েছে: ০\nবাকি: ৪\nব্যর্থ: ০" in words(house.again(panel))
    await _marked(house)
    await _settled(house, sent=2, refused=1)
    await house.server.until(lambda: "পাঠানো হয়েছে: ২\nবাকি: ১\nব্যর্থ: ১" in words(house.again(panel)))
    assert "৭৫%" in words(house.again(panel))
    await _settled(house, sent=1)
    await house.server.until(lambda: "✅ ঘোষণা পাঠানো শেষ" in words(house.again(panel)))
    assert labels(house.again(panel)) == []


@pytest.mark.usefixtures("audience")
async def test_the_panel_says_of_how_many_it_is_not_known_whether_it_has_arrived(house, editor):
    panel = await _panel(house, editor)
    await house.press(editor, panel, "📣 পাঠান")
    await _marked(house)
    await _settled(house, sent=2, unknown=2)
    await house.server.until(lambda: "✅ ঘোষণা পাঠানো শেষ" in words(house.again(panel)))
    assert "ব্যর্থ: ০\nঅনিশ্চিত (পৌঁছেছে কি না জানা যায়নি): ২" in words(house.again(panel))


@pytest.mark.usefixtures("audience")
async def test_the_panel_is_edited_only_when_something_has_changed(house, editor):
    panel = await _panel(house, editor)
    await house.press(editor, panel, "📣 পাঠান")
    await _marked(house)
    await house.server.until(lambda: "বাকি: ৪" in words(house.again(panel)))
    edits = len(house.server.requests("editMessageText"))
    await asyncio.sleep(20 * house.newsroom.look_every)
    assert len(house.server.requests("editMessageText")) == edits


@pytest.mark.usefixtures("audience")
async def test_stop_takes_it_back_from_who_has_not_got_it(house, editor):
    panel = await _panel(house, editor)
    await house.press(editor, panel, "📣 পাঠান")
    await _marked(house)
    await _settled(house, sent=1)
    assert "থামানো হলো" in (await house.press(editor, panel, "⏹ থামান")).text
    assert "⏹ ঘোষণা থামানো হয়েছে" in words(house.again(panel))
    assert "কারণ: একজন সম্পাদক থামিয়েছেন।" in words(house.again(panel))
    assert "২৫%\n\nপাঠানো হয়েছে: ১\nবাকি: ০" in words(house.again(panel))
    (post,) = await posts.posts_after(house.db, 0)
    assert post.state == "retracted"
    assert [(deed.editor_id, deed.action, deed.subject) for deed in await audit.deeds(house.db, 5)] == [
        (EDITOR, "stop", str(post.id)),
        (EDITOR, "announce", str(post.id)),
    ]


@pytest.mark.usefixtures("audience")
async def test_the_panel_says_why_a_broadcast_was_stopped(house, editor):
    panel = await _panel(house, editor)
    await house.press(editor, panel, "📣 পাঠান")
    (post,) = await posts.posts_after(house.db, 0)
    assert await posts.stop(house.db, post.id, "Bad Request: message to copy not found", house.now)
    await house.server.until(lambda: "⏹ ঘোষণা থামানো হয়েছে" in words(house.again(panel)))
    assert "কারণ: মূল বার্তাটি মুছে ফেলা হয়েছে, তাই আর কপি করা যাচ্ছে না।" in words(house.again(panel))
    assert labels(house.again(panel)) == []
    assert "📣 ঘোষণা: ০/০ (থামানো: মূল বার্তাটি মুছে ফেলা হয়েছে" in words(await house.hear(editor, "/stats"))


@pytest.mark.usefixtures("audience")
async def test_after_a_restart_the_panel_goes_on_by_itself_until_it_is_done(house, editor):
    panel = await _panel(house, editor)
    await house.press(editor, panel, "📣 পাঠান")
    await house.newsroom.watches.close()
    await _marked(house)
    await _settled(house, sent=3)
    await broadcast_progress.resume(house.newsroom, house.application.bot)
    await house.server.until(lambda: "পাঠানো হয়েছে: ৩\nবাকি: ১" in words(house.again(panel)))
    await _settled(house, sent=1)
    await house.server.until(lambda: "✅ ঘোষণা পাঠানো শেষ" in words(house.again(panel)))
    await _closed(house)
    edits = len(house.server.requests("editMessageText"))
    await broadcast_progress.resume(house.newsroom, house.application.bot)
    await asyncio.sleep(5 * house.newsroom.look_every)
    assert len(house.server.requests("editMessageText")) == edits


@pytest.mark.usefixtures("audience")
async def test_a_panel_that_is_no_more_is_given_up_once_all_is_done(house, editor):
    panel = await _panel(house, editor)
    await house.press(editor, panel, "📣 পাঠান")
    house.server.faults.add(
        Fault.error(400, "Bad Request: message to edit not found"), method="editMessageText", times=0
    )
    await _marked(house)
    await _settled(house, sent=4)
    await _closed(house)


@pytest.mark.usefixtures("audience")
async def test_after_a_restart_the_panel_is_brought_up_to_date_by_a_press(house, editor):
    panel = await _panel(house, editor)
    await house.press(editor, panel, "📣 পাঠান")
    await house.newsroom.watches.close()
    await _marked(house)
    await _settled(house, sent=4)
    assert (await house.press(editor, panel, "🔄 হালনাগাদ")).text == "হালনাগাদ করা হলো।"
    assert "✅ ঘোষণা পাঠানো শেষ" in words(house.again(panel))


@pytest.mark.usefixtures("audience")
async def test_the_panel_speaks_the_editors_language(house, editor):
    await house.hear(editor, "/language en")
    _, panel = await house.say(editor, "/broadcast Good morning")
    assert "Readers: 4" in words(panel)
    await house.press(editor, panel, "📣 Send")
    assert "on its way" in words(house.again(panel))


@pytest.mark.usefixtures("audience")
async def test_a_stopped_broadcast_says_its_last_word_when_the_last_copy_has_arrived(house, editor):
    """Also where the process is not the same any more."""
    panel = await _panel(house, editor)
    await house.press(editor, panel, "📣 পাঠান")
    await _marked(house)
    (post,) = await posts.posts_after(house.db, 0)
    held = await due.claim(house.db, "tests", now=house.now, lease=LEASE, limit=2)
    await house.press(editor, panel, "⏹ থামান")
    assert "পাঠানো হয়েছে: ০\nবাকি: ২" in words(house.again(panel))
    assert labels(house.again(panel)) == ["🔄 হালনাগাদ"]
    await house.newsroom.watches.close()
    await broadcast_progress.resume(house.newsroom, house.application.bot)
    for one in held:
        got = Settlement(one.reader.id, post.id, (Receipt(post.id, "sent", 1, ""),), epoch=one.epoch)
        await due.settle(house.db, "tests", [got], now=house.now)
    await house.server.until(lambda: "পাঠানো হয়েছে: ২\nবাকি: ০" in words(house.again(panel)))
    assert labels(house.again(panel)) == []
    await _closed(house)


@pytest.mark.usefixtures("audience")
@pytest.mark.parametrize("typed", ["visa", "VISA", "ভিসা ও অভিবাসন", "visas & migration"])
async def test_a_category_after_the_command_is_whom_it_is_for(house, editor, typed):
    question = await house.hear(editor, f"/broadcast {typed}")
    assert words(question).endswith("যাঁরা পাবেন: 🛂 ভিসা ও অভিবাসন")
    preview, panel = await house.say(editor, "দূতাবাস আজ বন্ধ")
    assert words(preview) == "দূতাবাস আজ বন্ধ"
    assert "যাঁরা পাবেন: 🛂 ভিসা ও অভিবাসন\nপাঠক: ২ জন" in words(panel)
    _, panel = await house.say(editor, f"/broadcast {typed}", reply_to=preview)
    assert "যাঁরা পাবেন: 🛂 ভিসা ও অভিবাসন" in words(panel)


async def _panel(house, editor):
    await house.hear(editor, "/broadcast")
    _, panel = await house.say(editor, "শুভ সকাল")
    return panel


def _query(house, editor, panel):
    """The press on «পাঠান» as Telegram delivered it."""
    query_id = next(reversed(house.server.world.queries))
    house.server.world.queries[f"{query_id}0"] = house.server.world.queries[query_id]
    return {
        "id": f"{query_id}0",
        "from": editor.user.api(),
        "message": panel,
        "chat_instance": str(EDITOR),
        "data": button(panel, "📣 পাঠান"),
    }


async def _marked(house):
    while await posts.mark_slice(house.db, house.now):
        pass


async def _closed(house):
    """The panel has said its last word."""

    async def is_closed() -> bool:
        return not await announcements.with_open_panels(house.db)

    await house.server.until(is_closed, timeout=60)


async def _settled(house, **outcomes: int):
    """As many readers as said are caught up, with these outcomes."""
    (post,) = await posts.posts_after(house.db, 0)
    each = [outcome for outcome, number in outcomes.items() for _ in range(number)]
    held = await due.claim(house.db, "tests", now=house.now, lease=LEASE, limit=len(each))
    settlements = [
        Settlement(one.reader.id, post.id, (Receipt(post.id, outcome, 1, ""),), epoch=one.epoch)
        for one, outcome in zip(held, each, strict=True)
    ]
    assert await due.settle(house.db, "tests", settlements, now=house.now) == set()
    assert await readers.counts(house.db)


_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc0000003010100c9fe92ef"
    "0000000049454e44ae426082"
)
