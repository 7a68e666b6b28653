"""Buttons in rows, none wider than a telephone shows. Pure."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

from delivery.buttons import Press
from delivery.message import Button
from handlers.words.phrases import toast

if TYPE_CHECKING:
    from collections.abc import Sequence

Rows = tuple[tuple[Button, ...], ...]
IN_A_ROW: Final = 2
WIDE: Final = 16
"""The widest label of which two stand side by side on a telephone, in letters."""
CHOSEN: Final = "✅ "
_MARKS: Final = {"Mn", "Me", "Cf"}
_HALVES_OF_FLAGS: Final = {chr(half) for half in range(0x1F1E6, 0x1F200)}


def press(text: str, verb: str, *values: str | int) -> Button:
    """A button that asks for `verb` when pressed."""
    return Button(text, press=Press(verb, tuple(str(value) for value in values)).data())


def switch(text: str, verb: str, *values: str | int, on: bool) -> Button:
    """A button that is ticked or not."""
    return press(ticked(text, on=on), verb, *values)


def ticked(text: str, *, on: bool) -> str:
    """The words of a button, with a tick where it is `on`."""
    return f"{CHOSEN if on else ''}{text}"


def back(language: str) -> Button:
    """The way back to all settings."""
    return press(toast("button_back", language), "set", "back")


def rows(buttons: Sequence[Button], *, ticked: bool = False) -> Rows:
    """The buttons in their order, two in a row where both fit.

    `ticked`: some are or will be, so that a tick must find room and move nothing.
    """
    filled: list[tuple[Button, ...]] = []
    for button in buttons:
        last = filled[-1] if filled else ()
        if last and len(last) < IN_A_ROW and not any(_is_wide(one, ticked=ticked) for one in (*last, button)):
            filled[-1] = (*last, button)
        else:
            filled.append((button,))
    return tuple(filled)


def _is_wide(button: Button, *, ticked: bool) -> bool:
    text = button.text.removeprefix(CHOSEN) if ticked else button.text
    return _width(CHOSEN * ticked + text) > WIDE


def _width(text: str) -> int:
    """About so many letters wide: signs above and below take no room, an emoji or a flag that of two."""
    return sum(_widths(one) for one in text)


def _widths(character: str) -> int:
    kind = unicodedata.category(character)
    emoji = kind == "So" and character not in _HALVES_OF_FLAGS
    return 0 if kind in _MARKS else 2 if emoji else 1
