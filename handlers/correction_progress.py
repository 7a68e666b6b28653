"""How a correction or a retraction is getting on: a panel for the editor, live while something happens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from delivery.message import Message
from handlers import live_panel
from handlers.keyboard import press
from handlers.live_panel import Place, View
from handlers.phrases import phrase, toast
from storage import copies, corrections

if TYPE_CHECKING:
    import telegram

    from handlers.newsroom import Newsroom
    from handlers.tap import Tap
    from storage.corrections import Correction, Panel

_OTHERWISE: Final = ("gone", "too_old", "refused")
"""What may become of a copy instead of a change."""


@dataclass(frozen=True, slots=True)
class Progress:
    """A correction, and how many copies have yet to be changed. Pure."""

    correction: Correction
    left: int

    @property
    def done(self) -> int:
        """Copies of which it is known what became of them."""
        one = self.correction
        return one.changed + one.gone + one.too_old + one.refused

    @property
    def all(self) -> int:
        """Copies that there were, as far as is known: some may still be under way to their readers."""
        return self.done + self.left

    @property
    def over(self) -> bool:
        """Whether nothing more will happen."""
        return self.correction.finished_at is not None

    @property
    def percent(self) -> int:
        """How much is done, 0 to 100."""
        return 100 * self.done // self.all if self.all else 100


async def begin(tap: Tap, post_id: int) -> None:
    """Let the pressed panel follow the newest correction of a post, if it was ever corrected."""
    found = await corrections.of_post(tap.newsroom.db, post_id)
    if found:
        await follow_up(tap, found[-1].id)


async def follow_up(tap: Tap, correction_id: int) -> bool:
    """Let the pressed panel show how a correction is going, and go on showing it; False where none is."""
    room, place, language = tap.newsroom, live_panel.pressed(tap), tap.language
    now = await _look(room, correction_id)
    if now is None:
        return False
    panel = corrections.Panel(correction_id, place.chat_id, place.message_id)
    await corrections.show_on(room.db, panel)
    message = compose(now, language)
    shown = message if await live_panel.show(tap.bot, place, message) else None
    _follow(room, tap.bot, panel, language, shown)
    return True


async def resume(newsroom: Newsroom, bot: telegram.Bot) -> None:
    """Take up the panels that had not shown the end when the process before this one stopped."""
    for panel in await corrections.open_panels(newsroom.db):
        language = await live_panel.language_at(newsroom.db, panel.chat_id)
        _follow(newsroom, bot, panel, language)


def _follow(
    room: Newsroom, bot: telegram.Bot, panel: Panel, language: str, shown: Message | None = None
) -> None:
    """Keep the panel true from now on; `shown` is what it says already."""
    place = Place(panel.chat_id, panel.message_id)

    async def see() -> View | None:
        progress = await _look(room, panel.correction_id)
        return View(compose(progress, language), over=progress.over) if progress else None

    async def close() -> None:
        await corrections.close_panel(room.db, panel.correction_id)

    watch = live_panel.keep_true(bot, place, see, room.look_every, shown=shown, close=close)
    room.watches.start(place, watch)


async def _look(room: Newsroom, correction_id: int) -> Progress | None:
    found = await corrections.correction(room.db, correction_id)
    return Progress(found, await copies.left(room.db, found)) if found else None


def compose(progress: Progress, language: str) -> Message:
    """The panel that says so. Pure."""
    one = progress.correction
    doing, did = ("correcting", "corrected") if one.kind == "correct" else ("retracting", "retracted")
    heading = phrase(f"{doing}_{'going' if progress.left else 'done'}", language)
    figures = _figures(progress, did, language) if progress.all else phrase("copies_none", language)
    refresh = press(toast("broadcast_refresh", language), "fix", "see", one.id, one.post_id)
    return Message(f"{heading}\n\n{figures}", buttons=() if progress.over else ((refresh,),))


def _figures(progress: Progress, did: str, language: str) -> str:
    one, percent = progress.correction, progress.percent
    first = phrase(
        f"{did}_figures",
        language,
        bar=live_panel.bar(percent),
        percent=percent,
        all=progress.all,
        changed=one.changed,
    )
    counts = {"left": progress.left} | {name: getattr(one, name) for name in _OTHERWISE}
    lines = [phrase(f"copies_{name}", language, number=count) for name, count in counts.items() if count]
    return "\n".join([first, *lines])
