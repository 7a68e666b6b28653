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
from storage.audience import HAD, ONCE
from storage.posts import Audience, Post

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from news.article import Article
    from storage.due import Claimed
    from storage.readers import Reader


@dataclass(frozen=True, slots=True)
class Show:
    """Send these posts as one message; then the reader is at `cursor`, and due again where `more` waits.

    `urgency` is the highest of what waits; `unsure` counts the ambiguous sends that may have been of it.
    Where the `cursor` stays, the posts go before older ones. With `again` what waits comes before those whose
    turn is still to come. What there is up to the post `tried` may have arrived before, also what is over.
    """

    posts: tuple[Post, ...]
    cursor: int
    passed: tuple[Post, ...] = ()
    more: bool = False
    urgency: int = 0
    unsure: int = 0
    again: bool = False
    tried: int = 0


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

    `urgency` is the highest of what comes after them, `unsure` as in `Show`.
    """

    posts: tuple[Post, ...]
    cursor: int
    passed: tuple[Post, ...] = ()
    urgency: int = 0
    unsure: int = 0


Plan = Show | Wait | Nothing | Begun

TAKEN_UP: Final = timedelta(minutes=1)
"""What was begun is taken up within this time, as a rule: what has expired meanwhile may have been in it.

The last post that was begun surely was, however late that is.
"""

TOLD: Final = "told"
"""The state of a post whose story the reader gets by another paper's post: passed over, for this reason."""


def audience_of(article: Article) -> Audience:
    """Whom a story is for: those who follow one of its categories or places."""
    categories = {f"category:{slug}" for slug in article.categories}
    return Audience(keys=frozenset(categories | {f"place:{code}" for code in article.places}))


def plan(claimed: Claimed, posts: Sequence[Post], now: datetime) -> Plan:
    """What `claimed` is to be shown of `posts` (the recent ones, by id)."""
    ahead = posts[bisect_right(posts, claimed.reader.cursor, key=lambda post: post.id) :]
    follows = claimed.follows
    missed = [post for post in ahead if is_for(post, follows) and f"{HAD}:{post.id}" not in follows]
    mine = [_as_told(post, posts, follows) for post in missed]
    fresh = [post for post in mine if _is_fresh(post, now)]
    if claimed.begun > claimed.reader.cursor:
        begun = _begun(claimed.begun, mine, now - TAKEN_UP)
        urgency, unsure = _behind(claimed, mine, now, begun.cursor)
        return replace(begun, urgency=urgency, unsure=unsure)
    passed = tuple(post for post in mine if post.state == TOLD or is_over(post, now))
    if not fresh:
        return Nothing(max((post.id for post in ahead), default=claimed.reader.cursor), passed)
    ripe = ripe_now(claimed.reader, fresh, now)
    if any(post.urgency for post in fresh) and not any(post.urgency for post in _together(ripe)):
        if (first := _before_the_rest(claimed, fresh)) is not None:
            return first
        ripe = _up_to_the_urgent(fresh)
    if not ripe:
        return Wait(opens_at(claimed.reader, now))
    show = _first_message(ripe, fresh, passed, ahead)
    urgency, unsure = _behind(claimed, mine, now, show.cursor)
    return replace(show, urgency=urgency, unsure=unsure, tried=show.cursor if claimed.unsure else 0)


def first_alone(claimed: Claimed, show: Show) -> Show:
    """The first post of `show` as a message of its own; the others come after it.

    An ambiguous send may have been of all: it counts for those that are left, too.
    """
    first, *others = show.posts
    cursor = min(show.cursor, first.id)
    return replace(
        show,
        posts=(first,),
        cursor=cursor,
        passed=tuple(post for post in show.passed if post.id <= cursor),
        more=True,
        again=True,
        unsure=claimed.unsure,
        urgency=max(show.urgency, *(post.urgency for post in others)),
    )


def _behind(claimed: Claimed, mine: Sequence[Post], now: datetime, cursor: int) -> tuple[int, int]:
    """Of what waits behind `cursor` the highest urgency: with it the reader comes back before the others.

    And the ambiguous sends, where something there may have gone before the rest: they may have been of that,
    also where it is over by now.
    """
    behind = [post for post in mine if post.id > cursor and post.state in {"live", "retracted"}]
    unsure = claimed.unsure if any(_goes_first(post, claimed.follows) for post in behind) else 0
    return max((post.urgency for post in behind if _is_fresh(post, now)), default=0), unsure


def _before_the_rest(claimed: Claimed, fresh: Sequence[Post]) -> Show | None:
    """What is urgent, before older posts: the cursor stays before those, and each comes in its own time.

    Not where an ambiguous send may have been of what comes next: that goes on in the order it had.
    """
    urgent = [post for post in fresh if _goes_first(post, claimed.follows)]
    if claimed.unsure or fresh[0].urgency or not urgent:
        return None
    shown = _together(urgent)
    left = max(post.urgency for post in fresh if post not in shown)
    return Show(shown, claimed.reader.cursor, more=True, urgency=left)


def _goes_first(post: Post, follows: Mapping[str, int]) -> bool:
    """Not what leaves once only: all up to it is written down as begun."""
    return bool(post.urgency) and not post.hold and post.id > follows.get(f"{ONCE}:", 0)


def _up_to_the_urgent(fresh: Sequence[Post]) -> Sequence[Post]:
    """The urgent ones that are first; or all up to the last of them, where they can't go before the rest."""
    first = list(takewhile(lambda post: post.urgency, fresh))
    return first or fresh[: max(number for number, post in enumerate(fresh, 1) if post.urgency)]


def _begun(last: int, mine: Sequence[Post], then: datetime) -> Begun:
    """Of what is `mine` up to the post `last`, which was in it, what was to be shown `then`."""
    begun = [post for post in mine if post.id <= last]
    over = tuple(post for post in begun if post.state == TOLD or (post.id < last and is_over(post, then)))
    shown = (post for post in begun if post not in over and (post.id == last or post.state == "live"))
    return Begun(tuple(shown), last, over)


def ripe_now(reader: Reader, fresh: Sequence[Post], now: datetime) -> Sequence[Post]:
    """Which of `fresh` the reader wants now: none in quiet hours, the digest's own.

    Always the first of them: a cursor passes over nothing that is not ripe, though it was stamped later than
    what follows it.
    """
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


def _is_fresh(post: Post, now: datetime) -> bool:
    return post.state == "live" and post.expires_at > now


def is_over(post: Post, now: datetime) -> bool:
    """Whether `post` was to be shown once and is not any more: it has expired or was taken back."""
    return post.state == "retracted" or (post.state == "live" and post.expires_at <= now)


def _first_message(
    ripe: Sequence[Post], fresh: Sequence[Post], passed: tuple[Post, ...], ahead: Sequence[Post]
) -> Show:
    """The first message of what is ripe; more where something fresh is left.

    The cursor passes over what is over before that: an ambiguous send may have been of it, too, and is
    known only now.
    """
    shown = _together(ripe)
    left = fresh[len(shown) :]
    cursor = max(post.id for post in ahead if not left or post.id < left[0].id)
    return Show(shown, cursor, tuple(post for post in passed if post.id <= cursor), bool(left))


def _together(posts: Sequence[Post]) -> tuple[Post, ...]:
    """What is one message: an announcement alone, or the stories before the next announcement."""
    shown: list[Post] = []
    for post in posts:
        if len(shown) == roundup.MOST or (shown and "announcement" in {post.kind, shown[-1].kind}):
            break
        shown.append(post)
    return tuple(shown)
