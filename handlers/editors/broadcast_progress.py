"""How an announcement is getting on: a panel that tells the editor, live while something happens."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from delivery.message import Message
from handlers.editors import live_panel
from handlers.editors.live_panel import LivePanel, Place, View
from handlers.keyboard import press
from handlers.words.causes import cause
from handlers.words.phrases import phrase, toast
from storage import announcements, audience, posts, receipts

if TYPE_CHECKING:
    import telegram

    from handlers.newsroom import Newsroom
    from handlers.tap import Tap
    from storage.posts import Post


@dataclass(frozen=True, slots=True)
class Progress:
    """What has become of a post with its readers, and how many have yet to be reached. Pure.

    `in_hand` counts those to whom a post that was stopped may be on its way.
    """

    sent: int
    failed: int
    unknown: int
    passed: int
    waiting: int
    state: str
    marked: bool
    reason: str = ""
    in_hand: int = 0

    @property
    def left(self) -> int:
        """Readers who have yet to be reached; of a post that was stopped, who is being reached just now.

        Counted, not reckoned: who pauses or leaves meanwhile is not waited for.
        """
        return self.in_hand if self.state == "retracted" else self.waiting

    @property
    def over(self) -> bool:
        """Whether nothing more will happen."""
        return not self.left and (self.marked or self.state == "retracted")

    @property
    def done(self) -> int:
        """Readers of whom it is known what became of it."""
        return self.sent + self.failed + self.unknown + self.passed

    @property
    def percent(self) -> int:
        """How much is done, 0 to 100."""
        return 100 * self.done // (self.done + self.waiting) if self.done + self.waiting else 0


async def _look(newsroom: Newsroom, post_id: int) -> Progress | None:
    """How the post is getting on now; None where there is no such announcement."""
    post = await posts.post(newsroom.db, post_id)
    if post is None or post.announcement is None:
        return None
    waiting = await audience.waiting(newsroom.db, post.audience, post_id)
    in_hand = await audience.in_hand(newsroom.db, post.audience, post_id) if post.state == "retracted" else 0
    # Counted last: who was let go of before has the receipts by now.
    return _count(post, await receipts.outcomes(newsroom.db, post_id), waiting, in_hand)


def _count(post: Post, outcomes: dict[str, int], waiting: int, in_hand: int) -> Progress:
    return Progress(
        sent=outcomes.get("sent", 0),
        failed=outcomes.get("refused", 0) + outcomes.get("gone", 0),
        unknown=outcomes.get("unknown", 0),
        passed=outcomes.get("passed", 0),
        waiting=waiting,
        state=post.state,
        marked=post.marked,
        reason=post.reason,
        in_hand=in_hand,
    )


def compose(progress: Progress, post_id: int, language: str) -> Message:
    """The panel that says so. Pure."""
    lines: list[str] = [phrase(_heading(progress), language)]
    if progress.reason:
        lines.append(phrase("progress_cause", language, cause=cause(progress.reason, language)))
    nobody = progress.over and not progress.done + progress.waiting
    lines.append(phrase("progress_nobody", language) if nobody else _figures(progress, language))
    refresh = press(toast("broadcast_refresh", language), "bc", "see", post_id)
    stop = press(toast("broadcast_stop", language), "bc", "stop", post_id)
    going = (refresh,) if progress.state == "retracted" else (stop, refresh)
    return Message("\n\n".join(lines), buttons=() if progress.over else (going,))


def _heading(progress: Progress) -> str:
    if progress.state == "retracted":
        return "progress_stopped"
    return "progress_done" if progress.over else "progress_going"


def _figures(progress: Progress, language: str) -> str:
    figures = phrase(
        "progress",
        language,
        bar=live_panel.bar(progress.percent),
        percent=progress.percent,
        sent=progress.sent,
        left=progress.left,
        failed=progress.failed,
    )
    lines = [figures]
    if progress.unknown:
        lines.append(phrase("progress_unknown", language, number=progress.unknown))
    if progress.passed:
        lines.append(phrase("progress_passed", language, number=progress.passed))
    return "\n".join(lines)


async def follow_up(tap: Tap, post_id: int) -> None:
    """Let the pressed panel show how an announcement is going, and go on showing it."""
    await live_panel.begin(tap, _panel(tap.newsroom, post_id, live_panel.pressed(tap), tap.language))


async def resume(newsroom: Newsroom, bot: telegram.Bot) -> None:
    """Take up the panels that had not shown the end when the process before this one stopped."""
    for post in await announcements.with_open_panels(newsroom.db):
        told = post.announcement
        if told is not None and told.panel_id is not None:
            place = Place(told.from_chat_id, told.panel_id)
            language = await live_panel.language_at(newsroom.db, place.chat_id)
            live_panel.follow(newsroom, bot, _panel(newsroom, post.id, place, language))


def _panel(newsroom: Newsroom, post_id: int, place: Place, language: str) -> LivePanel:
    async def look() -> View | None:
        progress = await _look(newsroom, post_id)
        return View(compose(progress, post_id, language), over=progress.over) if progress else None

    return LivePanel(place, look, partial(announcements.close_panel, newsroom.db, post_id))
