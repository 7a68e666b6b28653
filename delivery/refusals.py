"""Telegram refuses a message in one chat after another: the post itself is at fault and goes no further.

One chat's refusal is its own: a receipt with the reason, nothing more. What has been said is counted from the
receipts on, so that a restart forgets nothing.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from delivery.answers import MARKUP, Answer, BadMarkup, Refused, Sent
from storage import posts, receipts
from storage.errors import Unavailable

if TYPE_CHECKING:
    from datetime import datetime

    from storage.database import Database
    from storage.posts import Post
    from storage.readers import Reader

log = logging.getLogger(__name__)

CHATS: Final = 3
"""So many chats that refuse a post for the same reason are no coincidence."""
PERCENT: Final = 1
"""Of a post's readers: more who had to get it as plain text, and it is not what its editors want it to be."""
REMEMBERED: Final = 500
"""Posts that somebody has complained of, held in memory."""

Stopped = Callable[["Post", str], None]
"""Told once of each post that is stopped, and why, in Telegram's words."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """What Telegram says against a message, and the words that are the same in every chat."""

    reason: str
    words: str


def complaint(answer: Answer) -> Complaint | None:
    """What `answer` says against the message itself; None where it is about the chat, or says nothing."""
    match answer:
        case Refused(reason, ours=True):
            return Complaint(reason, reason)
        case BadMarkup(reason) | Sent(unformatted=reason) if reason:
            return Complaint(reason, MARKUP)
    return None


def are_enough(chats: int, readers: int, words: str) -> bool:
    """Whether `chats` that say the same, of all the `readers` of a post, speak for them all."""
    few = max(1, min(CHATS, readers))
    return chats >= few and (words != MARKUP or chats * 100 > readers * PERCENT)


class Refusals:
    """What Telegram has said against each post, and the posts that were stopped for it."""

    def __init__(self, db: Database, clock: Callable[[], datetime], stopped: Stopped) -> None:
        """`clock` gives aware UTC; `stopped` is told of each post that is stopped here."""
        self._db = db
        self._clock = clock
        self._tell = stopped
        self._chats: OrderedDict[tuple[int, str], set[int]] = OrderedDict()
        self._readers: dict[int, int] = {}
        self._stopped: set[int] = set()

    def have_stopped(self, post: Post) -> bool:
        """Whether the post goes no further, though a list made earlier may still hold it."""
        return post.id in self._stopped

    async def hear(self, post: Post, reader: Reader, answer: Answer) -> None:
        """Take in the answer to a message that showed `post` alone; stop it where that is one too many."""
        said = complaint(answer)
        if said is None or self.have_stopped(post):
            return
        try:
            if await self._is_enough(post, reader, said):
                await self._stop(post, said.reason)
        except Unavailable as error:  # the next reader's answer says it again
            log.warning("refusals can't be counted", extra={"post": post.id, "reason": str(error)})

    async def _is_enough(self, post: Post, reader: Reader, said: Complaint) -> bool:
        chats = await self._heard(post, said)
        chats.add(reader.chat_id)
        if post.id not in self._readers or len(chats) <= CHATS:
            # Counted while there are few, when each of them matters; a thousand is a hundredth more or less.
            self._readers[post.id] = await posts.audience_size(self._db, post.audience)
        return are_enough(len(chats), self._readers[post.id], said.words)

    async def _heard(self, post: Post, said: Complaint) -> set[int]:
        """The chats in which the same was said of the post before."""
        key = (post.id, said.words)
        if key not in self._chats:
            self._know(key, await receipts.saying(self._db, post.id, said.words), said.reason)
        return self._chats[key]

    def _know(self, key: tuple[int, str], recorded: set[int], reason: str) -> None:
        if key in self._chats:  # another hand has asked meanwhile
            return
        log.warning("telegram refuses a post", extra={"post": key[0], "reason": reason})
        self._chats[key] = recorded
        while len(self._chats) > REMEMBERED:
            (post_id, _), _ = self._chats.popitem(last=False)
            self._readers.pop(post_id, None)

    async def _stop(self, post: Post, reason: str) -> None:
        stopped = await posts.stop(self._db, post.id, reason, self._clock())
        self._stopped.add(post.id)
        if stopped:  # neither an editor nor another sender was first
            log.error("post stopped", extra={"post": post.id, "reason": reason})
            self._tell(post, reason)
