"""Whatever comes from the web is taken apart in a process that can be killed, never in the bot's own."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from aiohttp import web

from bot.commands import check
from bot.commands.probe import probe as show_behind
from bot.commands.read import read as show_pages
from bot.poller import Poller
from bot.settings import Settings
from news.finding import candidates, feed, listing, probe, section
from news.page import article_page
from news.parser.worker import Parser
from news.sources import load
from news.story import changes
from news.topics import categorise
from news.web.fetch import Fetcher, open_session
from storage import posts, sources
from tests.news.site import Site

if TYPE_CHECKING:
    from pathlib import Path

    from tests.newspaper import Newspaper

ALLOWED = frozenset({"127.0.0.1"})
TAKE_APART = (
    (article_page, "LexborHTMLParser"),
    (candidates, "LexborHTMLParser"),
    (probe, "LexborHTMLParser"),
    (section, "LexborHTMLParser"),
    (feed, "feedparser"),
    (feed, "wish"),
    (listing, "essence"),
    (listing, "Unpacker"),
    (categorise, "_score"),
    (changes, "_sentences"),
)
"""What does the work, module by module: a worker imports its own."""


@pytest.fixture(autouse=True)
def broken_here(monkeypatch):
    """In this process nothing can be parsed any more."""
    for module, name in TAKE_APART:
        assert hasattr(module, name), name
        monkeypatch.setattr(module, name, None)


@pytest.fixture
def paper(paper):
    paper.publish("মাস্কাটে নতুন আবাসন")
    return paper


def _listed(paper: Newspaper, folder: Path) -> Path:
    file = folder / "sources.toml"
    file.write_text(paper.sources_toml(), encoding="utf-8")
    return file


async def test_a_poll_takes_nothing_apart_itself(sqlite_db, paper, tmp_path):
    """Not the list, not the page, not what has changed of it."""
    listed = load(_listed(paper, tmp_path))
    now = datetime.now(UTC)
    await sources.register(sqlite_db, listed.sources, now)
    shelves = {shelf.slug: shelf for shelf in listed.categories}
    async with open_session(ALLOWED) as session, Parser(seconds=60) as parser:
        poller = Poller(sqlite_db, Fetcher(session), shelves, lambda: now, lambda: None, parse=parser.call)
        for title in ("মাস্কাটে নতুন আবাসন", "মাস্কাটে আরও আবাসন"):
            paper.correct(paper.stories[0], title, *paper.stories[0].text)
            state = await sources.by_url(sqlite_db, listed.sources[0].url)
            await poller.poll(listed.sources[0], state)
    (post,) = await posts.posts_after(sqlite_db, 0)
    assert post.article.title == "মাস্কাটে আরও আবাসন"


SITEMAP = b"<urlset><url><loc>https://nodi.example/probash/9</loc></url></urlset>"


@pytest.mark.parametrize("served", ["", "sitemap "])
async def test_a_packed_sitemap_is_unpacked_elsewhere(served):
    async with Site() as site, open_session(ALLOWED) as session, Parser(seconds=60) as parser:
        site.answers["/sitemap.xml.gz"] = web.Response(body=gzip.compress(SITEMAP))
        url = site.url("/sitemap.xml.gz")
        known = {"served": served and served + url, "etag": "", "last_modified": "", "now": datetime.now(UTC)}
        found = await listing.look(Fetcher(session), url, **known, parse=parser.call)
        assert site.counts["/sitemap.xml.gz"] == 1
    assert [entry.url for entry in found.entries] == ["https://nodi.example/probash/9"]


async def test_check_takes_nothing_apart_itself(paper, tmp_path, sqlite_url):
    listed = _listed(paper, tmp_path)
    known = {"database_url": sqlite_url, "sources_file": listed, "allow_private_hosts": ALLOWED}
    (row,) = await check._sources(Settings(**known))
    assert row.works


async def test_read_takes_nothing_apart_itself(paper, tmp_path, capsys):
    file = tmp_path / "page.html"
    file.write_text(paper.page(paper.stories[0]), encoding="utf-8")
    assert await show_pages([paper.link(paper.stories[0]), str(file)], "", ALLOWED, as_json=True) == ()
    read = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["title"] for one in read] == ["মাস্কাটে নতুন আবাসন"] * 2


async def test_probe_takes_nothing_apart_itself(paper, capsys):
    assert await show_behind(paper.link(paper.stories[0]), ALLOWED, as_json=True) != ()
    assert await show_behind(f"{paper.address}/feed.xml", ALLOWED, as_json=True) == ()
    assert json.loads(capsys.readouterr().out)["kind"] == "feed"
