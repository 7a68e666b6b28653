"""Posts to messages, each composed once: a card for one, a roundup for several."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Final

from delivery import card, roundup
from delivery.message import Message
from delivery.phrases import phrases

if TYPE_CHECKING:
    from collections.abc import Sequence

    from delivery.card import Categories
    from storage.posts import Post

REMEMBERED: Final = 2_048
"""Messages held in memory; one is about 3 kB."""

_Key = tuple[str, bool, tuple[tuple[int, int], ...]]


class Composer:
    """Composes, and remembers by what a message contains: posts, their revisions, the language."""

    def __init__(self, categories: Categories) -> None:
        """`categories` by slug, for the names on cards."""
        self._categories = categories
        self._messages: OrderedDict[_Key, Message] = OrderedDict()

    def message(self, posts: Sequence[Post], language: str, *, together: bool = False) -> Message:
        """The one message that shows `posts` in `language`; `together` makes a roundup of one, too."""
        key = (language, together or len(posts) > 1, tuple((post.id, post.revision) for post in posts))
        if key not in self._messages:
            self._messages[key] = self._compose(posts, language, together=together)
            if len(self._messages) > REMEMBERED:
                self._messages.popitem(last=False)
        return self._messages[key]

    def _compose(self, posts: Sequence[Post], language: str, *, together: bool) -> Message:
        if len(posts) == 1 and not together:
            return card.compose(posts[0], self._categories, language)
        return roundup.compose(posts, self._categories, language)


def retraction(posts: Sequence[Post], language: str) -> Message:
    """What a message that showed `posts`, all retracted now, says where it can't be deleted, and no more.

    It has the picture that it had, if it can have had one.
    """
    words = phrases(language)
    if len(posts) > 1:
        return Message(words.stories_retracted)
    (post,) = posts
    if post.article is None:
        return Message(words.announcement_retracted)
    photo = post.article.photo
    return Message(words.story_retracted, photo=photo.url if photo else "")
