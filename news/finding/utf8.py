"""Feeds and sitemaps in UTF-16, as some makers of feeds write them, into the UTF-8 that all others are in."""

from __future__ import annotations

import re
from typing import Final

_MARKS: Final = (
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
"""How a body in UTF-16 begins: with its mark, or with the first tag."""
_DECLARED: Final = re.compile(r"(<\?xml[^>]{0,80}?)\s+encoding\s*=\s*[\"'][^\"']{0,40}[\"']", re.IGNORECASE)


def utf8(body: bytes) -> bytes:
    """`body` in UTF-8, without the declaration that it is in another; as it is unless it is in UTF-16."""
    name = next((name for mark, name in _MARKS if body.startswith(mark)), "")
    if not name:
        return body
    return _DECLARED.sub(r"\1", body.decode(name, "replace"), count=1).encode("utf-8", "replace")
