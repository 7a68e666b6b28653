"""The local Bot API server refuses what is too fast, as Telegram does."""

from __future__ import annotations

import pytest

from bot.demo.telegram.errors import ApiError
from bot.demo.telegram.limits import BURST, Limits
from tests.demo.telegram_api import serving


def accepted(
    limits: Limits, chats: list[int], times: list[float], *, group: bool = False, paid: bool = False
) -> int:
    """How many of these messages are let through."""
    passed = 0
    for chat, at in zip(chats, times, strict=True):
        try:
            limits.admit(chat, at, group=group, paid=paid)
        except ApiError:
            continue
        passed += 1
    return passed


def refused_for(limits: Limits, chat: int, at: float, *, group: bool = False) -> int:
    """The seconds a refusal names."""
    with pytest.raises(ApiError) as refused:
        limits.admit(chat, at, group=group, paid=False)
    return refused.value.parameters["retry_after"]


def test_thirty_a_second_pass_and_a_paid_broadcast_is_a_thousand():
    assert accepted(Limits(), list(range(40)), [5.0] * 40) == 30
    assert accepted(Limits(), list(range(1200)), [5.0] * 1200, paid=True) == 1000


def test_an_even_thirty_a_second_pass_for_as_long_as_one_likes():
    times = [100 + n / 30 for n in range(300)]
    assert accepted(Limits(), list(range(300)), times) == 300


def test_one_chat_takes_a_short_burst_and_then_one_a_second():
    limits = Limits()
    assert accepted(limits, [7] * 6, [10.0] * 6) == BURST
    assert accepted(Limits(), [7] * 30, [float(n) for n in range(30)]) == 30


def test_a_group_takes_twenty_a_minute():
    limits = Limits()
    assert accepted(limits, [-7] * 25, [2.0 * n for n in range(25)], group=True) == 20
    assert accepted(limits, [-8], [50.0], group=True) == 1


def test_nothing_passes_before_the_named_seconds_are_over():
    limits = Limits()
    accepted(limits, list(range(30)), [5.0] * 30)
    assert refused_for(limits, 99, 5.01) == 1
    assert refused_for(limits, 98, 5.99) == 1
    limits.admit(97, 6.02, group=False, paid=False)


def test_switched_off_everything_passes():
    assert accepted(Limits(on=False), [7] * 500, [1.0] * 500) == 500


async def test_too_many_messages_hear_how_long_to_wait():
    async with serving(limits=True) as api:
        api.server.person(7, "রহিমা", started=True)
        for _ in range(BURST):
            assert (await api("sendMessage", chat_id=7, text="ক")).result
        refused = await api("sendMessage", chat_id=7, text="ক")
        assert refused.refusal == "Too Many Requests: retry after 1"
        assert refused.body["parameters"] == {"retry_after": 1}
        assert len(api.server.messages(7)) == BURST
