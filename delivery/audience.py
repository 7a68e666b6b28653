"""What a due reader is to be shown next. Pure: posts, reader and time are arguments.

It decides what and whether now; it does not compose, send or save.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import takewhile
from typing import TYPE_CHECKING, Final

from delivery import roundup
from delivery.timing import digest_until, opens_at
from storage.posts import Audience, Post

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from news.article import Article
    from storage.due import Claimed
    from storage.readers import Reader


@dataclass(frozen=True, slots=True)
class Show:
    """Send these posts as one message; then the reader is at `cursor`, and due again where `more` waits.

    `urgency` is the highest of what waits.
    """

    posts: tuple[Post, ...]
    cursor: int
    passed: tuple[Post, ...] = ()
    more: bool = False
    urgency: int = 0


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing may be sent before `until`."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Nothing:
    """Nothing here is for this reader: the cursor moves on; `passed` was over before they were reached."""

    cursor: int
    passed: tuple[Post, ...] = ()


@dataclass(frozen=True, slots=True)
class Begun:
    """Somebody had begun to send `posts`, for the last time, and is no more: they may have arrived.

    `urgency` is the highest of what comes after them.
    """

    posts: tuple[Post, ...]
    cursor: int
    passed: tuple[Post, ...] = ()
    urgency: int = 0


Plan = Show | Wait | Nothing | Begun

TAKEN_UP: Final = timedelta(minutes=1)
"""What was begun is taken up within this time, as a rule: what has expired meanwhile may have been in it."""

TOLD: Final = "told"
"""The state of a post whose story the reader gets by another paper's post: passed over, for this reason."""


def audience_of(article: Article) -> Audience:
    """Whom a story is for: those who follow one of its categories or places."""
    categories = {f"category:{slug}" for slug in article.categories}
    return Audience(keys=frozenset(categories | {f"place:{code}" for code in article.places}))


def plan(claimed: Claimed, posts: Sequence[Post], now: datetime) -> Plan:
    """What `claimed` is to be shown of `posts` (the recent ones, by id)."""
    ahead = posts[bisect_right(posts, claimed.reader.cursor, key=lambda post: post.id) :]
    mine = [_as_told(post, posts, claimed.follows) for post in ahead if is_for(post, claimed.follows)]
    fresh = [post for post in mine if post.state == "live" and post.expires_at > now]
    if claimed.begun > claimed.reader.cursor:
        return replace(_begun(claimed.begun, mine, now - TAKEN_UP), urgency=_urgency(fresh, claimed.begun))
    passed = tuple(post for post in mine if post.state == TOLD or is_over(post, now))
    if not fresh:
        return Nothing(max((post.id for post in ahead), default=claimed.reader.cursor), passed)
    ripe = ripe_now(claimed.reader, fresh, now)
    if not ripe:
        return Wait(opens_at(claimed.reader, now))
    show = _first_message(ripe, passed, ahead[-1].id, waiting=len(fresh) - len(ripe))
    return replace(show, urgency=_urgency(fresh, show.cursor))


def _urgency(fresh: Sequence[Post], cursor: int) -> int:
    """The highest of what waits behind `cursor`: with it the reader comes back before the ordinary queue."""
    return max((post.urgency for post in fresh if post.id > cursor), default=0)


def _begun(last: int, mine: Sequence[Post], then: datetime) -> Begun:
    """Of what is `mine` up to the post `last`, what was to be shown `then`."""
    begun = [post for post in mine if post.id <= last]
    shown = tuple(post for post in begun if post.state == "live" and post.expires_at > then)
    return Begun(shown, last, tuple(post for post in begun if post.state == TOLD or is_over(post, then)))


def ripe_now(reader: Reader, fresh: Sequence[Post], now: datetime) -> Sequence[Post]:
    """Which of `fresh` may be shown now: all where one is urgent, none in quiet hours, the digest's own.

    Always the first of them: a cursor passes over nothing that is not ripe, though it was stamped later than
    what follows it.
    """
    if any(post.urgency for post in fresh):
        return fresh
    if reader.digest:
        until = digest_until(reader, now)
        return list(takewhile(lambda post: post.published_at <= until, fresh))
    return fresh if opens_at(reader, now) <= now else []


def is_for(post: Post, follows: Mapping[str, int]) -> bool:
    """Whether a reader with these subscriptions (key to the newest post when followed) is to get `post`."""
    return post.audience.everyone or any(
        key in follows and post.id > follows[key] for key in post.audience.keys
    )


def _as_told(post: Post, posts: Sequence[Post], follows: Mapping[str, int]) -> Post:
    """`post`, in the state `TOLD` where the reader is among those for whom its story's first post is."""
    if post.story in {None, post.article_id}:
        return post
    first = (one for one in posts if one.story == post.story and one.id < post.id and one.state == "live")
    return replace(post, state=TOLD) if any(is_for(one, follows) for one in first) else post


def is_over(post: Post, now: datetime) -> bool:
    """Whether `post` was to be shown once and is not any more: it has expired or was taken back."""
    return post.state == "retracted" or (post.state == "live" and post.expires_at <= now)


def _first_message(ripe: Sequence[Post], passed: tuple[Post, ...], head: int, *, waiting: int) -> Show:
    """An announcement alone, or the stories before the next announcement together; `waiting` come later."""
    shown: list[Post] = []
    for post in ripe:
        if len(shown) == roundup.MOST or (shown and "announcement" in {post.kind, shown[-1].kind}):
            break
        shown.append(post)
    more = len(shown) < len(ripe) or waiting > 0
    cursor = shown[-1].id if more else head
    return Show(tuple(shown), cursor, tuple(post for post in passed if post.id <= cursor), more)
