"""Holds requests, answers and updates against the Bot API as data (`telegram-bot-api.json`).

    botapi.hold(server.log)                      # fails with every breach found
    botapi.breaches(request)                     # sentences, one a breach
    botapi.misshapes(answer, ["Message"])        # the same for a value of the API

It reads the description and measures by itself: what the demo's server lets through is no argument here.
"""

from __future__ import annotations

import json
import re
from functools import cache
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.demo.telegram.journal import Request

FILE: Final = Path(__file__).resolve().parents[2] / "shared" / "telegram-bot-api.json"
needs_description = pytest.mark.skipif(
    not FILE.exists(), reason="telegram-bot-api.json is not beside the checkout"
)

TEXTS: Final = {"text": 4096, "caption": 1024}
"""Units of text after entity parsing (Bot API, sendMessage, sendPhoto)."""
ANSWER: Final = 200
COMMAND: Final = re.compile(r"[a-z0-9_]{1,32}")
ACTIONS: Final = frozenset(
    {
        "url",
        "callback_data",
        "copy_text",
        "web_app",
        "login_url",
        "switch_inline_query",
        "switch_inline_query_current_chat",
        "switch_inline_query_chosen_chat",
        "callback_game",
        "pay",
    }
)


@cache
def description() -> dict[str, Any]:
    """Methods and types by name."""
    return json.loads(FILE.read_text(encoding="utf-8"))


def hold(requests: Iterable[Request]) -> None:
    """Fail with every breach in these requests; skip where the description is missing."""
    if not FILE.exists():
        pytest.skip("telegram-bot-api.json is not beside the checkout")
    found = [f"{request.method}: {breach}" for request in requests for breach in breaches(request)]
    assert not found, "\n".join(found[:20])


def breaches(request: Request) -> list[str]:
    """What in a request is against the Bot API."""
    method = description()["methods"].get(request.method)
    if method is None:
        return [f"unknown method {request.method}"]
    sent = dict.fromkeys(request.uploads, b"") | request.parameters
    fields = {field["name"]: field for field in method["fields"]}
    known = {name: value for name, value in sent.items() if name in fields}
    attached = {name for name in request.uploads if f"attach://{name}" in json.dumps(request.parameters)}
    return [
        *(f"unknown parameter {name}" for name in sent if name not in fields and name not in attached),
        *(f"{name} is missing" for name in fields if fields[name]["required"] and sent.get(name) is None),
        *(
            fault
            for name, value in known.items()
            for fault in misshapes(value, fields[name]["types"], name, loose=request.encoding != "json")
        ),
        *_over_limits(request.method, sent),
    ]


def misshapes(value: Any, types: Sequence[str], path: str = "", *, loose: bool = False) -> list[str]:
    """What keeps a value from being of one of the types; `loose` reads a form's strings as numbers too."""
    if loose and isinstance(value, str):
        value = _read(value, types)
    tried = [_misshape(value, name, path) for name in types]
    return min(tried, key=len) if tried and all(tried) else []


def _misshape(value: Any, name: str, path: str) -> list[str]:
    if name.startswith("Array of "):
        if not isinstance(value, list):
            return [f"{path} is no array"]
        inner = name.removeprefix("Array of ")
        return [fault for at, item in enumerate(value) for fault in _misshape(item, inner, f"{path}[{at}]")]
    plain = {"Integer": int, "String": str, "Boolean": bool, "Float": (int, float), "InputFile": bytes}
    if name in plain:
        wrong = not isinstance(value, plain[name]) or (isinstance(value, bool) and name != "Boolean")
        return [f"{path} is no {name}: {value!r:.60}"] if wrong else []
    return _misshape_of_object(value, name, path)


def _misshape_of_object(value: Any, name: str, path: str) -> list[str]:
    kind = description()["types"][name]
    if not isinstance(value, dict):
        return [f"{path} is no {name}: {value!r:.60}"]
    if kind.get("subtypes"):
        return misshapes(value, kind["subtypes"], path)
    fields = {field["name"]: field for field in kind["fields"]}
    return [
        *(f"{path}.{key} is unknown in {name}" for key in value if key not in fields),
        *(
            f"{path}.{key} is missing in {name}"
            for key in fields
            if fields[key]["required"] and key not in value
        ),
        *(
            fault
            for key in value
            if key in fields
            for fault in misshapes(value[key], fields[key]["types"], f"{path}.{key}")
        ),
    ]


def _read(value: str, types: Sequence[str]) -> Any:
    if "Integer" in types and re.fullmatch(r"-?\d+", value):
        return int(value)
    if "Boolean" in types and value.lower() in ("true", "false"):
        return value.lower() == "true"
    return value


def _over_limits(method: str, sent: dict[str, Any]) -> list[str]:
    found = [fault for name, limit in TEXTS.items() for fault in _over(method, sent, name, limit)]
    markup = sent.get("reply_markup")
    rows = markup.get("inline_keyboard", []) if isinstance(markup, dict) else []
    found += [fault for row in rows for button in row for fault in _button(button)]
    for command in sent.get("commands") or []:
        if not COMMAND.fullmatch(command["command"]) or not 1 <= len(command["description"]) <= 256:
            found.append(f"command {command}")
    return found


def _over(method: str, sent: dict[str, Any], name: str, limit: int) -> list[str]:
    text = sent.get(name)
    if not isinstance(text, str):
        return []
    length = shown_units(text, sent.get("parse_mode", ""))
    limit = ANSWER if method == "answerCallbackQuery" else limit
    if length > limit:
        return [f"{name} of {length} units, over {limit}"]
    empty = method in ("sendMessage", "editMessageText") and not text.strip()
    return [f"{name} is empty"] if empty else []


def shown_units(text: str, parse_mode: str) -> int:
    """UTF-16 units of a text after its markup is read."""
    shown = unescape(re.sub(r"<[^>]*>", "", text)) if parse_mode == "HTML" else text
    return len(shown.encode("utf-16-le", "surrogatepass")) // 2


def _button(button: dict[str, Any]) -> list[str]:
    actions = ACTIONS.intersection(button)
    found = [] if len(actions) == 1 else [f"button with {len(actions)} actions: {button}"]
    if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= 64:
        found.append(f"callback_data of {len(button['callback_data'].encode())} bytes")
    if "copy_text" in button and not 1 <= shown_units(button["copy_text"]["text"], "") <= 256:
        found.append("copy_text over 256 characters")
    if "url" in button and not re.match(r"(https?|tg)://", button["url"]):
        found.append(f"button url {button['url']}")
    return found
