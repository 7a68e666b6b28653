from __future__ import annotations

from datetime import timedelta

import pytest

from storage import posts
from tests.handlers.conftest import RELATED, button, labels, words


async def test_latest_is_one_list_of_linked_headlines_newest_first(house, rahim):
    await house.story("প্রথম খবর")
    await house.story("দ্বিতীয় খবর", "visa")
    answer = await house.hear(rahim, "/latest")
    assert words(answer).startswith("🗞 সর্বশেষ খবর")
    assert "১. দ্বিতীয় খবর" in words(answer)
    assert "২. প্রথম খবর" in words(answer)
    assert {entity["type"] for entity in answer["entities"]} == {"bold", "text_link"}


async def test_latest_of_a_category_leaves_the_others_out(house, rahim):
    await house.story("প্রবাসের একটি খবর")
    await house.story("ভিসার একটি খবর", "visa")
    answer = await house.hear(rahim, "/latest ভিসা ও অভিবাসন")
    assert "সর্বশেষ খবর: ভিসা ও অভিবাসন" in words(answer)
    assert "ভিসার একটি খবর" in words(answer)
    assert "প্রবাসের একটি খবর" not in words(answer)


async def test_latest_shows_eight_stories_at_most(house, rahim):
    for number in range(12):
        await house.story(f"খবর নম্বর {number}")
    answer = await house.hear(rahim, "/latest")
    assert labels(answer) == ["১", "২", "৩", "৪", "৫", "৬", "৭", "৮"]


async def test_before_the_first_story_latest_says_so_kindly(house, rahim):
    assert words(await house.hear(rahim, "/latest")) == "এখনো কোনো খবর আসেনি। একটু পরে আবার দেখুন।"
    answer = words(await house.hear(rahim, "/latest remittance"))
    assert answer.startswith("‘রেমিট্যান্স’: এখনো কোনো খবর আসেনি")
    assert answer.endswith("/follow রেমিট্যান্স")


async def test_latest_of_nothing_known_offers_the_nearest(house, rahim):
    answer = await house.hear(rahim, "/latest remitance")
    assert "/latest রেমিট্যান্স" in words(answer)


async def test_under_a_name_not_known_a_button_opens_a_categorys_latest_and_follows_nothing(house, rahim):
    await house.story("ভিসার একটি খবর", "visa")
    answer = await house.hear(rahim, "/latest কিছু একটা")
    await house.press(rahim, answer, "🛂 ভিসা ও অভিবাসন")
    assert "সর্বশেষ খবর: ভিসা ও অভিবাসন" in words(house.last(rahim))
    assert await house.follows(101) == set()


@pytest.mark.parametrize("typed", ["সৌদি আরব", "সৌদী", "SA", "saudi"])
async def test_latest_of_a_country(house, rahim, typed):
    await house.story("রিয়াদে নতুন হাসপাতাল", places=("SA",))
    await house.story("রোমের একটি খবর", places=("IT",))
    answer = await house.hear(rahim, f"/latest {typed}")
    assert words(answer).startswith("🗞 সর্বশেষ খবর: সৌদি আরব\n\n১. রিয়াদে নতুন হাসপাতাল")
    assert "রোমের একটি খবর" not in words(answer)


async def test_latest_of_several_things_at_once(house, rahim):
    await house.story("ভিসার একটি খবর", "visa")
    await house.story("রোমের একটি খবর", places=("IT",))
    await house.story("প্রবাসের একটি খবর")
    answer = words(await house.hear(rahim, "/latest visa ও ইতালি"))
    assert answer.startswith("🗞 সর্বশেষ খবর: ভিসা ও অভিবাসন, ইতালি")
    assert "ভিসার একটি খবর" in answer
    assert "রোমের একটি খবর" in answer
    assert "প্রবাসের একটি খবর" not in answer


@pytest.mark.parametrize("forged", ["nothing", "place:XX", "reader:1", "category:", ""])
async def test_a_forged_name_of_a_list_is_answered_politely(house, rahim, forged):
    greeting = await house.hear(rahim, "/start")
    pressed = await house.press(rahim, greeting, f"1|latest|{forged}", forge=True)
    assert pressed.text == "এই বিষয়টি এখন আর নেই।"


async def test_a_number_under_the_list_opens_the_story_as_a_card(house, rahim):
    await house.story("প্রথম খবর")
    answer = await house.hear(rahim, "/latest")
    await house.press(rahim, answer, "১")
    card = house.last(rahim)
    assert "প্রথম খবর" in words(card)
    assert "📖 পুরো খবর পড়ুন" in labels(card)


async def test_the_button_under_the_switches_shows_the_latest(house, rahim):
    await house.story("প্রথম খবর")
    greeting = await house.hear(rahim, "/start")
    await house.press(rahim, greeting, "📰 সর্বশেষ খবর দেখুন")
    assert "প্রথম খবর" in words(house.last(rahim))


async def test_a_story_is_kept_by_one_press_and_let_go_by_the_next(house, rahim):
    post = await house.story("রাখার মতো খবর", related=RELATED)
    card = await house.hear(rahim, f"/start s_{post}")
    assert (await house.press(rahim, card, "🔖 সংরক্ষণ")).text.startswith("🔖 খবরটি সংরক্ষণ করা হলো")
    answer = await house.hear(rahim, "/saved")
    assert words(answer).startswith("🗞 আপনার সংরক্ষিত খবর")
    assert "রাখার মতো খবর" in words(answer)
    assert "সরানো হলো" in (await house.press(rahim, card, "✅ সংরক্ষিত")).text
    assert house.again(card)["reply_markup"] == card["reply_markup"]
    assert "এখনো কোনো খবর সংরক্ষণ করেননি" in words(await house.hear(rahim, "/saved"))


async def test_keeping_a_story_twice_keeps_it(house, rahim):
    post = await house.story("রাখার মতো খবর")
    for _ in range(2):
        card = await house.hear(rahim, f"/start s_{post}")
        kept = await house.press(rahim, card, "🔖 সংরক্ষণ")
    assert "আগেই সংরক্ষণ করা আছে" in kept.text
    assert "রাখার মতো খবর" in words(await house.hear(rahim, "/saved"))


async def test_a_retracted_story_is_no_longer_shown_anywhere(house, rahim):
    post = await house.story(related=RELATED)
    card = await house.hear(rahim, f"/start s_{post}")
    await house.press(rahim, card, "🔖 সংরক্ষণ")
    await posts.retract(house.db, post, house.now)
    assert "এখনো কোনো খবর আসেনি" in words(await house.hear(rahim, "/latest"))
    assert "সংরক্ষণ করেননি" in words(await house.hear(rahim, "/saved"))
    for label in ("✅ সংরক্ষিত", "📰 আরও দেখুন"):
        assert (await house.press(rahim, card, label)).text == "দুঃখিত, খবরটি এখন আর নেই।"


async def test_related_stories_come_as_links_with_their_age(house, rahim):
    post = await house.story(related=RELATED)
    card = await house.hear(rahim, f"/start s_{post}")
    await house.press(rahim, card, "📰 আরও দেখুন")
    answer = house.last(rahim)
    assert words(answer) == (
        "📰 আরও দেখুন\n\n১. দোহায় বাংলা বইমেলা\n৪ দিন আগে · তিন দিনের মেলা বসেছে\n\n২. রোমে পিঠা উৎসব\n১১ দিন আগে"
    )
    links = [entity["url"] for entity in answer["entities"] if entity["type"] == "text_link"]
    assert links == ["https://khabar.example/boimela", "https://khabar.example/pitha"]


@pytest.mark.parametrize("verb", ["open", "more", "save", "unsave"])
@pytest.mark.parametrize("value", ["", "0", "-1", "77", "x", "9" * 30, "1;DROP", "১"])
async def test_a_forged_story_number_is_answered_politely_and_does_nothing(house, rahim, verb, value):
    greeting = await house.hear(rahim, "/start")
    forged = await house.press(rahim, greeting, f"1|{verb}|{value}", forge=True)
    assert forged.text == "দুঃখিত, খবরটি এখন আর নেই।"
    assert len(house.server.sent(rahim)) == 1


async def test_in_a_group_a_card_opens_in_private_and_is_kept_for_whoever_pressed(house, rahim):
    post = await house.story(related=RELATED)
    group = house.server.group(-1_001_000_000_001, "প্রবাসী বন্ধু", admins=[rahim], bot="administrator")
    await house.hear(rahim, "/latest", group)
    listed = house.last(group)
    before = len(house.server.sent(group))
    await house.press(rahim, listed, "১")
    assert _led(house) == f"https://t.me/{house.newsroom.username}?start=s_{post}"
    await house.press(rahim, listed, f"1|more|{post}", forge=True)
    assert _led(house) == f"https://t.me/{house.newsroom.username}?start=m_{post}"
    await house.press(rahim, listed, f"1|save|{post}", forge=True)
    assert _led(house) == f"https://t.me/{house.newsroom.username}?start=s_{post}"
    await house.hear(rahim, "/start")
    saved = await house.press(rahim, listed, f"1|save|{post}", forge=True)
    assert "সংরক্ষণ করা হলো" in saved.text
    assert "রোমে প্রবাসীদের মিলনমেলা" in words(await house.hear(rahim, "/saved"))
    assert "ব্যক্তিগত আলাপে" in words(await house.hear(rahim, "/saved", group))
    assert len(house.server.sent(group)) == before + 1


async def test_the_link_for_related_stories_lists_them(house, rahim):
    post = await house.story(related=RELATED)
    assert "দোহায় বাংলা বইমেলা" in words(await house.hear(rahim, f"/start m_{post}"))
    lonely = await house.story("একা খবর")
    assert "এখন আর নেই" in words(await house.hear(rahim, f"/start m_{lonely}"))


async def test_a_card_without_related_stories_says_so_when_pressed(house, rahim):
    post = await house.story()
    card = await house.hear(rahim, f"/start s_{post}")
    pressed = await house.press(rahim, card, f"1|more|{post}", forge=True)
    assert pressed.text == "এই খবরের সঙ্গে আর কোনো খবর যুক্ত নেই।"


async def test_an_expired_story_can_still_be_read(house, rahim):
    post = await house.story("পুরোনো খবর")
    house.now += timedelta(days=30)
    assert "পুরোনো খবর" in words(await house.hear(rahim, f"/start s_{post}"))
    assert button(await house.hear(rahim, "/latest"), "১") == f"1|open|{post}"


def _led(house):
    return house.server.requests("answerCallbackQuery")[-1].parameters["url"]
