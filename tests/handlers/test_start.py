from __future__ import annotations

from tests.handlers.conftest import button, labels, words


async def test_start_greets_by_name_in_bengali_and_shows_every_category(house, rahim):
    greeting = await house.hear(rahim, "/start")
    assert words(greeting).startswith("স্বাগতম, রহিম!")
    assert labels(greeting)[:3] == ["🌍 প্রবাসের খবর", "🛂 ভিসা ও অভিবাসন", "💸 রেমিট্যান্স"]


async def test_everybody_is_spoken_to_in_bengali_first_whatever_their_telephone_speaks(house):
    john = house.server.person(102, "John", "en")
    greeting = await house.hear(john, "/start")
    assert "স্বাগতম" in words(greeting)
    assert (await house.reader(102)).language == "bn"


async def test_a_name_is_never_markup(house):
    trickster = house.server.person(103, "<b>কালাম</b> & {name}")
    greeting = await house.hear(trickster, "/start")
    assert "<b>কালাম</b> & {name}" in words(greeting)


async def test_one_tap_follows_and_the_next_unfollows_on_the_same_message(house, rahim):
    greeting = await house.hear(rahim, "/start")
    tapped = await house.press(rahim, greeting, "🛂 ভিসা ও অভিবাসন")
    assert tapped.text == "আপনি এখন ‘ভিসা ও অভিবাসন’ অনুসরণ করছেন"
    assert await house.follows(101) == {"category:visa"}
    assert "✅ 🛂 ভিসা ও অভিবাসন" in labels(house.again(greeting))
    tapped = await house.press(rahim, greeting, "✅ 🛂 ভিসা ও অভিবাসন")
    assert tapped.text == "আপনি আর ‘ভিসা ও অভিবাসন’ অনুসরণ করছেন না"
    assert await house.follows(101) == set()
    assert len(house.server.sent(rahim)) == 1


async def test_a_link_to_a_category_follows_it_at_once(house, rahim):
    greeting = await house.hear(rahim, "/start c_probash")
    assert await house.follows(101) == {"category:probash"}
    assert "✅ 🌍 প্রবাসের খবর" in labels(greeting)
    assert "এখন থেকে নতুন খবর পাবেন: ‘প্রবাসের খবর’।" in words(greeting)


async def test_a_link_to_no_category_still_greets(house, rahim):
    greeting = await house.hear(rahim, "/start c_<i>nothing</i>")
    assert "স্বাগতম" in words(greeting)
    assert "লিংকটি এখন আর কাজ করছে না" in words(greeting)


async def test_a_link_to_a_story_opens_it(house, rahim):
    post = await house.story()
    card = await house.hear(rahim, f"/start s_{post}")
    assert "রোমে প্রবাসীদের মিলনমেলা" in words(card)
    assert button(card, "সংরক্ষণ") == f"1|save|{post}"


async def test_a_link_to_no_story_says_so(house, rahim):
    for payload in ("s_77", "s_", "s_x", "s_" + "9" * 40, "s_১"):
        assert words(await house.hear(rahim, f"/start {payload}")) == "দুঃখিত, খবরটি এখন আর নেই।"


async def test_who_paused_is_told_so_at_the_next_start(house, rahim):
    await house.hear(rahim, "/pause")
    assert "/resume" in words(await house.hear(rahim, "/start"))
    assert (await house.reader(101)).state == "paused"


async def test_who_blocked_the_bot_is_gone_and_start_brings_them_back_with_what_they_followed(house, rahim):
    await house.hear(rahim, "/follow probash")
    house.server.block(rahim)
    await house.serve()
    assert (await house.reader(101)).state == "gone"
    house.server.block(rahim, blocked=False)
    greeting = await house.hear(rahim, "/start")
    assert (await house.reader(101)).state == "active"
    assert "✅ 🌍 প্রবাসের খবর" in labels(greeting)
