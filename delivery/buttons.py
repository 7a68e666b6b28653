"""Buttons on their way to Telegram, and what a pressed one brings back: safe to receive from anybody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from delivery.message import Button

VERSION: Final = "1"
ID_DIGITS: Final = 18
"""Ids have at most 18 digits, so that what people send fits a 64-bit column."""
LIMIT: Final = 64
"""Bytes of callback data (Bot API, InlineKeyboardButton)."""


@dataclass(frozen=True, slots=True)
class Press:
    """What a pressed button asks for: a verb and its values."""

    verb: str
    values: tuple[str, ...] = ()

    def data(self) -> str:
        """The callback data that `read` turns back into this press; ValueError over 64 bytes."""
        data = "|".join((VERSION, self.verb, *self.values))
        if len(data.encode()) > LIMIT:
            raise ValueError(f"callback data over {LIMIT} bytes: {data}")
        return data


def number(value: str) -> int | None:
    """The id that a press carries; None for whatever else people may have put there."""
    return int(value) if value.isascii() and value.isdigit() and len(value) <= ID_DIGITS else None


def read(data: str) -> Press | None:
    """The press in `data`, or None where it is of another version or forged out of shape."""
    version, _, rest = data.partition("|")
    verb, *values = rest.split("|")
    if version != VERSION or not verb.isalpha():
        return None
    return Press(verb, tuple(values))


def keyboard(rows: Iterable[Iterable[Button]]) -> dict[str, Any]:
    """The buttons as Telegram's InlineKeyboardMarkup; rows without any are left out."""
    filled = ([_inline(button) for button in row] for row in rows)
    return {"inline_keyboard": [row for row in filled if row]}


def _inline(button: Button) -> dict[str, Any]:
    if button.url:
        return {"text": button.text, "url": button.url}
    if button.copy:
        return {"text": button.text, "copy_text": {"text": button.copy}}
    return {"text": button.text, "callback_data": button.press}
