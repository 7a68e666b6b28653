"""Which updates are served by what: the one place where the handlers meet the library."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

import telegram
from telegram.ext import (
    Application,
    CallbackContext,
    CallbackQueryHandler,
    ChatMemberHandler,
    MessageHandler,
    filters,
)

from delivery.message import Message
from handlers import groups, newsroom
from handlers.chats import topic_of
from handlers.menu import announce_commands
from handlers.messages import message
from handlers.presses import press
from handlers.words.phrases import phrase
from storage.errors import Unavailable

if TYPE_CHECKING:
    from handlers.newsroom import Newsroom

__all__ = ["add", "announce_commands", "close", "handed_back"]

log: Final = logging.getLogger(__name__)
_Context = CallbackContext[Any, Any, Any, Any]
_Application = Application[Any, Any, Any, Any, Any, Any]
_NEW: Final = filters.UpdateType.MESSAGE | filters.UpdateType.CHANNEL_POST
"""Said, not edited afterwards."""


def add(application: _Application, room: Newsroom) -> None:
    """Let `application` serve everything that people do, for `room`."""
    newsroom.keep(application, room)
    application.add_handlers(
        [
            MessageHandler(_NEW & filters.StatusUpdate.MIGRATE, _moved),
            MessageHandler(_NEW & filters.StatusUpdate.FORUM_TOPIC_REOPENED, _reopened),
            MessageHandler(_NEW & ~filters.StatusUpdate.ALL, _message),
            CallbackQueryHandler(_press),
            ChatMemberHandler(_membership, ChatMemberHandler.MY_CHAT_MEMBER),
        ]
    )
    application.add_error_handler(_failed)


async def close(application: _Application) -> None:
    """End what still runs on its own; call it before the database is closed."""
    room: Newsroom = application.bot_data[newsroom.KEY]
    await room.watches.close()


def handed_back(application: _Application, update_id: int) -> bool:
    """Whether the update could not be served because the database was away; it is to come again."""
    room: Newsroom = application.bot_data[newsroom.KEY]
    try:
        room.unserved.remove(update_id)
    except KeyError:
        return False
    return True


async def _message(update: telegram.Update, context: _Context) -> None:
    if update.effective_message is not None:
        await message(newsroom.of(context), update.effective_message)


async def _press(update: telegram.Update, context: _Context) -> None:
    if update.callback_query is not None:
        await press(newsroom.of(context), update.callback_query)


async def _membership(update: telegram.Update, context: _Context) -> None:
    room = newsroom.of(context)
    if update.my_chat_member is not None:
        await groups.membership(room, update.my_chat_member, room.clock())


async def _moved(update: telegram.Update, context: _Context) -> None:
    if update.effective_message is not None:
        await groups.moved(newsroom.of(context), update.effective_message)


async def _reopened(update: telegram.Update, context: _Context) -> None:
    if update.effective_message is not None:
        await groups.reopened(newsroom.of(context), update.effective_message)


async def _failed(update: object, context: _Context) -> None:
    """Log what went wrong and apologise to whoever wrote; a pressed button has had its answer already.

    While the database is away nothing is said: the update is handed back, to come again.
    """
    away = isinstance(context.error, Unavailable)
    if away and isinstance(update, telegram.Update) and not update.callback_query:
        newsroom.of(context).unserved.add(update.update_id)
        return
    known = {"update": update.update_id} if isinstance(update, telegram.Update) else {}
    log.error("update not served", exc_info=context.error, extra=known)
    said = isinstance(update, telegram.Update) and (update.message or update.channel_post)
    if said:
        apology = Message(phrase("sorry", "bn"))
        await newsroom.of(context).sender.reply(said.chat.id, topic_of(said), apology)
