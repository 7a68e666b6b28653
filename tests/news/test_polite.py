"""Sites are asked as they want to be asked: robots.txt, one at a time, by name."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from time import monotonic

import pytest
from aiohttp import web

from news.errors import FetchError
from news.web.fetch import Fetcher, NotModified, introduced, open_session
from news.web.robots import LIFETIME, UNKNOWN_FOR, Robots, product
from tests.news.site import ALLOWED, Site


@pytest.fixture
async def site():
    async with Site() as site:
        site.answers |= {"/probash": "পাতা", "/private": "পাতা"}
        yield site


class Clock:
    """Stands still until it is moved."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def fetcher(clock):
    async with open_session(ALLOWED) as session:
        yield Fetcher(session, robots=Robots(clock))


async def failure(fetcher, url):
    with pytest.raises(FetchError) as caught:
        await fetcher.get(url)
    return caught.value


def robots(text):
    return web.Response(text=text, content_type="text/plain")


async def test_what_robots_txt_forbids_is_never_asked_for(site, fetcher):
    site.answers["/robots.txt"] = robots("User-agent: *\nDisallow: /private")
    await fetcher.get(site.url("/probash"))
    error = await failure(fetcher, site.url("/private"))
    assert (error.kind, error.detail) == ("blocked", "robots.txt does not allow it")
    assert site.counts == {"/robots.txt": 1, "/probash": 1}


async def test_rules_for_us_by_name_come_before_those_for_all(site, fetcher):
    site.answers["/robots.txt"] = robots(
        "User-agent: *\nDisallow: /\n\nUser-agent: KhoborBot\nDisallow: /private"
    )
    await fetcher.get(site.url("/probash"))
    assert (await failure(fetcher, site.url("/private"))).kind == "blocked"
    assert (await failure(fetcher.named("AnotherBot/1.0"), site.url("/probash"))).kind == "blocked"


async def test_a_redirect_to_a_forbidden_page_is_not_followed(site, fetcher):
    site.answers["/robots.txt"] = robots("User-agent: *\nDisallow: /private")
    site.answers["/probash"] = web.Response(status=302, headers={"Location": "/private"})
    assert (await failure(fetcher, site.url("/probash"))).kind == "blocked"
    assert site.counts["/private"] == 0


@pytest.mark.parametrize(
    "answer",
    [
        web.Response(status=404),
        web.Response(status=403),
        web.Response(status=410),
        robots("<!doctype html><p>Disallow: /</p>"),
        web.Response(status=302, headers={"Location": "/robots.txt"}),
    ],
)
async def test_a_site_without_rules_may_be_read(site, fetcher, answer):
    site.answers["/robots.txt"] = answer
    await fetcher.get(site.url("/probash"))


@pytest.mark.parametrize("status", [500, 503, 429])
async def test_while_the_rules_can_not_be_had_nothing_is_asked(site, fetcher, clock, status):
    site.answers["/robots.txt"] = web.Response(status=status, headers={"Retry-After": "90"})
    error = await failure(fetcher, site.url("/probash"))
    assert (error.kind, error.status, error.retry_after) == ("http", status, timedelta(seconds=90))
    await failure(fetcher, site.url("/probash"))
    assert site.counts == {"/robots.txt": 1}
    clock.now += UNKNOWN_FOR
    site.answers["/robots.txt"] = robots("")
    await fetcher.get(site.url("/probash"))


async def test_rules_are_read_once_and_again_when_they_are_old(site, fetcher, clock):
    for passed in (0, LIFETIME / 2, LIFETIME / 2):
        clock.now += passed
        await asyncio.gather(*(fetcher.get(site.url("/probash")) for _ in range(3)))
    assert site.counts["/robots.txt"] == 2


async def test_a_crawl_delay_is_kept_between_two_requests(site, fetcher):
    site.answers["/robots.txt"] = robots("User-agent: *\nCrawl-delay: 0.3")
    await fetcher.get(site.url("/probash"))
    began = monotonic()
    await fetcher.get(site.url("/probash"))
    assert monotonic() - began > 0.25


async def test_a_host_is_asked_one_thing_at_a_time_and_others_do_not_wait(site, fetcher):
    running, most = 0, 0

    async def slow(_request):
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.02)
        running -= 1
        return web.Response(text="x")

    site.answers["/probash"] = slow
    async with Site() as another:
        another.answers["/"] = slow
        await fetcher.get(another.url("/"))
        await asyncio.gather(*(fetcher.get(site.url("/probash")) for _ in range(4)))
        assert most == 1
        await asyncio.gather(fetcher.get(site.url("/probash")), fetcher.get(another.url("/")))
        assert most == 2


async def test_a_wait_for_ones_turn_takes_nothing_from_the_time_of_the_site(site, fetcher):
    """A request that fails lets the next one in."""
    site.answers["/private"] = web.Response(status=500)
    results = await asyncio.gather(
        *(fetcher.get(site.url(path)) for path in ("/private", "/probash")), return_exceptions=True
    )
    assert [isinstance(one, FetchError) for one in results] == [True, False]


async def test_we_say_who_we_are_and_where_to_ask(site, fetcher):
    ours = introduced("https://t.me/khobor_bot")
    await fetcher.named(ours).get(site.url("/probash"))
    assert {request.headers["User-Agent"] for request in site.asked} == {ours}
    assert "+https://t.me/khobor_bot" in ours
    assert (product(ours), introduced("")) == ("KhoborBot", introduced(""))


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Cache-Control": "public, max-age=300"}, 300),
        ({"Cache-Control": "max-age=300", "Age": "120"}, 180),
        ({"Cache-Control": "s-maxage=900"}, 0),
        ({"Cache-Control": "max-age=-5"}, 0),
        ({"Cache-Control": "max-age=999999999"}, 86400),
        ({}, 0),
    ],
)
async def test_how_long_an_answer_stays_fresh_is_understood(site, fetcher, headers, seconds):
    site.answers["/probash"] = web.Response(headers=headers)
    assert (await fetcher.get(site.url("/probash"))).fresh_for == timedelta(seconds=seconds)
    site.answers["/probash"] = web.Response(status=304, headers=headers)
    found = await fetcher.get(site.url("/probash"), etag='"1"')
    assert found == NotModified(timedelta(seconds=seconds))


async def test_only_redirects_for_good_make_a_new_address(site, fetcher):
    site.answers["/for-good"] = web.Response(status=301, headers={"Location": "/probash"})
    site.answers["/for-now"] = web.Response(status=302, headers={"Location": "/for-good"})
    moved = [(await fetcher.get(site.url(path))).moved for path in ("/for-good", "/for-now", "/probash")]
    assert moved == [True, False, False]


async def test_a_site_without_a_connection_is_not_blamed_on_its_robots_txt(fetcher):
    error = await failure(fetcher, "http://127.0.0.1:1/probash")
    assert error.kind == "unreachable"
    assert "robots" not in error.detail


async def test_what_is_wrong_with_robots_txt_itself_names_it(site, fetcher):
    site.answers["/robots.txt"] = web.Response(status=500)
    assert "robots.txt can't be read" in (await failure(fetcher, site.url("/probash"))).detail
