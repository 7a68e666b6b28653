"""Whatever can go wrong on the road to Telegram can be ordered from the local server."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from aiohttp import ClientOSError, ClientPayloadError, ClientTimeout, ServerDisconnectedError

from bot.demo.telegram import Fault
from tests.demo.telegram_api import Api, serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

MESSAGE = {"chat_id": 7, "text": "ক"}


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    async with serving() as api:
        api.server.person(7, "রহিমা", started=True)
        api.server.person(8, "করিম", started=True)
        yield api


async def test_a_fault_meets_its_method_and_chat_as_often_as_ordered(api: Api):
    answer = Fault.error(429, "Too Many Requests: retry after 3", retry_after=3)
    script = api.server.faults.add(answer, method="sendMessage", chat_id=7, times=2, after=1)
    outcomes = [(await api("sendMessage", chat_id=chat, text="ক")).status for chat in (7, 8, 7, 7, 7)]
    assert outcomes == [200, 200, 429, 429, 200]
    assert script.used == 2
    assert [request.status for request in api.server.requests("sendMessage", 7)] == [200, 429, 429, 200]


@pytest.mark.parametrize("accepted", [True, False])
@pytest.mark.parametrize("reset", [True, False])
async def test_a_connection_breaks_before_or_after_the_message_was_accepted(
    api: Api, *, accepted: bool, reset: bool
):
    api.server.faults.add(Fault.closed(accepted=accepted, reset=reset))
    with pytest.raises((ServerDisconnectedError, ClientOSError)):
        await api("sendMessage", **MESSAGE)
    (request,) = api.server.log
    assert request.accepted is accepted
    assert bool(request.message_id) is accepted
    assert len(api.server.messages(7)) == accepted
    assert (await api("sendMessage", **MESSAGE)).result


@pytest.mark.parametrize("status", [502, 200])
async def test_a_gateway_answers_with_a_page(api: Api, status: int):
    api.server.faults.add(Fault.html(status, accepted=True))
    async with api.session.post(api.url("sendMessage"), json=MESSAGE) as answer:
        assert answer.status == status
        assert (await answer.text()).startswith("<html>")
    assert len(api.server.messages(7)) == 1


async def test_half_an_answer_arrives(api: Api):
    api.server.faults.add(Fault.cut())
    with pytest.raises(ClientPayloadError):
        await api("sendMessage", **MESSAGE)
    assert len(api.server.messages(7)) == 1


async def test_a_refusal_without_parameters_and_one_without_anything(api: Api):
    api.server.faults.add(Fault.error(429, "Too Many Requests"))
    api.server.faults.add(Fault.raw(b'{"ok":false}'))
    assert "parameters" not in (await api("sendMessage", **MESSAGE)).body
    assert (await api("sendMessage", **MESSAGE)).body == {"ok": False}


async def test_an_answer_hangs_until_the_server_stops(api: Api):
    api.server.faults.add(Fault.hang(accepted=True))
    patience = ClientTimeout(total=0.2)
    with pytest.raises(TimeoutError):
        async with api.session.post(api.url("sendMessage"), json=MESSAGE, timeout=patience):
            pass
    assert len(api.server.messages(7)) == 1


async def test_a_slow_answer_comes_after_its_message(api: Api):
    api.server.faults.add(Fault.slow(0.2))
    sending = asyncio.create_task(api("sendMessage", **MESSAGE))
    await api.server.until(lambda: api.server.messages(7))
    assert not sending.done()
    assert (await sending).result


async def test_the_server_goes_and_comes_back_on_its_port_with_all_it_knew(api: Api):
    await api("sendMessage", **MESSAGE)
    port = int(api.server.base_url.rpartition(":")[2])
    await api.server.stop()
    with pytest.raises(ClientOSError):
        await api("sendMessage", **MESSAGE)
    await api.server.start(port)
    await api("sendMessage", **MESSAGE)
    assert len(api.server.messages(7)) == 2
    assert [request.at for request in api.server.log] == sorted(request.at for request in api.server.log)
