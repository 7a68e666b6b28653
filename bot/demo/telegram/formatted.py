"""Text with its entities, counted as Telegram counts: in UTF-16 units."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any, Final

WORD: Final = r"\w\u0980-\u09ff\u200c\u200d"
"""Bengali vowel signs are no `\\w`, yet they stand inside words and hashtags."""
FOUND: Final = re.compile(
    r"(?P<url>https?://[^\s<>\"']+[^\s<>\"'.,;:!?)।])"
    rf"|(?<![{WORD}/<>])(?P<bot_command>/[A-Za-z0-9_]{{1,32}}(?:@\w{{3,32}})?)(?![{WORD}/<>])"
    rf"|(?<![{WORD}])(?P<hashtag>\#[{WORD}]*[^\W\d_][{WORD}]*)"
    rf"|(?<![{WORD}])(?P<mention>@[A-Za-z]\w{{3,31}})(?!\w)"
)
CLOSED: Final = frozenset({"code", "pre", "text_link"})
"""Inside these Telegram finds nothing by itself."""


@dataclass(frozen=True, slots=True)
class Entity:
    """One styled or linked stretch of a text; `offset` and `length` in UTF-16 units."""

    type: str
    offset: int
    length: int
    url: str = ""
    language: str = ""

    @property
    def end(self) -> int:
        """The unit after the last."""
        return self.offset + self.length

    def api(self) -> dict[str, Any]:
        """The entity as a MessageEntity."""
        shape: dict[str, Any] = {"type": self.type, "offset": self.offset, "length": self.length}
        if self.url:
            shape["url"] = self.url
        if self.language:
            shape["language"] = self.language
        return shape


@dataclass(frozen=True, slots=True)
class Formatted:
    """A text as a chat keeps it: plain, with entities in the order of their offsets, outer ones first."""

    text: str = ""
    entities: tuple[Entity, ...] = ()


def units(text: str) -> int:
    """The length of a text as Telegram counts it."""
    return len(text) + sum(character > "\uffff" for character in text)


def trimmed(text: str, entities: list[Entity]) -> Formatted:
    """The text without white space around it; entities are clipped with it, empty ones go."""
    kept = text.strip()
    cut, end = units(text) - units(text.lstrip()), units(kept)
    clipped = (_clipped(entity, cut, end) for entity in entities)
    return Formatted(kept, _in_order([entity for entity in clipped if entity.length > 0]))


def with_found(formatted: Formatted) -> Formatted:
    """The text with the links, commands, hashtags and mentions that Telegram finds by itself."""
    found = [
        entity
        for match in FOUND.finditer(formatted.text)
        if _fits(entity := _found(formatted.text, match), formatted.entities)
    ]
    return replace(formatted, entities=_in_order([*formatted.entities, *found])) if found else formatted


def given(text: str, entities: list[dict[str, Any]]) -> Formatted:
    """A text whose entities the sender counted (`entities` instead of `parse_mode`)."""
    return trimmed(
        text,
        [
            Entity(e["type"], int(e["offset"]), int(e["length"]), e.get("url", ""), e.get("language", ""))
            for e in entities
        ],
    )


def _clipped(entity: Entity, cut: int, end: int) -> Entity:
    start = max(entity.offset - cut, 0)
    return replace(entity, offset=start, length=min(entity.end - cut, end) - start)


def _in_order(entities: list[Entity]) -> tuple[Entity, ...]:
    return tuple(sorted(entities, key=lambda entity: (entity.offset, -entity.length)))


def _found(text: str, match: re.Match[str]) -> Entity:
    return Entity(match.lastgroup or "", units(text[: match.start()]), units(match.group()))


def _fits(found: Entity, others: tuple[Entity, ...]) -> bool:
    """Whether it stands clear of each other entity, or wholly inside one that may hold it."""
    for other in others:
        if found.end <= other.offset or other.end <= found.offset:
            continue
        inside = other.offset <= found.offset and found.end <= other.end
        around = found.offset <= other.offset and other.end <= found.end
        if other.type in CLOSED or not (inside or around):
            return False
    return True
