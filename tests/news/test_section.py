"""Section pages and sitemaps list stories; menus, footers, tags and authors are none."""

# ruff: noqa: E501 - markup and tables are written as they are read

from __future__ import annotations

import json

import pytest

from news import section, sitemap
from news.errors import FetchError

BASE = "https://nodir-khobor.example/probash"
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
