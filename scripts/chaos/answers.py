"""How the Bot API of the chaos suite answers: which faults it has, for whom, how often. Pure.

Some chats never take a message, and say why; of the rest a few requests fail in each of the ways that
Telegram and the road to it know.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from random import Random

FIRST_CHAT: Final = 5_000_000_000
FORUM: Final = -1_001_000_000_001
"""A group with topics: the one chat that several readers share."""
OLD_GROUP: Final = -1_001
NEW_GROUP: Final = -1_001_000_001_001
"""Groups become supergroups: the first of these is the second by now."""
USUAL_RATE: Final = 60.0
"""Requests a second of which the shares below are meant: where there are more, no more of them fail a second.

Two 429s within a second make everybody wait, and unclear answers make senders ask whether anybody is there.
"""
BUSY: Final = 0.01
"""The share of requests that are answered 429, for that chat alone."""
LONG: Final = 12
SELDOM: Final = 0.03
"""The share of these that ask for a long wait, in seconds; the others for up to three."""
UNCLEAR: Final = 0.012
"""The share of requests after whose answer nobody knows whether the message was sent."""
_UNTAKEN: Final = {
    7: (403, "Forbidden: bot was blocked by the user"),
    23: (400, "Bad Request: chat not found"),
    41: (400, "Bad Request: not enough rights to send text messages to the chat"),
    59: (400, "Bad Request: PEER_ID_INVALID"),
}
"""Of every hundred people, by the last two digits of their number."""
_PAGE: Final = (
    b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>\r\n"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """`sent`: whether the message is in the chat; `clear`: whether the answer says so.

    `ending` is answer, close, reset, cut (half a body) or hang; without a `body` it is the usual one.
    """

    name: str = "ok"
    sent: bool = True
    clear: bool = True
    status: int = 200
    body: bytes | None = None
    retry_after: int = 0
    ending: str = "answer"


OK: Final = Answer()


def refusal(code: int, description: str, **parameters: int) -> Answer:
    """A clear no, in Telegram's form."""
    said: dict[str, Any] = {"ok": False, "error_code": code, "description": description}
    if parameters:
        said["parameters"] = parameters
    after = parameters.get("retry_after", 0)
    return Answer(f"{code} {description}", False, True, code, json.dumps(said).encode(), after)


def too_many(seconds: int) -> Answer:
    """429, and how long to wait."""
    return refusal(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


_UNCLEAR: Final = (
    replace(refusal(500, "Internal Server Error"), clear=False),
    Answer("502 HTML", clear=False, status=502, body=_PAGE),
    Answer("504 HTML", clear=False, status=504, body=_PAGE),
    Answer("200 HTML", clear=False, body=_PAGE),
    Answer("200 not ok", clear=False, body=b'{"ok":false}'),
    Answer("closed", clear=False, ending="close"),
    Answer("reset", clear=False, ending="reset"),
    Answer("cut off", clear=False, ending="cut"),
    Answer("no answer", clear=False, ending="hang"),
)


def untaken(chat: int) -> tuple[int, str] | None:
    """Why a person takes no message; None of those who do."""
    return _UNTAKEN.get((chat - FIRST_CHAT) % 100) if chat >= FIRST_CHAT else None


def standing(chat: int) -> Answer | None:
    """What a chat answers to every message; None where it takes them."""
    if chat == OLD_GROUP:
        told = "Bad Request: group chat was upgraded to a supergroup chat"
        return refusal(400, told, migrate_to_chat_id=NEW_GROUP)
    why = untaken(chat)
    return refusal(*why) if why else None


def passing(chance: Random, rate: float = USUAL_RATE) -> Answer:
    """What happens to one of `rate` requests a second to chats that take messages: mostly nothing."""
    drawn = chance.random() * max(1.0, rate / USUAL_RATE)
    if drawn < BUSY:
        return too_many(LONG if chance.random() < SELDOM else chance.randint(1, 3))
    if drawn < BUSY + UNCLEAR:
        return replace(chance.choice(_UNCLEAR), sent=chance.random() < 0.5)
    return OK
