"""A pressed button as a handler sees it: who pressed what where, and how to answer it exactly once."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from telegram import InlineKeyboardMarkup, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import TelegramError

from delivery import buttons
from handlers.asker import Asker
from handlers.words.phrases import toast

if TYPE_CHECKING:
    from collections.abc import Awaitable

    import telegram

    from delivery.message import Message
    from handlers.keyboard import Rows

log: Final = logging.getLogger(__name__)


@dataclass(slots=True)
class Tap(Asker):
    """One press on a button under `message`; `values` come from anybody and prove nothing."""

    query: telegram.CallbackQuery
    values: tuple[str, ...]
    answered: bool = False

    @property
    def person(self) -> int:
        """Who pressed, by id."""
        return self.query.from_user.id

    async def toast(self, key: str, *, alert: bool = False, **values: str | int) -> None:
        """Answer the press with the phrase `key`, in a passing note or in a window to close."""
        await self._answer(text=toast(key, self.language, **values), alert=alert)

    async def nod(self) -> None:
        """Answer the press without a word."""
        await self._answer()

    async def lead(self, payload: str) -> None:
        """Answer the press by opening the private chat at `/start payload`."""
        await self._answer(url=f"https://t.me/{self.newsroom.username}?start={payload}")

    async def edit(self, message: Message) -> None:
        """Let the pressed message say `message` instead."""
        await quietly(edit(self.bot, self.message.chat.id, self.message.message_id, message))

    async def relabel(self, rows: Rows) -> None:
        """Put these buttons under the pressed message instead of its own."""
        await quietly(self.message.edit_reply_markup(_markup(rows)))

    async def _answer(self, *, text: str | None = None, alert: bool = False, url: str | None = None) -> None:
        if not self.answered:
            self.answered = True
            await quietly(self.query.answer(text=text, show_alert=alert, url=url))


async def edit(bot: telegram.Bot, chat_id: int, message_id: int, message: Message) -> object:
    """Let a message of ours say `message` instead; raises TelegramError."""
    return await bot.edit_message_text(
        message.text,
        chat_id=chat_id,
        message_id=message_id,
        parse_mode=ParseMode.HTML,
        reply_markup=_markup(message.buttons),
        link_preview_options=LinkPreviewOptions(is_disabled=True),
    )


def _markup(rows: Rows) -> InlineKeyboardMarkup | None:
    return InlineKeyboardMarkup.de_json(buttons.keyboard(rows)) if rows else None


async def quietly(telegram_call: Awaitable[object]) -> bool:
    """Wait for what is only for show (an edit, a note): Telegram's refusal is logged and costs nothing.

    True where it is shown now, which is also so where Telegram says that it has been all along.
    """
    try:
        await telegram_call
    except TelegramError as error:
        if "not modified" in error.message:
            return True
        log.info("refused by telegram", extra={"reason": error.message})
        return False
    return True
