"""A source's address is whatever it turns out to be, and that is remembered."""

# ruff: noqa: E501 - markup and tables are written as they are read

from __future__ import annotations

import pytest
from aiohttp import web

from news import probe
from news.errors import FetchError
from news.fetch import Fetcher, NotModified, open_session
from news.listing import look
from tests.news.site import ALLOWED, Site

FEED = (
    '<?xml version="1.0"?><rss version="2.0"><channel>'
    "<item><title>প্রথম খবর</title><link>/probash/1</link></item><item><title>খেলার খবর</title><link>/sport/2</link></item>"
    "</channel></rss>"
).encode()
PAGE = (
    "<main>"
    + "".join(f'<h2><a href="/probash/{n}">পাতায় পাওয়া খবর নম্বর {n}</a></h2>' for n in (5, 6, 7))
    + "</main>"
)
NAMED = '<link rel="alternate" type="application/rss+xml" href="{}">'


@pytest.fixture
async def site():
    async with Site() as site:
        yield site


@pytest.fixture
async def fetcher():
    async with open_session(ALLOWED) as session:
        yield Fetcher(session)


@pytest.fixture
def looking(site, fetcher, now):
    async def looking(path, served="", etag="", only=()):
        return await look(
            fetcher, site.url(path), served=served, etag=etag, last_modified="", now=now, only=only
        )

    return looking


async def test_a_feed_is_read_as_a_feed(site, looking):
    site.answers["/feed"] = FEED
    listing = await looking("/feed")
    assert [entry.title for entry in listing.entries] == ["প্রথম খবর", "খেলার খবর"]
    assert listing.served == f"feed {site.url('/feed')}"


async def test_only_what_the_source_is_followed_for_is_kept(site, looking):
    site.answers["/feed"] = FEED
    assert [entry.url for entry in (await looking("/feed", only=("/probash/",))).entries] == [
        site.url("/probash/1")
    ]


async def test_a_section_page_is_read_by_its_links_though_the_site_has_a_feed(site, looking):
    site.answers |= {"/probash": NAMED.format("/feed") + PAGE, "/feed": FEED}
    listing = await looking("/probash")
    assert len(listing.entries) == 3
    assert listing.served == f"section {site.url('/probash')}"


async def test_a_front_page_is_read_by_its_feed(site, looking):
    site.answers |= {"/": NAMED.format("/feed") + PAGE, "/feed": FEED}
    assert (await looking("/")).served == f"feed {site.url('/feed')}"


async def test_a_page_without_links_is_read_by_the_feed_it_names(site, looking):
    site.answers |= {"/probash": NAMED.format("/feed"), "/feed": FEED}
    assert (await looking("/probash")).served == f"feed {site.url('/feed')}"


async def test_an_index_of_sitemaps_is_followed_to_the_news(site, looking):
    site.answers |= {
        "/sitemap.xml": b"<sitemapindex><sitemap><loc>/news.xml</loc></sitemap></sitemapindex>",
        "/news.xml": b"<urlset><url><loc>/probash/9</loc></url></urlset>",
    }
    assert (await looking("/sitemap.xml")).served == f"sitemap {site.url('/news.xml')}"


async def test_what_served_before_is_asked_alone_and_conditionally(site, looking):
    async def answer(request):
        return (
            web.Response(status=304)
            if "If-None-Match" in request.headers
            else web.Response(body=FEED, headers={"ETag": '"1"'})
        )

    site.answers |= {"/": NAMED.format("/feed") + PAGE, "/feed": answer}
    first = await looking("/")
    assert first.etag == '"1"'
    assert isinstance(await looking("/", served=first.served, etag=first.etag), NotModified)
    assert site.counts["/"] == 1


async def test_a_feed_that_has_become_a_web_page_is_looked_for_anew(site, looking):
    site.answers |= {"/": PAGE, "/feed": "<html><body>নতুন সাজে</body></html>"}
    assert (await looking("/", served=f"feed {site.url('/feed')}")).served == f"section {site.url('/')}"


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("<p>কিছু নেই</p>", "not_a_feed"),
        (web.Response(status=403), "blocked"),
        (web.Response(status=410), "gone"),
    ],
)
async def test_a_source_that_lists_nothing_says_why(site, looking, answer, kind):
    site.answers["/"] = answer
    with pytest.raises(FetchError) as caught:
        await looking("/")
    assert caught.value.kind == kind


async def test_a_probe_finds_feeds_sitemaps_and_the_page_itself(site, fetcher, now):
    site.answers |= {
        "/": PAGE,
        "/robots.txt": web.Response(text="Sitemap: /news.xml"),
        "/news.xml": b"<urlset><url><loc>/probash/9</loc></url></urlset>",
        "/rss.xml": FEED,
    }
    found = await probe.probe(fetcher, site.url(), now)
    assert [(one["kind"], one["entries"]) for one in found] == [("sitemap", 1), ("feed", 2), ("section", 3)]


async def test_a_probe_of_nothing_says_why(site, fetcher, now):
    with pytest.raises(FetchError):
        await probe.probe(fetcher, site.url("/none"), now)
