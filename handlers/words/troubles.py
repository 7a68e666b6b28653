"""What keeps a source from being read, as editors read it. Pure."""

from __future__ import annotations

import re
from typing import Final, get_args

from handlers.words.phrases import plain
from news.errors import Kind

_STATUS: Final = re.compile(r"HTTP \d{3}")


def trouble(kind: str, language: str) -> str:
    """The kind of a FetchError as a sentence without its full stop.

    One that has no words of its own is told in general ones.
    """
    return plain(f"trouble_{kind if kind in get_args(Kind) else 'other'}", language)


def told(error: str, language: str) -> str:
    """The same of an error as a source keeps it, `kind: detail`; of the details only a status is shown."""
    kind, _, detail = error.partition(":")
    status = _STATUS.search(detail)
    return trouble(kind.strip(), language) + (f" ({status[0]})" if status else "")
