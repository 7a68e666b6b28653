"""Pages are fetched within bounds: where, how much, how long, how often redirected."""

from __future__ import annotations

import gzip
import zlib
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from news.errors import FetchError
from news.web.fetch import Fetcher, NotModified, open_session


async def failure(fetcher, url, **options):
    with pytest.raises(FetchError) as caught:
        await fetcher.get(url, **options)
    return caught.value


async def test_a_page_comes_with_its_final_address_and_what_to_ask_with_next_time(site, fetcher):
    site.answers["/old"] = web.Response(status=301, headers={"Location": "/new"})
    site.answers["/new"] = web.Response(
        body="খবর".encode(),
        headers={"ETag": '"7"', "Last-Modified": "x", "Content-Type": "text/html; charset=UTF-8"},
    )
    page = await fetcher.get(site.url("/old"))
    assert (page.url, page.body.decode(), page.etag, page.last_modified) == (
        site.url("/new"),
        "খবর",
        '"7"',
        "x",
    )
    assert (page.content_type, page.charset) == ("text/html", "UTF-8")


async def test_what_has_not_changed_is_not_sent_again(site, fetcher):
    async def answer(request):
        return web.Response(status=304 if request.headers.get("If-None-Match") == '"7"' else 200)

    site.answers["/"] = answer
    assert isinstance(
        await fetcher.get(site.url(), etag='"7"', last_modified="Tue, 10 Mar 2026 00:00:00 GMT"), NotModified
    )
    assert "If-Modified-Since" in site.asked[0].headers


async def test_the_bot_names_itself(site, fetcher):
    site.answers["/"] = "খবর"
    await fetcher.get(site.url())
    assert site.asked[0].headers["User-Agent"].startswith("KhoborBot/")


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9/",
        "http://localhost/",
        "http://[::1]/",
        "http://[::ffff:7f00:1]/",
        "http://0.0.0.0/",
    ],
)
async def test_private_addresses_are_refused_at_connect_time(url):
    async with open_session() as session:
        assert (await failure(Fetcher(session), url)).kind == "private"


async def test_a_redirect_into_a_private_network_is_refused(site, fetcher):
    site.answers["/"] = web.Response(status=302, headers={"Location": "http://localhost:9/"})
    assert (await failure(fetcher, site.url())).kind == "private"


async def test_what_fails_after_a_redirect_is_named_by_where_it_led(site, fetcher):
    """Whoever reads it is to know which host it was that may not be fetched, or did not answer."""
    for target, kind in (
        ("http://169.254.10.10/", "private"),
        ("http://no-such-paper.invalid/", "unreachable"),
    ):
        site.answers["/"] = web.Response(status=302, headers={"Location": target})
        error = await failure(fetcher, site.url())
        assert (error.kind, error.detail.partition(":")[0]) == (kind, target[7:-1])


async def test_a_name_that_leads_to_an_allowed_address_is_not_allowed_itself(site, fetcher):
    assert (await failure(fetcher, site.url().replace("127.0.0.1", "localhost"))).kind == "private"


@pytest.mark.parametrize(
    "url", ["ftp://x.example/", "http://user:secret@127.0.0.1/", "nonsense", "http://", "file:///etc/passwd"]
)
async def test_addresses_that_are_no_web_address_or_carry_a_password_are_refused(fetcher, url):
    error = await failure(fetcher, url)
    assert error.kind == "refused"
    assert "secret" not in str(error)


async def test_endless_redirects_are_cut(site, fetcher):
    site.answers["/"] = web.Response(status=302, headers={"Location": "/"})
    assert (await failure(fetcher, site.url())).kind == "refused"
    assert site.counts["/"] == 6


@pytest.mark.parametrize(
    ("status", "kind"),
    [(403, "blocked"), (401, "blocked"), (410, "gone"), (404, "http"), (500, "http"), (304, None)],
)
async def test_each_answer_means_something_for_the_source(site, fetcher, status, kind):
    site.answers["/"] = web.Response(status=status)
    if kind is None:
        assert isinstance(await fetcher.get(site.url()), NotModified)
    else:
        assert (await failure(fetcher, site.url())).kind == kind


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("120", timedelta(minutes=2)),
        ("999999999", timedelta(hours=24)),
        ("soon", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", timedelta(0)),
    ],
)
async def test_a_site_that_asks_for_time_gets_it_a_day_at_most(site, fetcher, value, wait):
    site.answers["/"] = web.Response(status=429, headers={"Retry-After": value})
    error = await failure(fetcher, site.url())
    assert (error.kind, error.retry_after) == ("http", wait)


async def test_a_date_to_come_back_at_is_understood(site, fetcher):
    moment = datetime.now(UTC) + timedelta(hours=2)
    site.answers["/"] = web.Response(
        status=503, headers={"Retry-After": f"{moment:%a, %d %b %Y %H:%M:%S} GMT"}
    )
    assert timedelta(hours=1) < (await failure(fetcher, site.url())).retry_after < timedelta(hours=3)


@pytest.mark.parametrize("status", [200, 503])
async def test_a_challenge_page_is_a_blocked_source(site, fetcher, status):
    site.answers["/"] = web.Response(
        status=status, body=b"<title>Just a moment...</title>", headers={"Content-Type": "text/html"}
    )
    assert (await failure(fetcher, site.url())).kind == "blocked"


async def test_a_body_over_its_limit_is_cut(site, fetcher):
    site.answers["/"] = b"x" * 1001
    assert (await failure(fetcher, site.url(), limit=1000)).kind == "too_large"
    assert len((await fetcher.get(site.url(), limit=1001)).body) == 1001


@pytest.mark.parametrize(("name", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
async def test_packed_bodies_are_unpacked_and_bombs_are_cut(site, fetcher, name, pack):
    site.answers["/"] = web.Response(body=pack(b"a" * 50_000_000), headers={"Content-Encoding": name})
    assert (await failure(fetcher, site.url(), limit=1_000_000)).kind == "too_large"
    site.answers["/"] = web.Response(body=pack("খবর".encode()), headers={"Content-Encoding": name})
    assert (await fetcher.get(site.url())).body.decode() == "খবর"


@pytest.mark.parametrize(
    ("encoding", "body", "kind"),
    [
        ("gzip, gzip", gzip.compress(gzip.compress(b"x")), "refused"),
        ("br", b"x", "refused"),
        ("gzip", b"no gzip", "refused"),
        ("gzip", gzip.compress(b"x" * 999)[:-9], "unreachable"),
    ],
    ids=["packed twice", "a packing of others", "not packed at all", "cut off"],
)
async def test_what_can_not_be_unpacked_is_refused(site, fetcher, encoding, body, kind):
    site.answers["/"] = web.Response(body=body, headers={"Content-Encoding": encoding})
    assert (await failure(fetcher, site.url())).kind == kind


async def test_a_cut_off_body_and_a_closed_port_are_unreachable(site, fetcher):
    async def answer(request):
        response = web.StreamResponse(headers={"Content-Length": "100"})
        await response.prepare(request)
        await response.write(b"half")
        request.transport.abort()
        return response

    site.answers["/"] = answer
    assert (await failure(fetcher, site.url())).kind == "unreachable"
    assert (await failure(fetcher, "http://127.0.0.1:9/")).kind == "unreachable"


async def test_addresses_in_bengali_and_addresses_already_escaped_arrive_as_they_were(site, fetcher):
    site.answers["/খবর"] = "এক"
    assert (await fetcher.get(site.url().rstrip("/") + "/খবর")).body.decode() == "এক"
    await fetcher.get(site.url().rstrip("/") + "/%E0%A6%96%E0%A6%AC%E0%A6%B0?q=a%2Fb")
    assert site.asked[-1].raw_path.endswith("?q=a%2Fb")
