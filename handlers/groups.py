"""Chats come and go: added to a group or channel, removed, blocked, unblocked, moved to a new id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from telegram import Chat, ChatMember, ChatMemberAdministrator, ChatMemberRestricted

from delivery.message import Message
from handlers.chats import called, person_of, reader_at, topic_of
from handlers.readers import follow
from handlers.words.phrases import phrase
from storage import inviters, readers

if TYPE_CHECKING:
    from datetime import datetime

    import telegram

    from handlers.newsroom import Newsroom


async def membership(newsroom: Newsroom, change: telegram.ChatMemberUpdated, now: datetime) -> None:
    """What has become of the bot in a chat, and what follows from it."""
    before, after = change.old_chat_member, change.new_chat_member
    if not _inside(after):
        await readers.gone(newsroom.db, change.chat.id, after.status, now)
    elif not _inside(before):
        await _welcome(newsroom, change, now)
    elif _may_write(after, change.chat):
        # Also where we could before: a plain member may be refused what an administrator is not.
        await readers.may_write_again(newsroom.db, change.chat.id, now)


async def moved(newsroom: Newsroom, message: telegram.Message) -> None:
    """A group has become a supergroup: said once in the old chat and once in the new, in either order."""
    now = newsroom.clock()
    if message.migrate_to_chat_id:
        await readers.move(newsroom.db, message.chat.id, message.migrate_to_chat_id, now)
    elif message.migrate_from_chat_id:
        await readers.move(newsroom.db, message.migrate_from_chat_id, message.chat.id, now)


async def reopened(newsroom: Newsroom, message: telegram.Message) -> None:
    """A closed topic is open again: what it missed comes now."""
    topic = topic_of(message)
    await readers.may_write_again(newsroom.db, message.chat.id, newsroom.clock(), topic=topic)


async def _welcome(newsroom: Newsroom, change: telegram.ChatMemberUpdated, now: datetime) -> None:
    """The chat is a reader from now on; a group is greeted, a person who unblocked says /start themselves."""
    reader = await reader_at(newsroom, change.chat, now)
    if reader.kind == "private":
        return
    if reader.kind == "group" and (by := person_of(change.from_user)) is not None:
        await inviters.added(newsroom.db, reader.chat_id, by)
    followed = await follow.following(newsroom, reader)
    text = phrase("welcome_here", reader.language, name=called(reader))
    buttons = follow.switches(newsroom, followed, reader.language)
    await newsroom.sender.reply(reader.chat_id, reader.topic, Message(text, buttons=buttons))


def _inside(member: ChatMember) -> bool:
    if isinstance(member, ChatMemberRestricted):
        return member.is_member
    return member.status not in {ChatMember.LEFT, ChatMember.BANNED}


def _may_write(member: ChatMember, chat: Chat) -> bool:
    if chat.type == Chat.CHANNEL:
        return isinstance(member, ChatMemberAdministrator) and bool(member.can_post_messages)
    return not isinstance(member, ChatMemberRestricted) or member.can_send_messages
