"""The people, the chats and the messages in them: what a Telegram server remembers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from bot.demo.telegram.formatted import Formatted

if TYPE_CHECKING:
    from bot.demo.telegram.pictures import Picture

SUPERGROUPS: Final = -1_000_000_000_000
"""Supergroups and channels have ids below this, basic groups above (Bot API, "Dialog ids")."""
GENERAL: Final = 1
"""The topic of a forum that can't be deleted."""
UNSEEN: Final = "unseen"
"""The role of somebody whose telephone the demo's page does not show."""
INSIDE: Final = frozenset({"creator", "administrator", "member"})


@dataclass(frozen=True, slots=True)
class User:
    """A user account, a person's or a bot's."""

    id: int
    first_name: str
    username: str = ""
    language_code: str = ""
    is_bot: bool = False

    def api(self) -> dict[str, Any]:
        """The account as a User."""
        shape: dict[str, Any] = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        if self.username:
            shape["username"] = self.username
        if self.language_code:
            shape["language_code"] = self.language_code
        return shape


ANONYMOUS: Final = User(1087968824, "Group", "GroupAnonymousBot", is_bot=True)
"""Whom Telegram names when an administrator acts without showing who."""


@dataclass(slots=True)
class Person:
    """Somebody with a telephone; `role` is what the demo casts them as (reader, editor, unseen)."""

    user: User
    role: str = "reader"
    started: bool = False
    blocked: bool = False
    deactivated: bool = False

    @property
    def id(self) -> int:
        """Also the id of their private chat with the bot."""
        return self.user.id

    @property
    def name(self) -> str:
        """The name others see."""
        return self.user.first_name


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it stands now; `chat` is its Chat object, `body` the text or the picture's caption."""

    message_id: int
    chat: dict[str, Any]
    date: int
    sender: User | None = None
    body: Formatted = field(default_factory=Formatted)
    picture: Picture | None = None
    above: bool = False
    keyboard: list[list[dict[str, Any]]] | None = None
    force_reply: bool = False
    reply_to: Message | None = None
    thread: int = 0
    edited_at: int = 0
    origin: dict[str, Any] | None = None

    @property
    def chat_id(self) -> int:
        """The chat it stands in."""
        return int(self.chat["id"])

    def api(self, *, nested: bool = False) -> dict[str, Any]:
        """The message as a Message; a nested one (`reply_to_message`) shows no further reply."""
        shape: dict[str, Any] = {"message_id": self.message_id, "chat": self.chat, "date": self.date}
        if self.sender:
            shape["from"] = self.sender.api()
        else:
            shape["sender_chat"] = self.chat
        self._add_content(shape)
        self._add_surroundings(shape)
        if self.reply_to and not nested:
            shape["reply_to_message"] = self.reply_to.api(nested=True)
        return shape

    def _add_content(self, shape: dict[str, Any]) -> None:
        text, entities = "text", "entities"
        if self.picture:
            text, entities = "caption", "caption_entities"
            shape["photo"] = self.picture.sizes()
            if self.above:
                shape["show_caption_above_media"] = True
        if self.body.text:
            shape[text] = self.body.text
        if self.body.entities:
            shape[entities] = [entity.api() for entity in self.body.entities]

    def _add_surroundings(self, shape: dict[str, Any]) -> None:
        if self.keyboard:
            shape["reply_markup"] = {"inline_keyboard": self.keyboard}
        if self.thread:
            shape |= {"message_thread_id": self.thread, "is_topic_message": True}
        if self.edited_at:
            shape["edit_date"] = self.edited_at
        if self.origin:
            shape["forward_origin"] = self.origin


@dataclass(slots=True)
class Chat:
    """A chat the server knows; members and their status by user id, the bot among them."""

    id: int
    type: str
    title: str
    username: str = ""
    is_forum: bool = False
    members: dict[int, str] = field(default_factory=dict)
    topics: dict[int, bool] = field(default_factory=dict)
    """Open (True) and closed topics by thread id."""
    messages: dict[int, Message] = field(default_factory=dict)
    pinned: list[int] = field(default_factory=list)
    migrated_to: int = 0
    silent: bool = False
    """Members may not write (CHAT_WRITE_FORBIDDEN); administrators still may."""
    last_id: int = 1
    """A large chat's own sequence; message 1 tells of its creation, and is the general topic's thread."""

    @property
    def crowded(self) -> bool:
        """Whether it falls under the limit for groups."""
        return self.type != "private"

    @property
    def kind(self) -> str:
        """Its type in Telegram's sentences: group, supergroup or channel chat."""
        return f"{self.type} chat"

    def api(self) -> dict[str, Any]:
        """The chat as a Chat."""
        name = "first_name" if self.type == "private" else "title"
        shape: dict[str, Any] = {"id": self.id, "type": self.type, name: self.title}
        if self.username:
            shape["username"] = self.username
        if self.is_forum:
            shape["is_forum"] = True
        return shape

    def status(self, user_id: int) -> str:
        """creator, administrator, member, left or kicked."""
        return self.members.get(user_id, "left")

    def administers(self, user_id: int) -> bool:
        """Whether they may change the chat."""
        return self.status(user_id) in ("creator", "administrator")

    def audience(self) -> list[int]:
        """The users who see what is written here."""
        return [user_id for user_id, status in self.members.items() if status in INSIDE]
