"""When a story was published and who wrote it, where the page says little or shows another's date too."""

# ruff: noqa: E501 - markup is written as it is read

from __future__ import annotations

import json
import unicodedata
from datetime import UTC, datetime

import pytest

from news.page.article_page import read_page
from tests.news.dated import FED, HEADLINE, NOW, STORY, TEXT, TITLE, URL

TOP = "<div class='top'>ঢাকা, মঙ্গলবার ২৪ নভেম্বর ২০২৬</div>"
CARD = "<h4><a href='/news/2'>আথেন্সে বাংলা স্কুলের নতুন ভবন</a></h4><span>১২ মার্চ ২০২৪</span>"


def nfc(text):
    return unicodedata.normalize("NFC", text)


def read(html, entry=None):
    return read_page(html, URL, now=NOW, entry=entry)


@pytest.mark.parametrize(
    "beside",
    [
        "<img src='/uploads/2026/10/fire.jpg'>",
        "<link rel='stylesheet' href='/a.css?v=20230115'><script src='/b.js?v=20230115'></script>",
        "<footer>© 1998-2026</footer>",
        f"<aside>{CARD}</aside>",
        f"<div class='sidebar'>{CARD}</div>",
        f"<div class='x7'>{CARD}</div>",
    ],
    ids=["picture", "versions", "copyright", "aside", "sidebar", "card"],
)
@pytest.mark.parametrize("where", ["above", "below"])
def test_what_is_dated_beside_a_story_dates_no_story_and_its_feed_does(beside, where):
    story = f"<article>{HEADLINE}{TEXT}</article>"
    html = beside + story if where == "above" else story + beside
    assert read(html).published_at is None
    assert read(html, FED).published_at == FED.published_at


def test_an_old_day_that_a_sentence_tells_of_is_not_the_storys():
    war = "<p>On 16 December 1999 the old bridge was closed, and nobody in the village has crossed the river since then, as the council recalls in its letter to the ministry of roads.</p>"
    html = f"<h1>The bridge opens again</h1><div>{war}<p>The first carts are expected on Friday morning.</p></div>"
    assert read(html).published_at is None


def test_the_day_above_the_headline_is_the_papers_unless_nothing_else_is_known():
    assert read(TOP + HEADLINE + TEXT, FED).published_at == FED.published_at
    assert read(f"{TOP}{HEADLINE}<p>২২ নভেম্বর ২০২৬</p>{TEXT}").published_at.day == 22
    assert read(TOP + HEADLINE + TEXT).published_at.day == 24


def test_an_older_or_labelled_day_above_the_headline_is_the_storys():
    assert read(f"<div>১৯ নভেম্বর ২০২৬</div>{HEADLINE}{TEXT}", FED).published_at.day == 19
    assert read(f"<div>প্রকাশ: ২৪ নভেম্বর ২০২৬</div>{HEADLINE}{TEXT}", FED).published_at.day == 24


def test_the_town_of_a_papers_day_is_nobodys_name():
    assert read(TOP + HEADLINE + TEXT).byline == ""
    assert read(f"{HEADLINE}<p>ঢাকা, ২২ নভেম্বর ২০২৬</p>{TEXT}").byline == ""


@pytest.mark.parametrize("gap", ["<br><br>", "<br>"])
@pytest.mark.parametrize("box", ["<table><tr><td>{}</td></tr></table>", "<div>{}</div>"])
def test_a_page_in_one_box_with_line_breaks_keeps_writer_and_date(gap, box):
    lines = f"<b>{TITLE}</b><br>নিজস্ব প্রতিবেদক<br>মঙ্গলবার, ২৪ নভেম্বর ২০২৬{gap}{gap.join(STORY)}"
    article = read(f"<title>{TITLE}</title>{box.format(lines)}")
    assert (article.title, article.byline) == (nfc(TITLE), nfc("নিজস্ব প্রতিবেদক"))
    assert article.published_at.date().isoformat() == "2026-11-24"
    assert article.paragraphs == tuple(map(nfc, STORY))


def test_a_headline_in_two_lines_may_hold_a_year():
    html = f"<title>২০২৬ সালের নতুন নিয়ম চালু</title><h1>২০২৬ সালের<br>নতুন নিয়ম চালু</h1>{TEXT}"
    assert read(html).title == nfc("২০২৬ সালের নতুন নিয়ম চালু")


def test_a_name_and_a_town_below_the_headline_are_the_writers():
    article = read(f"{HEADLINE}<p>কামাল হোসেন, লিসবন থেকে</p>{TEXT}")
    assert article.byline == nfc("কামাল হোসেন, লিসবন থেকে")
    assert article.paragraphs == tuple(map(nfc, STORY))


def test_all_the_writers_that_the_head_names_are_named():
    writers = [{"name": "কামাল হোসেন"}, {"name": "রুমা আক্তার"}, {"name": "কামাল হোসেন"}]
    said = json.dumps({"@type": "NewsArticle", "headline": TITLE, "author": writers})
    html = f"<script type='application/ld+json'>{said}</script>{HEADLINE}{TEXT}"
    assert read(html).byline == nfc("কামাল হোসেন, রুমা আক্তার")


def test_a_page_that_calls_itself_no_article_may_tell_its_day_all_the_same():
    said = json.dumps({"@type": "WebPage", "datePublished": "2026-11-20T10:00:00+06:00"})
    html = f"<script type='application/ld+json'>{said}</script>{HEADLINE}{TEXT}"
    assert read(html).published_at == datetime(2026, 11, 20, 4, tzinfo=UTC)


def test_a_story_that_stands_only_in_the_pages_data_is_read_with_its_date():
    story = {"Heading": TITLE, "Details": TEXT, "PublishDate": "2026-11-20T10:00:00"}
    other = {"Heading": "আথেন্সে বাংলা স্কুলের নতুন ভবন", "Details": TEXT * 3}
    said = json.dumps({"props": {"pageProps": {"news": story, "more": [other]}}})
    html = f"<title>{TITLE} | নদীর খবর</title><div id='__next'></div><script id='__NEXT_DATA__' type='application/json'>{said}</script>"
    article = read(html)
    assert article.paragraphs == tuple(map(nfc, STORY))
    assert article.published_at == datetime(2026, 11, 20, 4, tzinfo=UTC)
