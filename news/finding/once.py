"""Each story once, however often a list has it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from news.web.address import key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from news.article import Entry


def once(found: Iterable[Entry]) -> list[Entry]:
    """The first entry of each address, in their order."""
    kept: dict[str, Entry] = {}
    for entry in found:
        kept.setdefault(key(entry.url), entry)
    return list(kept.values())
