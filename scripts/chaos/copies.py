"""Who got what how often, and why more than once. Pure: from the server's journal and what we did."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from scripts.chaos.journal import Deed, Request

Place = tuple[int, int, str]
"""Chat, topic and the name of a post."""
Copies = Mapping[Place, Sequence["Request"]]
EXCUSES: Final = frozenset({"kill", "freeze"})
"""After these a message may come twice: it had left, and nobody was there to write it down."""
UNCLEAR: Final = "unclear answer"


@dataclass(frozen=True, slots=True)
class Repeat:
    """A message that showed a reader a post again; `deed` is what became of the sender of the one before.

    A roundup has several posts, each of which is a repeat of its own, of one `message_id`.
    """

    place: Place
    cause: str
    message_id: int
    deed: Deed | None = None


def copies(journal: Iterable[Request]) -> Copies:
    """The messages that arrived, by reader and post, in the order in which they came."""
    found: defaultdict[Place, list[Request]] = defaultdict(list)
    for request in journal:
        if request.message_id:
            for post in request.posts:
                found[request.chat, request.topic, post].append(request)
    return found


def repeats(arrived: Copies, deeds: Sequence[Deed]) -> Iterator[Repeat]:
    """Every copy but the first, and what it comes of: an unclear answer, a deed of ours, or nothing."""
    mine: defaultdict[str, list[Deed]] = defaultdict(list)
    for deed in deeds:
        mine[deed.sender].append(deed)
    for place, requests in arrived.items():
        for before, again in pairwise(requests):
            yield _repeat(place, before, again, mine[before.sender] + mine[""])


def _repeat(place: Place, before: Request, again: Request, deeds: Sequence[Deed]) -> Repeat:
    """Deeds to the sender itself come first, then those to everybody."""
    killed = any(deed.what == "kill" and deed.at < before.done_at for deed in deeds)
    if not before.clear and not killed:
        return Repeat(place, UNCLEAR, again.message_id)
    for deed in deeds:
        if before.at <= deed.at + deed.took and deed.at <= again.at:
            return Repeat(place, deed.what, again.message_id, deed)
    return Repeat(place, "nothing", again.message_id)
