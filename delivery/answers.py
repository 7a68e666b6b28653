"""Telegram's answers as values: what became of one request, and what that asks of us.

    Answer
    ├── Sent        it arrived, under this message id
    ├── Later       not before `after` (a 429, or its turn does not come soon); costs no attempt
    ├── Unsure      it may or may not have arrived
    ├── Unsent      it surely did not leave; try again after a pause
    ├── Revoked     the token is not (any longer) ours: stop
    ├── Gone        the reader can't be reached any more
    ├── Missing     chat not found: gone when said twice within an hour
    ├── Closed      may not write there at the moment
    ├── Moved       the chat has another id now
    ├── BadPhoto    the picture was refused, not the message
    ├── BadMarkup   the markup was refused: once more as plain text
    └── Refused     this message was refused for this chat

Pure: it reads bytes and exceptions that others received. The table is FAULTS' "Telegram's answers"; the
descriptions are Telegram's own words, which the Bot API does not promise but has kept for years.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from news.language.text import clean

WITHOUT_RETRY_AFTER: Final = 5.0
"""Seconds to wait on a 429 that does not say how long."""
LONGEST_WAIT: Final = 86_400.0
"""Seconds; whatever says more is asked again after a day."""
LONGEST_REASON: Final = 500
"""Characters of what Telegram says that are kept."""
LARGEST_CHAT: Final = 2**52
"""Ids of chats have at most 52 significant bits (Bot API, Chat)."""
MARKUP: Final = "can't parse entities"
"""In what is said against markup: the words that are the same in every chat."""


@dataclass(frozen=True, slots=True)
class Sent:
    """It arrived. `file_id` is that of the photo sent, where one was and `with_file_id` has looked for it.

    `unformatted` is what Telegram said against its markup, where it went as plain text for that.
    """

    message_id: int
    file_id: str = ""
    unformatted: str = ""


@dataclass(frozen=True, slots=True)
class Later:
    """Not before `after` seconds from now."""

    after: float


@dataclass(frozen=True, slots=True)
class Unsure:
    """The connection broke, or the server failed, after the request had left."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unsent:
    """The request did not leave this machine."""

    reason: str


@dataclass(frozen=True, slots=True)
class Revoked:
    """401 or 404: this token opens nothing."""

    reason: str


@dataclass(frozen=True, slots=True)
class Gone:
    """Blocked, kicked, deactivated."""

    reason: str


@dataclass(frozen=True, slots=True)
class Missing:
    """Chat not found."""

    reason: str


@dataclass(frozen=True, slots=True)
class Closed:
    """No right to write, or the topic is closed or deleted."""

    reason: str


@dataclass(frozen=True, slots=True)
class Moved:
    """The group became a supergroup."""

    chat_id: int


@dataclass(frozen=True, slots=True)
class BadPhoto:
    """The picture could not be used."""

    reason: str


@dataclass(frozen=True, slots=True)
class BadMarkup:
    """The text could not be parsed."""

    reason: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Any other 400. `ours` where every chat would refuse it: too long, empty, nothing to copy."""

    reason: str
    ours: bool = False


Answer = (
    Sent
    | Later
    | Unsure
    | Unsent
    | Revoked
    | Gone
    | Missing
    | Closed
    | Moved
    | BadPhoto
    | BadMarkup
    | Refused
)

Shut = Literal["closed", "deleted"]
"""What has become of a topic in which nothing can be written."""

_MESSAGE_ID: Final = re.compile(rb'"message_id"\s*:\s*(\d{1,18})(?!\d)')
_OK: Final = re.compile(rb'^\s*\{\s*"ok"\s*:\s*true')

_PHOTO: Final = (
    "wrong file identifier",
    "wrong remote file",
    "wrong type of the web page content",
    "failed to get http url content",
    "wrong file_id",
    "photo_invalid",
    "photo_ext_invalid",
    "photo_save_file_invalid",
    "can't use file of type",
    "there is no photo",
    "image_process_failed",
    "webpage_curl_failed",
    "webpage_media_empty",
    "media_empty",
    "file is too big",
    "invalid file http url",
    "file of size",
    "photo should be uploaded",
    "file must be non-empty",
)
_TOPIC: Final[dict[str, Shut]] = {
    "topic_deleted": "deleted",
    "thread not found": "deleted",
    "topic_closed": "closed",
}
_CLOSED: Final = (
    *_TOPIC,
    "not enough rights",
    "chat_write_forbidden",
    "need administrator rights",
    "have no rights to send",
    "chat_send_photos_forbidden",
    "chat_send_plain_forbidden",
)
_OURS: Final = (
    "too long",
    "too_long",
    "message_empty",
    "text must be non-empty",
    "message text is empty",
    "too many entities",
    "message to copy not found",
    "inline keyboard button",
    "button_",
    "can't be copied",
)


def read(status: int, body: bytes) -> Answer:
    """The answer in an HTTP response to a send method."""
    if status == 200 and _OK.match(body):
        return _sent(body)
    try:
        said = json.loads(body)
    except ValueError:
        said = None
    if isinstance(said, dict) and said.get("ok") is True:
        return _sent(body)
    if not isinstance(said, dict) or not isinstance(said.get("error_code"), int):
        return _unreadable(status)
    return _error(said["error_code"], _words(said), _parameters(said))


def _sent(body: bytes) -> Answer:
    """The message id, cut out of the bytes: building the whole message is 600 times the work."""
    found = _MESSAGE_ID.search(body)
    if found is None or not body.rstrip().endswith(b"}"):
        return Unsure("the answer was cut off")
    return Sent(int(found[1]))


def with_file_id(status: int, body: bytes) -> Answer:
    """`read`, and the file id of the photo: only for the first who gets it, the answer is long."""
    answer = read(status, body)
    return replace(answer, file_id=_file_id(body)) if isinstance(answer, Sent) else answer


def _file_id(body: bytes) -> str:
    """The id of the largest size of the photo."""
    try:
        sizes = json.loads(body)["result"]["photo"]
        return str(max(sizes, key=lambda size: size["width"] * size["height"])["file_id"])
    except (ValueError, LookupError, TypeError):
        return ""


def _unreadable(status: int) -> Answer:
    if status == 429:
        return Later(WITHOUT_RETRY_AFTER)
    if status in {401, 404}:
        return Revoked(f"HTTP {status}")
    return Unsure(f"HTTP {status} without a readable answer")


def _words(said: dict[str, Any]) -> str:
    """What Telegram says, as a database takes it: what can't be saved would be tried for ever."""
    return clean(str(said.get("description", "")))[:LONGEST_REASON]


def _parameters(said: dict[str, Any]) -> dict[str, Any]:
    parameters = said.get("parameters")
    return parameters if isinstance(parameters, dict) else {}


def _error(code: int, description: str, parameters: dict[str, Any]) -> Answer:
    if code == 429:
        return Later(_seconds(parameters))
    if code in {401, 404}:
        return Revoked(description)
    if code == 403:
        return Closed(description) if _says(description, _CLOSED) else Gone(description)
    if code == 400:
        return _bad_request(description, parameters)
    return Unsure(f"{code} {description}")


def _seconds(parameters: dict[str, Any]) -> float:
    value = parameters.get("retry_after")
    if not isinstance(value, int | float) or not value > 0:
        return WITHOUT_RETRY_AFTER
    return min(float(value), LONGEST_WAIT)


def _bad_request(description: str, parameters: dict[str, Any]) -> Answer:
    moved = parameters.get("migrate_to_chat_id")
    if isinstance(moved, int) and 0 < abs(moved) < LARGEST_CHAT:
        return Moved(moved)
    if _says(description, (MARKUP,)):
        return BadMarkup(description)
    if _says(description, ("chat not found",)):
        return Missing(description)
    if _says(description, _PHOTO):
        return BadPhoto(description)
    if _says(description, _CLOSED):
        return Closed(description)
    return Refused(description, ours=_says(description, _OURS))


def shut(reason: str) -> Shut | None:
    """What has become of a topic, in the `reason` of a Closed; None where it is about rights."""
    return next((how for sign, how in _TOPIC.items() if _says(reason, (sign,))), None)


def _says(description: str, signs: tuple[str, ...]) -> bool:
    lowered = description.lower()
    return any(sign in lowered for sign in signs)
