"""What the Bot API server saw, and what we did meanwhile. Times are CLOCK_MONOTONIC's: one clock for all."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Request:
    """One request to send a message. `sender` is the one process it came from.

    `posts` are the names of the posts it shows. `message_id` is 0 where no message was made of it; `clear`
    says whether its answer told which of the two. `done_at` is when the answer goes out, whoever is still
    there to hear it.
    """

    at: float
    done_at: float
    sender: str
    chat: int
    topic: int
    posts: tuple[str, ...]
    answer: str
    clear: bool
    message_id: int
    retry_after: int

    def line(self) -> str:
        """As it stands in the file."""
        return json.dumps(list(asdict(self).values())) + "\n"


def read(path: Path) -> list[Request]:
    """All requests in the order of their arrival; a last line cut off is none."""
    found = []
    for line in path.read_text("utf-8").splitlines():
        at, done_at, sender, chat, topic, posts, *rest = json.loads(line)
        found.append(Request(at, done_at, sender, chat, topic, tuple(posts), *rest))
    return sorted(found, key=lambda request: request.at)


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that we did: kill, end, freeze, restart, full or lock; to `sender`, if to one.

    `took` is how long it lasted: a freeze, an orderly end. `heir` is the process started in its place.
    """

    what: str
    at: float
    sender: str = ""
    took: float = 0.0
    heir: str = ""
    status: int = 0
