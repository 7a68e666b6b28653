"""A typed line read as a command. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_COMMAND: Final = re.compile(r"/(?P<name>[^\s/@]{1,64})(?:@(?P<bot>\w+))?(?:\s+(?P<words>.*))?", re.DOTALL)
"""Whatever stands after the slash: names that are no command of ours get an answer too."""


@dataclass(frozen=True, slots=True)
class Command:
    """`/name@bot words`: the name in lower case, the words as typed, whether the bot was named."""

    name: str
    words: str = ""
    addressed: bool = False


def read(text: str, username: str) -> Command | None:
    """The command in `text`; None for plain text and for what is said to another bot."""
    found = _COMMAND.fullmatch(text.strip())
    if found is None:
        return None
    bot = found["bot"] or ""
    if bot and bot.lower() != username.lower():
        return None
    return Command(found["name"].lower(), (found["words"] or "").strip(), addressed=bool(bot))
