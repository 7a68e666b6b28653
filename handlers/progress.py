"""How an announcement is getting on: a panel that tells the editor, live while something happens."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from delivery.message import Message
from handlers import tap
from handlers.keyboard import press
from handlers.phrases import Html, phrase, toast
from storage import posts, receipts
from storage.audience import waiting as waiting_for
from storage.errors import StorageError

if TYPE_CHECKING:
    import telegram

    from handlers.newsroom import Newsroom
    from storage.posts import Post

_log: Final = logging.getLogger(__name__)
BAR: Final = 12
PATIENCE: Final = 60
"""Looks without any change after which the view ends: who is left is asleep or waits for a digest."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What has become of a post with its readers, and how many have yet to be reached. Pure."""

    sent: int
    failed: int
    unknown: int
    passed: int
    waiting: int
    state: str
    marked: bool

    @property
    def left(self) -> int:
        """Readers who have yet to be reached; none once the post is taken back.

        Counted, not reckoned: who pauses or leaves meanwhile is not waited for.
        """
        return 0 if self.state == "retracted" else self.waiting

    @property
    def over(self) -> bool:
        """Whether nothing more will happen."""
        return self.state == "retracted" or (self.marked and not self.left)

    @property
    def percent(self) -> int:
        """How much is done, 0 to 100."""
        done = self.sent + self.failed + self.unknown + self.passed
        return 100 * done // (done + self.left) if done + self.left else 100 if self.over else 0


@dataclass(frozen=True, slots=True)
class Panel:
    """Where the view of one announcement stands."""

    chat_id: int
    message_id: int
    post_id: int
    language: str


async def look(newsroom: Newsroom, post_id: int) -> Progress | None:
    """How the post is getting on now; None where there is no such announcement."""
    post = await posts.post(newsroom.db, post_id)
    if post is None or post.announcement is None:
        return None
    waiting = await waiting_for(newsroom.db, post.audience, post_id)
    return _count(post, await receipts.outcomes(newsroom.db, post_id), waiting)


def _count(post: Post, outcomes: dict[str, int], waiting: int) -> Progress:
    return Progress(
        sent=outcomes.get("sent", 0),
        failed=outcomes.get("refused", 0) + outcomes.get("gone", 0),
        unknown=outcomes.get("unknown", 0),
        passed=outcomes.get("passed", 0),
        waiting=waiting,
        state=post.state,
        marked=post.marked,
    )


def compose(progress: Progress, post_id: int, language: str) -> Message:
    """The panel that says so. Pure."""
    going = "progress_stopped" if progress.state == "retracted" else "progress_going"
    done = progress.over and progress.state != "retracted"
    lines = [phrase("progress_done" if done else going, language), _figures(progress, language)]
    refresh = press(toast("broadcast_refresh", language), "bc", "see", post_id)
    stop = press(toast("broadcast_stop", language), "bc", "stop", post_id)
    return Message("\n\n".join(lines), buttons=((refresh,),) if progress.over else ((stop, refresh),))


def _figures(progress: Progress, language: str) -> str:
    filled = BAR * progress.percent // 100
    figures = phrase(
        "progress",
        language,
        bar=Html("▰" * filled + "▱" * (BAR - filled)),
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


async def watch(newsroom: Newsroom, bot: telegram.Bot, panel: Panel, shown: Message | None) -> None:
    """Look, and edit only where something is no longer as `shown`."""
    idle = 0
    try:
        while idle < PATIENCE:
            progress = await look(newsroom, panel.post_id)
            if progress is None:
                return
            message = compose(progress, panel.post_id, panel.language)
            changed = message != shown and await show(bot, panel, message)
            idle, shown = (0, message) if changed else (idle + 1, shown)
            if progress.over and shown == message:
                return
            await asyncio.sleep(newsroom.look_every)
    except StorageError as error:
        _log.warning("stopped watching post %s: %s", panel.post_id, error)


async def show(bot: telegram.Bot, panel: Panel, message: Message) -> bool:
    """Let the panel say `message`; False where Telegram would not have it."""
    return await tap.quietly(tap.edit(bot, panel.chat_id, panel.message_id, message))
