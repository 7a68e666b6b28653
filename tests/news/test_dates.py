"""Dates as the papers print them are read to UTC, and written back the papers' way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news.time.dates import DHAKA, bengali_age, bengali_date, find, parse

NOW = datetime(2026, 6, 10, 12, 0, tzinfo=UTC)  # 18:00 in Dhaka


@pytest.mark.parametrize(
    ("text", "dhaka"),
    [
        ("২৩ জুন ২০২৫", "2025-06-23 12:00"),
        ("২৭ এপ্রিল, ২০২৪ ২২:৫৬", "2024-04-27 22:56"),
        ("১৪৫৯ ঘণ্টা, মার্চ ৩১, ২০২৪", "2024-03-31 14:59"),
        ("আপডেটঃ ০৬ জুন ২০২৬ | ০৭:০৭", "2026-06-06 07:07"),
        ("প্রকাশ: ২৩ জুন ২০২৫, ১১:৩০ পিএম", "2025-06-23 23:30"),
        ("আপডেট: ২৪ জুন ২০২৫ প্রকাশ: ২৩ জুন ২০২৫", "2025-06-23 12:00"),
        ("২৩ জুন ২০২৫, সকাল ৮টা", "2025-06-23 08:00"),
        ("২৩ জুন ২০২৫, দুপুর ১২টা", "2025-06-23 12:00"),
        ("২৩ জুন ২০২৫, বিকেল ৪টা", "2025-06-23 16:00"),
        ("২৩ জুন ২০২৫, রাত ৮টা", "2025-06-23 20:00"),
        ("২৩ জুন ২০২৫, রাত ২টা", "2025-06-23 02:00"),
        ("জানুয়ারী ৫, ২০২৫", "2025-01-05 12:00"),
        ("১৫ আগষ্ট ২০২৪", "2024-08-15 12:00"),
        ("সোমবার, ২৩ জুন ২০২৫, ৯ আষাঢ় ১৪৩২", "2025-06-23 12:00"),
        ("৯ আষাঢ় ১৪৩২", "2025-06-23 12:00"),
        ("১ বৈশাখ ১৪৩২", "2025-04-14 12:00"),
        ("৪ দিন আগে", "2026-06-06 18:00"),
        ("এক ঘণ্টা আগে", "2026-06-10 17:00"),
        ("এইমাত্র", "2026-06-10 18:00"),
        ("গতকাল রাত ৮টা", "2026-06-09 20:00"),
        ("২৩ জুন", "2025-06-23 12:00"),
        ("বিডিজেন ডেস্ক২৩ জুন ২০২৫", "2025-06-23 12:00"),
        ("Tue Jan 28 15:28:56 CET 2020", "2020-01-28 20:28"),
        ("2024-05-03 17:47 CEST", "2024-05-03 21:47"),
        ("March 3, 2024, 5:30 PM EST", "2024-03-04 04:30"),
        ("২৩ জুন ২০২৫, ১১:৩০ AST", "2025-06-23 14:30"),
        ("2025-06-23T10:00:00+06:00", "2025-06-23 10:00"),
        ("2025-06-23T10:00:00Z", "2025-06-23 16:00"),
        ("2025-06-23 10:00:00", "2025-06-23 10:00"),
        ("Mon, 23 Jun 2025 10:00:00 BDT", "2025-06-23 10:00"),
        ("Mon, 23 Jun 2025 10:00:00 +0000", "2025-06-23 16:00"),
        ("পহেলা বৈশাখ ১৪৩৩", "2026-04-14 12:00"),
        ("পয়লা বৈশাখ, ১৪৩২ বঙ্গাব্দ", "2025-04-14 12:00"),
        ("৫ মি. আগে", "2026-06-10 17:55"),
        ("২৩ জুন ২০২৫, বিকেল ৪টা ১৫", "2025-06-23 16:15"),
        ("২৩ জুন ২০২৫, বিকেল ৪টা ১৫ | আপডেট: ২৪ জুন ২০২৫", "2025-06-23 16:15"),
        ("বিকেল ৪টা ২৩ জুন ২০২৫", "2025-06-23 16:00"),
        ("৮ জুন ২০২৬, ২০:৩০ (লন্ডন সময়)", "2026-06-09 01:30"),
        ("৮ জানুয়ারি ২০২৬, ২০:৩০ (লন্ডন সময়)", "2026-01-09 02:30"),
        ("৮ জুন ২০২৬, সৌদি সময় রাত ৮টা", "2026-06-08 23:00"),
        ("৮ জুন ২০২৬, বাংলাদেশ সময় রাত ৮টা", "2026-06-08 20:00"),
        ("মঙ্গলবার, ০৯ জুন ২০২৬ ১৮:২৬ IST", "2026-06-09 18:56"),
        ("23/06/2025", "2025-06-23 12:00"),
        ("June 23, 2025 10:15 PM", "2025-06-23 22:15"),
    ],
)
def test_every_form_the_papers_use_is_read(text, dhaka):
    moment = parse(text, NOW)
    assert moment is not None
    assert moment.tzinfo is UTC
    assert moment.astimezone(DHAKA).strftime("%Y-%m-%d %H:%M") == dhaka


@pytest.mark.parametrize(
    "text", ["", "১ জানুয়ারি ১৯৭০", "৩১ জুন ২০২৫", "23 Jun 9999", "২০৩০-০১-০১", "খবর", "মে দিবস"]
)
def test_what_is_no_date_or_none_a_paper_can_have_is_not_read(text):
    assert parse(text, NOW) is None


@given(st.text(alphabet="০১২৩৪৫৬৭৮৯0123456789:-/.,TZ+ জুনমেআগেদিনঘণ্টাএকমার্চ", max_size=40))
def test_no_text_breaks_the_reading_of_dates(text):
    found = find(text, NOW)
    assert found is None or found.moment <= NOW + timedelta(minutes=15)


def test_dates_and_ages_are_written_as_the_papers_do():
    assert bengali_date(datetime(2025, 6, 22, 20, 0, tzinfo=UTC), DHAKA) == "২৩ জুন ২০২৫"
    assert bengali_age(NOW - timedelta(days=11), NOW) == "১১ দিন আগে"
    assert bengali_age(NOW - timedelta(minutes=5), NOW) == "৫ মিনিট আগে"
    assert bengali_age(NOW, NOW) == "এইমাত্র"


def test_a_date_is_looked_for_where_dates_stand_and_a_text_without_end_is_no_trap():
    assert find("প্রকাশ: " * 1_000_000, NOW) is None
    assert parse("প্রকাশ: ২৩ জুন ২০২৫ " + "খবর " * 10_000, NOW) is not None
