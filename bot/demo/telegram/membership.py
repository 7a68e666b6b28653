"""The methods about chats and who is in them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from bot.demo.telegram.errors import bad_request

if TYPE_CHECKING:
    from bot.demo.telegram.call import Call
    from bot.demo.telegram.chats import Chat, User
    from bot.demo.telegram.world import World

ACTIONS: Final = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)
ANSWER_UNITS: Final = 200
"""Bot API, answerCallbackQuery."""
RIGHTS: Final = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_pin_messages",
)
GIFTS: Final = (
    "unlimited_gifts",
    "limited_gifts",
    "unique_gifts",
    "premium_subscription",
    "gifts_from_channels",
)


def get_chat(world: World, call: Call) -> dict[str, Any]:
    """All there is to know about a chat (getChat)."""
    chat = world.find(call.chat_id())
    if chat.crowded:
        world.inside(chat)
    full = {
        "accent_color_id": abs(chat.id) % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(GIFTS, False),
    }
    if chat.pinned and chat.pinned[-1] in chat.messages:
        full["pinned_message"] = chat.messages[chat.pinned[-1]].api(nested=True)
    return chat.api() | full


def get_chat_member(world: World, call: Call) -> dict[str, Any]:
    """One member with status and rights (getChatMember)."""
    chat, user_id = _readable(world, call), call.integer("user_id")
    user = user_of(world, user_id)
    if user is None:
        raise bad_request("user not found")
    if user_id not in chat.members:
        raise bad_request("member not found")
    return member(user, chat.status(user_id))


def get_administrators(world: World, call: Call) -> list[dict[str, Any]]:
    """The people who may change the chat (getChatAdministrators); other bots would be left out."""
    chat = _readable(world, call)
    if not chat.crowded:
        raise bad_request("there are no administrators in the private chat")
    users = (user_of(world, user_id) for user_id in chat.members if chat.administers(user_id))
    return [member(user, chat.status(user.id)) for user in users if user]


def get_member_count(world: World, call: Call) -> int:
    """How many are in the chat, the bot included (getChatMemberCount)."""
    return len(_readable(world, call).audience())


def leave_chat(world: World, call: Call) -> bool:
    """The bot goes (leaveChat)."""
    chat = world.find(call.chat_id())
    if not chat.crowded:
        raise bad_request("chat member status can't be changed in private chats")
    world.inside(chat)
    set_bot_status(world, chat, "left", world.bot)
    return True


def send_action(world: World, call: Call) -> bool:
    """The line under the chat's name: typing… (sendChatAction)."""
    chat, action = world.find(call.chat_id()), call.text("action")
    world.writable(chat)
    if action not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    world.tell("action", chat.audience(), shape={"chat": chat.id, "action": action})
    return True


def answer_query(world: World, call: Call) -> bool:
    """What the person sees who pressed a button (answerCallbackQuery)."""
    query = world.queries.get(call.text("callback_query_id"))
    if query is None or query.answered:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    if len(call.text("text")) > ANSWER_UNITS:
        raise bad_request("MESSAGE_TOO_LONG")
    query.answered, query.text, query.alert = True, call.text("text"), call.flag("show_alert")
    world.tell("answer", [query.user_id], shape={"text": query.text, "alert": query.alert})
    return True


def user_of(world: World, user_id: int) -> User | None:
    """The account of an id, the bot's own among them."""
    if user_id == world.bot.id:
        return world.bot
    person = world.people.get(user_id)
    return person.user if person else None


def member(user: User, status: str) -> dict[str, Any]:
    """A ChatMember; an administrator has every right here."""
    shape: dict[str, Any] = {"user": user.api(), "status": status}
    if status in ("creator", "administrator"):
        shape["is_anonymous"] = False
    if status == "administrator":
        shape |= {"can_be_edited": False} | dict.fromkeys(RIGHTS, True)
    if status == "kicked":
        shape["until_date"] = 0
    return shape


def set_bot_status(world: World, chat: Chat, status: str, by: User) -> None:
    """Change what the bot is in a chat, and let it know (`my_chat_member`)."""
    old = chat.status(world.bot.id)
    chat.members[world.bot.id] = status
    shape = {
        "chat": chat.api(),
        "from": by.api(),
        "date": int(time.time()),
        "old_chat_member": member(world.bot, old),
        "new_chat_member": member(world.bot, status),
    }
    world.updates.push("my_chat_member", shape)
    world.changed.set()


def _readable(world: World, call: Call) -> Chat:
    chat = world.find(call.chat_id())
    if chat.crowded:
        world.inside(chat)
    if chat.type == "channel" and not chat.administers(world.bot.id):
        raise bad_request("member list is inaccessible")
    return chat


METHODS: Final = {
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "getChatAdministrators": get_administrators,
    "getChatMemberCount": get_member_count,
    "leaveChat": leave_chat,
    "sendChatAction": send_action,
    "answerCallbackQuery": answer_query,
}
