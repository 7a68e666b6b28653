"""Were Telegram's limits kept? Pure: judged by the moments at which requests came to the server.

`jitter` is how much the road may move two requests towards each other: none of it is the sender's doing.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from math import inf
from typing import TYPE_CHECKING, Final

from delivery.chats import GROUP_WINDOW, PER_CHAT
from delivery.pace import EVERYONE_WINDOW
from scripts.figures import most_within

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from scripts.chaos.journal import Request


Chats = dict[int, list["Request"]]
Pair = tuple["Request", "Request"]


def by_chat(journal: Iterable[Request]) -> Chats:
    """The requests of each chat."""
    found: defaultdict[int, list[Request]] = defaultdict(list)
    for request in journal:
        found[request.chat].append(request)
    return found


def busiest(requests: Iterable[Request], seconds: float) -> int:
    """The most requests within `seconds`, wherever they begin."""
    return most_within([request.at for request in requests], seconds)


def crowded(chats: Chats, jitter: float) -> list[Pair]:
    """Requests that came less than a second after another to the same chat."""
    return [
        (before, again)
        for requests in chats.values()
        for before, again in pairwise(requests)
        if again.at - before.at < PER_CHAT - jitter
    ]


def busiest_group(chats: Chats, jitter: float) -> int:
    """The most requests to one group within a minute."""
    groups = (requests for chat, requests in chats.items() if chat < 0)
    return max((busiest(requests, GROUP_WINDOW - jitter) for requests in groups), default=0)


def impatient(chats: Chats, died: Mapping[str, float]) -> list[Pair]:
    """Requests to a chat that had said to wait longer, each after the one to which it said so.

    `died` is when senders were killed: what one did not live to hear, nobody knows.
    """
    found = []
    for requests in chats.values():
        told = requests[0]
        for request in requests:
            if told.at < request.at < told.at + told.retry_after:
                found.append((told, request))
            elif request.retry_after and request.done_at < died.get(request.sender, inf):
                told = request
    return found


_SURELY: Final = 0.9
"""Of the second in which two chats that say 429 stand for all: the sender hears them a little later."""


def undeterred(lives: Iterable[Sequence[Request]], jitter: float) -> list[Request]:
    """Of the requests of each sender, those after several chats at once had said to wait longer."""
    return [
        request
        for life in lives
        for begins, ends in pauses(life)
        for request in life
        if begins + jitter < request.at < ends
    ]


def pauses(life: Sequence[Request]) -> Iterator[tuple[float, float]]:
    """From when to when a sender has been told to send nothing at all."""
    refused = sorted((one for one in life if one.retry_after), key=lambda one: one.done_at)
    for before, again in pairwise(refused):
        if before.chat != again.chat and again.done_at - before.done_at < EVERYONE_WINDOW * _SURELY:
            yield again.done_at, again.at + again.retry_after
