"""Buttons: the newsroom's shelves to choose from, and any of ours in Telegram's form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from telegram import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup

from delivery.buttons import Press
from delivery.message import Button
from handlers.phrases import toast

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from news.article import Category

Rows = tuple[tuple[Button, ...], ...]
IN_A_ROW: Final = 2


def press(text: str, verb: str, *values: str | int) -> Button:
    """A button that asks for `verb` when pressed."""
    return Button(text, press=Press(verb, tuple(str(value) for value in values)).data())


def shelf(category: Category, language: str) -> str:
    """`🌍 প্রবাসের খবর`: a category as it stands on a button."""
    return f"{category.emoji} {category.name(language)}".strip()


def rows(buttons: Sequence[Button], in_a_row: int = IN_A_ROW) -> Rows:
    """The buttons in their order, so many in a row."""
    return tuple(tuple(buttons[start : start + in_a_row]) for start in range(0, len(buttons), in_a_row))


def shelves(categories: Mapping[str, Category], followed: Collection[str], language: str) -> Rows:
    """Every category as a switch, ✅ where its slug is among `followed`, and a way to the latest stories."""
    switches = [
        press(f"{'✅ ' if slug in followed else ''}{shelf(category, language)}", "f", slug)
        for slug, category in categories.items()
    ]
    return (*rows(switches), (press(toast("see_latest", language), "latest"),))


def markup(buttons: Iterable[Iterable[Button]]) -> InlineKeyboardMarkup | None:
    """The buttons as Telegram wants them; None for none."""
    keyboard = [[_inline(button) for button in row] for row in buttons]
    return InlineKeyboardMarkup(keyboard) if keyboard else None


def _inline(button: Button) -> InlineKeyboardButton:
    if button.url:
        return InlineKeyboardButton(button.text, url=button.url)
    if button.copy:
        return InlineKeyboardButton(button.text, copy_text=CopyTextButton(button.copy))
    return InlineKeyboardButton(button.text, callback_data=button.press)
