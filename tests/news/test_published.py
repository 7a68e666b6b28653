"""A date that a page honestly prints for its story is read; what is dated beside the story never is."""

# ruff: noqa: E501 - markup is written as it is read

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from news.page.article_page import read_page
from tests.news.dated import FED, HEADLINE, NOW, TEXT, TITLE, URL

OTHER = "<a href='/news/2'>আথেন্সে বাংলা স্কুলের নতুন ভবন উদ্বোধন</a>"
DAY = "১৯ অক্টোবর ২০২৬"
GAP = "<p>ছবি</p><p>মানচিত্র</p><p>তালিকা</p><p>ছক</p>"


def day(html, url=URL, entry=None, now=NOW):
    """The day a page is dated, as YYYY-MM-DD; "" for none."""
    moment = read_page(html, url, now=now, entry=entry).published_at
    return moment.date().isoformat() if moment else ""


@pytest.mark.parametrize(
    "page",
    [
        f"<div class='widget Blog'><h2 class='date-header'>{DAY}</h2><div class='post'>{HEADLINE}{TEXT}</div></div>",
        f"<div class='widget Blog'><div class='post'><h3>{TITLE}</h3><div>{DAY}</div>{TEXT}</div></div>",
        f"<div class='sidebar-right-layout'><div class='meta'>{DAY}</div>{HEADLINE}{TEXT}</div>",
        f"{HEADLINE}<div>খবর - {DAY}</div>{TEXT}",
        f"<div>খবর - {DAY}</div>{HEADLINE}{TEXT}",
        f"{HEADLINE}<div>কামাল হোসেন, রিয়াদ | {DAY}</div>{TEXT}",
        f"<article>{HEADLINE}{TEXT}<footer>কামাল হোসেন | {DAY}</footer></article>",
        f"<article>{HEADLINE}<aside><dl><dt>তারিখ</dt><dd>{DAY}</dd></dl></aside>{TEXT}</article>",
        f"<article>{HEADLINE}{TEXT}<aside><p>রিয়াদ</p><p>{DAY}</p></aside></article>",
        f"<div class='col'>{HEADLINE}{TEXT}<p>দূতাবাসের ছবি</p><ul><li>লেখা: রুমা</li><li>ছবি: কামাল</li><li>পাতা: ৩</li><li>প্রকাশ: {DAY}</li></ul></div>",
    ],
    ids=[
        *("header", "heading", "column", "below", "above", "writer", "footer", "aside-within", "aside-after"),
        "labelled-below",
    ],
)
def test_a_line_that_holds_the_storys_date_dates_it(page):
    assert day(f"<title>{TITLE}</title>{page}", entry=FED) == "2026-10-19"


BELOW = {
    "footer": f"<footer>নদীর খবর, {DAY}</footer>",
    "copyright": f"<div>© {DAY} নদীর খবর</div>",
    "rights": f"<div>স্বত্ব নদীর খবর {DAY}</div>",
    "related": f"<div class='related'><p>{DAY}</p></div>",
    "card": f"<div class='x7'>{OTHER}<span>{DAY}</span></div>",
    "comments": f"<div class='comments'><p>রফিক</p><p>{DAY}</p><p>ভালো খবর</p></div>",
    "comment": f"<h3>মন্তব্য (২)</h3><div><b>রফিক</b> {DAY}</div>",
    "labelled comment": f"<h3>মন্তব্য (২)</h3><div>প্রকাশ: {DAY}</div>",
    "aside of others": f"<aside>{OTHER}<p>{DAY}</p></aside>",
    "aside of days": f"<aside><p>{DAY}</p><p>২০ অক্টোবর ২০২৬</p></aside>",
    "calendar": f"<div class='widget calendar'><p>{DAY}</p><table><tr><td>১৯</td><td>২০</td></tr></table></div>",
    "event": f"<p>{DAY} রিয়াদে প্রবাসী শ্রমিকদের সম্মেলন হয়, আর সেখানে দাবি ওঠে নতুন আইনের</p>",
    "sentence": f"<p>রাষ্ট্রদূত {DAY} দায়িত্ব নেন।</p>",
    "label in a sentence": f"<p>প্রকাশিত প্রতিবেদনে বলা হয়, রিয়াদের সেই বৈঠক হয়েছিল {DAY}।</p>",
    "label in a line": f"<p>প্রকাশিত হয়েছে দূতাবাসের নতুন নির্দেশিকা, আর তাতে বলা হয়েছে রিয়াদের সেই বৈঠকের কথা, {DAY}</p>",
    "picture": "<img src='/uploads/2026/10/19/fire.jpg'>",
}


@pytest.mark.parametrize("beside", BELOW.values(), ids=BELOW)
def test_what_is_dated_below_a_story_is_not_the_storys(beside):
    page = f"<title>{TITLE}</title><article>{HEADLINE}{TEXT}</article>{beside}"
    assert day(page) == ""
    assert day(page, entry=FED) == "2026-11-22"


IN_THE_BOX = {
    "aside of others": f"<aside>{OTHER}<p>{DAY}</p></aside>",
    "aside with a name": f"<aside>{OTHER}<p>রুমা আক্তার</p><p>{DAY}</p></aside>",
    "aside of days": f"<aside><p>{DAY}</p><p>২০ অক্টোবর ২০২৬</p></aside>",
    "aside of today": "<aside><p>মঙ্গলবার, ২৪ নভেম্বর ২০২৬</p></aside>",
    "age": "<p>আথেন্সে বাংলা স্কুল</p><p>৩ দিন আগে</p>",
    "related": f"<div class='related'><p>{DAY}</p></div>",
    "comments": f"<div class='comments'><p>রফিক</p><p>প্রকাশ: {DAY}</p></div>",
    "comment": f"<h3>মন্তব্য (২)</h3><p>রফিক</p><p>{DAY}</p>",
    "heading": f"<h3>{DAY}</h3><p>সময়রেখা</p>",
    "two labels": f"<ul><li>প্রকাশ: {DAY}</li><li>প্রকাশ: ২০ অক্টোবর ২০২৬</li></ul>",
}


@pytest.mark.parametrize("beside", IN_THE_BOX.values(), ids=IN_THE_BOX)
def test_what_is_dated_in_the_storys_own_box_may_be_anothers(beside):
    page = f"<title>{TITLE}</title><article>{HEADLINE}{TEXT}{GAP}{beside}</article>"
    assert day(page, entry=FED) == "2026-11-22"


@pytest.mark.parametrize(
    "above",
    [
        "<h2 class='date-header'>মঙ্গলবার, ২৪ নভেম্বর ২০২৬</h2>",
        "<header>ঢাকা, মঙ্গলবার ২৪ নভেম্বর ২০২৬ | ৯ অগ্রহায়ণ ১৪৩৩</header>",
        f"<div class='nav'>{DAY}</div>",
        f"<div class='x7'>{OTHER}<span>{DAY}</span></div>",
        f"<div>{DAY} রাষ্ট্রদূত দায়িত্ব নেন।</div>",
    ],
    ids=["today", "masthead", "menu", "card", "sentence"],
)
def test_the_papers_day_and_another_storys_above_the_headline_are_not_the_storys(above):
    assert day(f"<title>{TITLE}</title>{above}{HEADLINE}{TEXT}", entry=FED) == "2026-11-22"


def test_a_date_header_of_today_counts_once_nothing_else_is_known():
    page = f"<title>{TITLE}</title><div class='widget Blog'><h2 class='date-header'>২৪ নভেম্বর ২০২৬</h2><div>{HEADLINE}{TEXT}</div></div>"
    assert day(page) == "2026-11-24"


def test_the_day_in_the_address_counts_where_only_the_masthead_has_one():
    masthead = "<div>শনিবার, ৮ অক্টোবর ২০২৬</div>" + "<p>বিভাগ</p>" * 9
    page = f"<title>নদীর খবর</title>{masthead}{TEXT}"
    assert day(page, "https://nodir-khobor.example/blog/2026-10-26-18") == "2026-10-26"
    assert day(page, "https://nodir-khobor.example/2026/10/26/riyadh/") == "2026-10-26"
    assert day(page) == ""


def test_without_a_headline_one_day_right_above_the_story_is_its_own_and_two_are_nobodys():
    page = "<title>নদীর খবর</title><div>{}</div>" + TEXT
    assert day(page.format(f"<p>কামাল হোসেন, {DAY}</p>")) == "2026-10-19"
    assert day(page.format(f"<p>শুক্রবার {DAY}</p><p>শনিবার ২০ অক্টোবর ২০২৬</p>")) == ""


def test_a_headline_far_above_its_story_is_the_sites_name_and_what_is_below_it_dates_nothing():
    top = f"<h1>{TITLE}</h1><time datetime='{{0}}T10:21'>{{0}}</time><p>{{0}}</p>" + "<p>বিভাগ</p>" * 30
    page = f"<title>{TITLE}</title>{top.format('2026-10-08')}<figure><figcaption>ফাইল ছবি ৫ জুন ২০২৫</figcaption></figure>"
    assert day(page + TEXT, entry=FED) == "2026-11-22"
    assert day(f"{page}<p>কামাল হোসেন | {DAY}</p>{TEXT}", entry=FED) == "2026-10-19"


def test_a_day_marked_for_machines_counts_where_all_the_marks_agree():
    mark = "<span itemprop='datePublished' content='{}T13:15:00+06:00'></span>"
    page = f"<title>{TITLE}</title>{HEADLINE}{TEXT}{mark.format('2026-10-19')}"
    assert day(page, entry=FED) == "2026-10-19"
    assert day(page + mark.format("2026-10-20"), entry=FED) == "2026-11-22"


ABOVE_STORY = f"<title>নদীর খবর</title><div><p>{{}}</p><p>{{}}</p></div>{TEXT}"
BELOW_STORY = f"<title>{TITLE}</title><article>{HEADLINE}{TEXT}{GAP}<p>{{}}</p><p>{{}}</p></article>"
MARKED = f"<title>{TITLE}</title>{HEADLINE}{TEXT}" + 2 * "<span itemprop='datePublished' content='{}'></span>"


@pytest.mark.parametrize(
    ("page", "night", "noon"),
    [
        (BELOW_STORY, f"প্রকাশ: {DAY}, ০৩:০০", f"আপডেট: {DAY}, ১০:০০"),
        (ABOVE_STORY, f"{DAY}, ০৩:০০", f"{DAY}, ১০:০০"),
        (MARKED, "2026-10-19T03:00:00", "2026-10-19T10:00:00+06:00"),
    ],
    ids=["labelled", "printed", "marked"],
)
def test_night_and_noon_of_one_day_in_dhaka_agree(page, night, noon):
    read = read_page(page.format(night, noon), URL, now=NOW, entry=FED)
    assert read.published_at == datetime(2026, 10, 18, 21, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("page", "noon", "next_night"),
    [
        (BELOW_STORY, f"প্রকাশ: {DAY}, ১১:০০", "আপডেট: ২০ অক্টোবর ২০২৬, ০২:০০"),
        (ABOVE_STORY, f"{DAY}, ১১:০০", "২০ অক্টোবর ২০২৬, ০২:০০"),
        (MARKED, "2026-10-19T11:00:00", "2026-10-19T20:00:00Z"),
    ],
    ids=["labelled", "printed", "marked"],
)
def test_noon_and_the_night_after_it_are_two_days_in_dhaka_and_date_nothing(page, noon, next_night):
    read = read_page(page.format(noon, next_night), URL, now=NOW, entry=FED)
    assert read.published_at == FED.published_at


def test_a_date_of_its_own_in_a_long_line_of_other_things_counts_above_the_headline():
    line = "<a href='/d'>১৯ অক্টোবর ২০২৬</a> <a href='/k'>কামাল হোসেন</a> <a href='/c'>মন্তব্য নেই</a>, <a href='/f'>প্রবাসের খবর</a>, <a href='/g'>নিয়মকানুন</a>"
    assert (
        day(f"<title>{TITLE}</title><p>ব্লগ</p><div>{line}</div>{HEADLINE}{TEXT}", entry=FED) == "2026-10-19"
    )


def test_a_date_alone_counts_before_one_beside_a_name_in_the_storys_box():
    note = "<p>দূতাবাসের বিজ্ঞপ্তি ২০ অক্টোবর ২০২৬</p>"
    page = f"<title>{TITLE}</title><article>{HEADLINE}{TEXT}{GAP}<p>সোমবার, {DAY}</p>{note}</article>"
    assert day(page, entry=FED) == "2026-10-19"


def test_another_storys_link_outside_the_article_makes_no_card_of_its_first_line():
    page = f"<title>{TITLE}</title><div>{OTHER}</div><article><footer>কামাল হোসেন {DAY}</footer>{HEADLINE}{TEXT}</article>"
    assert day(page, entry=FED) == "2026-10-19"


def test_a_label_decides_between_two_days_in_the_storys_box():
    days = f"<p>শুক্রবার, ২০ অক্টোবর ২০২৬</p><p>প্রকাশ: {DAY}</p>"
    assert (
        day(f"<title>{TITLE}</title><article>{HEADLINE}{TEXT}{GAP}{days}</article>", entry=FED)
        == "2026-10-19"
    )


@pytest.mark.parametrize(
    "line",
    [
        f"<div>রাষ্ট্রদূত {DAY} দায়িত্ব নেন।</div>",
        f"<div><a href='/news/2'>আথেন্সে বাংলা স্কুলের নতুন ভবন উদ্বোধন {DAY}</a></div>",
    ],
    ids=["sentence", "link"],
)
def test_a_sentence_and_another_storys_link_below_the_headline_do_not_date_it(line):
    assert day(f"<title>{TITLE}</title>{HEADLINE}{line}{TEXT}", entry=FED) == "2026-11-22"


def test_a_post_that_says_in_a_sentence_when_it_was_published_is_dated_by_it():
    told = "<p>This entry was posted on Monday, October 19th, 2026 at 10:04 and is filed under <a href='/t'>Law</a>.</p>"
    told_in_german = "<p>Dieser Beitrag wurde am Montag, 19. Oktober 2026 um 10:04 Uhr veröffentlicht.</p>"
    shelves = ", ".join(f"<a href='/shelf/{n}'>the laws of the year {n}</a>" for n in range(1, 9))
    filed = f"{GAP}<div>This entry was posted on Monday, October 19th, 2026 in {shelves}.</div>"
    for sentence in (told, told_in_german, filed):
        assert day(f"<title>{TITLE}</title><div>{HEADLINE}{TEXT}{sentence}</div>") == "2026-10-19"


@pytest.mark.parametrize(
    "printed",
    [
        *(
            "19. Oktober 2026",
            "19 octobre 2026",
            "19 de octubre de 2026",
            "19 ottobre 2026",
            "19 de outubro de 2026",
        ),
        *("19 października 2026", "Oktober 19, 2026", "2026年10月19日", "2026년 10월 19일"),
    ],
)
def test_a_day_is_read_in_the_languages_of_the_countries_readers_live_in(printed):
    assert day(f"<title>{TITLE}</title>{HEADLINE}<p>{printed}</p>{TEXT}") == "2026-10-19"


def test_the_first_of_a_month_and_a_japanese_evening_keep_their_day():
    assert day(f"<title>{TITLE}</title>{HEADLINE}<p>1er octobre 2026</p>{TEXT}") == "2026-10-01"
    zoned = f"<meta property='article:published_time' content='2026-10-19T05:50:00+09:00'><title>{TITLE}</title>{HEADLINE}{TEXT}"
    at = read_page(zoned, URL, now=NOW).published_at
    assert at == datetime(2026, 10, 19, 5, 50, tzinfo=UTC) - timedelta(hours=9)


@pytest.mark.parametrize(
    "guess",
    [
        "<meta property='og:image' content='https://nodir-khobor.example/files/2026/10/19/fire.jpg'>",
        "<p>As of October 19, 2026, the council holds 858 licences in the valley.</p>",
        "<h2><a href='/news/2'>The school of Athens has a new house 19.10.2026</a></h2>",
    ],
    ids=["address", "sentence", "link"],
)
def test_a_last_guess_takes_no_address_no_sentence_and_no_link_for_a_date(guess):
    words = "".join(
        f"<p>The ferry to the old island sails again in the {n} week of spring.</p>"
        for n in ("first", "second", "third", "last")
    )
    assert day(f"<title>The ferry sails again</title><h1>The ferry sails again</h1>{words}{guess}") == ""
