"""A page's bytes as text."""

from __future__ import annotations

import codecs
import re
from typing import Final

_META_CHARSET: Final = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_HEAD: Final = 4096
_LOST: Final = "\ufffd"
_ONE_IN: Final = 50
"""A page in UTF-8 may have one broken character in so many; in any other encoding nearly all are."""
_UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def decode(content: bytes, charset: str = "") -> str:
    """`content` as text: UTF-8 if it is that, else as header or <meta> declare; never fails.

    Servers that say ISO-8859-1 of every page are common; bytes that are UTF-8 by accident are not.
    """
    if content.startswith(_UTF_16):
        return content.decode("utf-16", "replace")
    text = content.decode("utf-8", "replace")
    if b"\0" not in content and _is_sound(text):
        return text
    declared = _META_CHARSET.search(content[:_HEAD])
    for name in (charset, declared[1].decode("ascii", "replace") if declared else "", "utf-8"):
        try:
            return content.decode(name or "utf-8")
        except (LookupError, ValueError):
            continue
    return text


def _is_sound(text: str) -> bool:
    """Whether what was read as UTF-8 was written so; of plain ASCII, which any encoding has, nobody knows."""
    foreign = len(text) - len(text.encode("ascii", "ignore"))
    return text.count(_LOST) * _ONE_IN < foreign
