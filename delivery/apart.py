"""Roundups that Telegram refuses, or that can't be composed: their posts are sent one by one."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Final

from delivery.audience import first_alone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from delivery.audience import Show
    from storage.posts import Post

REMEMBERED: Final = 1_000
"""Roundups held in memory."""

_Key = tuple[str, tuple[tuple[int, int], ...]]


class Apart:
    """What need not be tried again. Known to one process, and learned anew by one refusal each."""

    def __init__(self) -> None:
        """Nothing was refused so far."""
        self._refused: OrderedDict[_Key, None] = OrderedDict()

    def remember(self, posts: Sequence[Post], language: str) -> None:
        """These posts do not go together."""
        self._refused[_key(posts, language)] = None
        if len(self._refused) > REMEMBERED:
            self._refused.popitem(last=False)

    def narrowed(self, show: Show, language: str) -> Show:
        """`show`, or where its posts do not go together the first of them."""
        return first_alone(show) if _key(show.posts, language) in self._refused else show


def _key(posts: Sequence[Post], language: str) -> _Key:
    return language, tuple((post.id, post.revision) for post in posts)
