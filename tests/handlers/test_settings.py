from __future__ import annotations

from datetime import time

import pytest

from storage import readers
from tests.handlers.conftest import labels, words


async def test_settings_shows_everything_that_was_chosen(house, rahim):
    await house.hear(rahim, "/follow probash")
    answer = await house.hear(rahim, "/settings")
    assert words(answer) == (
        "⚙️ আপনার সেটিংস\n\n"
        "📚 বিষয় ও দেশ: 🌍 প্রবাসের খবর\n"
        "🗞 খবর আসে: প্রকাশের সঙ্গে সঙ্গে\n"
        "🌙 নীরব সময়: নেই\n"
        "🕰 সময় অঞ্চল: ঢাকা (এখন রাত ৯টা ১২ মিনিট)\n"
        "🌐 ভাষা: বাংলা\n"
        "▶️ অবস্থা: চালু"
    )


async def test_its_buttons_change_one_thing_each_and_show_it(house, rahim):
    answer = await house.hear(rahim, "/settings")
    for panel, label, shown in (
        ("🗞 কখন আসবে", "☀️ সকাল ৮টায়", "এখন: প্রতিদিন সকাল ৮টায়"),
        ("🗞 কখন আসবে", "☀️🌙 সকাল ও রাত ৮টায়", "এখন: প্রতিদিন সকাল ৮টায় ও রাত ৮টায়"),
        ("🗞 কখন আসবে", "⚡ সঙ্গে সঙ্গে", "এখন: প্রকাশের সঙ্গে সঙ্গে"),
        ("🌙 নীরব সময়", "রাত ১১টা থেকে সকাল ৭টা", "এখন: রাত ১১টা থেকে সকাল ৭টা"),
        ("🌙 নীরব সময়", "🔔 নীরব সময় নেই", "এখন: নেই"),
        ("🕰 সময় অঞ্চল", "রিয়াদ", "এখন: রিয়াদ (সেখানে সন্ধ্যা ৬টা ১২ মিনিট)"),
    ):
        await house.press(rahim, answer, panel)
        pressed = await house.press(rahim, house.again(answer), label)
        assert pressed.text == "ঠিক আছে, বদলে দেওয়া হলো।"
        assert shown in words(house.again(answer)), label
        assert f"✅ {label}" in labels(house.again(answer))
        await house.press(rahim, house.again(answer), "⬅️ সেটিংসে ফিরে যান")
        assert words(house.again(answer)).startswith("⚙️ আপনার সেটিংস")


async def test_a_break_is_begun_and_ended_on_the_overview_itself(house, rahim):
    answer = await house.hear(rahim, "/settings")
    for label, shown in (("⏸ বিরতি", "⏸ অবস্থা: বিরতি"), ("▶️ আবার শুরু", "▶️ অবস্থা: চালু")):
        await house.press(rahim, house.again(answer), label)
        assert shown in words(house.again(answer))


async def test_every_panel_of_the_settings_has_a_way_back(house, rahim):
    answer = await house.hear(rahim, "/settings")
    overview = labels(answer)
    for panel in ("📚 বিষয়", "🗞 কখন আসবে", "🌙 নীরব সময়", "🕰 সময় অঞ্চল", "🌐 ভাষা"):
        await house.press(rahim, house.again(answer), panel)
        assert labels(house.again(answer)) != overview, panel
        await house.press(rahim, house.again(answer), "⬅️ সেটিংসে ফিরে যান")
        assert labels(house.again(answer)) == overview, panel


async def test_the_buttons_show_what_is_chosen(house, rahim):
    for command, chosen in (
        ("/digest", "✅ ⚡ সঙ্গে সঙ্গে"),
        ("/quiet", "✅ 🔔 নীরব সময় নেই"),
        ("/timezone", "✅ ঢাকা"),
        ("/language", "✅ বাংলা"),
    ):
        answer = await house.hear(rahim, command)
        assert [label for label in labels(answer) if "✅" in label] == [chosen]


async def test_the_time_zone_is_chosen_by_city(house, rahim):
    answer = await house.hear(rahim, "/settings")
    await house.press(rahim, answer, "🕰 সময় অঞ্চল")
    await house.press(rahim, house.again(answer), "রিয়াদ")
    await house.press(rahim, house.again(answer), "⬅️ সেটিংসে ফিরে যান")
    assert "রিয়াদ (এখন সন্ধ্যা ৬টা ১২ মিনিট)" in words(house.again(answer))
    assert (await house.reader(101)).timezone == "Asia/Riyadh"


async def test_topics_are_chosen_from_the_settings_too(house, rahim):
    answer = await house.hear(rahim, "/settings")
    await house.press(rahim, answer, "📚 বিষয়")
    await house.press(rahim, answer, "💸 রেমিট্যান্স")
    assert await house.follows(101) == {"category:remittance"}
    assert "✅ 💸 রেমিট্যান্স" in labels(house.again(answer))
    await house.press(rahim, house.again(answer), "⬅️ সেটিংসে ফিরে যান")
    assert "📚 বিষয় ও দেশ: 💸 রেমিট্যান্স" in words(house.again(answer))


@pytest.mark.parametrize(
    "forged",
    [
        "set|zone|Nowhere/Land",
        "set|lang|fr",
        "set|digest|99:99",
        "set|state|gone",
        "set|",
        "lang|fr",
        "f|nothing",
    ],
)
async def test_a_forged_setting_is_answered_politely_and_changes_nothing(house, rahim, forged):
    answer = await house.hear(rahim, "/settings")
    before = await house.reader(101)
    pressed = await house.press(rahim, answer, f"1|{forged}", forge=True)
    assert pressed.text
    assert await house.reader(101) == before


async def test_language_switches_and_is_kept(house, rahim):
    assert "English from now on" in words(await house.hear(rahim, "/language en"))
    assert "Welcome, রহিম!" in words(await house.hear(rahim, "/start"))
    assert "বাংলায় কথা বলব" in words(await house.hear(rahim, "/language বাংলা"))
    answer = words(await house.hear(rahim, "/language fr"))
    assert answer.startswith("‘fr’ ভাষাটি আমি জানি না")
    assert "/language bn" in answer


async def test_language_without_a_word_offers_both(house, rahim):
    answer = await house.hear(rahim, "/language")
    await house.press(rahim, answer, "English")
    assert "Now: English" in words(house.again(answer))
    assert (await house.reader(101)).language == "en"


async def test_pause_and_resume(house, rahim):
    assert "চালুই আছে" in words(await house.hear(rahim, "/resume"))
    assert "থামিয়ে রাখলাম" in words(await house.hear(rahim, "/pause"))
    assert (await house.reader(101)).state == "paused"
    assert "আগে থেকেই" in words(await house.hear(rahim, "/pause"))
    assert "আবার খবর পাঠানো শুরু হলো" in words(await house.hear(rahim, "/resume"))
    assert (await house.reader(101)).state == "active"


@pytest.mark.parametrize(
    ("setting", "time"),
    [
        ("/quiet 21:00-7:00", "সকাল ৭টায়"),
        ("/digest 8:00 20:30", "সকাল ৮টায়"),
        ("/digest 22:30", "রাত ১০টা ৩০ মিনিটে"),
    ],
)
async def test_who_resumes_in_quiet_hours_or_with_a_digest_is_told_when_it_comes(house, rahim, setting, time):
    await house.hear(rahim, setting)
    await house.hear(rahim, "/pause")
    assert f"যা এসেছে, তা {time} একসঙ্গে পাবেন" in words(await house.hear(rahim, "/resume"))


async def test_who_resumes_at_any_other_hour_has_it_now(house, rahim):
    await house.hear(rahim, "/quiet 23:00-7:00")
    await house.hear(rahim, "/pause")
    assert "তা এখনই একসঙ্গে পাবেন" in words(await house.hear(rahim, "/resume"))


@pytest.mark.parametrize("typed", ["20:00 8:00", "08:00, 20:00", "০৮:০০ ২০:০০", "8 20"])
async def test_digest_takes_times_in_any_order_and_either_digits(house, rahim, typed):
    answer = await house.hear(rahim, f"/digest {typed}")
    assert words(answer) == "🗞 ঠিক আছে, এখন থেকে খবরগুলো একসঙ্গে পাবেন: প্রতিদিন সকাল ৮টায় ও রাত ৮টায়।"
    assert (await house.reader(101)).digest == (time(8), time(20))


async def test_digest_off_is_at_once(house, rahim):
    await house.hear(rahim, "/digest 08:00")
    for off in ("off", "বন্ধ", "0"):
        assert "সঙ্গে সঙ্গে পাবেন" in words(await house.hear(rahim, f"/digest {off}"))
    assert (await house.reader(101)).digest == ()


@pytest.mark.parametrize("typed", ["", "25:00", "সকালে", "8:00 x", "1 2 3 4 5 6 7", "24:00", "-1"])
async def test_a_digest_that_is_no_time_is_answered_with_an_example(house, rahim, typed):
    answer = words(await house.hear(rahim, f"/digest {typed}"))
    assert "/digest ৮:০০ ২০:০০" in answer
    assert answer.startswith(f"দুঃখিত, ‘{typed}’ সময়টি বুঝতে পারলাম না।" if typed else "🗞 খবর কখন আসবে")
    assert (await house.reader(101)).digest == ()


@pytest.mark.parametrize("typed", ["23:00-07:00", "২৩:০০ – ০৭:০০", "23-7"])
async def test_quiet_hours_are_taken_and_repeated(house, rahim, typed):
    answer = await house.hear(rahim, f"/quiet {typed}")
    assert "রাত ১১টা থেকে সকাল ৭টা পর্যন্ত" in words(answer)
    assert (await house.reader(101)).quiet == (time(23), time(7))
    assert "নীরব সময় নেই" in words(await house.hear(rahim, "/quiet off"))
    assert (await house.reader(101)).quiet is None


@pytest.mark.parametrize("typed", ["", "23:00", "23:00-23:00", "a-b", "1-2-3"])
async def test_quiet_hours_that_are_none_are_answered_with_an_example(house, rahim, typed):
    answer = words(await house.hear(rahim, f"/quiet {typed}"))
    assert "/quiet ২৩:০০-৭:০০" in answer
    assert answer.startswith(f"দুঃখিত, ‘{typed}’ সময়টি বুঝতে পারলাম না।" if typed else "🌙 নীরব সময়")


@pytest.mark.parametrize("typed", ["Asia/Riyadh", "asia/riyadh", "Riyadh", "রিয়াদ", "সৌদি আরব"])
async def test_a_time_zone_is_taken_by_its_name_or_city(house, rahim, typed):
    answer = await house.hear(rahim, f"/timezone {typed}")
    assert words(answer) == "🕰 ঠিক আছে, আপনার সময় অঞ্চল এখন রিয়াদ। সেখানে এখন সন্ধ্যা ৬টা ১২ মিনিট।"
    assert (await house.reader(101)).timezone == "Asia/Riyadh"


async def test_a_slip_in_a_time_zone_is_answered_with_the_nearest(house, rahim):
    answer = await house.hear(rahim, "/timezone Asia/Ryadh")
    assert "আপনি কি রিয়াদ বোঝাতে চেয়েছেন? তাহলে লিখুন /timezone রিয়াদ" in words(answer)
    assert "রোম" in labels(answer)
    assert "কোথায় আছেন" in words(await house.hear(rahim, "/timezone"))


async def test_forget_asks_first_and_then_deletes_everything(house, rahim):
    await house.hear(rahim, "/follow probash")
    question = await house.hear(rahim, "/forget")
    await house.press(rahim, question, "না, থাক")
    assert "কিছুই মোছা হয়নি" in words(house.again(question))
    question = await house.hear(rahim, "/forget")
    await house.press(rahim, question, "🗑 হ্যাঁ, সব মুছে দিন")
    assert "মুছে দেওয়া হলো" in words(house.again(question))
    assert await readers.reader(house.db, 101) is None
    await house.hear(rahim, "/start")
    assert await house.follows(101) == set()
