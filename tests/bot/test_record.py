"""A page is recorded for the tests with one command: its bytes, and its reading for a person to review."""

from __future__ import annotations

import json

import pytest
from aiohttp import web

from bot.commands import record as recording
from news.article import Selectors
from news.errors import FetchError
from tests.news.site import ALLOWED, Site

STORY = "<p>রিয়াদে নতুন নিয়ম চালু হচ্ছে আগামী মাস থেকে, জানিয়েছে দূতাবাস।</p>" * 4
BELOW = "<p>কেউ এই বাক্য পড়তে চায় না এখানে।</p>"
PAGE = f"<title>নদীর খবর</title><h1>রিয়াদে নতুন নিয়ম</h1><div class='t'>{STORY}{BELOW}</div>"
SOURCES = """
[[category]]
slug = "probash"
bn = "প্রবাস"
en = "Diaspora"

[[source]]
name = "নদীর খবর"
url = "{url}"
category = "probash"
selectors = {{ remove = ["p:last-child"] }}
"""


@pytest.fixture
async def site(tmp_path):
    async with Site() as site:
        site.answers["/1"] = PAGE
        (tmp_path / "sources.toml").write_text(SOURCES.format(url=site.url("/")), "utf-8")
        yield site


@pytest.fixture
def record(site, tmp_path):
    async def record(path, name=""):
        return await recording.record(
            site.url(path), name, tmp_path / "sources.toml", ALLOWED, tmp_path / "pages"
        )

    return record


async def test_a_page_is_stored_as_served_with_its_reading_and_its_sources_selectors(
    site, record, tmp_path, capsys
):
    assert await record("/1") == 0
    stored = tmp_path / "pages/127.0.0.1-1.html"
    assert stored.read_text("utf-8") == PAGE
    expected = json.loads(stored.with_suffix(".json").read_text("utf-8"))
    assert expected["url"] == site.url("/1")
    assert expected["selectors"] == {"remove": ["p:last-child"]}
    assert (expected["reading"]["title"], len(expected["reading"]["body"])) == ("রিয়াদে নতুন নিয়ম", 4)
    assert set(expected["reading"]) == set(recording.READ)
    assert str(stored) in capsys.readouterr().out


async def test_the_next_page_of_the_same_name_gets_the_next_number(record, tmp_path):
    for _ in range(2):
        await record("/1", "../Nodir Khobor")
    assert {file.name for file in (tmp_path / "pages").iterdir()} == {
        f"nodir-khobor-{n}.{kind}" for n in (1, 2) for kind in ("html", "json")
    }


async def test_what_is_no_article_is_not_stored(site, record, tmp_path):
    site.answers["/2"] = web.Response(text="<p>nothing</p>")
    with pytest.raises(FetchError):
        await record("/2")
    assert not (tmp_path / "pages").exists()


def test_a_site_that_is_no_source_has_no_selectors():
    assert recording.selectors_for("https://x.example/1", ()) == Selectors()
