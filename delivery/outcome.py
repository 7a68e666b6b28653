"""From Telegram's answer to what is written down of it. Pure: the time is an argument.

It does not send and does not save: `catch_up` does both.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from delivery.answers import (
    Answer,
    BadMarkup,
    BadPhoto,
    Closed,
    Gone,
    Later,
    Missing,
    Moved,
    Refused,
    Revoked,
    Sent,
    Unsent,
    Unsure,
)
from delivery.audience import TOLD, Begun, Nothing, Show, Wait
from storage import limits
from storage.audience import ONCE
from storage.due import Claimed, Receipt, Settlement

if TYPE_CHECKING:
    from storage.posts import Post

NEXT_MESSAGE: Final = limits.BETWEEN
"""Between two messages to one chat."""
PAUSE: Final = timedelta(seconds=5)
"""Before an unsure or unsent message is tried again."""
MISSING_AGAIN: Final = timedelta(minutes=10)
"""Before a chat that was not found is looked for once more."""
TRIES: Final = 2
"""A message whose fate is unknown is sent once more, then never again."""
NOT_TOLD: Final = "the sender ended before it could say"
"""Why the fate of a message is unknown that was begun and not settled."""

OVER_SINCE: Final = "it is over, and may have arrived before"
"""Why the fate of a post is unknown that expired or was stopped before a message was tried again."""

Heard = Callable[[Claimed, Show, Answer], None]
"""Is told of each answer to a message that showed posts to a reader."""


def nobody_counts(_claimed: Claimed, _show: Show, _answer: Answer) -> None:
    """Nobody wants to know."""


def is_last(claimed: Claimed, show: Show) -> bool:
    """Whether this is the last time: a post of it is never repeated, or it may have arrived before.

    That is written down before it leaves; else nobody would know of it if its sender were killed.
    """
    once = show.posts[0].id <= claimed.follows.get(f"{ONCE}:", 0)
    return once or claimed.unsure + 1 >= TRIES or any(post.hold for post in show.posts)


def settled_without_sending(claimed: Claimed, plan: Wait | Nothing | Begun, now: datetime) -> Settlement:
    """What to save of a reader who gets nothing now; what comes after a begun message is due at once."""
    if isinstance(plan, Wait):
        return replace(_again(claimed, plan.until), again=False)  # their turn is still to come
    passed = Settlement(
        claimed.reader.id, epoch=claimed.epoch, cursor=plan.cursor, receipts=_passed(claimed, plan.passed)
    )
    if isinstance(plan, Nothing):
        return passed
    begun = tuple(Receipt(post.id, "unknown", reason=NOT_TOLD) for post in plan.posts)
    return replace(
        passed,
        receipts=passed.receipts + begun,
        due_at=now,
        urgency=plan.urgency,
        unsure=plan.unsure,
    )


def given_back(claimed: Claimed, now: datetime) -> Settlement:
    """What to save of a reader who was claimed and could not be served: due again at once."""
    return _again(claimed, now)


def spared(claimed: Claimed, now: datetime) -> Settlement:
    """What to save of a reader whose roundup was refused: they get its posts one by one."""
    return _again(claimed, now + NEXT_MESSAGE)


def settled(claimed: Claimed, show: Show, answer: Answer, now: datetime) -> Settlement:
    """What to save of a reader after `answer` to the message that showed `show`."""
    match answer:
        case Sent() | Refused() | BadMarkup() | BadPhoto():
            return _done(claimed, show, now, fate(answer))
        case Unsure(reason):
            return _unsure(claimed, show, now, reason)
        case Gone(reason):
            return replace(
                _done(claimed, show, now, Fate("gone", reason=reason)),
                due_at=None,
                urgency=0,
                state="gone",
                reason=reason,
            )
        case Closed(reason):
            return replace(_again(claimed, None), state="paused", reason=reason)
        case Moved(chat_id):
            return replace(_again(claimed, now + NEXT_MESSAGE), moved_to=chat_id)
        case Later() | Missing() | Unsent() | Revoked():
            later = _again(claimed, now + pause(answer))
            return _not_found(claimed, later) if isinstance(answer, Missing) else later


def _not_found(claimed: Claimed, later: Settlement) -> Settlement:
    """Last of all: there may be as many as there are readers, and few are ever found.

    The cursor is said where it is: so the chat counts as asked, and is not asked again within a second.
    """
    return replace(later, again=False, cursor=claimed.reader.cursor, urgency=claimed.urgency)


def pause(answer: Later | Missing | Unsent | Revoked) -> timedelta:
    """How long a reader waits after an answer that settles nothing."""
    if isinstance(answer, Later):
        return timedelta(seconds=answer.after)
    return MISSING_AGAIN if isinstance(answer, Missing) else PAUSE


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a message, as a receipt says it."""

    outcome: str
    message_id: int | None = None
    reason: str = ""


def fate(answer: Sent | Refused | BadMarkup | BadPhoto) -> Fate:
    """Sent with Telegram's message id, or refused; the reason is what it said against the message."""
    if isinstance(answer, Sent):
        return Fate("sent", answer.message_id, answer.unformatted)
    return Fate("refused", reason=answer.reason)


def _done(claimed: Claimed, show: Show, now: datetime, fate: Fate) -> Settlement:
    receipts = tuple(
        Receipt(post.id, fate.outcome, fate.message_id, fate.reason, _shown(post, fate))
        for post in show.posts
    )
    return Settlement(
        claimed.reader.id,
        epoch=claimed.epoch,
        cursor=show.cursor,
        receipts=_passed(claimed, show.passed) + receipts,
        due_at=now + NEXT_MESSAGE if show.more else None,
        again=show.more and show.again,
        urgency=show.urgency,
        unsure=show.unsure,
    )


def _shown(post: Post, fate: Fate) -> int:
    """The revision of `post` that a reader has; 0 where they have none."""
    return post.revision if fate.message_id is not None else 0


def _unsure(claimed: Claimed, show: Show, now: datetime, reason: str) -> Settlement:
    """A message that may have arrived: once more, unless this was the last time."""
    if is_last(claimed, show):
        return _done(claimed, show, now, Fate("unknown", reason=reason))
    return replace(_again(claimed, now + PAUSE), unsure=claimed.unsure + 1)


def _again(claimed: Claimed, due_at: datetime | None) -> Settlement:
    """What comes next is still to come, and before those whose turn is."""
    return Settlement(
        claimed.reader.id,
        epoch=claimed.epoch,
        due_at=due_at,
        again=due_at is not None,
        unsure=claimed.unsure,
    )


def _passed(claimed: Claimed, posts: tuple[Post, ...]) -> tuple[Receipt, ...]:
    """What was over before it could be shown: unless it was in a message that may have arrived."""
    reasons = {"live": "expired"}
    return tuple(
        Receipt(post.id, "unknown", reason=OVER_SINCE)
        if claimed.unsure and post.state != TOLD
        else Receipt(post.id, "passed", None, reasons.get(post.state, post.state))
        for post in posts
    )
