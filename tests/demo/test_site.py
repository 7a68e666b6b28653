"""The sample paper of the demo."""

from __future__ import annotations

import json
import re
import tomllib
import unicodedata
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

import aiohttp
import pytest
from selectolax.lexbor import LexborHTMLParser

from bot.demo.site import Site, sources_toml
from bot.demo.site.app import HERE
from bot.demo.site.calendar import age, date
from bot.demo.site.newsroom import Newsroom
from bot.demo.site.story import SECTIONS, written

NOON = datetime(2026, 3, 5, 6, 0, tzinfo=UTC)
FEED = "/feed/probash.xml"


class Clock:
    """A time that stands still until a test moves it."""

    def __init__(self):
        self.now = NOON

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def site(clock):
    paper = Site(now=clock)
    await paper.start()
    yield paper
    await paper.stop()


@pytest.fixture
async def web(site):
    async with aiohttp.ClientSession(site.base_url) as session:
        yield session


async def text(web, path):
    async with web.get(path) as answer:
        assert answer.status == 200
        return await answer.text()


def test_there_are_forty_stories_and_every_section_has_ten():
    drafts = written()
    assert len(drafts) >= 40
    for section in SECTIONS:
        assert sum(draft.section == section.slug for draft in drafts) >= 10


def test_every_story_is_whole_nfc_and_written_in_bengali_digits():
    for draft in written():
        words = "\n".join((draft.headline, draft.byline, draft.place, draft.caption, *draft.paragraphs))
        assert words == unicodedata.normalize("NFC", words)
        assert not re.search(r"[0-9a-zA-Z]", words), draft.slug
        assert 4 <= len(draft.paragraphs) <= 6
        assert all(re.search(r"[।?!]’?\Z", paragraph) for paragraph in draft.paragraphs), draft.slug
        assert draft.place[:3] in draft.headline + draft.paragraphs[0] + draft.byline


def test_every_story_has_its_picture_and_no_two_have_one_headline():
    drafts = written()
    for draft in drafts:
        assert (HERE / "pictures" / f"{draft.picture}.jpg").stat().st_size < 200_000
        assert (HERE / "pictures" / f"{draft.picture}.svg").exists()
    assert len({draft.headline for draft in drafts}) == len({draft.slug for draft in drafts}) == len(drafts)
    assert len({draft.picture for draft in drafts}) >= 12


def test_neighbouring_stories_never_share_a_picture():
    pictures = [draft.picture for draft in written()]
    assert all(pictures[i] not in pictures[i + 1 : i + 4] for i in range(len(pictures)))


async def test_a_published_story_heads_its_feed_its_section_and_the_front_page(site, web):
    story = site.publish()
    section = story.draft.section
    feed = ET.fromstring(await text(web, f"/feed/{section}.xml"))  # noqa: S314 - our own feed
    item = feed.find("channel/item")
    assert item.findtext("title") == story.headline
    assert item.findtext("link") == site.base_url + story.path
    assert item.findtext("pubDate") == "Thu, 05 Mar 2026 06:00:00 GMT"
    for page in ("/", f"/{section}"):
        assert LexborHTMLParser(await text(web, page)).css_first("article a").attributes["href"] == story.path


async def test_an_article_page_reads_like_a_papers(site, web):
    story = site.publish()
    page = LexborHTMLParser(await text(web, story.path))
    assert page.css_first("h1").text() == story.headline
    assert page.css_first(".author").text() == story.draft.byline
    assert page.css_first("article time").text() == "৫ মার্চ ২০২৬"
    assert page.css_first("figcaption").text() == f"{story.draft.caption}। ছবি: দূরের জানালা"
    assert tuple(p.text() for p in page.css(".body p")) == story.paragraphs
    linked = json.loads(page.css_first('script[type="application/ld+json"]').text())
    assert linked["headline"] == story.headline
    assert datetime.fromisoformat(linked["datePublished"]) == NOON
    assert page.css_first('meta[property="og:image"]').attributes["content"] == linked["image"][0]


async def test_an_article_page_lists_other_stories_with_blurb_and_age(site, web):
    story = site.publish()
    more = LexborHTMLParser(await text(web, story.path)).css(".more li")
    assert len(more) == 4
    assert all(item.css_first("h3 a").attributes["href"] != story.path for item in more)
    assert all(item.css_first(".blurb").text() for item in more)
    assert all(item.css_first(".age").text().endswith("আগে") for item in more)


async def test_a_feed_that_has_not_changed_is_answered_304(web):
    async with web.get(FEED) as first:
        tag, changed = first.headers["ETag"], first.headers["Last-Modified"]
    for known in ({"If-None-Match": tag}, {"If-Modified-Since": changed}):
        async with web.get(FEED, headers=known) as again:
            assert again.status == 304
            assert await again.read() == b""


async def test_a_feed_changes_with_a_new_story_and_with_a_correction(site, web, clock):
    async def tag():
        async with web.get(FEED) as answer:
            return answer.headers["ETag"]

    before = await tag()
    story = next(s for s in iter(site.publish, None) if s.draft.section == "probash")
    published = await tag()
    clock.now += timedelta(minutes=3)
    corrected = site.correct(story, "সংশোধিত শিরোনাম")
    assert len({before, published, await tag()}) == 3
    page = await text(web, corrected.path)
    assert "সংশোধিত শিরোনাম" in page
    assert "আপডেট: ৫ মার্চ ২০২৬, ১২:০৩" in page


def test_correcting_a_story_that_is_gone_says_so(clock):
    site = Site(now=clock)
    story = site.publish()
    for _ in range(500):
        site.publish()
    with pytest.raises(LookupError, match=str(story.number)):
        site.correct(story, "যা-ই হোক")


def test_the_newsroom_knows_when_every_story_was_out(clock):
    newsroom = Newsroom(written()[:2], archive=1, now=clock)
    assert not newsroom.all_out
    newsroom.publish()
    assert newsroom.all_out


def test_when_all_stories_are_out_they_come_again_as_updates_under_new_addresses(clock):
    drafts = written()
    site = Site(now=clock)
    stories = site.newsroom.newest(limit=99)[::-1] + [site.publish() for _ in range(3 * len(drafts))]
    assert len({story.path for story in stories}) == len(stories)
    assert len({story.headline for story in stories}) == len(stories)
    assert stories[len(drafts)].headline == f"আপডেট: {drafts[0].headline}"
    assert stories[2 * len(drafts)].headline == f"আপডেট ২: {drafts[0].headline}"
    assert stories[len(drafts)].paragraphs[:-1] == drafts[0].paragraphs


async def test_pictures_are_served_and_unknown_addresses_are_not_found(site, web):
    story = site.publish()
    async with web.get(f"/pictures/{story.draft.picture}.jpg") as picture:
        assert picture.content_type == "image/jpeg"
        assert (await picture.read()).startswith(b"\xff\xd8")
    for path in ("/nothing", "/feed/nothing.xml", "/probash/1/none", f"{story.path}x", "/pictures/../app.py"):
        async with web.get(path) as answer:
            assert answer.status == 404
            assert "প্রথম পাতায় ফিরে যান" in await answer.text()


def test_the_demos_sources_are_three_feeds_and_one_section_page():
    listed = tomllib.loads(sources_toml("http://127.0.0.1:1"))
    assert [category["slug"] for category in listed["category"]] == [section.slug for section in SECTIONS]
    assert [source["url"].rpartition("/")[2] for source in listed["source"]] == [
        "probash.xml",
        "visa.xml",
        "remittance.xml",
        "community",
    ]
    assert {source["every"] for source in listed["source"]} == {"2s"}


async def test_only_the_section_without_a_feed_link_must_be_read_by_its_page(web):
    announced = [
        section.slug
        for section in SECTIONS
        if LexborHTMLParser(await text(web, f"/{section.slug}")).css_first('link[rel="alternate"]')
    ]
    assert announced == ["probash", "visa", "remittance"]


@pytest.mark.parametrize(
    ("back", "shown"),
    [(5, "এইমাত্র"), (60, "১ মিনিট আগে"), (7300, "২ ঘণ্টা আগে"), (4 * 86_400, "৪ দিন আগে")],
)
def test_ages_are_printed_as_papers_print_them(back, shown):
    assert age(NOON - timedelta(seconds=back), NOON) == shown


def test_dates_are_those_of_dhaka():
    assert date(datetime(2025, 6, 22, 18, 30, tzinfo=UTC)) == "২৩ জুন ২০২৫"
