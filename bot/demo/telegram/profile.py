"""The methods about the bot itself: its name, its commands, its files, its updates."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from bot.demo.telegram.call import Call, chat_id
from bot.demo.telegram.errors import bad_request
from bot.demo.telegram.formatted import units

if TYPE_CHECKING:
    from bot.demo.telegram.world import World

COMMAND: Final = re.compile(r"[a-z0-9_]{1,32}\Z")
COMMANDS: Final = 100
DESCRIPTION_UNITS: Final = 256
SCOPES: Final = {
    "default": (),
    "all_private_chats": (),
    "all_group_chats": (),
    "all_chat_administrators": (),
    "chat": ("chat_id",),
    "chat_administrators": ("chat_id",),
    "chat_member": ("chat_id", "user_id"),
}
TEXTS: Final = {"name": 64, "description": 512, "short_description": 120}
"""What the profile says in each language, and its limit in characters."""


def get_me(world: World, call: Call) -> dict[str, Any]:
    """The bot as an account (getMe)."""
    del call
    can = {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }
    return world.bot.api() | can


async def get_updates(world: World, call: Call) -> list[dict[str, Any]]:
    """A long poll (getUpdates)."""
    world.webhook.refuse_polling()
    world.updates.allow(call.listed("allowed_updates"))
    seconds = min(call.integer("timeout"), 50)
    return await world.updates.take(call.integer("offset"), call.integer("limit", 100), seconds)


def set_webhook(world: World, call: Call) -> bool:
    """Updates are posted to an address from now on (setWebhook)."""
    secret = call.text("secret_token")
    if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", secret):
        raise bad_request("secret token contains unallowed characters")
    world.webhook.set(call.text("url"), secret)
    world.webhook.most = call.integer("max_connections", 40)
    world.updates.allow(call.listed("allowed_updates"))
    _drop(world, call)
    return True


def delete_webhook(world: World, call: Call) -> bool:
    """Back to polling (deleteWebhook)."""
    world.webhook.set("", "")
    _drop(world, call)
    return True


def get_webhook(world: World, call: Call) -> dict[str, Any]:
    """Where updates go and how that goes (getWebhookInfo)."""
    del call
    return world.webhook.api()


def set_commands(world: World, call: Call) -> bool:
    """The command list for a scope and a language (setMyCommands)."""
    commands = call.listed("commands") or []
    if len(commands) > COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        _check_command(command)
    world.profile["commands", *_scope(world, call), call.text("language_code")] = commands
    return True


def get_commands(world: World, call: Call) -> list[dict[str, Any]]:
    """The list set for exactly this scope and language (getMyCommands)."""
    found = world.profile.get(("commands", *_scope(world, call), call.text("language_code")), [])
    return list(found)


def delete_commands(world: World, call: Call) -> bool:
    """No list of its own for this scope and language (deleteMyCommands)."""
    world.profile.pop(("commands", *_scope(world, call), call.text("language_code")), None)
    return True


def set_menu(world: World, call: Call) -> bool:
    """The button beside the writing field (setChatMenuButton)."""
    button = call.object("menu_button") or {"type": "default"}
    if button.get("type") not in ("default", "commands", "web_app"):
        raise bad_request("can't parse menu button: unsupported type")
    world.profile["menu", str(call.chat_id() or "")] = button
    return True


def get_menu(world: World, call: Call) -> dict[str, Any]:
    """The button of a chat, or the one for all (getChatMenuButton)."""
    of_all = world.profile.get(("menu", ""), {"type": "commands"})
    found: dict[str, Any] = world.profile.get(("menu", str(call.chat_id() or "")), of_all)
    return found


def get_file(world: World, call: Call) -> dict[str, Any]:
    """Where a picture can be downloaded (getFile)."""
    picture = world.pictures.by_id(call.text("file_id"))
    if picture is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    kind = picture.mime.removeprefix("image/")
    return {
        "file_id": call.text("file_id"),
        "file_unique_id": picture.sizes()[-1]["file_unique_id"],
        "file_size": len(picture.content),
        "file_path": f"photos/{picture.file_id}.{kind}",
    }


def commands_for(world: World, user_id: int, language: str) -> list[dict[str, Any]]:
    """The list a person sees in their private chat (Bot API, "Determining list of commands")."""
    scopes = (("chat", str(user_id)), ("all_private_chats",), ("default",))
    keys = (("commands", *scope, code) for scope in scopes for code in (language, ""))
    return next((list(world.profile[key]) for key in keys if key in world.profile), [])


def profile_text(world: World, name: str, language: str) -> str:
    """The bot's name or description in a language, else the one for all."""
    missing = world.bot.first_name if name == "name" else ""
    return str(world.profile.get((name, language)) or world.profile.get((name, "")) or missing)


def _setter(name: str) -> Any:
    def set_text(world: World, call: Call) -> bool:
        text = call.text(name)
        if units(text) > TEXTS[name]:
            raise bad_request(f"bot {name.replace('_', ' ')} is too long")
        world.profile[name, call.text("language_code")] = text
        return True

    return set_text


def _getter(name: str) -> Any:
    def get_text(world: World, call: Call) -> dict[str, str]:
        return {name: profile_text(world, name, call.text("language_code"))}

    return get_text


def _drop(world: World, call: Call) -> None:
    if call.flag("drop_pending_updates"):
        world.updates.pending.clear()


def _scope(world: World, call: Call) -> tuple[str, ...]:
    scope = call.object("scope") or {"type": "default"}
    kind = scope.get("type")
    if not isinstance(kind, str) or kind not in SCOPES:
        raise bad_request("can't parse BotCommandScope: unsupported type")
    if "chat_id" in SCOPES[kind]:
        world.find(chat_id(scope.get("chat_id")))
    return (kind, *(str(scope.get(name, "")) for name in SCOPES[kind]))


def _check_command(command: Any) -> None:
    if not isinstance(command, dict) or not COMMAND.match(str(command.get("command", "")).removeprefix("/")):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= units(str(command.get("description", ""))) <= DESCRIPTION_UNITS:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")


METHODS: Final = {
    "getMe": get_me,
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook,
    "setMyCommands": set_commands,
    "getMyCommands": get_commands,
    "deleteMyCommands": delete_commands,
    "setMyName": _setter("name"),
    "getMyName": _getter("name"),
    "setMyDescription": _setter("description"),
    "getMyDescription": _getter("description"),
    "setMyShortDescription": _setter("short_description"),
    "getMyShortDescription": _getter("short_description"),
    "setChatMenuButton": set_menu,
    "getChatMenuButton": get_menu,
    "getFile": get_file,
}
