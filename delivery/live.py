"""The recent posts, held in memory, so that choosing and composing are pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from storage import posts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storage.database import Database
    from storage.posts import Post

REMEMBERED: Final = timedelta(days=7)
"""How long an expired post is still known, so that it can be recorded as passed over."""


class LivePosts:
    """Posts by id, as new as the last `refresh`."""

    def __init__(self, db: Database) -> None:
        """Empty until the first `refresh`."""
        self._db = db
        self._revision = 0
        self._posts: dict[int, Post] = {}

    async def refresh(self, now: datetime) -> Sequence[Post]:
        """Take in what has changed since the last time, and give all of them in the order of their ids."""
        since = None if self._revision else now - REMEMBERED
        changed = await posts.changed_since(self._db, self._revision, now=since)
        if changed:
            self._revision = changed[-1].revision
            merged = self._posts | {post.id: _light(post) for post in changed}
            kept = (post for post in merged.values() if post.expires_at + REMEMBERED > now)
            self._posts = {post.id: post for post in sorted(kept, key=lambda post: post.id)}
        return list(self._posts.values())


def _light(post: Post) -> Post:
    """Without the paragraphs, which no card shows: there may be thousands of posts."""
    if post.article is None:
        return post
    return replace(post, article=replace(post.article, paragraphs=()))
