"""A source and how it is doing, as /sources shows it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from delivery.card import web_address
from delivery.markup import cut, escape, link
from handlers.words.amounts import ago
from handlers.words.phrases import phrase
from handlers.words.troubles import told

if TYPE_CHECKING:
    from datetime import datetime

    from storage.sources import SourceState

_WELL: Final = "🟢"
_DOUBTFUL: Final = "🟡"
_IDLE: Final = "⚪️"
SIGNS: Final = {"ok": _WELL, "failing": _DOUBTFUL, "blocked": "🔴", "paused": _IDLE}
_NAME_LIMIT: Final = 80


def block(state: SourceState, emoji: str, language: str, now: datetime) -> str:
    """Its sign and name, when it was read, and in words what is not as it should be.

    `emoji` is of its category: a paper may have a source for each.
    """
    sign, note = _judged(state, language)
    name = link(cut(state.name, _NAME_LIMIT), web_address(state.url))
    lines = [
        f"{sign} {name} {escape(emoji)}".rstrip(),
        _times(state, language, now),
        f"<i>{escape(note)}</i>" if note else "",
    ]
    return "\n".join(line for line in lines if line)


def _judged(state: SourceState, language: str) -> tuple[str, str]:
    """A sign, and the words that explain it where all is not well."""
    sign = SIGNS.get(state.state, _IDLE)
    if state.last_error:
        return sign, told(state.last_error, language)
    if state.state == "paused":
        return sign, phrase("source_unlisted", language)
    if not state.first_poll_done:
        return _IDLE, phrase("source_waiting", language)
    if state.last_new_at is None and state.rhythm.newest_at is None:
        return _DOUBTFUL, phrase("source_empty", language)
    odd = next((key for key in ("silent", "bodiless") if key in state.alarms), "")
    return (_DOUBTFUL, phrase(f"source_{odd}", language)) if odd else (sign, "")


def _times(state: SourceState, language: str, now: datetime) -> str:
    """When it was last read, when it had news, how often it failed since."""
    notes = [
        phrase(key, language, age=ago(now - moment, language))
        for key, moment in (("source_ok_at", state.last_ok_at), ("source_new_at", state.last_new_at))
        if moment is not None
    ]
    if state.failures:
        notes.append(phrase("source_failures", language, number=state.failures))
    return " · ".join(notes)
