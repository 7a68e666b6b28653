"""Who may do what: asked of Telegram at the moment of every change, never remembered."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from telegram import Bot, Chat, ChatMember, Message
from telegram.error import TelegramError

if TYPE_CHECKING:
    from handlers.newsroom import Newsroom

log: Final = logging.getLogger(__name__)
_IN_CHARGE: Final = {ChatMember.OWNER, ChatMember.ADMINISTRATOR}


def is_editor(newsroom: Newsroom, person: int, chat: Chat) -> bool:
    """Whether `person` speaks here as an editor: by id, and in private only."""
    return chat.type == Chat.PRIVATE and person in newsroom.admins


async def may_say(bot: Bot, message: Message) -> bool:
    """Whether the one who wrote `message` may change what its chat receives."""
    if message.chat.type in {Chat.PRIVATE, Chat.CHANNEL}:
        return True  # a channel's posts come from its administrators, by definition
    if message.sender_chat is not None:
        return message.sender_chat.id == message.chat.id  # an administrator who stays anonymous
    return message.from_user is not None and await in_charge(bot, message.chat.id, message.from_user.id)


async def may_press(bot: Bot, chat: Chat, person: int) -> bool:
    """Whether `person` may change what `chat` receives by pressing a button there."""
    return chat.type == Chat.PRIVATE or await in_charge(bot, chat.id, person)


async def in_charge(bot: Bot, chat_id: int, person: int) -> bool:
    """Whether `person` owns or administers the chat; no where Telegram does not say so."""
    try:
        member = await bot.get_chat_member(chat_id, person)
    except TelegramError as error:
        log.info("administrators not told", extra={"chat": chat_id, "reason": error.message})
        return False
    return member.status in _IN_CHARGE
