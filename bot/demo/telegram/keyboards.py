"""Buttons under a message, refused for what Telegram refuses them for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bot.demo.telegram.errors import bad_request
from bot.demo.telegram.formatted import units
from bot.demo.telegram.markup import LINK

if TYPE_CHECKING:
    from bot.demo.telegram.call import Call

ACTIONS: Final = (
    "url",
    "callback_data",
    "copy_text",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "callback_game",
    "pay",
)
STYLES: Final = ("danger", "success", "primary")
MARKUPS: Final = ("inline_keyboard", "keyboard", "remove_keyboard", "force_reply")
DATA_BYTES: Final = 64
COPY_UNITS: Final = 256
BUTTONS: Final = 100
"""Buttons under one message; the documentation names no number, the server does."""


@dataclass(frozen=True, slots=True)
class Markup:
    """What `reply_markup` asks for: inline buttons, or the reader's field opened for a reply."""

    inline: list[list[dict[str, Any]]] | None = None
    force_reply: bool = False


def markup(call: Call) -> Markup:
    """The checked `reply_markup` of a call."""
    shape = call.parameters.get("reply_markup")
    if shape is None:
        return Markup()
    if not isinstance(shape, dict) or (shape and not any(name in shape for name in MARKUPS)):
        raise bad_request("object expected as reply markup")
    rows = shape.get("inline_keyboard", [])
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request("can't parse inline keyboard: expected an Array of Arrays")
    checked = [[_button(button) for button in row] for row in rows if row]
    if sum(map(len, checked)) > BUTTONS:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    return Markup(checked or None, bool(shape.get("force_reply")))


def _button(button: Any) -> dict[str, Any]:
    if not isinstance(button, dict) or not isinstance(button.get("text"), str):
        raise bad_request('can\'t parse inline keyboard button: Field "text" must be of type String')
    if not button["text"].strip():
        raise bad_request("can't parse inline keyboard button: text must be non-empty")
    actions = [name for name in ACTIONS if button.get(name) is not None]
    if len(actions) != 1:
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    if button.get("style", STYLES[0]) not in STYLES:
        raise bad_request("BUTTON_STYLE_INVALID")
    _check_action(actions[0], button[actions[0]])
    return button


def _check_action(action: str, value: Any) -> None:
    if action == "callback_data" and not 1 <= len(str(value).encode("utf-8", "surrogatepass")) <= DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    if action == "url" and not LINK.match(str(value)):
        raise bad_request(f"inline keyboard button URL '{value}' is invalid: Wrong HTTP URL")
    if action == "copy_text":
        text = value.get("text") if isinstance(value, dict) else None
        if not isinstance(text, str) or not 1 <= units(text) <= COPY_UNITS:
            raise bad_request("BUTTON_COPY_TEXT_INVALID")
