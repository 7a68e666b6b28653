"""What people do on their telephones: the tests and the demo's page act through these methods."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import replace
from inspect import isawaitable
from typing import TYPE_CHECKING, Any, Final, TypeVar

from bot.demo.telegram.chats import ANONYMOUS, SUPERGROUPS, Chat, Message, Person, User
from bot.demo.telegram.markup import plain
from bot.demo.telegram.membership import set_bot_status
from bot.demo.telegram.world import Query, World

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

T = TypeVar("T")
LOOK_AGAIN: Final = 0.05
"""Seconds after which `until` looks again though nothing changed here: its condition may lie elsewhere."""


class Stage:
    """People, chats and their acts. Messages go in and out in the shape of the Bot API's Message."""

    def __init__(self, world: World) -> None:
        self.world = world

    def person(
        self,
        user_id: int,
        name: str,
        language_code: str = "bn",
        *,
        role: str = "reader",
        started: bool = False,
    ) -> Person:
        """Somebody with Telegram; `started` if they have talked to the bot before."""
        person = Person(User(user_id, name, f"person_{user_id}", language_code), role, started)
        self.world.people[user_id] = person
        members = {user_id: "member", self.world.bot.id: "member"}
        self.world.chats[user_id] = Chat(user_id, "private", name, person.user.username, members=members)
        return person

    def group(  # noqa: PLR0913 - a group has that many sides
        self,
        chat_id: int,
        title: str,
        *,
        forum: bool = False,
        admins: Sequence[Person] = (),
        members: Sequence[Person] = (),
        bot: str = "member",
    ) -> Chat:
        """A group, or a supergroup where the id is below -1000000000000; a forum is always one."""
        large = forum or chat_id < SUPERGROUPS
        chat = Chat(chat_id, "supergroup" if large else "group", title, is_forum=forum)
        return self._opened(chat, admins, members, bot)

    def channel(  # noqa: PLR0913 - a channel has that many sides
        self,
        chat_id: int,
        title: str,
        *,
        username: str = "",
        admins: Sequence[Person] = (),
        members: Sequence[Person] = (),
        bot: str = "administrator",
    ) -> Chat:
        """A channel; with a username it is public and reached as @username."""
        return self._opened(Chat(chat_id, "channel", title, username), admins, members, bot)

    def topic(self, chat: Chat) -> int:
        """A new open topic of a forum; its thread id."""
        thread = self.world.next_id(chat)
        chat.topics[thread] = True
        return thread

    def set_bot(self, chat: Chat, status: str, by: Person | None = None) -> None:
        """Add the bot (member, administrator) or take it out (left, kicked); it gets `my_chat_member`."""
        set_bot_status(self.world, chat, status, by.user if by else ANONYMOUS)

    async def say(  # noqa: PLR0913 - a message has that many sides
        self,
        person: Person,
        text: str,
        chat: Chat | int | None = None,
        *,
        reply_to: dict[str, Any] | int | None = None,
        photo: bytes | None = None,
        topic: int = 0,
    ) -> dict[str, Any]:
        """Write into the private chat with the bot, or into `chat`; a first message starts the bot.

        ValueError where that person can't write there.
        """
        where = self._chat(person if chat is None else chat)
        self._check_may_write(person, where)
        message = Message(
            message_id=0,
            chat=where.api(),
            date=0,
            sender=None if where.type == "channel" else person.user,
            body=plain(text),
            picture=self.world.pictures.keep(photo) if photo is not None else None,
            reply_to=self._answered(where, reply_to),
            thread=topic,
        )
        posted = self.world.post(where, message)
        person.started = person.started or where.id == person.id
        if self._bot_sees(where, posted):
            self.world.updates.push("channel_post" if where.type == "channel" else "message", posted.api())
        return posted.api()

    async def edit(self, message: dict[str, Any], text: str) -> dict[str, Any]:
        """Change a message of one's own."""
        chat = self.world.chats[message["chat"]["id"]]
        edited = self.world.change(chat, replace(chat.messages[message["message_id"]], body=plain(text)))
        kind = "edited_channel_post" if chat.type == "channel" else "edited_message"
        self.world.updates.push(kind, edited.api())
        return edited.api()

    async def press(
        self, person: Person, message: dict[str, Any], button: str | dict[str, Any], *, forge: bool = False
    ) -> str:
        """Press a button, named by its text, its callback data or itself; the id of the callback query.

        LookupError if the message has no such button now, unless it is forged. A message that was deleted
        is pressed as Telegram shows it then, inaccessible.
        """
        chat = self.world.chats[message["chat"]["id"]]
        current = chat.messages.get(message["message_id"])
        pressed = _pressed(current.keyboard if current else None, button)
        if pressed is None and not (forge or current is None):
            raise LookupError(f"no button {button!r} in {current.keyboard if current else None}")
        query = Query(person.id, pressed or str(button))
        query_id = str(4_000_000_000_000 + len(self.world.queries))
        self.world.queries[query_id] = query
        inaccessible = {"chat": chat.api(), "message_id": message["message_id"], "date": 0}
        shape = {
            "id": query_id,
            "from": person.user.api(),
            "message": current.api() if current else inaccessible,
            "chat_instance": str(chat.id),
            "data": query.pressed,
        }
        self.world.updates.push("callback_query", shape)
        return query_id

    def messages(self, chat: Chat | Person | int) -> list[dict[str, Any]]:
        """What stands in a chat now, edits included, oldest first."""
        return [message.api() for message in self._chat(chat).messages.values()]

    def sent(self, chat: Chat | Person | int) -> list[dict[str, Any]]:
        """Those of them that the bot sent (in a channel: all)."""
        bot = {"from": self.world.bot.api()}
        return [m for m in self.messages(chat) if "sender_chat" in m or {"from": m["from"]} == bot]

    def block(self, person: Person, *, blocked: bool = True) -> None:
        """Block the bot, or let it in again; it gets `my_chat_member`."""
        if person.blocked != blocked:
            person.blocked = blocked
            chat = self.world.chats[person.id]
            set_bot_status(self.world, chat, "kicked" if blocked else "member", person.user)

    def migrate(self, group: Chat) -> Chat:
        """Turn a group into a supergroup with a new id; messages of both tell the bot."""
        old = group.api()
        new = replace(
            group, id=SUPERGROUPS + group.id, type="supergroup", messages={}, members=dict(group.members)
        )
        self.world.chats[new.id] = new
        group.migrated_to = new.id
        who = {"date": int(time.time()), "from": ANONYMOUS.api()}
        self.world.updates.push(
            "message",
            {"message_id": self.world.next_id(group), "chat": old, "migrate_to_chat_id": new.id} | who,
        )
        self.world.updates.push(
            "message",
            {"message_id": self.world.next_id(new), "chat": new.api(), "migrate_from_chat_id": group.id}
            | who,
        )
        return new

    async def until(self, predicate: Callable[[], T | Awaitable[T]], timeout: float = 60) -> T:  # noqa: ASYNC109 - the tests' limit
        """Wait until the condition holds, and return its value; TimeoutError otherwise."""
        async with asyncio.timeout(timeout):
            while True:
                self.world.changed.clear()
                value = predicate()
                value = await value if isawaitable(value) else value
                if value:
                    return value
                with suppress(TimeoutError):
                    await asyncio.wait_for(self.world.changed.wait(), LOOK_AGAIN)

    def _opened(self, chat: Chat, admins: Sequence[Person], members: Sequence[Person], bot: str) -> Chat:
        self.world.chats[chat.id] = chat
        chat.members |= {person.id: "member" for person in members}
        chat.members |= {
            person.id: "creator" if person is admins[0] else "administrator" for person in admins
        }
        if bot != "left":
            self.set_bot(chat, bot, admins[0] if admins else None)
        return chat

    def _chat(self, chat: Chat | Person | int) -> Chat:
        return (
            chat if isinstance(chat, Chat) else self.world.chats[chat if isinstance(chat, int) else chat.id]
        )

    def _check_may_write(self, person: Person, chat: Chat) -> None:
        if chat.type == "private" and person.blocked:
            raise ValueError(f"{person.name} has blocked the bot")
        if chat.type == "channel" and not chat.administers(person.id):
            raise ValueError(f"{person.name} is no administrator of {chat.title}")
        if person.id not in chat.audience():
            raise ValueError(f"{person.name} is not in {chat.title}")

    def _answered(self, chat: Chat, reply_to: dict[str, Any] | int | None) -> Message | None:
        if reply_to is None:
            return None
        message_id = reply_to if isinstance(reply_to, int) else reply_to["message_id"]
        return replace(chat.messages[message_id], reply_to=None)

    def _bot_sees(self, chat: Chat, message: Message) -> bool:
        """Privacy mode: in groups a bot without rights gets commands, mentions and replies to it."""
        bot = self.world.bot
        if chat.type in ("private", "channel") or chat.administers(bot.id):
            return bot.id in chat.audience()
        replied = message.reply_to is not None and message.reply_to.sender == bot
        return bot.id in chat.audience() and (replied or _addresses(message.body.text, bot.username))


def _addresses(text: str, username: str) -> bool:
    command, _, whom = text.split(maxsplit=1)[0].partition("@") if text.strip() else ("", "", "")
    if command.startswith("/"):
        return not whom or whom.lower() == username.lower()
    return f"@{username}".lower() in text.lower()


def _pressed(keyboard: list[list[dict[str, Any]]] | None, button: str | dict[str, Any]) -> str | None:
    """The callback data of the button meant."""
    buttons = [candidate for row in keyboard or [] for candidate in row if "callback_data" in candidate]
    for candidate in buttons:
        if button in (candidate, candidate["text"], candidate["callback_data"]):
            return str(candidate["callback_data"])
    return None
