"""How a correction or a retraction is getting on: a panel for the editor, live while something happens."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final

from delivery.message import Message
from handlers.editors import live_panel
from handlers.editors.live_panel import LivePanel, Place, View
from handlers.keyboard import press
from handlers.words.phrases import phrase, toast
from storage import copies, corrections, posts, receipts
from storage.corrections import Panel

if TYPE_CHECKING:
    from collections.abc import Sequence

    import telegram

    from handlers.newsroom import Newsroom
    from handlers.tap import Tap
    from storage.corrections import Correction

_OTHERWISE: Final = ("gone", "too_old", "refused")
"""What may become of a copy instead of a change."""


@dataclass(frozen=True, slots=True)
class Progress:
    """A correction, and how many copies have yet to be changed. Pure.

    `unknown` counts readers of whom nobody knows whether they have a copy: of a retraction, for theirs stays.
    """

    correction: Correction
    left: int
    unknown: int = 0

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
    room, place = tap.newsroom, live_panel.pressed(tap)
    await corrections.show_on(room.db, Panel(correction_id, place.chat_id, place.message_id))
    return await live_panel.begin(tap, _panel(room, correction_id, place, tap.language))


async def resume(newsroom: Newsroom, bot: telegram.Bot) -> None:
    """Take up the panels that had not shown the end when the process before this one stopped."""
    for panel in await corrections.open_panels(newsroom.db):
        place = Place(panel.chat_id, panel.message_id)
        language = await live_panel.language_at(newsroom.db, place.chat_id)
        live_panel.follow(newsroom, bot, _panel(newsroom, panel.correction_id, place, language))


def _panel(room: Newsroom, correction_id: int, place: Place, language: str) -> LivePanel:
    async def look() -> View | None:
        progress = await _look(room, correction_id)
        return View(compose(progress, language), over=progress.over) if progress else None

    return LivePanel(place, look, partial(corrections.close_panel, room.db, correction_id))


async def _look(room: Newsroom, correction_id: int) -> Progress | None:
    """How a correction is getting on; a retraction with those of the other posts of its story."""
    found = await corrections.correction(room.db, correction_id)
    if found is None:
        return None
    together, unknown = [found], 0
    if found.kind == "retract":
        story = await posts.of_story(room.db, found.post_id)
        together = [one for one in await corrections.of_post(room.db, *story) if one.kind == "retract"]
        unknown = (await receipts.outcomes(room.db, *story)).get("unknown", 0)
    return Progress(_summed(found, together), await copies.left(room.db, together), unknown)


def _summed(correction: Correction, together: Sequence[Correction]) -> Correction:
    """The correction with what has become of the copies of all; finished when all are. Pure."""
    counts = {name: sum(getattr(one, name) for one in together) for name in ("changed", *_OTHERWISE)}
    ends = [one.finished_at for one in together]
    return replace(correction, finished_at=None if None in ends else correction.finished_at, **counts)


def compose(progress: Progress, language: str) -> Message:
    """The panel that says so. Pure."""
    one = progress.correction
    doing, did = ("correcting", "corrected") if one.kind == "correct" else ("retracting", "retracted")
    heading = phrase(f"{doing}_{'going' if progress.left else 'done'}", language)
    lines = [_figures(progress, did, language)] if progress.all else []
    if progress.unknown:
        lines.append(phrase("copies_unknown", language, number=progress.unknown))
    figures = "\n".join(lines) or phrase("copies_none", language)
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
    lines = [phrase(_said(name, did), language, number=count) for name, count in counts.items() if count]
    return "\n".join([first, *lines])


def _said(name: str, did: str) -> str:
    """What is too old to be edited stays as it was; what is too old to go says so instead, where it can."""
    return "copies_undeleted" if (name, did) == ("too_old", "retracted") else f"copies_{name}"
