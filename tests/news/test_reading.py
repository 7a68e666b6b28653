"""An entry becomes an article: from its page, or from its feed where the page can't be read."""

from __future__ import annotations

import time

import pytest
from aiohttp import web

from news.article import Category, Entry, Selectors
from news.errors import FetchError
from news.page.article_page import read_page
from news.parser.worker import Parser
from news.reading import read, read_address
from tests.news.conftest import MARKUPS

CATEGORIES = [Category("probash", "প্রবাসের খবর", "Diaspora"), Category("community", "কমিউনিটি", "Community")]


@pytest.fixture
def reading(fetcher, now):
    async def reading(entry):
        return await read(fetcher, entry, now=now, source_category="probash", categories=CATEGORIES)

    return reading


async def test_an_entry_with_nothing_but_an_address_is_completed_from_its_page(site, reading, story):
    site.answers["/1"] = MARKUPS["hashed names"](story)
    article = await reading(Entry(site.url("/1")))
    assert (article.title, article.url, article.categories[0]) == (story.title, site.url("/1"), "probash")
    assert len(article.paragraphs) == len(story.paragraphs)


async def test_a_page_that_blocks_us_leaves_the_feeds_own_text(site, reading, story):
    site.answers["/1"] = web.Response(status=403)
    article = await reading(Entry(site.url("/1"), title=story.title, blurb=" ".join(story.paragraphs[:3])))
    assert article.title == story.title
    assert article.summary


async def test_a_page_that_fails_for_now_is_tried_again_later(site, reading, story):
    site.answers["/1"] = web.Response(status=503)
    with pytest.raises(FetchError) as caught:
        await reading(Entry(site.url("/1"), title=story.title, blurb=" ".join(story.paragraphs[:3])))
    assert caught.value.kind == "http"


async def test_a_full_text_feed_needs_no_page(site, reading, story):
    site.answers["/1"] = web.Response(status=503)
    article = await reading(Entry(site.url("/1"), title=story.title, paragraphs=tuple(story.paragraphs)))
    assert len(article.paragraphs) == len(story.paragraphs)


async def test_an_address_without_a_story_says_so(site, fetcher, now):
    site.answers["/"] = "<p>স্বাগতম</p>"
    with pytest.raises(FetchError) as caught:
        await read_address(fetcher, site.url(), now)
    assert caught.value.kind == "not_an_article"


async def test_a_page_is_read_in_a_worker_with_its_sources_selectors(site, fetcher, now, story):
    site.answers["/1"] = MARKUPS["semantic"](story)
    async with Parser() as parser:
        article = await read(
            fetcher,
            Entry(site.url("/1")),
            now=now,
            source_category="probash",
            categories=CATEGORIES,
            selectors=Selectors(byline="h1"),
            parse=parser.call,
        )
    assert (article.title, article.byline) == (story.title, story.title)
    assert len(article.paragraphs) == len(story.paragraphs)


async def test_a_page_that_hangs_its_parser_leaves_the_feeds_text(site, fetcher, now, story):
    site.answers["/1"] = MARKUPS["semantic"](story)
    entry = Entry(site.url("/1"), title=story.title, paragraphs=tuple(story.paragraphs))

    async def hang_on_pages(function, *args, **known):
        if function is read_page:
            return await parser.call(time.sleep, 60)
        return await parser.call(function, *args, **known)

    async with Parser(seconds=1) as parser:
        article = await read(
            fetcher, entry, now=now, source_category="probash", categories=CATEGORIES, parse=hang_on_pages
        )
    assert len(article.paragraphs) == len(story.paragraphs)
    assert article.summary
