from __future__ import annotations

import string
import unicodedata
from datetime import UTC, datetime, time, timedelta

import pytest

from handlers.commands import Command, read
from handlers.keyboard import press, rows, switch
from handlers.patience import LIMIT, Doorkeeper, Verdict, Visits
from handlers.readers import zones
from handlers.table import COMMANDS
from handlers.words.amounts import ago, at, clock, count, duration
from handlers.words.bengali import BENGALI
from handlers.words.english import ENGLISH
from handlers.words.phrases import Html, phrase, toast

NOW = datetime(2025, 6, 23, tzinfo=UTC)


def test_both_languages_say_everything_with_the_same_values():
    assert ENGLISH.keys() == BENGALI.keys()
    for key, text in BENGALI.items():
        assert _values(text) >= _values(ENGLISH[key]) or key == "help", key
        assert _values(ENGLISH[key]) <= _values(text) | {"slug", "name"}, key


def test_every_command_has_its_line_in_the_menu():
    assert {f"menu_{name}" for name in COMMANDS} == {key for key in BENGALI if key.startswith("menu_")}


def test_bengali_is_in_its_normal_form_and_has_bengali_digits():
    for key, text in BENGALI.items():
        assert unicodedata.is_normalized("NFC", text), key
        if "<code>" not in text:
            assert not set(text) & set(string.digits), key


def test_texts_are_escaped_once_and_markup_of_ours_is_not():
    assert phrase("perhaps_command", "bn", command="<b>&") == "আপনি কি &lt;b&gt;&amp; বোঝাতে চেয়েছেন?"
    assert phrase("perhaps_command", "bn", command=Html("<b>ক</b>")) == "আপনি কি <b>ক</b> বোঝাতে চেয়েছেন?"
    assert toast("toast_follow", "bn", name="<b>&") == "আপনি এখন ‘<b>&’ অনুসরণ করছেন"


def test_an_answer_to_a_press_is_never_too_long():
    assert len(toast("toast_follow", "bn", name="ক" * 500)) <= 200


@pytest.mark.parametrize(
    ("number", "bengali", "english"),
    [
        (0, "০", "0"),
        (999, "৯৯৯", "999"),
        (1000, "১,০০০", "1,000"),
        (123456, "১,২৩,৪৫৬", "123,456"),
        (12345678, "১,২৩,৪৫,৬৭৮", "12,345,678"),
    ],
)
def test_numbers_are_grouped_as_their_readers_group_them(number, bengali, english):
    assert (count(number, "bn"), count(number, "en")) == (bengali, english)


@pytest.mark.parametrize(
    ("seconds", "bengali", "english"),
    [
        (0.1, "১ সেকেন্ড", "1 second"),
        (42, "৪২ সেকেন্ড", "42 seconds"),
        (90, "২ মিনিট", "2 minutes"),
        (7500, "২ ঘণ্টা ৫ মিনিট", "2 hours 5 minutes"),
        (3600, "১ ঘণ্টা", "1 hour"),
        (200_000, "২ দিন", "2 days"),
    ],
)
def test_a_duration_is_told_as_people_tell_it(seconds, bengali, english):
    assert (duration(seconds, "bn"), duration(seconds, "en")) == (bengali, english)


def test_an_age_is_told_in_its_largest_unit():
    assert ago(timedelta(seconds=30), "bn") == "এইমাত্র"
    assert ago(timedelta(minutes=5, seconds=40), "bn") == "৫ মিনিট আগে"
    assert ago(timedelta(hours=30), "bn") == "১ দিন আগে"
    assert ago(timedelta(hours=3), "en") == "3 hours ago"
    assert ago(timedelta(seconds=-5), "en") == "just now"


@pytest.mark.parametrize(
    ("moment", "told"),
    [
        (time(0, 0), "রাত ১২টা"),
        (time(4, 30), "ভোর ৪টা ৩০ মিনিট"),
        (time(8), "সকাল ৮টা"),
        (time(12), "দুপুর ১২টা"),
        (time(16, 5), "বিকেল ৪টা ৫ মিনিট"),
        (time(19), "সন্ধ্যা ৭টা"),
        (time(23, 59), "রাত ১১টা ৫৯ মিনিট"),
    ],
)
def test_a_time_of_day_is_told_with_its_part_of_the_day(moment, told):
    assert clock(moment, "bn") == told
    assert clock(moment, "en") == moment.strftime("%H:%M")


def test_what_happens_at_a_time_of_day_takes_its_ending():
    assert at(time(8), "bn") == "সকাল ৮টায়"
    assert at(time(23, 30), "bn") == "রাত ১১টা ৩০ মিনিটে"
    assert at(time(8), "en") == "08:00"


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("/start", Command("start")),
        ("/Start c_probash", Command("start", "c_probash")),
        ("/follow@Khobor_Bot  সৌদি আরব ", Command("follow", "সৌদি আরব", addressed=True)),
        ("/broadcast\nপ্রথম\nদ্বিতীয়", Command("broadcast", "প্রথম\nদ্বিতীয়")),
        ("/follow@other", None),
        ("start", None),
        ("/ start", None),
        ("", None),
        ("/" + "x" * 100, None),
    ],
)
def test_a_typed_line_is_read_as_a_command(typed, command):
    assert read(typed, "khobor_bot") == command


def test_patience_serves_asks_once_and_then_is_silent_until_a_minute_has_passed():
    visits = Visits()
    for _ in range(LIMIT):
        visits, verdict = visits.next(NOW)
        assert verdict is Verdict.SERVE
    visits, verdict = visits.next(NOW)
    assert verdict is Verdict.ASK_TO_WAIT
    visits, verdict = visits.next(NOW)
    assert verdict is Verdict.IGNORE
    visits, verdict = visits.next(NOW + timedelta(minutes=1))
    assert verdict is Verdict.SERVE


def test_the_doorkeeper_forgets_who_has_not_come_for_a_minute():
    doorkeeper = Doorkeeper(most=10)
    for person in range(10):
        doorkeeper.admit(person, NOW)
    doorkeeper.admit(99, NOW + timedelta(minutes=2))
    assert len(doorkeeper._visits) == 1


def test_a_doorkeeper_may_be_told_to_let_more_in():
    doorkeeper = Doorkeeper(limit=LIMIT + 1)
    assert [doorkeeper.admit(1, NOW) for _ in range(LIMIT + 1)] == [Verdict.SERVE] * (LIMIT + 1)
    assert doorkeeper.admit(1, NOW) is Verdict.ASK_TO_WAIT


def test_a_zone_is_found_by_its_name_its_city_or_nearly():
    assert zones.zone("asia/kuala lumpur") == "Asia/Kuala_Lumpur"
    assert zones.zone("dhaka") == "Asia/Dhaka"
    assert zones.zone("../etc/passwd") == ""
    assert zones.zone("") == ""
    assert zones.nearest_zone("Europe/Rom") == "Europe/Rome"
    assert zones.nearest_zone("xyz") == ""


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("রিয়াদ", "Asia/Riyadh"),
        ("সৌদি আরব", "Asia/Riyadh"),
        ("মালয়েশিয়া", "Asia/Kuala_Lumpur"),
        ("টরন্টো", "America/Toronto"),
        ("কানাডা", ""),
        ("যুক্তরাষ্ট্র", ""),
    ],
)
def test_a_zone_is_found_in_bengali_by_its_city_or_by_a_country_of_one_zone(typed, zone):
    assert zones.zone(typed) == zone


def test_two_buttons_stand_in_a_row_where_both_fit_and_a_long_one_alone():
    texts = ("🧰 চাকরি", "🏛️ দূতাবাস", "💸 রেমিট্যান্স ও অর্থনীতি", "🗺️ বিশ্ব", "🇧🇩 বাংলাদেশ", "🏏 খেলা")
    stood = rows([press(text, "x") for text in texts], ticked=True)
    assert [[button.text for button in row] for row in stood] == [
        ["🧰 চাকরি", "🏛️ দূতাবাস"],
        ["💸 রেমিট্যান্স ও অর্থনীতি"],
        ["🗺️ বিশ্ব", "🇧🇩 বাংলাদেশ"],
        ["🏏 খেলা"],
    ]


@pytest.mark.parametrize("text", ["🌍 প্রবাসের খবর", "🤝 কমিউনিটি", "Kuala Lumpur"])
def test_a_tick_moves_no_button(text):
    ways = [rows([switch(text, "x", on=on), press("খেলা", "x")], ticked=True) for on in (True, False)]
    assert [len(row) for row in ways[0]] == [len(row) for row in ways[1]]


def _values(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
