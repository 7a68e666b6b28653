"""What hangs, swells or crashes while it is parsed costs that item alone."""

from __future__ import annotations

import asyncio
import os
import pickle
import sys
import time

import pytest

from news.errors import FetchError
from news.finding import feed
from news.page.article_page import read_page
from news.parser import worker
from news.parser.worker import Parser
from tests.news import assembled
from tests.news.test_page import choices


@pytest.fixture
async def parser():
    async with Parser(seconds=20) as parser:
        yield parser


async def refusal(call):
    with pytest.raises(FetchError) as caught:
        await call
    assert caught.value.kind == "refused"
    return caught.value.detail


async def outcome(call):
    """`read`, or the kind of the refusal."""
    try:
        await call
    except FetchError as error:
        return error.kind
    return "read"


async def test_a_page_is_read_as_it_would_be_here(parser, story, now):
    html = assembled.page(story, choices(1)[0]).encode()
    assert await parser.call(read_page, html, story.url, now=now) == read_page(html, story.url, now=now)


async def test_a_feed_is_read_there_too(parser, now):
    body = (
        b"<rss><channel><item><title>A story</title><link>https://x.example/1</link></item></channel></rss>"
    )
    assert [entry.url for entry in await parser.call(feed.entries, body, "https://x.example/", now)] == [
        "https://x.example/1"
    ]


async def test_what_the_reading_says_of_a_page_comes_back_as_it_was(parser, now):
    with pytest.raises(FetchError) as caught:
        await parser.call(read_page, b"<p>nothing</p>", "https://x.example/1", now=now)
    assert (caught.value.kind, caught.value.detail) == ("not_an_article", "no headline")


async def test_a_page_that_takes_too_long_is_refused_and_the_next_one_read():
    async with Parser(seconds=0.5) as parser:
        assert "over 0.5 s" in await refusal(parser.call(time.sleep, 60))
        assert await parser.call(len, b"next") == 4


async def test_a_page_that_swells_is_refused_and_the_next_one_read(parser):
    assert "memory" in await refusal(parser.call(bytes, 2_000_000_000))
    assert await parser.call(len, b"next") == 4


async def test_a_page_that_crashes_its_parser_is_refused_and_the_next_one_read(parser):
    assert "ended" in await refusal(parser.call(os.abort))
    assert await parser.call(len, b"next") == 4


async def test_what_nobody_thought_of_is_refused_and_logged(parser, caplog):
    assert "ValueError" in await refusal(parser.call(int, "forty"))
    assert "parsing failed" in caplog.text


async def test_a_hanging_page_holds_up_neither_the_event_loop_nor_other_pages():
    async with Parser(workers=2, seconds=60) as parser:
        hanging = asyncio.create_task(parser.call(time.sleep, 600))
        assert [await parser.call(len, b"x" * n) for n in range(5)] == list(range(5))
        assert not hanging.done()
        hanging.cancel()
        with pytest.raises(asyncio.CancelledError):
            await hanging


async def test_a_cancelled_reading_ends_its_worker_whose_answer_nobody_awaits(parser):
    first = await parser.call(os.getpid)
    hanging = asyncio.create_task(parser.call(time.sleep, 600))
    await asyncio.sleep(0)
    hanging.cancel()
    with pytest.raises(asyncio.CancelledError):
        await hanging
    assert await parser.call(os.getpid) != first


async def test_a_worker_goes_on_from_page_to_page_until_it_has_done_its_share(parser, monkeypatch):
    first = await parser.call(os.getpid)
    assert await parser.call(os.getpid) == first
    monkeypatch.setattr(worker, "MOST_JOBS", 3)
    assert await parser.call(os.getpid) == first
    assert await parser.call(os.getpid) != first


async def test_workers_end_with_the_parser():
    async with Parser() as parser:
        pid = await parser.call(os.getpid)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_no_secret_reaches_a_worker(parser, monkeypatch):
    monkeypatch.setenv("BOT_TOKEN", "1:secret")
    assert await parser.call(os.getenv, "BOT_TOKEN") is None


async def test_what_a_parser_prints_does_not_disturb_its_answers(parser):
    assert await parser.call(print, "to nobody") is None
    assert await parser.call(len, b"next") == 4


async def test_five_seconds_and_half_a_gigabyte_are_what_a_worker_may_use():
    assert (worker.SECONDS, worker.MEMORY) == (5.0, 512_000_000)


@pytest.mark.parametrize(
    "body",
    [
        b"<rss><channel><![CDATA[" + b"<!--" * 100_000 + b"]]></channel></rss>",
        b"<rss><channel><item " + b"a='1' " * 50_000 + b"></item></channel></rss>",
        b"<rss><channel><item><title>&#xFFFFFFFF;</title></item></channel></rss>",
        b"<!DOCTYPE r [<!ENTITY a 'aaaaaaaaaa'>"
        + b"<!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>" * 20
        + b"]><rss>&b;</rss>",
        b"<rss>" + b"<channel>" * 100_000,
    ],
    ids=["comments in CDATA", "50,000 attributes", "a wild reference", "entity bomb", "depth"],
)
async def test_the_feeds_that_hang_feedparser_are_read_or_refused_in_time(body, now):
    async with Parser() as parser:
        assert await outcome(parser.call(feed.entries, body, "https://x.example/", now)) in {
            "read",
            "not_a_feed",
            "refused",
        }


@pytest.mark.parametrize(
    "body",
    [
        b"<div>" * 200_000,
        b"<a href='/x'>" * 50_000,
        b"<p " + b"class='a' " * 50_000 + b">" + b"text " * 100,
        b"<table><tr><td>" * 30_000,
        b"<title>x</title><h1>" + b"&amp;" * 200_000 + b"</h1>",
        b"<script type='application/ld+json'>" + b"[" * 100_000 + b"</script><h1>A headline here</h1>",
        b"<h1>A headline here</h1><p>" + b"\xe0\xa6\x95" * 1_000_000 + b"</p>",
        b"<h1>A headline here</h1>" + b"<p>( </p>" * 50_000,
    ],
    ids=["depth", "links", "attributes", "tables", "entities", "brackets", "one word", "little blocks"],
)
async def test_a_hostile_page_is_read_or_refused_in_time(body, now):
    async with Parser() as parser:
        assert await outcome(parser.call(read_page, body, "https://x.example/", now=now)) in {
            "read",
            "not_an_article",
            "refused",
        }


async def test_a_worker_whose_parent_was_killed_leaves_without_a_word():
    """In the middle of a job: the answer has nobody to go to."""
    command = (sys.executable, "-m", "news.parser.parsing", "20", str(worker.MEMORY))
    answers, theirs = os.pipe()
    left = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.PIPE, stdout=theirs, stderr=asyncio.subprocess.PIPE
    )
    os.close(theirs)
    os.close(answers)
    job = pickle.dumps((len, ("খবর",), {}))
    _, said = await left.communicate(len(job).to_bytes(4, "big") + job)
    assert (left.returncode, said) == (0, b"")
