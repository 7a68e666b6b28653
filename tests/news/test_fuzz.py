"""Whatever the web sends: a value or a FetchError, and text in which nothing is left of where it came from."""

# ruff: noqa: E501 - markup is written as it is read

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from news.errors import FetchError
from news.finding import feed
from news.language.text import clean
from news.page import markup
from news.page.article_page import read_page
from news.page.decoding import decode
from news.time import dates

NOW = datetime(2026, 3, 10, 6, tzinfo=UTC)
URL = "https://x.example/probash/1"
WILD = settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))

STORY = "রিয়াদে নতুন নিয়ম চালু হচ্ছে আগামী মাস থেকে, জানিয়েছে দূতাবাস। "
WORDS = st.one_of(
    st.text(max_size=40),
    st.sampled_from([
        STORY * 3, "২৩ জুন ২০২৫", "৪ দিন আগে", "আরও দেখুন", "আরও পড়ুন: ", "ছবি: এএফপি", "ডেস্ক", "মন্তব্য করুন", "x" * 300,
        "&lt;b&gt;", "&amp;lt;script&amp;gt;", "&amp;amp;nbsp;", "&#0;", "&#xD800;", "&#xFFFFFFFF;", "&#00000000;", f"&#{'9' * 5000};", "&nbsp;", "&", "<", ">",
        "\u202e", "\u200b", "\u200d", "\ufeff", "\x00", "\x1b[31m", "\ud800", "য়", "\u09af\u09bc", "]]>", "<!--", "-->", "٣", "𝟗", "²",
    ]),
)  # fmt: skip
TAGS = st.sampled_from([
    "<p>", "</p>", "<div>", "</div>", "<div class='related'>", "<div class='content'>", "<h1>", "</h1>", "<h2>", "<h3>",
    "<a href='/probash/2'>", "<a href='javascript:x'>", "<a href='//['>", "</a>", "<br>", "<ul>", "<li>", "</ul>", "<table>",
    "<td>", "<figure>", "<figcaption>", "</figure>", "<img src='/p.jpg'>", "<img src='data:x' data-src='http://[::1'>",
    "<img srcset='/a.jpg 1e999w, /b.jpg 2x, ,,'>", "<picture><source srcset='/c.jpg 900w'><img src='/d.jpg'></picture>",
    "<time datetime='9999-99-99'>", "<time datetime='2026-03-07'>", "<article>", "<main>", "<nav>", "<footer>", "<script>",
    "</script>", "<style>", "<template>", "<svg>", "<textarea>", "<title>", "</title>", "<base href='http://['>", "<!--", "<![CDATA[",
    "<meta property='og:title' content='&amp;lt;i&amp;gt;শিরোনাম'>", "<meta property='og:image' content='http://[x/logo'>",
    "<meta property='article:published_time' content='0000-00-00T99:99:99+99:99'>", "<meta charset='utf-7'>", "<frameset>",
    "<link rel=canonical href='http://[::]:99999999/'>", "<html lang='&#0;'>", "<body hidden>", "<p hidden>", "<div style='display:none'>",
])  # fmt: skip
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), WORDS),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from([
                "@type", "@graph", "headline", "datePublished", "author", "name", "image", "url", "articleBody", "caption",
                "publisher", "articleSection", "itemListElement", "item", "mainEntityOfPage", "description",
            ]),
            inner, max_size=5,
        ),
    ),
    max_leaves=8,
)  # fmt: skip
ARTICLE = JSON.map(
    lambda value: {"@type": "NewsArticle", "headline": value, "articleBody": value, "image": value}
)
SAID = st.one_of(JSON, ARTICLE).map(
    lambda value: f"<script type='application/ld+json'>{json.dumps(value, ensure_ascii=False)}</script>"
)
PAGE = st.lists(st.one_of(TAGS, WORDS, WORDS, SAID), max_size=40).map("".join)
WHOLE = PAGE.map(
    lambda inside: (
        f"<title>{STORY}</title><h1>রিয়াদে নতুন নিয়ম</h1><div><p>{STORY * 4}</p>{inside}<p>{STORY * 2}</p></div>"
    )
)


def check_text(text):
    """`text` as a reader may see it."""
    assert not re.search(r"<[/a-zA-Z!?]", text), text
    assert not any(unescape(entity) != entity for entity in re.findall(r"&#?\w+;", text)), text
    assert unicodedata.is_normalized("NFC", text)
    assert not any(unicodedata.category(character) in {"Cc", "Cs"} for character in text), text
    assert not re.search("[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]", text)


def check(value):
    """Every text anywhere in `value` is for readers; every address is one of the web."""
    if isinstance(value, dict):
        for name, inner in value.items():
            assert name != "url" or not inner or inner == URL or inner.startswith(("http://", "https://"))
            check(inner if name not in {"url", "guid"} else None)
    elif isinstance(value, list | tuple):
        for inner in value:
            check(inner)
    elif isinstance(value, str):
        check_text(value)
    elif isinstance(value, datetime):
        assert value.tzinfo is not None
        assert NOW.replace(year=1990) < value <= NOW + timedelta(days=2)


def outcome(function, *args, **kwargs):
    """What `function` returns, or the kind of its FetchError; anything else is raised."""
    try:
        return function(*args, **kwargs), ""
    except FetchError as error:
        return None, error.kind


@WILD
@given(st.one_of(PAGE, WHOLE))
@example(f"<h1>a &amp;lt;b&amp;gt;</h1><p>{STORY * 3}</p>")
def test_no_page_breaks_the_reader_or_leaves_its_markup_in_the_text(html):
    article, kind = outcome(read_page, html, URL, now=NOW)
    assert kind in {"", "not_an_article", "blocked"}
    check(asdict(article) if article else {})


@WILD
@given(st.binary(max_size=400), st.text(max_size=12))
def test_no_bytes_in_no_encoding_break_the_reader(content, charset):
    assert isinstance(decode(content, charset), str)
    with pytest.raises(FetchError):
        read_page(content[:20], URL, now=NOW, charset=charset)


ITEM_TAGS = st.sampled_from([
    "title", "link", "description", "pubDate", "guid", "content:encoded", "dc:date", "media:content", "enclosure", "updated",
    "summary", "author", "category", "item", "entry", "id", "itunes:image",
])  # fmt: skip
INSIDE = st.one_of(
    WORDS, TAGS, PAGE.map(lambda html: f"<![CDATA[{html}]]>"), st.just(URL), st.just("Mon, 99 Foo 2026")
)
ITEMS = st.lists(st.tuples(ITEM_TAGS, INSIDE), max_size=10).map(
    lambda parts: "<item>" + "".join(f"<{tag}>{inside}</{tag}>" for tag, inside in parts) + "</item>"
)
FEED = st.lists(ITEMS, max_size=5).map(
    lambda items: f"<rss xmlns:content='c' xmlns:media='m'><channel>{''.join(items)}</channel></rss>"
)


@WILD
@given(FEED)
def test_no_feed_breaks_the_reader_or_leaves_its_markup_in_the_text(text):
    entries, kind = outcome(feed.entries, text.encode("utf-8", "surrogatepass"), "https://x.example/", NOW)
    assert kind in {"", "not_a_feed", "blocked"}
    check([asdict(entry) for entry in entries or ()])


MONTHS = ["জানুয়ারি", "জানুয়ারী", "আগষ্ট", "ডিসেম্বর", "আষাঢ়", "March", "Sept", "১৩", "31", "0"]
SAID_WHEN = st.lists(
    st.one_of(
        st.sampled_from([
            *MONTHS, "আপডেট:", "প্রকাশ:", "ঘণ্টা", "আগে", "গতকাল", "এইমাত্র", "রাত", "৮টা", "পিএম", ",", "|", "T", "+06:00", "BDT",
        ]),
        st.integers(-5, 99999).map(str), st.text(max_size=6),
    ),
    max_size=9,
).map(" ".join)  # fmt: skip


@settings(WILD, max_examples=300)
@given(st.one_of(SAID_WHEN, st.text(max_size=60)))
def test_no_words_break_the_reading_of_a_time_which_is_aware_and_of_our_days(text):
    moment = dates.parse(text, NOW)
    check(moment)


@settings(WILD, max_examples=300)
@given(st.lists(st.one_of(WORDS, TAGS), max_size=12).map("".join))
def test_no_text_keeps_markup_or_what_nobody_sees(text):
    for shown in (markup.plain(text), markup.visible(clean(text)), *markup.paragraphs(text)):
        check_text(shown)
        assert shown == clean(shown)
