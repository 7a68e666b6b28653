"""A request to the Bot API, whichever way its parameters were sent."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import web

from bot.demo.telegram.errors import ApiError, bad_request

OBJECTS: Final = frozenset(
    {
        "allowed_updates",
        "caption_entities",
        "commands",
        "entities",
        "link_preview_options",
        "media",
        "menu_button",
        "message_ids",
        "reply_markup",
        "reply_parameters",
        "scope",
    }
)
"""Parameters that a form carries as JSON in a string."""


@dataclass(slots=True)
class Call:
    """Method and parameters; objects are decoded, other values stand as sent (in a form: strings)."""

    method: str
    parameters: dict[str, Any] = field(default_factory=dict)
    uploads: dict[str, bytes] = field(default_factory=dict)
    encoding: str = "query"

    def text(self, name: str) -> str:
        """A string, empty when it is missing."""
        value = self.parameters.get(name)
        return "" if value is None else str(value)

    def integer(self, name: str, missing: int = 0) -> int:
        """A whole number; ApiError 400 when it is something else."""
        value = self.parameters.get(name)
        if value is None or value == "":
            return missing
        return whole(value, name)

    def flag(self, name: str) -> bool:
        """A Boolean, False when it is missing."""
        return str(self.parameters.get(name, "")).lower() in ("true", "1", "yes", "t")

    def listed(self, name: str) -> list[Any] | None:
        """An array, None when it is missing; ApiError 400 when it is something else."""
        found: list[Any] | None = self._shaped(name, list, "Array")
        return found

    def object(self, name: str) -> dict[str, Any] | None:
        """An object, None when it is missing; ApiError 400 when it is something else."""
        found: dict[str, Any] | None = self._shaped(name, dict, "Object")
        return found

    def chat_id(self, name: str = "chat_id") -> int | str | None:
        """A chat's number or @name, as it was asked for."""
        return chat_id(self.parameters.get(name))

    def _shaped(self, name: str, shape: type, called: str) -> Any:
        value = self.parameters.get(name)
        if value is not None and not isinstance(value, shape):
            raise bad_request(f"can't parse {name}: expected an {called}")
        return value


def whole(value: Any, name: str) -> int:
    """A whole number sent as one or as a string; ApiError 400 when it is something else."""
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        raise bad_request(f"can't parse {name}: not an integer") from None


def chat_id(value: Any) -> int | str | None:
    """A chat's number, or the name it was asked for by."""
    try:
        return None if value is None else int(value)
    except (TypeError, ValueError, OverflowError):
        return str(value)


async def read_call(request: web.Request) -> Call:
    """The call in a GET or POST request; ApiError 400 where its JSON can't be read."""
    call = Call(request.match_info["method"], dict(request.query))
    try:
        await _read_body(request, call)
    except web.HTTPRequestEntityTooLarge:
        raise ApiError(413, "Request Entity Too Large") from None
    for name in OBJECTS.intersection(call.parameters):
        call.parameters[name] = _decoded(name, call.parameters[name])
    return call


async def _read_body(request: web.Request, call: Call) -> None:
    if request.content_type == "application/json":
        call.encoding = "json"
        call.parameters |= await _of_json(request)
    elif request.method == "POST":
        call.encoding = "multipart" if request.content_type.startswith("multipart/") else "form"
        await _read_form(request, call)


async def _of_json(request: web.Request) -> dict[str, Any]:
    try:
        parameters = json.loads(await request.read() or b"{}")
    except (ValueError, RecursionError):
        raise bad_request("can't parse JSON object") from None
    if not isinstance(parameters, dict):
        raise bad_request("expected a JSON object")
    return parameters


async def _read_form(request: web.Request, call: Call) -> None:
    try:
        fields = await request.post()
    except ValueError:
        raise bad_request("can't parse the form") from None
    for name, value in fields.items():
        if isinstance(value, web.FileField):
            call.uploads[name] = value.file.read()
        elif isinstance(value, str):
            call.parameters[name] = value
        else:
            call.uploads[name] = bytes(value)


def _decoded(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if not value:
        return None
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        raise bad_request(f"can't parse {name} JSON object") from None
