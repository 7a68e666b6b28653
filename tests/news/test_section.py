"""Section pages and sitemaps list stories; menus, footers, tags and authors are none."""

# ruff: noqa: E501 - markup and tables are written as they are read

from __future__ import annotations

import json
import unicodedata
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news.errors import FetchError
from news.finding import section, sitemap

BASE = "https://nodir-khobor.example/probash"
NOW = datetime(2026, 3, 10, 6, 0, tzinfo=UTC)
CARDS = "".join(
    f'<div class="card"><a href="/probash/{n}"><img src="/m/{n}.jpg"></a><h3><a href="/probash/{n}?utm_source=x">প্রবাসের বড় খবর নম্বর {n}</a></h3>'
    f"<span>{n} ঘণ্টা আগে</span></div>"
    for n in "123"
)
PAGE = f"""<nav><a href="/world/all">সারা বিশ্বের খবর এখানে দেখুন</a></nav><main>{CARDS}
<a href="/tag/boi">বইমেলা নিয়ে সব খবর দেখুন</a><a href="/author/12">লেখক শফিউল বারীর সব লেখা</a><a href="https://other.example/1/2">অন্য কাগজের একটি খবর</a>
<a href="/probash/1">প্রবাসের বড় খবর নম্বর 1</a></main><aside class="sidebar"><a href="/sport/9">পাশের কলামের খেলার খবর</a></aside>
<footer><a href="/about/us">আমাদের সম্পর্কে জানতে পড়ুন</a></footer>"""


def test_stories_are_found_in_order_each_once_with_title_and_photo(now):
    found = section.entries(PAGE.encode(), BASE, now)
    assert [entry.title for entry in found] == [f"প্রবাসের বড় খবর নম্বর {n}" for n in "123"]
    assert [entry.photo.url for entry in found] == [f"https://nodir-khobor.example/m/{n}.jpg" for n in "123"]
    assert all(entry.published_at is None or entry.published_at < now for entry in found)


def test_a_list_in_json_ld_serves_where_the_page_has_no_links(now):
    said = {
        "@type": "ItemList",
        "itemListElement": [{"@type": "ListItem", "url": "/probash/7", "name": "শুধু তালিকায় আছে এমন খবর"}],
    }
    html = f'<script type="application/ld+json">{json.dumps(said)}</script><div id="root"></div>'
    assert [entry.url for entry in section.entries(html.encode(), BASE, now)] == [
        "https://nodir-khobor.example/probash/7"
    ]


def test_an_age_and_a_teaser_beside_the_link_are_the_cards():
    cards = "".join(
        f"<div class='item'><div><a href='/probash/{n}'>প্রবাসের বড় খবর নম্বর {n}</a></div>"
        f"<p>মাস্কাটে বাংলাদেশি কর্মীদের জন্য নতুন একটি আবাসন চালু হয়েছে, নম্বর {n}।</p><span>{n} ঘণ্টা আগে</span></div>"
        for n in (1, 2, 3)
    )
    found = section.entries(f"<main><p>১ মিনিট আগে</p>{cards}</main>".encode(), BASE, NOW)
    assert [NOW - entry.published_at for entry in found] == [timedelta(hours=n) for n in (1, 2, 3)]
    assert all(entry.blurb.startswith("মাস্কাটে") for entry in found)


def test_a_machine_readable_time_is_taken_before_a_printed_one():
    cards = "".join(
        f"<li><h3><a href='/probash/{n}'>প্রবাসের বড় খবর নম্বর {n}</a></h3>"
        f"<time datetime='2026-03-0{n}T10:00:00+06:00'>কিছুক্ষণ আগে</time></li>"
        for n in (1, 2, 3)
    )
    found = section.entries(f"<ul>{cards}</ul>".encode(), BASE, NOW)
    assert [entry.published_at.day for entry in found] == [1, 2, 3]


def test_an_age_in_the_same_line_is_no_part_of_the_headline():
    line = "<p><a href='/probash/7'>দোহায় প্রবাসীদের বইমেলা শুরু হলো</a> <span>২ ঘণ্টা আগে</span></p>"
    (entry,) = section.entries(line.encode(), BASE, NOW)
    assert (entry.title, entry.published_at) == ("দোহায় প্রবাসীদের বইমেলা শুরু হলো", NOW - timedelta(hours=2))


STORIES = [
    {"id": n, "title": f"নেক্সট পাতার খবর নম্বর {n}", "slug": f"khobor-nombor-{n}", "url": f"/probash/{n}",
     "publishedAt": f"2026-03-0{n}T04:00:00Z", "image": {"url": f"/m/{n}.jpg"}}
    for n in (1, 2, 3)
]  # fmt: skip


@pytest.mark.parametrize("way", ["pages", "app"])
def test_a_page_drawn_by_next_js_lists_its_stories_in_its_data(way):
    if way == "pages":
        said = json.dumps({"props": {"pageProps": {"news": STORIES}}})
        html = f'<div id="__next"></div><script id="__NEXT_DATA__" type="application/json">{said}</script>'
    else:
        row = "5:" + json.dumps(["$", "div", None, {"news": STORIES}], ensure_ascii=False) + "\n"
        halves = [row[:40], row[40:]]
        html = "".join(f"<script>self.__next_f.push([1,{json.dumps(half)}])</script>" for half in halves)
    found = section.entries(f"<body>{html}</body>".encode(), BASE, NOW)
    assert [entry.url for entry in found] == [f"https://nodir-khobor.example/probash/{n}" for n in (1, 2, 3)]
    assert [entry.published_at.day for entry in found] == [1, 2, 3]
    assert found[0].photo.url.endswith("/m/1.jpg")


def test_what_the_data_knows_of_a_link_completes_its_card():
    said = json.dumps(
        [{"headline": "প্রবাসের বড় খবর নম্বর 1", "slug": "boro-khobor-1", "created_at": 1773030000}]
    )
    links = CARDS.replace("/probash/1", "/probash/boro-khobor-1").replace("ঘণ্টা আগে", "")
    html = f'{links}<script type="application/json">{said}</script>'
    assert section.entries(html.encode(), BASE, NOW)[0].published_at == datetime.fromtimestamp(
        1773030000, UTC
    )


@given(st.text(max_size=300))
def test_no_script_breaks_a_page(text):
    html = f'<script type="application/json">{text}</script><script>self.__next_f.push([1,"{text}"])</script>'
    assert section.entries(html.encode("utf-8", "replace"), BASE, NOW) is not None


def test_a_challenge_instead_of_a_section_is_a_blocked_source(shared, now):
    with pytest.raises(FetchError) as caught:
        section.entries((shared / "pages/blocked.html").read_bytes(), BASE, now)
    assert caught.value.kind == "blocked"


def test_a_news_sitemap_lists_titles_dates_and_pictures_newest_first(now):
    pages = "".join(
        f"<url><loc>/probash/{n}</loc><image:image><image:loc>/m/{n}.jpg</image:loc></image:image>"
        f"<news:news><news:publication_date>2026-03-0{n}T10:00:00+06:00</news:publication_date><news:title>খবর {n} &amp; আরও</news:title></news:news></url>"
        for n in "12"
    )
    found = sitemap.entries(f"<?xml version='1.0'?><urlset>{pages}</urlset>".encode(), BASE, now)
    assert [entry.title for entry in found] == ["খবর 2 & আরও", "খবর 1 & আরও"]
    assert found[0].photo.url == "https://nodir-khobor.example/m/2.jpg"


def test_an_index_names_its_sitemaps_those_of_news_first():
    index = b"<sitemapindex><sitemap><loc>/pages.xml</loc></sitemap><sitemap><loc>/news.xml</loc></sitemap></sitemapindex>"
    assert [url.rsplit("/", 1)[-1] for url in sitemap.children(index, BASE)] == ["news.xml", "pages.xml"]


def test_of_an_index_the_newest_sitemap_of_news_comes_first_and_pages_last():
    named = [
        ("/sitemap-pages.xml", "2026-03-10"),
        ("/sitemap/sitemap-daily-2026-03-09.xml", "2026-03-09"),
        ("/sitemap/sitemap-daily-2026-03-10.xml", "2026-03-10"),
        ("/news-sitemap.xml", ""),
    ]
    rows = "".join(f"<sitemap><loc>{loc}</loc><lastmod>{at}</lastmod></sitemap>" for loc, at in named)
    found = sitemap.children(f"<sitemapindex>{rows}</sitemapindex>".encode(), BASE)
    order = [
        "news-sitemap.xml",
        "sitemap-daily-2026-03-10.xml",
        "sitemap-daily-2026-03-09.xml",
        "sitemap-pages.xml",
    ]
    assert [url.rsplit("/", 1)[-1] for url in found] == order


def test_the_dates_and_texts_that_json_ld_lists_complete_the_links_of_the_page(now):
    story = {
        "@type": "NewsArticle",
        "url": "/news/1",
        "headline": "লিসবনে প্রথম বাংলা বইমেলা",
        "datePublished": "2026-03-07T10:00:00+06:00",
        "description": "তিন দিনের মেলায় এসেছেন দুই হাজার প্রবাসী।",
        "image": {"url": "/media/a.jpg"},
    }
    alone = story | {"url": "/news/2", "headline": "আথেন্সে বাংলা স্কুলের ভবন"}
    said = json.dumps(
        [
            {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "position": 1, "item": story}]},
            alone,
        ]
    )
    html = f"<script type='application/ld+json'>{said}</script><h3><a href='/news/1'>{story['headline']}</a></h3>"
    linked, other = section.entries(html.encode(), BASE, now)
    for entry in (linked, other):
        assert entry.published_at == datetime(2026, 3, 7, 4, 0, tzinfo=UTC)
        assert entry.blurb == unicodedata.normalize("NFC", story["description"])
        assert entry.photo.url.endswith("/media/a.jpg")


def test_data_in_capitals_is_data_too(now):
    story = {
        "Heading": "লিসবনে প্রথম বাংলা বইমেলা",
        "Slug": "lisbon-boi-mela",
        "CatSlug": "probash",
        "PublishDate": "2026-03-07T10:00:00",
    }
    number = {"Heading": "আথেন্সে বাংলা স্কুলের ভবন", "NewsID": 73152, "CatSlug": "probash"}
    said = json.dumps({"props": {"pageProps": {"news": [story, number]}}})
    html = (
        "<p><a href='/probash/lisbon-boi-mela'>ছবি</a></p><p><a href='/probash/73152/athens'>ছবি</a></p>"
        f"<script id='__NEXT_DATA__' type='application/json'>{said}</script>"
    )
    first, second = section.entries(html.encode(), BASE, now)
    assert (first.title, first.published_at) == (
        unicodedata.normalize("NFC", story["Heading"]),
        datetime(2026, 3, 7, 4, tzinfo=UTC),
    )
    assert second.url.endswith("/probash/73152/athens")


def test_markup_escaped_in_a_title_is_no_part_of_it(now):
    escaped = "&lt;script&gt;alert(1)&lt;/script&gt; লিসবনে প্রথম বাংলা বইমেলা"
    (entry,) = section.entries(f"<h3><a href='/news/1'>{escaped}</a></h3>".encode(), BASE, now)
    assert "<" not in entry.title
    row = f"<urlset><url><loc>/news/1</loc><news:title>{escaped.replace('&', '&amp;')}</news:title></url></urlset>"
    (entry,) = sitemap.entries(row.encode(), BASE, now)
    assert "<" not in entry.title
