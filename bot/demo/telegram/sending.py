"""The methods that put a message into a chat."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from bot.demo.telegram.call import Call, chat_id, whole
from bot.demo.telegram.chats import GENERAL, Chat, Message, User
from bot.demo.telegram.errors import bad_request
from bot.demo.telegram.fetching import fetched
from bot.demo.telegram.formatted import Formatted, given, units, with_found
from bot.demo.telegram.keyboards import markup
from bot.demo.telegram.markup import parsed, plain

if TYPE_CHECKING:
    from bot.demo.telegram.pictures import Picture
    from bot.demo.telegram.world import World

TEXT_UNITS: Final = 4096
CAPTION_UNITS: Final = 1024


@dataclass(frozen=True, slots=True)
class _Place:
    chat: Chat
    thread: int
    reply_to: Message | None


def send_message(world: World, call: Call) -> dict[str, Any]:
    """A text (sendMessage)."""
    body = text_of(call)
    return _post(world, call, _place(world, call), body=body).api()


async def send_photo(world: World, call: Call) -> dict[str, Any]:
    """A picture with a caption (sendPhoto)."""
    body, place = caption_of(call), _place(world, call)
    shown = await picture_of(world, call, call.parameters.get("photo"), "photo")
    above = call.flag("show_caption_above_media")
    return _post(world, call, place, body=body, picture=shown, above=above).api()


def copy_message(world: World, call: Call) -> dict[str, Any]:
    """What stands in another chat, without saying from where (copyMessage); its buttons stay behind."""
    original = _original(world, call, "copy")
    body = caption_of(call) if original.picture and "caption" in call.parameters else original.body
    place = _place(world, call)
    copied = _post(world, call, place, body=body, picture=original.picture, above=original.above)
    return {"message_id": copied.message_id}


def forward_message(world: World, call: Call) -> dict[str, Any]:
    """What stands in another chat, saying from where (forwardMessage)."""
    original = _original(world, call, "forward")
    origin = original.origin or _origin(original)
    place = _place(world, call)
    return _post(world, call, place, body=original.body, picture=original.picture, origin=origin).api()


def text_of(call: Call) -> Formatted:
    """The text of a call: not empty, at most 4096 units."""
    body = _formatted(call, "text", "entities")
    if not body.text:
        raise bad_request("message text is empty")
    if units(body.text) > TEXT_UNITS:
        raise bad_request("message is too long")
    return body


def caption_of(call: Call) -> Formatted:
    """The caption of a call: perhaps empty, at most 1024 units."""
    body = _formatted(call, "caption", "caption_entities")
    if units(body.text) > CAPTION_UNITS:
        raise bad_request("message caption is too long")
    return body


async def picture_of(world: World, call: Call, named: Any, field: str) -> Picture:
    """The picture a call uploads, names by file id, or gives the address of."""
    named = "" if named is None else str(named)
    upload = call.uploads.get(named.removeprefix("attach://") if named else field)
    if upload is not None:
        return world.pictures.keep(upload)
    if named.startswith(("http://", "https://")):
        return await fetched(world.pictures, named)
    known = world.pictures.by_id(named)
    if known is None:
        why = "wrong file identifier/HTTP URL specified" if named else f"there is no {field} in the request"
        raise bad_request(why)
    return known


def _formatted(call: Call, name: str, entities: str) -> Formatted:
    text, mode, counted = call.text(name), call.text("parse_mode").lower(), call.listed(entities)
    _check_encoding(text)
    if counted:
        return _counted(text, counted)
    if mode == "html":
        return parsed(text)
    if mode:
        raise bad_request("unsupported parse_mode")  # MarkdownV2 too: Khobor writes HTML only
    return plain(text)


def _counted(text: str, entities: list[Any]) -> Formatted:
    try:
        return with_found(given(text, entities))
    except (AttributeError, KeyError, TypeError, ValueError):
        raise bad_request("can't parse MessageEntity") from None


def _check_encoding(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise bad_request("strings must be encoded in UTF-8") from None


def _place(world: World, call: Call) -> _Place:
    chat = world.find(call.chat_id())
    world.writable(chat)
    thread = call.integer("message_thread_id")
    if thread:
        _check_thread(world, chat, thread)
    return _Place(chat, thread, _reply(world, chat, call))


def _check_thread(world: World, chat: Chat, thread: int) -> None:
    """Telegram finds the general topic only without a thread id."""
    if thread == GENERAL or thread not in chat.topics:
        raise bad_request("message thread not found")
    if not chat.topics[thread] and not chat.administers(world.bot.id):
        raise bad_request("TOPIC_CLOSED")


def _reply(world: World, chat: Chat, call: Call) -> Message | None:
    asked = call.object("reply_parameters") or {}
    message_id = whole(asked.get("message_id") or 0, "message_id") or call.integer("reply_to_message_id")
    if not message_id:
        return None
    where = world.find(chat_id(asked["chat_id"])) if asked.get("chat_id") else chat
    found = where.messages.get(message_id)
    optional = asked.get("allow_sending_without_reply") or call.flag("allow_sending_without_reply")
    if found is None and not optional:
        raise bad_request("message to be replied not found")
    return found


def _post(world: World, call: Call, place: _Place, **content: Any) -> Message:
    buttons = markup(call)
    world.admit(place.chat, paid=call.flag("allow_paid_broadcast"))
    message = Message(
        message_id=0,
        chat=place.chat.api(),
        date=0,
        sender=None if place.chat.type == "channel" else world.bot,
        keyboard=buttons.inline,
        force_reply=buttons.force_reply,
        reply_to=place.reply_to and replace(place.reply_to, reply_to=None),
        thread=place.thread,
        **content,
    )
    return world.post(place.chat, message)


def _original(world: World, call: Call, purpose: str) -> Message:
    found = world.find(call.chat_id("from_chat_id")).messages.get(call.integer("message_id"))
    if found is None:
        raise bad_request(f"message to {purpose} not found")
    return found


def _origin(message: Message) -> dict[str, Any]:
    if isinstance(message.sender, User):
        return {"type": "user", "date": message.date, "sender_user": message.sender.api()}
    return {
        "type": "channel",
        "date": message.date,
        "chat": message.chat,
        "message_id": message.message_id,
    }


METHODS: Final = {
    "sendMessage": send_message,
    "sendPhoto": send_photo,
    "copyMessage": copy_message,
    "forwardMessage": forward_message,
}
