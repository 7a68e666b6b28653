from __future__ import annotations

from datetime import timedelta
from typing import get_args

import pytest

from handlers.editors.overview import PAGE, pages
from handlers.words.troubles import told
from news.article import Source
from news.errors import Kind
from news.language.text import bengali_share
from storage import desk, due, posts, resuming, sources
from storage.due import Receipt, Settlement
from tests.handlers.conftest import words


async def test_sources_shows_each_with_its_health(house, editor):
    await sources.register(
        house.db, [_source("ভালো কাগজ"), _source("বন্ধ <কাগজ>"), _source("নতুন কাগজ")], house.now
    )
    good, blocked, _ = await sources.all_sources(house.db)
    await _polled(house, good.id, new=1)
    await _failed(house, blocked.id, "blocked: HTTP 403 & <html>", state="blocked")
    house.now += timedelta(minutes=7)
    answer = words(await house.hear(editor, "/sources"))
    assert answer == (
        "📡 উৎস: ৩টি\n\n"
        "🟢 ভালো কাগজ 🌍\nশেষবার পড়া গেছে: ৭ মিনিট আগে · শেষ নতুন খবর: ৭ মিনিট আগে\n\n"
        "🔴 বন্ধ <কাগজ> 🌍\nপরপর ১ বার ব্যর্থ\nসাইটটি আমাদের ঢুকতে দিচ্ছে না (HTTP 403)\n\n"
        "⚪️ নতুন কাগজ 🌍\nপ্রথমবার পড়া এখনো বাকি"
    )


async def test_a_source_that_answers_but_lists_nothing_is_not_well(house, editor):
    await sources.register(house.db, [_source("ফাঁকা কাগজ")], house.now)
    (empty,) = await sources.all_sources(house.db)
    await _polled(house, empty.id, new=0)
    answer = words(await house.hear(editor, "/sources"))
    assert "🟡 ফাঁকা কাগজ 🌍\nশেষবার পড়া গেছে: এইমাত্র\nসাড়া দিচ্ছে, কিন্তু এখন পর্যন্ত একটি খবরও দেয়নি" in answer


@pytest.mark.parametrize(
    ("incident", "told"),
    [
        ("silent", "সাড়া দিচ্ছে, কিন্তু অনেক দিন নতুন খবর দেয়নি"),
        ("bodiless", "খবরের পাতায় মূল লেখা পাওয়া যাচ্ছে না"),
    ],
)
async def test_a_source_that_editors_were_told_of_is_not_well_until_it_is_over(house, editor, incident, told):
    await sources.register(house.db, [_source("কাগজ")], house.now)
    (state,) = await sources.all_sources(house.db)
    await _polled(house, state.id, new=1, alarms=frozenset({incident}))
    answer = words(await house.hear(editor, "/sources"))
    assert "🟡 কাগজ" in answer
    assert answer.endswith(told)
    await _polled(house, state.id, new=1)
    assert "🟢 কাগজ" in words(await house.hear(editor, "/sources"))


async def test_a_source_taken_off_the_list_says_so(house, editor):
    await sources.register(house.db, [_source("পুরোনো কাগজ")], house.now)
    await sources.register(house.db, [], house.now)
    assert "⚪️ পুরোনো কাগজ 🌍\nউৎসের তালিকা থেকে সরানো হয়েছে" in words(await house.hear(editor, "/sources"))


@pytest.mark.parametrize("kind", [*get_args(Kind), "Something else went wrong"])
def test_what_keeps_a_source_from_being_read_is_told_in_bengali(kind):
    assert bengali_share(told(f"{kind}: paper.example: Connection refused", "bn")) == 1
    assert told(f"{kind}: HTTP 503", "bn").endswith(" (HTTP 503)")
    assert told(kind, "en")


async def test_before_there_are_sources_that_is_said(house, editor):
    assert words(await house.hear(editor, "/sources")) == "এখনো কোনো উৎস যোগ করা হয়নি।"


async def test_a_hundred_sources_come_in_several_messages_none_left_out(house, editor):
    await sources.register(house.db, [_source(f"কাগজ নম্বর {number:03}") for number in range(100)], house.now)
    answers = await house.say(editor, "/sources")
    assert len(answers) > 1
    said = "\n".join(words(answer) for answer in answers)
    assert all(f"কাগজ নম্বর {number:03}" in said for number in range(100))


async def test_stats_counts_readers_topics_and_what_was_reached(house, editor, rahim):
    await house.hear(rahim, "/follow probash")
    karim = house.server.person(202, "করিম")
    await house.hear(karim, "/pause")
    await house.story("আজকের <খবর>")
    await _marked(house)
    answer = words(await house.hear(editor, "/stats"))
    assert "সক্রিয়: ২\nবিরতিতে: ১\nচলে গেছেন: ০" in answer
    assert "🌍 প্রবাসের খবর: ১" in answer
    assert "💸 রেমিট্যান্স: ০" in answer
    assert "আজকের <খবর>: ০/১" in answer
    assert "অপেক্ষায় আছেন: ১ জন" in answer


async def test_stats_say_that_a_story_is_on_its_way_to_more_readers_than_are_due(house, editor, rahim):
    await house.hear(rahim, "/follow probash")
    await house.story("আজকের খবর")
    answer = words(await house.hear(editor, "/stats"))
    assert "আজকের খবর: ০, এখনো যাচ্ছে" in answer
    assert "এখনো আরও পাঠকের কাছে যাচ্ছে: ১টি খবর" in answer
    house.now += timedelta(minutes=5)
    answer = words(await house.hear(editor, "/stats"))
    assert "অপেক্ষায় আছেন: ০ জন" in answer
    assert "সবচেয়ে পুরোনো অপেক্ষার শুরু: ৫ মিনিট আগে" in answer, "they wait since it was published"
    await _marked(house)
    assert "যাচ্ছে" not in words(await house.hear(editor, "/stats"))


async def test_stats_never_say_that_more_have_got_a_story_than_were_to_get_it(house, editor, rahim):
    """Who was away while it was marked gets it on coming back."""
    await house.hear(rahim, "/follow probash")
    await house.hear(rahim, "/pause")
    story = await house.story("আজকের খবর")
    await _marked(house)
    await house.hear(rahim, "/resume")
    (held,) = await due.claim(house.db, "tests", now=house.now, lease=timedelta(seconds=30), limit=9)
    got = Settlement(held.reader.id, story, (Receipt(story, "sent", 1, ""),), epoch=held.epoch)
    await due.settle(house.db, "tests", [got], now=house.now)
    assert "আজকের খবর: ১/১" in words(await house.hear(editor, "/stats"))


async def test_stats_say_of_how_many_it_is_not_known_whether_they_have_got_it(house, editor, rahim):
    await house.hear(rahim, "/follow probash")
    story = await house.story("আজকের খবর")
    await _marked(house)
    (held,) = await due.claim(house.db, "tests", now=house.now, lease=timedelta(seconds=30), limit=9)
    nobody_knows = Settlement(held.reader.id, story, (Receipt(story, "unknown"),), epoch=held.epoch)
    await due.settle(house.db, "tests", [nobody_knows], now=house.now)
    said = "১ জনের কাছে পৌঁছেছে কি না জানা যায়নি"
    assert f"আজকের খবর: ০/১ ({said})" in words(await house.hear(editor, "/stats"))
    await posts.retract(house.db, story, house.now)
    assert f"আজকের খবর: ০/১ (প্রত্যাহৃত; {said})" in words(await house.hear(editor, "/stats"))


async def test_stats_show_what_came_before_a_copy_was_restored_too(house, editor):
    """Since then posts are numbered on from far away."""
    await house.story("সকালের খবর")
    await resuming.number_anew(house.db, house.now)
    await house.story("বিকেলের খবর")
    answer = words(await house.hear(editor, "/stats"))
    assert answer.index("বিকেলের খবর") < answer.index("সকালের খবর")


async def test_stats_say_how_many_sleep(house, editor, rahim):
    await house.hear(rahim, "/follow probash")
    await house.story("আজকের খবর")
    await _marked(house)
    assert "পরে পাবেন" not in words(await house.hear(editor, "/stats"))
    (held,) = await due.claim(house.db, "tests", now=house.now, lease=timedelta(seconds=30), limit=9)
    later = Settlement(held.reader.id, due_at=house.now + timedelta(hours=8), epoch=held.epoch)
    await due.settle(house.db, "tests", [later], now=house.now)
    answer = words(await house.hear(editor, "/stats"))
    assert "অপেক্ষায় আছেন: ০ জন" in answer
    assert "পরে পাবেন (নীরব সময় বা নির্দিষ্ট সময়ে): ১ জন" in answer


async def test_stats_of_a_quiet_day(house, editor):
    assert "গত ২৪ ঘণ্টায় কিছু প্রকাশিত হয়নি।" in words(await house.hear(editor, "/stats"))


async def test_stats_names_announcements_and_what_was_retracted(house, editor, rahim):
    await house.hear(rahim, "/start")
    _, panel = await house.say(editor, "/broadcast শুভ সকাল")
    await house.press(editor, panel, "📣 পাঠান")
    await house.press(editor, panel, "⏹ থামান")
    assert "📣 ঘোষণা: ০/" in words(await house.hear(editor, "/stats"))
    assert "(থামানো: একজন সম্পাদক থামিয়েছেন)" in words(house.last(editor))
    (post,) = await posts.posts_after(house.db, 0)
    story = await house.story("ভুল খবর")
    assert post.id < story
    await posts.retract(house.db, story, house.now)
    assert "ভুল খবর: ০/০ (প্রত্যাহৃত)" in words(await house.hear(editor, "/stats"))


async def test_stats_names_a_released_story_once(house, editor):
    held = await house.story("রোমে নতুন পাঠাগার", state="held")
    assert await desk.release(house.db, held, by=1, now=house.now, expires_at=house.now + timedelta(hours=1))
    assert words(await house.hear(editor, "/stats")).count("রোমে নতুন পাঠাগার") == 1


def test_blocks_are_joined_into_pages_and_never_broken():
    blocks = ["ক" * 3000, "খ" * 1000, "গ" * 94, "ঘ" * 4096, "🙂" * 2048]
    joined = pages(blocks)
    assert joined == [f"{blocks[0]}\n\n{blocks[1]}", blocks[2], blocks[3], blocks[4]]
    assert all(len(page.encode("utf-16-le")) // 2 <= PAGE for page in joined)


async def _marked(house):
    """Everybody whom the stories are for is due."""
    while await posts.mark_slice(house.db, house.now):
        pass


def _source(name: str) -> Source:
    return Source(name, f"https://{abs(hash(name))}.example/feed", "probash")


async def _polled(house, source_id, **how):
    """The source answered."""
    asked = {"now": house.now, "next_poll_at": house.now, "etag": "", "last_modified": "", "served": ""}
    await sources.polled(house.db, source_id, **asked, **how)


async def _failed(house, source_id, error, *, state):
    """The source did not."""
    await sources.poll_failed(house.db, source_id, next_poll_at=house.now, state=state, error=error)
