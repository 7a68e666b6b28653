"""All that one Bot API server knows, and the few ways in which it changes."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from bot.demo.telegram.chats import INSIDE, Chat, Message, Person, User
from bot.demo.telegram.errors import ApiError, bad_request, forbidden
from bot.demo.telegram.limits import Limits
from bot.demo.telegram.pictures import Pictures
from bot.demo.telegram.updates import Updates, Webhook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


@dataclass(frozen=True, slots=True)
class Event:
    """Something that the telephones of `seen_by` show at once: message, edit, delete, answer or action."""

    kind: str
    seen_by: frozenset[int]
    message: Message | None = None
    shape: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Query:
    """A pressed button and what the bot said to it."""

    user_id: int
    pressed: str
    answered: bool = False
    text: str = ""
    alert: bool = False


class World:
    """The bot, the people, the chats; no HTTP."""

    def __init__(self, bot: User, *, limits: bool) -> None:
        self.bot = bot
        self.people: dict[int, Person] = {}
        self.chats: dict[int, Chat] = {}
        self.pictures = Pictures()
        self.queries: dict[str, Query] = {}
        self.profile: dict[tuple[str, ...], Any] = {}
        self.limits = Limits(on=limits)
        self.updates = Updates()
        self.webhook = Webhook(self.updates)
        self.listeners: set[Callable[[Event], None]] = set()
        self.changed = asyncio.Event()
        self._last_id = 0

    def find(self, chat_id: int | str | None) -> Chat:
        """The chat of an id or an @name; ApiError 400 where there is none."""
        if chat_id is None or chat_id == "":
            raise bad_request("chat_id is empty")
        chat = self.chats.get(chat_id) if isinstance(chat_id, int) else self._named(chat_id)
        if chat is None:
            raise bad_request("chat not found")
        if chat.migrated_to:
            why = "group chat was upgraded to a supergroup chat"
            raise bad_request(why, migrate_to_chat_id=chat.migrated_to)
        return chat

    def writable(self, chat: Chat) -> None:
        """ApiError 403 or 400 where the bot may not write."""
        if chat.type == "private":
            self._writable_to(self.people[chat.id])
            return
        self.inside(chat)
        administers = chat.administers(self.bot.id)
        if chat.type == "channel" and not administers:
            raise bad_request("need administrator rights in the channel chat")
        if chat.silent and not administers:
            raise bad_request("not enough rights to send text messages to the chat")

    def inside(self, chat: Chat) -> None:
        """ApiError 403 where the bot is not a member."""
        status = chat.status(self.bot.id)
        if status == "kicked":
            raise forbidden(f"bot was kicked from the {chat.kind}")
        if status not in INSIDE:
            raise forbidden(f"bot is not a member of the {chat.kind}")

    def admit(self, chat: Chat, *, paid: bool = False) -> None:
        """Count one message against the limits; ApiError 429 when it is too much."""
        self.limits.admit(chat.id, time.monotonic(), group=chat.crowded, paid=paid)

    def post(self, chat: Chat, message: Message) -> Message:
        """Write a message into the chat; its id and date are given here."""
        posted = replace(message, message_id=self.next_id(chat), date=int(time.time()))
        chat.messages[posted.message_id] = posted
        self.tell("message", chat.audience(), message=posted)
        return posted

    def next_id(self, chat: Chat) -> int:
        """Message ids grow: in one sequence for private chats and groups, in its own for each larger chat."""
        if chat.type in ("private", "group"):
            self._last_id += 1
            return self._last_id
        chat.last_id += 1
        return chat.last_id

    def change(self, chat: Chat, edited: Message) -> Message:
        """Put an edited message in the place of the old one."""
        edited = replace(edited, edited_at=int(time.time()))
        chat.messages[edited.message_id] = edited
        self.tell("edit", chat.audience(), message=edited)
        return edited

    def remove(self, chat: Chat, message_id: int) -> None:
        """Delete a message for everyone."""
        del chat.messages[message_id]
        self.tell("delete", chat.audience(), shape={"chat": chat.id, "message_id": message_id})

    def tell(
        self,
        kind: str,
        seen_by: Iterable[int],
        *,
        message: Message | None = None,
        shape: dict[str, Any] | None = None,
    ) -> None:
        """Let the telephones know, and whoever waits for a change."""
        self.changed.set()
        if self.listeners:
            event = Event(kind, frozenset(seen_by), message, shape or {})
            for listener in tuple(self.listeners):
                listener(event)

    def _named(self, name: str) -> Chat | None:
        wanted = name.removeprefix("@").lower()
        public = (chat for chat in self.chats.values() if chat.type != "private" and name.startswith("@"))
        return next((chat for chat in public if chat.username.lower() == wanted), None)

    def _writable_to(self, person: Person) -> None:
        refusal: ApiError | None = None
        if person.deactivated:
            refusal = forbidden("user is deactivated")
        elif person.blocked:
            refusal = forbidden("bot was blocked by the user")
        elif not person.started:
            refusal = forbidden("bot can't initiate conversation with a user")
        if refusal:
            raise refusal
