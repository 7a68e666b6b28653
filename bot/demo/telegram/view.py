"""The chats as the demo's page shows them: its JSON, made from what the server remembers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.demo.telegram.chats import UNSEEN
from bot.demo.telegram.profile import commands_for, profile_text
from bot.demo.telegram.render import rendered

if TYPE_CHECKING:
    from bot.demo.telegram.chats import Chat, Message, Person
    from bot.demo.telegram.world import Event, World


def state(world: World, person: Person) -> dict[str, Any]:
    """Everything one person sees when they open their telephone."""
    language = person.user.language_code
    chats = [chat for chat in world.chats.values() if _sees(person, chat)]
    return {
        "bot": {
            "id": world.bot.id,
            "name": profile_text(world, "name", language),
            "username": world.bot.username,
            "description": profile_text(world, "description", language),
            "about": profile_text(world, "short_description", language),
        },
        "me": {"id": person.id, "name": person.name, "role": person.role, "blocked": person.blocked},
        "commands": commands_for(world, person.id, language),
        "chats": [_chat(world, chat) for chat in chats],
    }


def people(world: World) -> list[dict[str, Any]]:
    """The cast whose telephones are shown, in the order of their arrival."""
    return [
        {"id": person.id, "name": person.name, "role": person.role, "language": person.user.language_code}
        for person in world.people.values()
        if person.role != UNSEEN
    ]


def happening(event: Event) -> dict[str, Any]:
    """What a server-sent event carries."""
    if event.message is None:
        return event.shape
    return {"chat": event.message.chat_id, "message": message(event.message)}


def message(shown: Message) -> dict[str, Any]:
    """One MESSAGE of the page; absent things are left out."""
    shape: dict[str, Any] = {
        "message_id": shown.message_id,
        "date": shown.date,
        "from": _sender(shown),
        "caption" if shown.picture else "text": shown.body.text,
        "entities": [entity.api() for entity in shown.body.entities],
        "html": rendered(shown.body),
    }
    if shown.picture:
        shape["photo"] = _photo(shown)
    if shown.keyboard:
        shape["buttons"] = [[_button(button) for button in row] for row in shown.keyboard]
    if shown.reply_to:
        shape["reply_to"] = {"message_id": shown.reply_to.message_id, "text": shown.reply_to.body.text}
    if shown.force_reply:
        shape["force_reply"] = True
    if shown.edited_at:
        shape["edited"] = True
    return shape


def _sees(person: Person, chat: Chat) -> bool:
    return person.id in chat.audience() and not chat.migrated_to


def _chat(world: World, chat: Chat) -> dict[str, Any]:
    private = chat.type == "private"
    return {
        "id": chat.id,
        "type": "group" if chat.type == "supergroup" else chat.type,
        "title": world.bot.first_name if private else chat.title,
        "messages": [message(shown) for shown in chat.messages.values()],
    }


def _sender(shown: Message) -> dict[str, Any]:
    if shown.sender is None:
        return {"id": shown.chat_id, "name": shown.chat["title"], "bot": False}
    return {"id": shown.sender.id, "name": shown.sender.first_name, "bot": shown.sender.is_bot}


def _photo(shown: Message) -> dict[str, Any] | None:
    picture = shown.picture
    if picture is None:
        return None
    return {
        "url": f"/chat/file/{picture.file_id}",
        "width": picture.width,
        "height": picture.height,
        "above": shown.above,
    }


def _button(button: dict[str, Any]) -> dict[str, str]:
    shape = {"text": button["text"]}
    if "url" in button:
        shape["url"] = button["url"]
    if "callback_data" in button:
        shape["data"] = button["callback_data"]
    if "copy_text" in button:
        shape["copy"] = button["copy_text"]["text"]
    return shape
