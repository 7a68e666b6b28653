from __future__ import annotations

from datetime import timedelta

from handlers.editors import PAGE, pages
from news.article import Source
from storage import posts, sources
from tests.handlers.conftest import words


async def test_sources_shows_each_with_its_health(house, editor):
    await sources.register(
        house.db, [_source("ভালো কাগজ"), _source("বন্ধ <কাগজ>"), _source("নতুন কাগজ")], house.now
    )
    good, blocked, _ = await sources.all_sources(house.db)
    hour = house.now + timedelta(hours=1)
    await sources.polled(
        house.db, good.id, now=house.now, next_poll_at=hour, etag="", last_modified="", served="", new=1
    )
    await sources.poll_failed(
        house.db,
        blocked.id,
        now=house.now,
        next_poll_at=hour,
        state="blocked",
        error="উত্তর এসেছে 403 & <html>",
    )
    house.now += timedelta(minutes=7)
    answer = words(await house.hear(editor, "/sources"))
    assert answer.startswith("📡 উৎস: ৩টি")
    assert "🟢 ভালো কাগজ\nশেষবার পড়া গেছে: ৭ মিনিট আগে · শেষ নতুন খবর: ৭ মিনিট আগে" in answer
    assert "🔴 বন্ধ <কাগজ>\nএখনো পড়া যায়নি · পরপর ১ বার ব্যর্থ\nউত্তর এসেছে 403 & <html>" in answer


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
    while await posts.mark_slice(house.db, house.now):
        pass
    answer = words(await house.hear(editor, "/stats"))
    assert "সক্রিয়: ২\nবিরতিতে: ১\nচলে গেছেন: ০" in answer
    assert "🌍 প্রবাসের খবর: ১" in answer
    assert "💸 রেমিট্যান্স: ০" in answer
    assert "আজকের <খবর>: ০/১" in answer
    assert "অপেক্ষায় আছেন: ১ জন" in answer


async def test_stats_of_a_quiet_day(house, editor):
    assert "গত ২৪ ঘণ্টায় কিছু প্রকাশিত হয়নি।" in words(await house.hear(editor, "/stats"))


async def test_stats_names_announcements_and_what_was_retracted(house, editor, rahim):
    await house.hear(rahim, "/start")
    _, panel = await house.say(editor, "/broadcast শুভ সকাল")
    await house.press(editor, panel, "📣 পাঠান")
    await house.press(editor, panel, "⏹ থামান")
    assert "📣 ঘোষণা: ০/" in words(await house.hear(editor, "/stats"))
    assert "(প্রত্যাহৃত)" in words(house.last(editor))


def test_blocks_are_joined_into_pages_and_never_broken():
    blocks = ["ক" * 3000, "খ" * 1000, "গ" * 94, "ঘ" * 4096, "🙂" * 2048]
    joined = pages(blocks, "\n\n")
    assert joined == [f"{blocks[0]}\n\n{blocks[1]}", blocks[2], blocks[3], blocks[4]]
    assert all(len(page.encode("utf-16-le")) // 2 <= PAGE for page in joined)


def _source(name: str) -> Source:
    return Source(name, f"https://{abs(hash(name))}.example/feed", "probash")
