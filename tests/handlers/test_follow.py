from __future__ import annotations

import unicodedata

import pytest

from tests.handlers.conftest import button, labels, words


@pytest.mark.parametrize(
    "typed",
    ["visa", "VISA", "ভিসা ও অভিবাসন", "visas & migration", "🛂 ভিসা ও অভিবাসন", "  Visa  "],
)
async def test_a_category_is_followed_by_slug_or_name_in_either_language(house, rahim, typed):
    answer = await house.hear(rahim, f"/follow {typed}")
    assert "এখন থেকে নতুন খবর পাবেন: ‘🛂 ভিসা ও অভিবাসন’।" in words(answer)
    assert "অনুসরণ করছেন: 🛂 ভিসা ও অভিবাসন" in words(answer)
    assert await house.follows(101) == {"category:visa"}


async def test_a_name_typed_in_another_normal_form_is_the_same_name(house, rahim):
    await house.hear(rahim, "/follow " + unicodedata.normalize("NFD", "রেমিট্যান্স"))
    assert await house.follows(101) == {"category:remittance"}


async def test_several_categories_are_followed_at_once(house, rahim):
    await house.hear(rahim, "/follow probash visa")
    await house.hear(rahim, "/follow রেমিট্যান্স, সৌদি আরব ও রোম")
    followed = {"category:probash", "category:visa", "category:remittance", "place:SA", "place:IT"}
    assert await house.follows(101) == followed


@pytest.mark.parametrize("typed", ["সৌদি আরব", "SA", "sa", "Saudi Arabia"])
async def test_a_country_is_followed_by_name_or_code(house, rahim, typed):
    answer = await house.hear(rahim, f"/follow {typed}")
    assert "🇸🇦 সৌদি আরব" in words(answer)
    assert await house.follows(101) == {"place:SA"}


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("সৌদী", "SA"),
        ("সউদি আরব", "SA"),
        ("কাতাড়", "QA"),
        ("মালেশিয়া", "MY"),
        ("ইতালী", "IT"),
        ("জার্মানী", "DE"),
        ("UAE", "AE"),
        ("uk", "GB"),
        ("দুবাই", "AE"),
    ],
)
async def test_a_country_is_followed_however_it_is_spelt_or_called_for_short(house, rahim, typed, code):
    await house.hear(rahim, f"/follow {typed}")
    assert await house.follows(101) == {f"place:{code}"}


@pytest.mark.parametrize("typed", ["ভিসা", "অভিবাসন", "ভিসার", "রেমিটেন্স", "প্রবাসের"])
async def test_a_part_of_a_categorys_name_is_enough(house, rahim, typed):
    await house.hear(rahim, f"/follow {typed}")
    assert len(await house.follows(101)) == 1


@pytest.mark.parametrize(
    ("typed", "near"),
    [("মালোয়েশিয়া", "🇲🇾 মালয়েশিয়া"), ("কুয়েট", "🇰🇼 কুয়েত"), ("Itali", "🇮🇹 ইতালি"), ("singapur", "🇸🇬 সিঙ্গাপুর")],
)
async def test_a_slip_in_a_countrys_name_is_mended_by_one_press(house, rahim, typed, near):
    answer = await house.hear(rahim, f"/follow {typed}")
    assert f"আপনি কি {near} বোঝাতে চেয়েছেন?" in words(answer)
    await house.press(rahim, answer, near)
    assert len(await house.follows(101)) == 1
    assert f"✅ {near}" in labels(house.again(answer))


@pytest.mark.parametrize("typed", ["nope", "hello", "খবর চাই", "xyz"])
async def test_what_is_not_really_near_is_not_suggested(house, rahim, typed):
    for command in ("/follow", "/unfollow", "/latest"):
        assert "বোঝাতে চেয়েছেন" not in words(await house.hear(rahim, f"{command} {typed}"))


async def test_unfollow_suggests_only_what_is_followed(house, rahim):
    answer = await house.hear(rahim, "/unfollow নেপলা")
    assert words(answer) == ("আপনি ‘নেপলা’ নামে কোনো বিষয় বা দেশ অনুসরণ করছেন না।\n\nএখন কোনো বিষয় অনুসরণ করছেন না।")
    await house.hear(rahim, "/follow নেপাল ও visa")
    answer = await house.hear(rahim, "/unfollow নেপলা")
    assert "আপনি কি 🇳🇵 নেপাল বোঝাতে চেয়েছেন? তাহলে লিখুন /unfollow নেপাল" in words(answer)
    assert "অনুসরণ করছেন: 🛂 ভিসা ও অভিবাসন, 🇳🇵 নেপাল" in words(answer)


async def test_a_followed_country_has_a_switch_and_can_be_had_back_at_once(house, rahim):
    await house.hear(rahim, "/follow ওমান")
    answer = await house.hear(rahim, "/unfollow")
    pressed = await house.press(rahim, answer, "✅ 🇴🇲 ওমান")
    assert pressed.text == "আপনি আর ‘ওমান’ অনুসরণ করছেন না"
    assert await house.follows(101) == set()
    await house.press(rahim, house.again(answer), "🇴🇲 ওমান")
    assert await house.follows(101) == {"place:OM"}


@pytest.mark.parametrize("forged", ["place:XX", "keyword:x", "category:nothing", "mute:visa", "place:"])
async def test_a_switch_for_what_there_is_not_follows_nothing(house, rahim, forged):
    greeting = await house.hear(rahim, "/start")
    assert (await house.press(rahim, greeting, f"1|f|{forged}", forge=True)).text == "এই বিষয়টি এখন আর নেই।"
    assert await house.follows(101) == set()


async def test_a_country_mentioned_is_a_country_followed(house, rahim):
    await house.hear(rahim, "/follow সৌদি প্রবাসী")
    assert await house.follows(101) == {"place:SA"}


async def test_of_several_names_none_is_followed_if_one_is_unknown(house, rahim):
    answer = await house.hear(rahim, "/follow probash চাঁদ ইতালি")
    assert "‘probash চাঁদ ইতালি’ নামে" in words(answer)
    assert await house.follows(101) == set()


async def test_following_twice_is_said_and_changes_nothing(house, rahim):
    await house.hear(rahim, "/follow visa")
    answer = await house.hear(rahim, "/follow visa")
    assert "আগে থেকেই" in words(answer)
    assert await house.follows(101) == {"category:visa"}


async def test_unfollow_is_the_way_back_and_says_what_is_left(house, rahim):
    await house.hear(rahim, "/follow visa probash")
    answer = await house.hear(rahim, "/unfollow visa")
    assert "আপনি আর ‘🛂 ভিসা ও অভিবাসন’ অনুসরণ করছেন না" in words(answer)
    assert words(answer).endswith("অনুসরণ করছেন: 🌍 প্রবাসের খবর")
    answer = await house.hear(rahim, "/unfollow visa")
    assert "অনুসরণ করছিলেন না" in words(answer)
    answer = await house.hear(rahim, "/unfollow probash")
    assert words(answer).endswith("এখন কোনো বিষয় অনুসরণ করছেন না।")


async def test_a_slip_is_answered_with_the_nearest_name_and_the_switches(house, rahim):
    answer = await house.hear(rahim, "/follow remitance")
    assert "‘remitance’ নামে কোনো বিষয় বা দেশ খুঁজে পেলাম না" in words(answer)
    assert "আপনি কি 💸 রেমিট্যান্স বোঝাতে চেয়েছেন? তাহলে লিখুন /follow রেমিট্যান্স" in words(answer)
    await house.press(rahim, answer, button(answer, "রেমিট্যান্স"))
    assert await house.follows(101) == {"category:remittance"}


async def test_what_is_typed_is_never_markup(house, rahim):
    answer = await house.hear(rahim, "/follow <a href='tg://x'>{words}</a> & %s")
    assert "‘<a href='tg://x'>{words}</a> & %s’" in words(answer)


async def test_a_very_long_name_is_answered_all_the_same(house, rahim):
    answer = await house.hear(rahim, "/follow " + "ক" * 4000)
    assert "খুঁজে পেলাম না" in words(answer)


async def test_without_a_name_the_switches_are_shown(house, rahim):
    await house.hear(rahim, "/follow probash")
    for command in ("/follow", "/unfollow"):
        answer = await house.hear(rahim, command)
        assert labels(answer)[0] == "✅ 🌍 প্রবাসের খবর"
        assert "অনুসরণ করছেন: 🌍 প্রবাসের খবর" in words(answer)
