"""Roundups that Telegram refuses, or that can't be composed: their posts are sent one by one."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from delivery.audience import first_alone
from delivery.refusals import CHATS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from delivery.audience import Show
    from storage.due import Claimed
    from storage.posts import Post
    from storage.readers import Reader

REMEMBERED: Final = 1_000
"""Roundups held in memory."""

_Key = tuple[str, tuple[tuple[int, int], ...]]


class Apart:
    """What need not be tried again: in a chat that refused it, and once `CHATS` have, in any.

    Each process learns it for itself.
    """

    def __init__(self) -> None:
        """Nothing was refused so far."""
        self._refused: OrderedDict[_Key, set[int]] = OrderedDict()

    def remember(self, posts: Sequence[Post], reader: Reader) -> None:
        """These posts do not go together, `reader` is one who was refused them."""
        self._refused.setdefault(_key(posts, reader), set()).add(reader.chat_id)
        if len(self._refused) > REMEMBERED:
            self._refused.popitem(last=False)

    def narrowed(self, show: Show, claimed: Claimed) -> Show:
        """`show`, or where its posts do not go together the first of them.

        An ambiguous send may have been of all: it counts for those that are left, too.
        """
        chats = self._refused.get(_key(show.posts, claimed.reader), set())
        if claimed.reader.chat_id not in chats and len(chats) < CHATS:
            return show
        return replace(first_alone(show), unsure=claimed.unsure)


def _key(posts: Sequence[Post], reader: Reader) -> _Key:
    return reader.language, tuple((post.id, post.revision) for post in posts)
