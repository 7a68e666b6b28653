"""A message arrives: whose it is, whether it is a command, whether they may, and who serves it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers import commands, rights
from handlers.call import Call
from handlers.chats import reader_at, topic_of
from handlers.editors import broadcast
from handlers.patience import Verdict
from handlers.readers import guide
from handlers.table import COMMANDS
from storage import drafts

if TYPE_CHECKING:
    from collections.abc import Mapping

    import telegram

    from handlers.commands import Command as Typed
    from handlers.newsroom import Newsroom
    from handlers.table import Command


async def message(newsroom: Newsroom, said: telegram.Message) -> None:
    """Serve one message; what is not for us is left alone."""
    typed = commands.read(said.text or "", newsroom.username)
    if not _for_us(said, typed):
        return
    now = newsroom.clock()
    verdict = newsroom.admit(speaker(said), now)
    if verdict is Verdict.IGNORE:
        return
    reader = await reader_at(newsroom, said.chat, now, topic=topic_of(said))
    name, words = (typed.name, typed.words) if typed else ("", "")
    call = Call(newsroom, said.get_bot(), said, reader, now, name, words)
    if verdict is Verdict.ASK_TO_WAIT:
        await call.say("too_many")
    elif typed:
        await _command(call)
    else:
        await _plain(call)


def _for_us(said: telegram.Message, typed: Typed | None) -> bool:
    """In private everything is; elsewhere our commands are, and others only when sent to us by name."""
    if said.is_automatic_forward:
        return False
    if said.chat.type == said.chat.PRIVATE:
        return True
    return typed is not None and (typed.addressed or _for_all(typed.name))


def _for_all(name: str) -> bool:
    """Whether there is such a command outside private chats."""
    command = COMMANDS.get(name)
    return command is not None and not command.editors


def speaker(said: telegram.Message) -> int:
    """Who is to wait if this is too much: the chat in whose name this is said, else the person."""
    return (said.sender_chat or said.from_user or said.chat).id


async def _command(call: Call) -> None:
    usable = _usable(call)
    command = usable.get(call.command)
    if command is None:
        await guide.unknown(call, usable)
    elif command.changes and not await rights.may_say(call.bot, call.message):
        await call.say("only_admins")
    else:
        await command.serve(call)


def _usable(call: Call) -> Mapping[str, Command]:
    """The commands there are for whoever speaks here: to others, editors' commands do not exist."""
    if rights.is_editor(call.newsroom, speaker(call.message), call.message.chat):
        return COMMANDS
    return {name: command for name, command in COMMANDS.items() if not command.editors}


async def _plain(call: Call) -> None:
    """Not a command: an editor's draft if one was asked for, else a hint; parts of an album get none."""
    editor = rights.is_editor(call.newsroom, speaker(call.message), call.message.chat)
    begun = await drafts.begun(call.newsroom.db, call.reader.chat_id, call.now) if editor else None
    if begun is not None and begun.post_id is None:
        await broadcast.draft(call, begun.slug)
    elif not call.message.media_group_id:
        await guide.small_talk(call)
