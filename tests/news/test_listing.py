"""A source's address is whatever it turns out to be, and that is remembered."""

# ruff: noqa: E501 - markup and tables are written as they are read

from __future__ import annotations

import gzip
import json
from datetime import timedelta

import pytest
from aiohttp import web

from news.errors import FetchError
from news.finding import probe
from news.finding.listing import look
from news.web.answer import GATE_LIMIT
from news.web.fetch import NotModified, Page

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
def looking(site, fetcher, now):
    async def looking(path, served="", etag="", only=(), fingerprint=""):
        return await look(
            fetcher, site.url(path), served=served, etag=etag, last_modified="", now=now, only=only,
            fingerprint=fingerprint,
        )  # fmt: skip

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
    listing = await looking("/probash")
    assert listing.served == f"feed {site.url('/feed')} /probash/"
    assert [entry.url for entry in listing.entries] == [site.url("/probash/1")]
    again = await looking("/probash", served=listing.served)
    assert (again.served, again.entries) == (listing.served, listing.entries)


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


NEWS = (
    "<urlset><url><loc>/probash/9</loc><news:news><news:title>মানচিত্রের খবর</news:title>"
    "<news:publication_date>2026-03-10T10:00:00+06:00</news:publication_date></news:news></url></urlset>"
).encode()


async def test_a_front_page_without_a_named_feed_is_read_by_what_its_site_keeps_in_the_usual_places(
    site, looking
):
    site.answers |= {"/": PAGE, "/robots.txt": web.Response(text="Sitemap: /all.xml"), "/all.xml": NEWS}
    assert (await looking("/")).served == f"sitemap {site.url('/all.xml')}"
    site.answers |= {"/": PAGE, "/robots.txt": web.Response(status=404), "/rss/rss.xml": FEED}
    assert (await looking("/")).served == f"feed {site.url('/rss/rss.xml')}"


async def test_a_sitemap_without_titles_is_a_heap_of_pages_and_not_taken_for_news(site, looking):
    site.answers |= {"/": PAGE, "/sitemap.xml": b"<urlset><url><loc>/about</loc></url></urlset>"}
    assert (await looking("/")).served == f"section {site.url('/')}"


async def test_a_section_drawn_by_scripts_is_read_by_the_sites_feed_and_only_itself(site, looking):
    site.answers |= {"/probash": "<div id=root></div>", "/feed/": FEED}
    listing = await looking("/probash")
    assert listing.served == f"feed {site.url('/feed/')} /probash/"
    assert [entry.url for entry in listing.entries] == [site.url("/probash/1")]


async def test_a_quintype_section_is_read_by_the_list_behind_it(site, looking):
    story = {"headline": "লিসবনে প্রবাসীদের নৌকাবাইচ", "slug": "probash/nouka"}
    answer = web.Response(
        body=json.dumps({"items": [{"story": story}]}).encode(), content_type="application/json"
    )
    site.answers |= {"/probash": PAGE + "<!-- quintype -->", "/api/v1/collections/probash": answer}
    listing = await looking("/probash")
    assert [entry.url for entry in listing.entries] == [site.url("/probash/nouka")]
    assert listing.served == f"feed {site.url('/api/v1/collections/probash?limit=30')}"


async def test_an_index_of_daily_sitemaps_is_asked_again_itself(site, looking):
    """Tomorrow another one is the newest."""
    index = "<sitemapindex>{}</sitemapindex>"
    day = "<sitemap><loc>/day-2026-03-{0}.xml</loc><lastmod>2026-03-{0}</lastmod></sitemap>"
    site.answers |= {"/index.xml": index.format(day.format("09")).encode(), "/day-2026-03-09.xml": NEWS}
    listing = await looking("/index.xml")
    assert listing.served == f"sitemap {site.url('/index.xml')}"
    site.answers["/index.xml"] = index.format(day.format("09") + day.format("10")).encode()
    site.answers["/day-2026-03-10.xml"] = NEWS.replace(b"/9<", b"/10<")
    again = await looking("/index.xml", served=listing.served, fingerprint=listing.fingerprint)
    assert [entry.url for entry in again.entries] == [site.url("/probash/10")]


async def test_a_sitemap_packed_as_a_file_is_unpacked_and_a_bomb_is_not(site, looking):
    site.answers["/sitemap.xml.gz"] = web.Response(body=gzip.compress(NEWS), content_type="application/gzip")
    assert len((await looking("/sitemap.xml.gz")).entries) == 1
    site.answers["/sitemap.xml.gz"] = web.Response(body=gzip.compress(b" " * 20_000_000))
    with pytest.raises(FetchError) as caught:
        await looking("/sitemap.xml.gz")
    assert caught.value.kind == "too_large"


async def test_a_feed_that_has_moved_for_good_is_asked_at_its_new_address(site, looking):
    site.answers |= {"/old": web.Response(status=301, headers={"Location": "/new"}), "/new": FEED}
    assert (await looking("/old", served=f"feed {site.url('/old')}")).served == f"feed {site.url('/new')}"
    site.answers["/old"] = web.Response(status=302, headers={"Location": "/new"})
    listing = await looking("/old", served=f"feed {site.url('/old')}")
    assert (listing.served, len(listing.entries)) == (f"feed {site.url('/old')}", 2)


@pytest.mark.parametrize("status", [500, 503, 429])
async def test_a_feed_with_a_bad_hour_is_not_looked_for_elsewhere(site, looking, status):
    site.answers |= {"/": PAGE, "/feed": web.Response(status=status)}
    with pytest.raises(FetchError):
        await looking("/", served=f"feed {site.url('/feed')}")
    assert site.counts["/"] == 0


@pytest.mark.parametrize("status", [404, 410])
async def test_a_feed_that_is_no_more_is_looked_for_anew(site, looking, status):
    site.answers |= {"/": PAGE, "/feed": web.Response(status=status)}
    assert (await looking("/", served=f"feed {site.url('/feed')}")).served.startswith("section")


async def test_the_same_stories_are_not_read_again_though_the_site_never_answers_304(site, looking):
    """Neither for another time of making in a feed nor for ages, counters and scripts on a page."""
    dated = "<rss version='2.0'><channel><lastBuildDate>{}</lastBuildDate>{}</channel></rss>"
    items = "<item><title>খবর</title><link>/probash/1</link></item>"
    links = "".join(f"<h2><a href='/probash/{n}'>পাতায় পাওয়া খবর নম্বর {n}</a></h2>" for n in range(30))
    page = "<script>var token = '{0}'</script><main>" + links + "<span>{0} মিনিট আগে</span></main>"
    for place, text in (("/feed", dated.format("{}", items)), ("/probash", page)):
        site.answers[place] = text.replace("{}", "1").replace("{0}", "1")
        first = await looking(place)
        site.answers[place] = text.replace("{}", "2").replace("{0}", "2")
        assert isinstance(
            await looking(place, served=first.served, fingerprint=first.fingerprint), NotModified
        )
        site.answers[place] = site.answers[place].replace("/probash/1", "/probash/99")
        again = await looking(place, served=first.served, fingerprint=first.fingerprint)
        assert site.url("/probash/99") in [entry.url for entry in again.entries]


async def test_what_the_site_asks_for_comes_with_the_list(site, looking):
    body = FEED.replace(b"<channel>", b"<channel><ttl>20</ttl>")
    site.answers["/feed"] = web.Response(body=body, headers={"Cache-Control": "max-age=300"})
    assert (await looking("/feed")).wish == timedelta(minutes=20)


async def test_a_probe_of_an_article_finds_the_section_it_stands_in(site, fetcher, now):
    site.answers |= {
        "/probash/2026/7": '<meta property="og:type" content="article"><h1>একটি খবর</h1>',
        "/probash": PAGE,
        "/news-sitemap.xml": NEWS,
    }
    found = await probe.probe(fetcher, site.url("/probash/2026/7"), now)
    assert [(one["kind"], one["url"]) for one in found] == [
        ("sitemap", site.url("/news-sitemap.xml")),
        ("section", site.url("/probash")),
    ]
    assert found[0]["newest"] == "2026-03-10T04:00:00Z"


async def test_a_probe_of_an_index_tells_of_the_newest_sitemap_that_has_something(site, fetcher, now):
    site.answers |= {
        "/index.xml": b"<sitemapindex><sitemap><loc>/a.xml</loc></sitemap><sitemap><loc>/b.xml</loc></sitemap></sitemapindex>",
        "/a.xml": b"<urlset></urlset>",
        "/b.xml": NEWS,
    }
    (found,) = await probe.probe(fetcher, site.url("/index.xml"), now)
    assert (found["kind"], found["entries"]) == ("sitemap", 1)


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


async def test_a_large_page_is_taken_as_it_is_and_judged_by_who_takes_it_apart(site, fetcher, looking):
    site.answers["/probash"] = "<title>Just a moment...</title>" + " " * GATE_LIMIT
    assert isinstance(await fetcher.get(site.url("/probash")), Page)
    with pytest.raises(FetchError) as caught:
        await looking("/probash")
    assert caught.value.kind == "blocked"
