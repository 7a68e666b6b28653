"""A formatted text as HTML that is safe to put into a page."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bot.demo.telegram.formatted import Entity, Formatted

TAGS: Final = {
    "bold": ("<b>", "</b>"),
    "italic": ("<i>", "</i>"),
    "underline": ("<u>", "</u>"),
    "strikethrough": ("<s>", "</s>"),
    "spoiler": ('<span class="spoiler">', "</span>"),
    "code": ("<code>", "</code>"),
    "pre": ("<pre>", "</pre>"),
    "blockquote": ("<blockquote>", "</blockquote>"),
    "expandable_blockquote": ('<blockquote class="expandable">', "</blockquote>"),
    "hashtag": ('<span class="hashtag">', "</span>"),
    "mention": ('<span class="mention">', "</span>"),
    "bot_command": ('<span class="command">', "</span>"),
}
SAFE: Final = ("http://", "https://", "tg://", "mailto:", "tel:")


def rendered(formatted: Formatted) -> str:
    """HTML with every text escaped once, lines broken by `<br>`, links opening a page of their own."""
    encoded = formatted.text.encode("utf-16-le", "surrogatepass")
    return _stretch(encoded, 0, len(encoded) // 2, list(formatted.entities))


def _stretch(encoded: bytes, start: int, end: int, entities: list[Entity]) -> str:
    """The units from start to end; an entity that crosses its outer one is clipped to it."""
    parts, position = [], start
    while entities:
        entity = entities.pop(0)
        last = min(entity.end, end)
        if entity.offset < position or last <= entity.offset:
            continue
        inner = [other for other in entities if other.offset < last]
        entities = entities[len(inner) :]
        parts.append(_text(encoded, position, entity.offset))
        parts.append(_dressed(entity, encoded, last, inner))
        position = last
    return "".join((*parts, _text(encoded, position, end)))


def _dressed(entity: Entity, encoded: bytes, last: int, inner: list[Entity]) -> str:
    before, after = _tags(entity, encoded, last)
    return before + _stretch(encoded, entity.offset, last, inner) + after


def _tags(entity: Entity, encoded: bytes, last: int) -> tuple[str, str]:
    if entity.type not in ("url", "text_link"):
        return TAGS.get(entity.type, ("", ""))
    address = entity.url or _decoded(encoded, entity.offset, last)
    if not address.lower().startswith(SAFE):
        return "", ""
    return f'<a href="{escape(address)}" target="_blank" rel="noopener">', "</a>"


def _text(encoded: bytes, start: int, end: int) -> str:
    return escape(_decoded(encoded, start, end)).replace("\n", "<br>")


def _decoded(encoded: bytes, start: int, end: int) -> str:
    return encoded[2 * start : 2 * end].decode("utf-16-le", "replace")
