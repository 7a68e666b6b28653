"""The methods that change, delete or pin what already stands in a chat."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from bot.demo.telegram.call import Call, whole
from bot.demo.telegram.errors import bad_request
from bot.demo.telegram.keyboards import markup
from bot.demo.telegram.sending import caption_of, picture_of, text_of

if TYPE_CHECKING:
    from bot.demo.telegram.chats import Chat, Message
    from bot.demo.telegram.world import World

SAME: Final = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


def edit_text(world: World, call: Call) -> dict[str, Any]:
    """Another text, with the buttons of this call or none (editMessageText)."""
    body = text_of(call)
    chat, message = _own(world, call)
    if message.picture:
        raise bad_request("there is no text in the message to edit")
    return _change(world, call, chat, message, body=body)


def edit_caption(world: World, call: Call) -> dict[str, Any]:
    """Another caption under the picture (editMessageCaption)."""
    body = caption_of(call)
    chat, message = _own(world, call)
    if not message.picture:
        raise bad_request("there is no caption in the message to edit")
    return _change(world, call, chat, message, body=body)


def edit_buttons(world: World, call: Call) -> dict[str, Any]:
    """Other buttons, or none (editMessageReplyMarkup)."""
    chat, message = _own(world, call)
    return _change(world, call, chat, message)


async def edit_media(world: World, call: Call) -> dict[str, Any]:
    """Another picture with its caption (editMessageMedia)."""
    media = call.object("media") or {}
    if media.get("type") != "photo":
        raise bad_request("can't parse InputMedia: only photos are served here")
    chat, message = _own(world, call)
    shown = await picture_of(world, call, media.get("media"), "media")
    return _change(world, call, chat, message, body=caption_of(Call("", media)), picture=shown)


def delete_message(world: World, call: Call) -> bool:
    """One message away (deleteMessage)."""
    chat = world.find(call.chat_id())
    message = chat.messages.get(call.integer("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    if not _deletable(world, chat, message):
        raise bad_request("message can't be deleted for everyone")
    world.remove(chat, message.message_id)
    return True


def delete_messages(world: World, call: Call) -> bool:
    """Up to 100 messages away; those not found are skipped (deleteMessages)."""
    chat = world.find(call.chat_id())
    for message_id in (call.listed("message_ids") or [])[:100]:
        message = chat.messages.get(whole(message_id, "message_ids"))
        if message and _deletable(world, chat, message):
            world.remove(chat, message.message_id)
    return True


def pin_message(world: World, call: Call) -> bool:
    """A message to the top of the chat (pinChatMessage)."""
    chat = _where_it_may_pin(world, call)
    message_id = call.integer("message_id")
    if message_id not in chat.messages:
        raise bad_request("message to pin not found")
    chat.pinned.append(message_id)
    return True


def unpin_message(world: World, call: Call) -> bool:
    """A message, or the newest pinned one, from the top of the chat (unpinChatMessage)."""
    chat = _where_it_may_pin(world, call)
    message_id = call.integer("message_id") or (chat.pinned[-1] if chat.pinned else 0)
    if message_id not in chat.pinned:
        raise bad_request("message to unpin not found")
    chat.pinned.remove(message_id)
    return True


def _own(world: World, call: Call) -> tuple[Chat, Message]:
    """The message to edit; only the bot's own can be."""
    chat = world.find(call.chat_id())
    world.writable(chat)
    message = chat.messages.get(call.integer("message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    if not _is_own(world, chat, message) or message.origin:
        raise bad_request("message can't be edited")
    return chat, message


def _change(world: World, call: Call, chat: Chat, message: Message, **content: Any) -> dict[str, Any]:
    edited = replace(message, keyboard=markup(call).inline, **content)
    if edited == message:
        raise bad_request(SAME)
    return world.change(chat, edited).api()


def _is_own(world: World, chat: Chat, message: Message) -> bool:
    return message.sender == world.bot or (chat.type == "channel" and chat.administers(world.bot.id))


def _deletable(world: World, chat: Chat, message: Message) -> bool:
    return chat.type == "private" or _is_own(world, chat, message) or chat.administers(world.bot.id)


def _where_it_may_pin(world: World, call: Call) -> Chat:
    chat = world.find(call.chat_id())
    world.writable(chat)
    if chat.crowded and not chat.administers(world.bot.id):
        raise bad_request("not enough rights to manage pinned messages in the chat")
    return chat


METHODS: Final = {
    "editMessageText": edit_text,
    "editMessageCaption": edit_caption,
    "editMessageReplyMarkup": edit_buttons,
    "editMessageMedia": edit_media,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
    "pinChatMessage": pin_message,
    "unpinChatMessage": unpin_message,
}
