"""Telegram's HTML read as Telegram reads it: a few tags, everything else is an error."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from bot.demo.telegram.errors import ApiError, bad_request
from bot.demo.telegram.formatted import Entity, Formatted, trimmed, units, with_found

KINDS: Final = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
"""Tag → entity type (Bot API, HTML style)."""
TOKEN: Final = re.compile(
    r"<(?P<end>/?)(?P<name>[^\s<>/\"'=]*)(?P<attributes>(?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>"
    r"|<|&(?:lt|gt|amp|quot|#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6});"
)
ATTRIBUTE: Final = re.compile(r"\s*([^\s=/]+)(?:\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s\"'>]+))?")
NAMED: Final = {"&lt;": "<", "&gt;": ">", "&amp;": "&", "&quot;": '"'}
CONTROL: Final = dict.fromkeys((*range(9), 11, 12, *range(14, 32)), " ") | {13: None}
LINK: Final = re.compile(r"(?:https?://[^\s/?#]+|tg://\w|mailto:\S|tel:\S)", re.IGNORECASE)
LAST_CODE_POINT: Final = 0x10FFFF


@dataclass(slots=True)
class _Open:
    name: str
    attributes: dict[str, str]
    offset: int


@dataclass(slots=True)
class _Reader:
    html: str
    parts: list[str] = field(default_factory=list)
    length: int = 0
    open: list[_Open] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)

    def text(self, text: str) -> None:
        self.parts.append(text)
        self.length += units(text)

    def token(self, match: re.Match[str]) -> None:
        token = match.group()
        if token.startswith("&"):
            self.text(_character(token))
        elif match.group("name") is None:
            raise self.error("Unclosed start tag", match.start())
        elif match.group("end"):
            self.close(match)
        else:
            self.begin(match)

    def begin(self, match: re.Match[str]) -> None:
        name = match.group("name").lower()
        attributes = _attributes(match.group("attributes"))
        if name not in KINDS or (name == "span" and attributes.get("class") != "tg-spoiler"):
            raise self.error(f'Unsupported start tag "{name}"', match.start())
        self.open.append(_Open(name, attributes, self.length))

    def close(self, match: re.Match[str]) -> None:
        name = match.group("name").lower()
        if not self.open:
            raise self.error("Unexpected end tag", match.start())
        opened = self.open.pop()
        if name not in ("", opened.name):
            expected = f'expected "</{opened.name}>", found "</{name}>"'
            raise _cannot_parse(f"Unmatched end tag at byte offset {self.bytes(match.start())}, {expected}")
        self.entity(opened)

    def entity(self, opened: _Open) -> None:
        length = self.length - opened.offset
        kind, url, language = KINDS[opened.name], "", ""
        if kind == "text_link":
            url = opened.attributes.get("href", "")
            if not LINK.match(url):
                return  # Telegram shows such a link as plain text
        elif kind == "blockquote" and "expandable" in opened.attributes:
            kind = "expandable_blockquote"
        elif kind == "code":
            language = opened.attributes.get("class", "").removeprefix("language-")
        if length:
            self.entities.append(Entity(kind, opened.offset, length, url, language))

    def error(self, what: str, position: int) -> ApiError:
        return _cannot_parse(f"{what} at byte offset {self.bytes(position)}")

    def bytes(self, position: int) -> int:
        return len(self.html[:position].encode())


@lru_cache(maxsize=512)
def parsed(html: str) -> Formatted:
    """The text and entities of Telegram HTML; ApiError 400 says what can't be parsed, and where."""
    reader, position = _Reader(html.translate(CONTROL)), 0
    for match in TOKEN.finditer(reader.html):
        reader.text(reader.html[position : match.start()])
        reader.token(match)
        position = match.end()
    reader.text(reader.html[position:])
    if reader.open:
        name = reader.open[-1].name
        raise _cannot_parse(f'Can\'t find end tag corresponding to start tag "{name}"')
    return with_found(trimmed("".join(reader.parts), _code_in_pre(reader.entities)))


@lru_cache(maxsize=512)
def plain(text: str) -> Formatted:
    """A text without markup, as it arrives in a chat."""
    return with_found(trimmed(text.translate(CONTROL), []))


def _code_in_pre(entities: list[Entity]) -> list[Entity]:
    """`<pre><code class="language-x">` is one entity with a language; other code keeps none."""
    spans = {(e.offset, e.length): e.language for e in entities if e.type == "code"}
    blocks = {(e.offset, e.length) for e in entities if e.type == "pre"}
    return [
        Entity(
            e.type, e.offset, e.length, e.url, spans.get((e.offset, e.length), "") if e.type == "pre" else ""
        )
        for e in entities
        if e.type != "code" or (e.offset, e.length) not in blocks
    ]


def _attributes(written: str) -> dict[str, str]:
    found = ATTRIBUTE.findall(written)
    return {name.lower(): TOKEN.sub(_unescaped, value.strip("\"'")) for name, value in found}


def _unescaped(match: re.Match[str]) -> str:
    return _character(match.group()) if match.group().startswith("&") else match.group()


def _character(reference: str) -> str:
    if reference in NAMED:
        return NAMED[reference]
    digits = reference[2:-1]
    code = int(digits[1:], 16) if digits[0] in "xX" else int(digits)
    printable = 0 < code <= LAST_CODE_POINT and not 0xD800 <= code <= 0xDFFF
    return chr(code) if printable else reference


def _cannot_parse(why: str) -> ApiError:
    return bad_request(f"can't parse entities: {why}")
