"""Everything the bot says to people: escaped once, in the reader's language, with that language's digits."""

from __future__ import annotations

from typing import Final

from delivery.markup import cut, escape
from handlers.words.amounts import count
from handlers.words.bengali import BENGALI
from handlers.words.english import ENGLISH

TOAST_LIMIT: Final = 200
"""Characters of the answer to a pressed button (Bot API, answerCallbackQuery)."""


class Html(str):
    """Text that is Telegram HTML already and is not escaped again."""

    __slots__ = ()


def phrase(key: str, language: str, **values: str | int) -> Html:
    """The sentence `key` as HTML: texts among `values` are escaped, numbers take the language's digits."""
    shown = {name: _shown(value, language) for name, value in values.items()}
    return Html(_texts(language)[key].format(**shown))


def plain(key: str, language: str, **values: str | int) -> str:
    """The sentence `key` without markup."""
    shown = {name: _plain(value, language) for name, value in values.items()}
    return _texts(language)[key].format(**shown)


def toast(key: str, language: str, **values: str | int) -> str:
    """`plain`, short enough to answer a pressed button or to stand on one."""
    return cut(plain(key, language, **values), TOAST_LIMIT)


def _texts(language: str) -> dict[str, str]:
    return ENGLISH if language == "en" else BENGALI


def _shown(value: str | int, language: str) -> str:
    plain = _plain(value, language)
    return plain if isinstance(value, Html) else escape(plain)


def _plain(value: str | int, language: str) -> str:
    return count(value, language) if isinstance(value, int) else value
