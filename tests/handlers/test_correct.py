"""An editor puts a story right, or takes it back, on every telephone that has it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta

import pytest

from bot.demo.telegram.faults import Fault
from delivery.catch_up import CatchUp, Crew
from delivery.compose import Composer
from delivery.correcting import Correcting
from delivery.marking import Marking
from delivery.publish import announce
from handlers.editors import correction_progress
from handlers.editors.correct import read
from news.article import Article, Source
from storage import articles, audit, corrections, desk, posts, receipts, sources, stories
from storage.posts import Announcement, Audience
from tests.handlers.conftest import EDITOR, RELATED, labels, words

pytestmark = pytest.mark.usefixtures("no_second_between")

WRONG = "রোমে প্রবাসীদের মিলনমেলা"
RIGHT = "মিলানে প্রবাসীদের মিলনমেলা"
GO, LEAVE = "✏️ সব ফোনে সংশোধন করুন", "থাক"
RETRACT = "🗑 সব ফোন থেকে মুছুন"


@pytest.fixture
def no_second_between(monkeypatch):
    """How long a chat waits between two messages is what the tests of the pace are for."""
    monkeypatch.setattr("delivery.outcome.NEXT_MESSAGE", timedelta())


@pytest.fixture
async def readers(house, editor):
    """Two readers and the editor follow the diaspora."""
    people = [house.server.person(300 + number, f"পাঠক {number}") for number in range(2)]
    for person in [*people, editor]:
        await house.hear(person, "/start")
        await house.hear(person, "/follow probash")
    return people


async def deliver(house, *post_ids: int, copies: int | None = None) -> None:
    """Let each of the posts reach its three readers, or all of them as many as said."""
    sender, composer = house.newsroom.sender, Composer(house.newsroom.categories)
    catch_up = CatchUp(
        house.db, sender, composer, Crew("here/1/a", 4, 8), lambda: house.now, stopped=lambda *_: None
    )
    marking = Marking(house.db, lambda: house.now, catch_up.wake)
    tasks = [asyncio.create_task(marking.run()), asyncio.create_task(catch_up.run())]

    async def everywhere() -> bool:
        outcomes = await receipts.outcomes(house.db, *post_ids)
        return outcomes.get("sent", 0) == (copies or 3 * len(post_ids))

    await house.server.until(everywhere, timeout=60)
    catch_up.drain()
    tasks[0].cancel()
    with suppress(asyncio.CancelledError):
        await tasks[0]
    await asyncio.wait_for(tasks[1], 60)


async def work(house) -> None:
    """Let what was corrected reach the copies."""
    engine = Correcting(
        house.db,
        house.newsroom.sender,
        Composer(house.newsroom.categories),
        lambda: house.now,
        revoked=pytest.fail,
    )
    while await engine.step():
        pass


@pytest.fixture
async def card(house, editor, readers):
    """A story that everybody has; the editor's copy of it."""
    assert len(readers) == 2
    await deliver(house, await house.story(WRONG, related=RELATED))
    return house.last(editor)


async def test_the_command_alone_shows_what_the_story_says_to_be_copied(house, editor, card):
    how = await house.hear(editor, "/correct", reply_to=card)
    assert f"/correct {WRONG}\nরোমে দিনভর মেলা বসেছিল।" in words(how)
    assert [entity["type"] for entity in how["entities"]] == ["bold", "code"]


async def test_a_corrected_headline_is_shown_to_the_editor_and_then_on_every_telephone(
    house, editor, card, readers
):
    preview, panel = await house.say(editor, f"/correct {RIGHT}", reply_to=card)
    assert RIGHT in words(preview)
    assert "রোমে দিনভর মেলা বসেছিল।" in words(preview)
    assert words(preview).endswith("✏️ সংশোধিত")
    assert "খবরটি এখন আছে: ৩ জনের কাছে" in words(panel)
    assert labels(panel) == [GO, LEAVE]
    await work(house)
    assert WRONG in words(house.last(readers[0]))
    assert (await house.press(editor, panel, GO)).text == "সংশোধন শুরু হলো।"
    await work(house)
    for person in readers:
        assert RIGHT in words(house.last(person))
        assert words(house.last(person)).endswith("✏️ সংশোধিত")
    assert RIGHT in words(house.again(card))
    done = "✅ সংশোধন শেষ\n\n▰▰▰▰▰▰▰▰▰▰▰▰ ১০০%\n\n৩ জনের মধ্যে ৩ জনের কাছে খবরটি সংশোধিত হয়েছে।"
    await house.server.until(lambda: words(house.again(panel)) == done)
    assert [(deed.action, deed.subject) for deed in await audit.deeds(house.db, 9)] == [("correct", "1")]


async def test_lines_after_the_headline_are_the_new_summary(house, editor, card, readers):
    said = f"/correct {RIGHT}\nমেলা হয়েছে মিলানে। এসেছিলেন <ছয় শতাধিক> মানুষ।"
    preview, panel = await house.say(editor, said, reply_to=card)
    assert "মেলা হয়েছে মিলানে। এসেছিলেন <ছয় শতাধিক> মানুষ।" in words(preview)
    await house.press(editor, panel, GO)
    await work(house)
    assert "রোমে" not in words(house.last(readers[0]))
    (post,) = await posts.latest(house.db)
    assert post.article.summary == ("মেলা হয়েছে মিলানে।", "এসেছিলেন <ছয় শতাধিক> মানুষ।")


async def test_whoever_looks_later_reads_the_correction_whatever_the_paper_says(house, editor, card, readers):
    """Lists and cards show it, and the paper's page, read again, does not take it back."""
    _, panel = await house.say(editor, f"/correct {RIGHT}", reply_to=card)
    await house.press(editor, panel, GO)
    (old,) = await articles.recent(house.db, house.now - timedelta(days=1))
    page = Article(url=old.article.url, title="কাগজের শিরোনাম", summary=("অন্য কথা।",), categories=("visa",))
    assert await stories.correct(house.db, old, page, now=house.now, listed="", shown=True) is None
    assert len(await corrections.of_post(house.db, 1)) == 1
    listed = await house.hear(readers[0], "/latest")
    assert RIGHT in words(listed)
    assert "কাগজের" not in words(listed)
    await house.press(readers[0], listed, "1|open|1")
    assert words(house.last(readers[0])).startswith(f"🛂 ভিসা ও অভিবাসন\n\n{RIGHT}\n\nরোমে দিনভর")


async def test_a_second_press_and_one_on_an_older_panel_change_nothing(house, editor, card):
    _, first = await house.say(editor, "/correct প্রথম চেষ্টা", reply_to=card)
    _, second = await house.say(editor, f"/correct {RIGHT}", reply_to=card)
    data = second["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    await house.press(editor, second, GO)
    again = await house.press(editor, second, data, forge=True)
    assert again.text == "এই সংশোধন আগেই করা হয়েছে।"
    leaving = await house.press(editor, second, data.replace("go", "drop"), forge=True)
    assert leaving.text == "এই সংশোধন আগেই করা হয়েছে।"
    older = await house.press(editor, first, GO)
    assert older.text == "খবরটি এর মধ্যে অন্যভাবে সংশোধন করা হয়েছে।"
    assert len(await corrections.of_post(house.db, 1)) == 1
    assert (await posts.latest(house.db))[0].article.title == RIGHT


async def test_what_is_left_stays_as_it_was(house, editor, card):
    _, panel = await house.say(editor, f"/correct {RIGHT}", reply_to=card)
    await house.press(editor, panel, LEAVE)
    assert words(house.again(panel)) == "ঠিক আছে, খবরটি যেমন ছিল তেমনই রইল।"
    assert (await posts.latest(house.db))[0].article.title == WRONG
    assert not await audit.deeds(house.db, 9)


async def test_a_reader_can_neither_type_it_nor_forge_it(house, editor, card, readers):
    _, panel = await house.say(editor, f"/correct {RIGHT}", reply_to=card)
    data = panel["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    theirs = house.last(readers[0])
    for command in ("/correct অন্য", "/retract"):
        assert "আমার জানা নেই" in words(await house.hear(readers[0], command, reply_to=theirs))
    for forged in (data, "1|fix|show|1", "1|fix|see|1", "1|retract|go|1"):
        pressed = await house.press(readers[0], theirs, forged, forge=True)
        assert pressed.text == "এই বোতামটি শুধু সম্পাদকদের জন্য।"
    (post,) = await posts.latest(house.db)
    assert post.article.title == WRONG


async def test_forged_and_stale_presses_are_answered_and_do_nothing(house, editor, card):
    forged = (
        "fix|go|x|1",
        "fix|go|7|1",
        "fix|maybe|1|1",
        "fix|show|9",
        "fix|go|" + "9" * 30,
        "fix|go",
        "fix|see|7|1",
    )
    for data in (*forged, "retract|go|9", "retract|maybe|1", "retract|go|x"):
        pressed = await house.press(editor, card, f"1|{data}", forge=True)
        assert "পুরোনো" in pressed.text, data
    assert (await posts.latest(house.db))[0].article.title == WRONG


async def test_another_editors_words_can_not_be_confirmed(house, editor, card):
    _, panel = await house.say(editor, f"/correct {RIGHT}", reply_to=card)
    async with house.db.write() as connection:
        await connection.exec_driver_sql("UPDATE wordings SET editor_id = 77")
    assert "পুরোনো" in (await house.press(editor, panel, GO)).text


async def test_words_for_another_story_can_not_be_confirmed(house, editor, card):
    """An older copy was restored, and gives the id that is on an old panel to new words."""
    await house.say(editor, f"/correct {RIGHT}", reply_to=card)
    old = "1|fix|go|1|1750671000"
    assert "পুরোনো" in (await house.press(editor, card, old, forge=True)).text
    assert (await posts.latest(house.db))[0].article.title == WRONG


async def test_a_roundup_asks_which_of_its_stories_is_meant(house, editor, readers):
    numbers = [await house.story(title) for title in ("প্রথম খবর", "দ্বিতীয় খবর")]
    await deliver(house, *numbers)
    roundup = house.last(editor)
    which = await house.hear(editor, f"/correct {RIGHT}", reply_to=roundup)
    assert labels(which) == ["১. প্রথম খবর", "২. দ্বিতীয় খবর"]
    await house.press(editor, which, "২. দ্বিতীয় খবর")
    panel = house.last(editor)
    await house.press(editor, panel, GO)
    await work(house)
    assert "প্রথম খবর" in words(house.last(readers[0]))
    assert RIGHT in words(house.last(readers[0]))
    assert "দ্বিতীয় খবর" not in words(house.last(readers[0]))
    which = await house.hear(editor, "/correct", reply_to=roundup)
    await house.press(editor, which, "১. প্রথম খবর")
    how = house.last(editor)
    assert "/correct প্রথম খবর" in words(how)
    preview, _ = await house.say(editor, "/correct একেবারে প্রথম", reply_to=how)
    assert "একেবারে প্রথম" in words(preview)


async def test_a_card_opened_from_a_list_will_do_for_a_reply(house, editor):
    """Nobody was sent it: its buttons say which story it is, also once it is saved."""
    await house.story(WRONG)
    listed = await house.hear(editor, "/latest")
    await house.press(editor, listed, "1|open|1")
    card = house.last(editor)
    await house.press(editor, card, "🔖 সংরক্ষণ")
    preview, panel = await house.say(editor, f"/correct {RIGHT}", reply_to=house.again(card))
    assert RIGHT in words(preview)
    assert "খবরটি এখন আছে: ০ জনের কাছে" in words(panel)
    await house.press(editor, panel, GO)
    assert words(house.again(panel)) == "✅ সংশোধন শেষ\n\nএখন পর্যন্ত এটি কারও কাছে ছিল না।"
    assert RIGHT in words(await house.hear(editor, "/saved"))


async def test_a_story_at_the_desk_is_put_right_before_anybody_reads_it(house, editor, readers):
    """Its readers are never told of a correction: they have never read anything else."""
    await house.story(WRONG, state="held")
    card = await house.hear(editor, "/desk")
    preview, panel = await house.say(editor, f"/correct {RIGHT}", reply_to=card)
    assert RIGHT in words(preview)
    assert "✏️" not in words(preview)
    await house.press(editor, panel, "✏️ এভাবেই রাখুন")
    assert words(house.again(panel)).startswith("✅ সংশোধনটি রাখা হলো।")
    assert [post.article.title for post in await desk.held(house.db)] == [RIGHT]
    assert "/desk থেকে" in words(await house.hear(editor, "/retract", reply_to=card))
    await house.press(editor, card, "✅ প্রকাশ করুন")
    await deliver(house, 2)
    assert RIGHT in words(house.last(readers[0]))
    assert "✏️" not in words(house.last(readers[0]))
    late = await house.press(editor, panel, "1|fix|go|1|1", forge=True)
    assert late.text.startswith("খবরটি আর সংশোধন করা যায় না")


async def test_what_can_not_be_used_is_said(house, editor, card):
    assert "এই কথাই লেখা আছে" in words(await house.hear(editor, f"/correct {WRONG}", reply_to=card))
    assert "বেশি লম্বা" in words(await house.hear(editor, "/correct " + "ক" * 301, reply_to=card))
    assert "জবাবে (reply)" in words(await house.hear(editor, f"/correct {RIGHT}"))
    assert "/retract" in words(await house.hear(editor, "/retract"))
    hint = await house.hear(editor, "/help")
    assert "তাতে কোনো খবর বা ঘোষণা নেই" in words(await house.hear(editor, "/correct ক", reply_to=hint))


async def test_an_announcement_is_not_corrected_but_may_be_retracted(house, editor, readers):
    original = await house.server.say(editor, "আজ বিকেলে বিরতি")
    await house.serve()
    told = Announcement(EDITOR, original["message_id"], EDITOR, 10_000)
    post_id = await announce(house.db, told, Audience(everyone=True), house.now)
    await deliver(house, post_id)
    answer = await house.hear(editor, "/correct কাল বিকেলে বিরতি", reply_to=original)
    assert "সংশোধন করা যায় না" in words(answer)
    await house.press(editor, answer, "🗑 প্রত্যাহার করুন")
    panel = house.last(editor)
    shown, panel = house.server.sent(editor)[-2:]
    assert words(shown) == "আজ বিকেলে বিরতি"
    assert "‘📣 ওপরের ঘোষণাটি’\n\nএখন আছে: ৩ জনের কাছে" in words(panel)
    await house.press(editor, panel, RETRACT)
    await work(house)
    assert not [one for one in house.server.sent(readers[0]) if words(one) == "আজ বিকেলে বিরতি"]


async def test_a_retracted_story_is_taken_back_everywhere_and_counted(house, editor, card, readers):
    panel = await house.hear(editor, "/retract", reply_to=card)
    assert f"‘{WRONG}’\n\nএখন আছে: ৩ জনের কাছে" in words(panel)
    too_old = Fault.error(400, "Bad Request: message can't be deleted for everyone")
    for person in readers:
        house.server.faults.add(too_old, chat_id=person.id, method="deleteMessage", times=0)
    stays = Fault.error(400, "Bad Request: message can't be edited")
    house.server.faults.add(stays, chat_id=readers[1].id, method="editMessageText", times=0)
    assert (await house.press(editor, panel, RETRACT)).text == "প্রত্যাহার শুরু হলো।"
    assert "প্রত্যাহার চলছে" in words(house.again(panel))
    await work(house)
    assert words(house.last(readers[0])) == "এই খবরটি প্রত্যাহার করা হয়েছে।"
    assert WRONG in words(house.last(readers[1]))
    told = (
        "✅ প্রত্যাহার শেষ\n\n▰▰▰▰▰▰▰▰▰▰▰▰ ১০০%\n\n৩ জনের মধ্যে ১ জনের কাছ থেকে প্রত্যাহার করা হয়েছে।\n"
        "মোছার জন্য বেশি পুরোনো; সম্ভব হলে লেখার জায়গায় প্রত্যাহারের কথা বসানো হয়েছে: ২"
    )
    await house.server.until(lambda: words(house.again(panel)) == told)
    assert "কোনো খবর আসেনি" in words(await house.hear(readers[0], "/latest"))
    assert [(deed.action, deed.subject) for deed in await audit.deeds(house.db, 9)] == [("retract", "1")]
    assert (await house.press(editor, panel, "1|retract|go|1", forge=True)).text == (
        "এটি আগেই প্রত্যাহার করা হয়েছে।"
    )
    assert len(await corrections.of_post(house.db, 1)) == 1


async def test_a_story_that_two_papers_tell_is_taken_back_and_counted_as_one(house, editor, card):
    """Who follows only what the second paper's article is about has that one's post."""
    neighbour = house.server.person(310, "প্রতিবেশী")
    await house.hear(neighbour, "/start")
    await house.hear(neighbour, "/follow visa")
    await sources.register(house.db, [Source("সাঁঝের কথা", "https://sanjh.example/feed", "visa")], house.now)
    paper = next(one for one in await sources.all_sources(house.db) if one.name == "সাঁঝের কথা")
    first = await posts.post(house.db, 1)
    theirs = Article(url="https://sanjh.example/1", title="রোমে বাংলাদেশিদের মেলা", categories=("visa",))
    audience, expires = Audience(keys=frozenset({"category:visa"})), house.now + timedelta(days=3)
    placed = await stories.place(
        house.db,
        [first.article_id],
        paper.id,
        theirs.url,
        theirs,
        audience=audience,
        now=house.now,
        expires_at=expires,
    )
    await deliver(house, first.id, placed.beyond, copies=4)
    panel = await house.hear(editor, "/retract", reply_to=card)
    assert "এখন আছে: ৪ জনের কাছে" in words(panel)
    await house.press(editor, panel, RETRACT)
    assert "৪ জনের মধ্যে ০ জনের কাছ থেকে প্রত্যাহার করা হয়েছে।\nবাকি: ৪" in words(house.again(panel))
    await work(house)
    done = "৪ জনের মধ্যে ৪ জনের কাছ থেকে প্রত্যাহার করা হয়েছে।"
    await house.server.until(lambda: words(house.again(panel)).endswith(done))
    house.now += timedelta(minutes=2)
    await work(house)
    await house.server.until(lambda: not labels(house.again(panel)))


async def test_a_retraction_says_of_how_many_copies_nobody_knows(house, editor, card):
    async with house.db.write() as connection:
        await connection.exec_driver_sql(
            "UPDATE receipts SET outcome = 'unknown', message_id = NULL"
            " WHERE reader_id = (SELECT id FROM readers WHERE chat_id = 300)"
        )
    panel = await house.hear(editor, "/retract", reply_to=card)
    await house.press(editor, panel, RETRACT)
    unknown = "১ জনের কাছে পৌঁছেছে কি না জানা যায়নি; পৌঁছে থাকলে তা মোছা যাবে না।"
    assert words(house.again(panel)).endswith(f"বাকি: ২\n{unknown}")
    await work(house)
    done = f"২ জনের মধ্যে ২ জনের কাছ থেকে প্রত্যাহার করা হয়েছে।\n{unknown}"
    await house.server.until(lambda: words(house.again(panel)).endswith(done))


async def test_a_retraction_that_is_left_deletes_nothing(house, editor, card):
    panel = await house.hear(editor, "/retract", reply_to=card)
    await house.press(editor, panel, LEAVE)
    assert words(house.again(panel)) == "ঠিক আছে, কিছুই মোছা হয়নি।"
    assert (await posts.post(house.db, 1)).state == "live"


async def test_what_was_stopped_on_the_way_can_still_be_taken_back(house, editor, card, readers):
    """A stop leaves it with whom it had reached."""
    await posts.stop(house.db, 1, "stopped by an editor", house.now, by=EDITOR)
    panel = await house.hear(editor, "/retract", reply_to=card)
    await house.press(editor, panel, RETRACT)
    await work(house)
    assert not [one for one in house.server.sent(readers[0]) if WRONG in words(one)]
    listed = await house.hear(editor, "/retract", reply_to=panel)
    assert words(listed) == "এটি আগেই প্রত্যাহার করা হয়েছে।"


async def test_a_panel_can_be_refreshed_after_a_restart(house, editor, card):
    _, panel = await house.say(editor, f"/correct {RIGHT}", reply_to=card)
    await house.press(editor, panel, GO)
    await house.newsroom.watches.close()
    await work(house)
    await house.press(editor, panel, "🔄 হালনাগাদ")
    assert "৩ জনের মধ্যে ৩ জনের কাছে" in words(house.again(panel))


@pytest.mark.parametrize(
    ("command", "go", "told", "answer"),
    [
        (f"/correct {RIGHT}", GO, "৩ জনের কাছে খবরটি সংশোধিত", f"‘{RIGHT}’"),
        ("/retract", RETRACT, "৩ জনের কাছ থেকে প্রত্যাহার", "আগেই প্রত্যাহার"),
    ],
)
async def test_after_a_restart_a_panel_goes_on_by_itself_until_the_last_word(  # noqa: PLR0913, PLR0917  # fixtures
    house, editor, card, command, go, told, answer
):
    """With the last word it has nothing left to press, and a reply to it still says which story is meant."""
    *_, panel = await house.say(editor, command, reply_to=card)
    await house.press(editor, panel, go)
    await house.newsroom.watches.close()
    await work(house)
    await correction_progress.resume(house.newsroom, house.application.bot)
    await house.server.until(lambda: told in words(house.again(panel)))
    assert labels(house.again(panel)) == ["🔄 হালনাগাদ"]
    house.now += timedelta(minutes=2)
    await work(house)
    await house.server.until(lambda: not labels(house.again(panel)))
    assert told in words(house.again(panel))

    async def closed() -> bool:
        return not await corrections.open_panels(house.db)

    await house.server.until(closed)
    assert answer in words(await house.hear(editor, "/retract", reply_to=house.again(panel)))


async def test_what_was_copied_and_mended_may_be_sent_without_a_reply(house, editor, card):
    """For a quarter of an hour: then it is not known any more which story is meant."""
    await house.hear(editor, "/correct", reply_to=card)
    house.now += timedelta(minutes=14)
    preview, panel = await house.say(editor, f"/correct {RIGHT}")
    assert RIGHT in words(preview)
    assert labels(panel) == [GO, LEAVE]
    house.now += timedelta(minutes=1)
    assert "জবাবে (reply)" in words(await house.hear(editor, f"/correct {RIGHT}"))


async def test_a_story_that_is_being_corrected_is_never_announced(house, editor, card):
    await house.hear(editor, "/broadcast")
    await house.hear(editor, "/correct", reply_to=card)
    assert "/latest" in words(await house.hear(editor, RIGHT))


async def test_editors_are_told_of_it_in_english_too(house, editor, card):
    await house.hear(editor, "/language en")
    _, panel = await house.say(editor, "/correct Fair in Milan", reply_to=card)
    await house.press(editor, panel, "✏️ Correct it on every phone")
    await work(house)
    await house.server.until(lambda: "Corrected for 3 of 3 readers." in words(house.again(panel)))
    assert words(house.again(card)).endswith("✏️ Corrected")
    panel = await house.hear(editor, "/retract", reply_to=card)
    await house.press(editor, panel, "🗑 Delete it from every phone")
    await work(house)
    await house.server.until(lambda: "Retracted for 3 of 3 readers." in words(house.again(panel)))


def test_what_is_typed_is_a_headline_and_perhaps_a_summary():
    article = Article(url="https://kantho.example/1", title="পুরোনো", summary=("আগের কথা।",))
    assert read("নতুন", article) == ("নতুন", ("আগের কথা।",))
    assert read("নতুন\n\n  এক।  দুই।\nতিন।", article) == ("নতুন", ("এক।", "দুই।", "তিন।"))
    assert read("নতুন\n\u200b", article) == ("নতুন", ("আগের কথা।",))


async def test_each_panel_goes_on_telling_of_its_own(house, editor, card):
    """What becomes of the story later is told by a panel of its own."""
    _, first = await house.say(editor, f"/correct {RIGHT}", reply_to=card)
    await house.press(editor, first, GO)
    await work(house)
    second = await house.hear(editor, "/retract", reply_to=card)
    await house.press(editor, second, RETRACT)
    await work(house)
    await house.press(editor, first, "🔄 হালনাগাদ")
    assert words(house.again(first)).startswith("✅ সংশোধন শেষ")
    await house.press(editor, second, "🔄 হালনাগাদ")
    assert words(house.again(second)).startswith("✅ প্রত্যাহার শেষ")
