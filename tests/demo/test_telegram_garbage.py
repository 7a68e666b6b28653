"""Nothing a bot can send breaks the local Bot API server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.demo.telegram.methods import ALL
from bot.demo.telegram.server import IN_FLIGHT
from tests.demo.telegram_api import Api, serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

READER = 7
GARBAGE = [None, "", "x", -1, 2.5, True, float("1e400"), [], [[]], [{}], {}, {"type": []}, "\ud83d", "@x"]
SPOILT = (
    *("text", "photo", "media", "reply_markup", "reply_parameters", "entities", "message_ids", "commands"),
    *("chat_id", "from_chat_id", "message_id", "scope", "offset", "allowed_updates", "menu_button", "action"),
)


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    async with serving() as api:
        api.server.person(READER, "রহিমা", started=True)
        yield api


async def test_garbage_in_any_parameter_is_refused_or_ignored_and_breaks_nothing(api: Api):
    for method in sorted(ALL):
        for garbage in GARBAGE:
            for fixed in ({}, {"chat_id": READER, "text": "ক"}):
                answer = await api(method, **dict.fromkeys(SPOILT, garbage) | fixed)
                assert answer.status in (200, 400, 409), (method, garbage)


async def test_a_body_that_is_no_json_object_is_refused(api: Api):
    head = {"Content-Type": "application/json"}
    for body in (b"{", b"[1]", b"[" * 100_000, b"\xff"):
        async with api.session.post(api.url("sendMessage"), data=body, headers=head) as answer:
            assert (await answer.json())["error_code"] == answer.status == 400


async def test_over_a_thousand_requests_in_flight_everyone_waits_a_minute(api: Api):
    api.server._in_flight = IN_FLIGHT
    refused = await api("sendMessage", chat_id=READER, text="ক")
    assert refused.body["parameters"] == {"retry_after": 60}
