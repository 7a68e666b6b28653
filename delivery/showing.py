"""Posts become a message; or, where nobody can make one of them, what a refusal would be."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from delivery.answers import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from delivery.compose import Composer
    from delivery.message import Message
    from storage.posts import Post

log = logging.getLogger(__name__)

UNSHOWN: Final = "it can't be composed"
"""Why a post is refused for which there is no message."""


class Showing:
    """A post that can't be composed is at fault like one that Telegram refuses; several in a row are not."""

    def __init__(self, composer: Composer) -> None:
        """Nothing has gone wrong so far."""
        self._composer = composer
        self._unshown: set[int] = set()

    def message(self, posts: Sequence[Post], language: str) -> Message | Refused:
        """The message that shows `posts`.

        Where two different posts can't be shown and none was in between, it is this program that is at fault:
        its error is raised, before it stops one post after the other.
        """
        try:
            message = self._composer.message(posts, language)
        except MemoryError:
            raise
        except Exception as error:
            self._unshown |= {post.id for post in posts} if len(posts) == 1 else set()
            if len(self._unshown) > 1:
                raise
            log.exception("posts can't be composed", extra={"posts": [post.id for post in posts]})
            return Refused(f"{UNSHOWN}: {type(error).__name__}", ours=True)
        self._unshown.clear()
        return message
