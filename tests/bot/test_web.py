"""The web part, asked over real connections on loopback."""

from __future__ import annotations

import asyncio
import io
import socket
from contextlib import asynccontextmanager

import aiohttp
import pytest

from bot import web
from bot.settings import Listen

SECRET = {web.SECRET_HEADER: "open-sesame"}


async def all_well():
    return {"database": True, "poller": "standing by"}


@asynccontextmanager
async def asking(app):
    """The app served on a free port, and a session that asks it."""
    runner = await web.serve(Listen("127.0.0.1", 0), app)
    host, port = runner.addresses[0][:2]
    try:
        async with aiohttp.ClientSession(f"http://{host}:{port}") as session:
            yield session
    finally:
        await runner.cleanup()


@asynccontextmanager
async def telegram(receive):
    async with asking(web.build(all_well, receive=receive, secret="open-sesame")) as session:
        yield session


@pytest.fixture
def inbox():
    """What was received, and the function that receives it."""
    kept: list[tuple[int, str]] = []

    async def receive(update_id: int, payload: str) -> None:
        kept.append((update_id, payload))

    receive.kept = kept
    return receive


async def test_a_living_process_says_so():
    async with asking(web.build(all_well)) as session, session.get("/healthz") as answer:
        assert (answer.status, await answer.text()) == (200, "ok")


async def test_a_ready_process_says_what_works():
    async with asking(web.build(all_well)) as session, session.get("/readyz") as answer:
        assert answer.status == 200
        assert await answer.json() == {"ready": True, "database": True, "poller": "standing by"}


async def test_a_process_without_its_database_is_not_ready_but_alive():
    async def ill():
        return {"database": False, "poller": True}

    async with asking(web.build(ill)) as session:
        async with session.get("/readyz") as answer:
            assert (answer.status, await answer.json()) == (
                503,
                {"ready": False, "database": False, "poller": True},
            )
        async with session.get("/healthz") as answer:
            assert answer.status == 200


async def test_a_readiness_that_fails_is_not_ready():
    async def fail():
        raise OSError("gone")

    async with asking(web.build(fail)) as session, session.get("/readyz") as answer:
        assert answer.status == 503


async def test_an_update_is_stored_as_it_came(inbox):
    body = '{"update_id": 7, "message": {"text": "খবর"}}'
    async with (
        telegram(inbox) as session,
        session.post("/telegram", data=body.encode(), headers=SECRET) as answer,
    ):
        assert answer.status == 200
    assert inbox.kept == [(7, body)]


async def test_telegram_hears_200_only_after_the_update_is_stored():
    asked, stored = asyncio.Event(), asyncio.Event()

    async def slow(_update_id: int, _payload: str) -> None:
        asked.set()
        await stored.wait()

    async with telegram(slow) as session:
        answer = asyncio.ensure_future(session.post("/telegram", json={"update_id": 1}, headers=SECRET))
        await asked.wait()
        assert not answer.done()
        stored.set()
        assert (await answer).status == 200


async def test_an_update_that_could_not_be_stored_is_asked_for_again():
    async def full(_update_id: int, _payload: str) -> None:
        raise OSError("disk full")

    async with (
        telegram(full) as session,
        session.post("/telegram", json={"update_id": 1}, headers=SECRET) as answer,
    ):
        assert answer.status == 503
        assert "disk" not in await answer.text()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({web.SECRET_HEADER: "guess"}, 403),
        ({web.SECRET_HEADER: ""}, 403),
        ({web.SECRET_HEADER: "খবর"}, 403),
    ],
)
async def test_without_the_secret_nothing_is_stored(inbox, headers, status):
    async with (
        telegram(inbox) as session,
        session.post("/telegram", json={"update_id": 1}, headers=headers) as answer,
    ):
        assert answer.status == status
    assert inbox.kept == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[]",
        b"{}",
        b'{"update_id": "7"}',
        b'{"update_id": true}',
        b'{"update_id": 1.5}',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
async def test_what_is_no_update_is_refused(inbox, body):
    async with telegram(inbox) as session, session.post("/telegram", data=body, headers=SECRET) as answer:
        assert answer.status == 400
    assert inbox.kept == []


async def test_a_body_over_a_megabyte_is_refused(inbox):
    body = io.BytesIO(b'{"update_id": 1, "x": "' + b"x" * web.MAX_BODY + b'"}')
    async with telegram(inbox) as session, session.post("/telegram", data=body, headers=SECRET) as answer:
        assert answer.status == 413
    assert inbox.kept == []


async def test_the_webhook_is_only_posted_to(inbox):
    async with telegram(inbox) as session, session.get("/telegram", headers=SECRET) as answer:
        assert answer.status == 405


async def test_without_a_webhook_there_is_no_such_place():
    async with asking(web.build(all_well)) as session, session.post("/telegram", headers=SECRET) as answer:
        assert answer.status == 404


async def test_an_address_that_is_taken_is_told_to_the_caller():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(OSError, match=r"address"):
            await web.serve(Listen("127.0.0.1", taken.getsockname()[1]), web.build(all_well))
