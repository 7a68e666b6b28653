"""The check against the Bot API's description finds what breaks it."""

from __future__ import annotations

from typing import Any

import pytest

from bot.demo.telegram.journal import Request
from tests import botapi

pytestmark = botapi.needs_description


def breaches(method: str, encoding: str = "json", **parameters: Any) -> list[str]:
    return botapi.breaches(Request(0, method, parameters, encoding=encoding))


def keyboard(**button: Any) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": "ক"} | button]]}


def test_a_request_by_the_book_has_no_breach():
    markup = keyboard(url="https://khobor.example")
    assert breaches("sendMessage", chat_id=7, text="<b>ক</b>", parse_mode="HTML", reply_markup=markup) == []
    assert breaches("sendMessage", "form", chat_id="7", text="7", disable_notification="true") == []


@pytest.mark.parametrize(
    ("breach", "method", "parameters"),
    [
        ("unknown method sendNews", "sendNews", {}),
        ("unknown parameter silent", "sendMessage", {"chat_id": 7, "text": "ক", "silent": True}),
        ("text is missing", "sendMessage", {"chat_id": 7}),
        ("text is no String: 5", "sendMessage", {"chat_id": 7, "text": 5}),
        ("text of 4097 units, over 4096", "sendMessage", {"chat_id": 7, "text": "ক" * 4097}),
        ("text of 4098 units, over 4096", "sendMessage", {"chat_id": 7, "text": "🌍" * 2049}),
        ("text is empty", "sendMessage", {"chat_id": 7, "text": " "}),
        (
            "caption of 1025 units, over 1024",
            "sendPhoto",
            {"chat_id": 7, "photo": "x", "caption": "ক" * 1025},
        ),
        ("text of 201 units, over 200", "answerCallbackQuery", {"callback_query_id": "1", "text": "ক" * 201}),
        ("message_ids[1] is no Integer: 'x'", "deleteMessages", {"chat_id": 7, "message_ids": [1, "x"]}),
    ],
)
def test_a_breach_is_named(breach: str, method: str, parameters: dict[str, Any]):
    assert breaches(method, **parameters) == [breach]


@pytest.mark.parametrize(
    ("breach", "button"),
    [
        ("callback_data of 66 bytes", {"callback_data": "ক" * 22}),
        ("copy_text over 256 characters", {"copy_text": {"text": "ক" * 257}}),
        ("button with 0 actions: {'text': 'ক'}", {}),
        (
            "reply_markup.inline_keyboard[0][0].colour is unknown in InlineKeyboardButton",
            {"url": "http://a", "colour": 1},
        ),
    ],
)
def test_a_breach_in_a_button_is_named(breach: str, button: dict[str, Any]):
    assert breaches("sendMessage", chat_id=7, text="ক", reply_markup=keyboard(**button)) == [breach]
