"""Telegram's answers to a change of a message that a reader has. Pure.

    Answer
    ├── Changed      it shows what it should, now or already
    ├── OtherForm    it has no text but a caption, or the other way round
    ├── Lost         it can't be changed any more: gone, too old, or refused
    └── Later, Unsure, Unsent, Revoked   as for what is sent; a change may safely be asked for again

Telegram's own words decide, as in `answers`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from delivery import answers
from delivery.answers import BadMarkup, BadPhoto, Later, Refused, Revoked, Sent, Unsent, Unsure

if TYPE_CHECKING:
    from storage.copies import Outcome


@dataclass(frozen=True, slots=True)
class Changed:
    """The message shows what it should, or is away as it should be."""


@dataclass(frozen=True, slots=True)
class OtherForm:
    """The message has a caption where a text was to be changed, or a text instead of a caption."""


@dataclass(frozen=True, slots=True)
class Lost:
    """This copy stays as it is, or is not there any more."""

    outcome: Outcome
    reason: str


Answer = Changed | OtherForm | Lost | Later | Unsure | Unsent | Revoked

_DONE: Final = re.compile(rb'^\s*\{\s*"ok"\s*:\s*true\s*,\s*"result"\s*:\s*true\s*\}\s*$')
_SAME: Final = ("message is not modified",)
_OTHER_FORM: Final = ("there is no caption in the message", "there is no text in the message")
_TOO_OLD: Final = ("message can't be edited", "message can't be deleted")
"""Telegram deletes for up to 48 hours (Bot API, deleteMessage); a bot's own words it changes at any age."""
_GONE: Final = ("message to edit not found", "message to delete not found", "message_id_invalid")


def read(status: int, body: bytes) -> Answer:
    """The answer in an HTTP response to editMessageText, editMessageCaption or deleteMessage."""
    if status == 200 and _DONE.match(body):
        return Changed()
    match answers.read(status, body):
        case Sent():
            return Changed()
        case Later() | Unsure() | Unsent() | Revoked() as answer:
            return answer
        case Refused(reason):
            return _refused(reason)
        case BadMarkup(reason) | BadPhoto(reason):
            return Lost("refused", reason)
        case answer:
            return Lost("gone", str(getattr(answer, "reason", "moved")))


def is_too_old(answer: Answer) -> bool:
    """Whether time has run out for what was to be done to the message."""
    return isinstance(answer, Lost) and answer.outcome == "too_old"


def is_not_there(answer: Answer) -> bool:
    """Whether the message was not found: somebody has deleted it, perhaps we ourselves."""
    return isinstance(answer, Lost) and any(sign in answer.reason.lower() for sign in _GONE)


def _refused(reason: str) -> Answer:
    said = reason.lower()
    if any(sign in said for sign in _SAME):
        return Changed()
    if any(sign in said for sign in _OTHER_FORM):
        return OtherForm()
    if any(sign in said for sign in _GONE):
        return Lost("gone", reason)
    return Lost("too_old" if any(sign in said for sign in _TOO_OLD) else "refused", reason)
