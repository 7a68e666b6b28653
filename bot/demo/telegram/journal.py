"""Every request as it arrived and what became of it: the tests' evidence."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Request:
    """One request. Times are `time.monotonic()`, `at`: when it is whole; `chat_id` is a number if given."""

    at: float
    method: str
    parameters: dict[str, Any] = field(default_factory=dict)
    chat_id: int | str | None = None
    encoding: str = "query"
    """How it was sent: json, form, multipart or query."""
    uploads: tuple[str, ...] = ()
    """Names of the files that came with it."""
    status: int = 0
    """HTTP status of the answer; 0 while there is none, or when the connection was broken instead."""
    outcome: str = ""
    """ok, or Telegram's description of the refusal, or the name of the scripted fault."""
    fault: str = ""
    message_id: int = 0
    """The message this request made, also when a fault kept the answer from the bot."""
    done_at: float = 0.0

    @property
    def accepted(self) -> bool:
        """Whether the server did what was asked, told or not."""
        return self.outcome == "ok"
