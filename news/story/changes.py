"""Whether an article, read again, says something else; and whether a list hints that it does. Pure.

Spaces, punctuation and counters (৩৪ বার পঠিত) say nothing; a number of anything else does.
"""

from __future__ import annotations

import re
from enum import IntEnum
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from news.language.text import letters_of, nfc_pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from news.article import Article, Entry, Photo

_NUMBER: Final = "[০-৯0-9][০-৯0-9,.]*"
_COUNTED: Final = "পঠিত|ভিউ|শেয়ার|লাইক|মন্তব্য|পাঠক সংখ্যা|views?|shares?|comments?"
_LOST: Final = 0.5
"""Of a text: a correction never takes so much away; a broken page or a feed's teaser does."""
_COUNTER: Final = nfc_pattern(
    rf"{_NUMBER}\s*(?:হাজার|লাখ)?\s*(?:বার|জন)?\s*(?:{_COUNTED}|(?:পড়া|দেখা) হয়েছে|পড়েছেন)"
    rf"|(?:{_COUNTED})\s*[:ঃ(]\s*{_NUMBER}"
    rf"|(?:{_NUMBER}|এক|দুই|তিন|কয়েক)\s*(?:সেকেন্ড|মিনিট|ঘণ্টা|ঘন্টা|দিন)\s*আগে|এইমাত্র",
    re.IGNORECASE,
)


class Change(IntEnum):
    """How much of an article is changed: nothing, what no card shows, or what one does."""

    NONE = 0
    INSIDE = 1
    SHOWN = 2


def change(old: Article, new: Article) -> Change:
    """How much `new` differs from `old`, read from the same page before.

    Where most of the text is missing the page was not read well, and nothing is known to have changed. A card
    is to change when its headline or picture does, when its summary is taken back, or when the new one says
    what the article did not: that other sentences of the same text might sum it up better is no correction.
    """
    if not new.title or _length(new) < _LOST * _length(old):
        return Change.NONE
    told, tells = _essence(old.paragraphs), _essence(new.paragraphs)
    taken_back = any(told.find(one) >= 0 > tells.find(one) for one in _sentences(old))
    added = any(one not in told for one in _sentences(new))
    renamed = _essence([new.title]) != _essence([old.title])
    if renamed or taken_back or added or _moved(old.photo, new.photo):
        return Change.SHOWN
    return Change.INSIDE if told != tells else Change.NONE


def _sentences(article: Article) -> Iterator[str]:
    """Those of the summary, as far as they are the article's own: a model's are in no text."""
    return (said for sentence in article.summary if (said := _essence([sentence])))


def _length(article: Article) -> int:
    return sum(map(len, article.paragraphs))


def mark(entry: Entry) -> str:
    """What a list says of a story, to be compared with what it says later."""
    return _essence([entry.title, entry.blurb])


def _essence(texts: Iterable[str]) -> str:
    return letters_of(_COUNTER.sub(" ", " ".join(texts)))


def _moved(old: Photo | None, new: Photo | None) -> bool:
    """Whether there is another picture: the same in another size, or none where one was, is no change."""
    return new is not None and (old is None or urlsplit(old.url).path != urlsplit(new.url).path)
