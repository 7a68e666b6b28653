"""Roundups that Telegram refuses, or that can't be composed: their posts are sent one by one."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Final

from delivery.answers import Sent
from delivery.audience import first_alone
from delivery.refusals import CHATS, complaint

if TYPE_CHECKING:
    from collections.abc import Sequence

    from delivery.answers import Answer
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

    def is_at_fault(self, show: Show, reader: Reader, answer: Answer) -> bool:
        """Whether `reader` was refused a roundup for what it holds: then its posts do not go together."""
        if len(show.posts) == 1 or isinstance(answer, Sent) or complaint(answer) is None:
            return False
        self._refused.setdefault(_key(show.posts, reader), set()).add(reader.chat_id)
        if len(self._refused) > REMEMBERED:
            self._refused.popitem(last=False)
        return True

    def narrowed(self, show: Show, claimed: Claimed) -> Show:
        """`show`, or where its posts do not go together the first of them."""
        if not self._refused or len(show.posts) == 1:
            return show
        chats = self._refused.get(_key(show.posts, claimed.reader), set())
        apart = claimed.reader.chat_id in chats or len(chats) >= CHATS
        return first_alone(claimed, show) if apart else show


def _key(posts: Sequence[Post], reader: Reader) -> _Key:
    return reader.language, tuple((post.id, post.revision) for post in posts)
