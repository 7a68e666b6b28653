"""What Telegram shows of the bot before anybody types: the command menus and the descriptions."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

from telegram import BotCommand, BotCommandScopeChat, BotCommandScopeDefault
from telegram.error import InvalidToken, TelegramError

from handlers.table import COMMANDS
from handlers.words.phrases import plain

if TYPE_CHECKING:
    from collections.abc import Awaitable

    import telegram

    from handlers.newsroom import Newsroom

log: Final = logging.getLogger(__name__)
LANGUAGES: Final = {"bn": None, "en": "en"}
"""Our languages and Telegram's code for them: none is for everybody, so Bengali comes first for all."""


async def announce_commands(bot: telegram.Bot, newsroom: Newsroom) -> None:
    """Register commands and descriptions in both languages; what Telegram refuses is logged and left."""
    for language, code in LANGUAGES.items():
        commands = menu(language, editors=False)
        await _told(bot.set_my_commands(commands, scope=BotCommandScopeDefault(), language_code=code))
        await _told(bot.set_my_description(plain("description", language), language_code=code))
        await _told(bot.set_my_short_description(plain("short_description", language), language_code=code))
        for admin in sorted(newsroom.admins):
            scope = BotCommandScopeChat(admin)
            await _told(bot.set_my_commands(menu(language, editors=True), scope=scope, language_code=code))


def menu(language: str, *, editors: bool) -> list[BotCommand]:
    """The commands in the order of the table, each with one line in `language`."""
    return [
        BotCommand(name, plain(f"menu_{name}", language))
        for name, command in COMMANDS.items()
        if editors or not command.editors
    ]


async def _told(call: Awaitable[Any]) -> None:
    try:
        await call
    except InvalidToken:
        raise
    except TelegramError as error:
        # An editor who has never written to the bot is such a case: their menu comes with the next start.
        log.info("menu not taken", extra={"reason": error.message})
