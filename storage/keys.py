"""Addresses as keys of an index."""

from __future__ import annotations

from hashlib import sha256
from typing import Final

LONGEST: Final = 2000
"""Bytes; PostgreSQL refuses an entry of a B-tree over 2704 (nbtree, BTMaxItemSize)."""


def stored(key: str) -> str:
    """`key` itself, or its digest where an index could not hold it."""
    text = key.encode()
    return key if len(text) <= LONGEST else f"sha256:{sha256(text).hexdigest()}"
