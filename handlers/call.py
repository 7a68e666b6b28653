"""A command as a handler sees it: who said what where, and how to answer."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.asker import Asker


@dataclass(slots=True)
class Call(Asker):
    """What one message asks of the newsroom: the command in lower case, the words after it as typed."""

    command: str
    words: str
