"""Why a post goes no further, as editors read it: what Telegram said, in their language. Pure."""

from __future__ import annotations

from typing import Final

from delivery.markup import cut
from handlers.words.phrases import plain

_SHOWN: Final = 150
"""Characters of words that nobody has translated."""
BY_EDITOR: Final = "stopped by an editor"
_CAUSES: Final = (
    (BY_EDITOR, "cause_editor"),
    ("can't parse entities", "cause_markup"),
    ("message to copy not found", "cause_no_original"),
    ("can't be copied", "cause_no_copy"),
    ("too many entities", "cause_entities"),
    ("too long", "cause_long"),
    ("too_long", "cause_long"),
    ("empty", "cause_empty"),
    ("button", "cause_button"),
    ("dismissed", "cause_dismissed"),
)
"""Words of the reason a post carries (Telegram's, or the desk's), and the phrase that says so."""


def cause(reason: str, language: str) -> str:
    """`reason` as a sentence without its full stop."""
    said = reason.lower()
    found = next((phrase for words, phrase in _CAUSES if words in said), "cause_other")
    return plain(found, language, words=cut(reason, _SHOWN))
