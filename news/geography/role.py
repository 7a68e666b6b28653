"""What a country named in a text is to the story: where it happens, or whose people and papers it has. Pure.

`মার্কিন সংবাদমাধ্যম`, `দুবাই এয়ারলাইনস`, `ফরাসি ভাষা`, `দুই ভারতীয় নাগরিক` and `সৌদি প্রবাসীর স্ত্রী` name a country too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from news.geography.atlas import SOURCE, ahead, is_source
from news.language.folded import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from news.geography.atlas import Mention


def _begins(words: str) -> tuple[str, ...]:
    return tuple(map(fold, words.split()))


_MEDIA: Final = _begins("সংবাদমাধ্যম গণমাধ্যম বার্তা টেলিভিশন পত্রিকা দৈনিক সংবাদপত্র সাময়িকী চ্যানেল সংবাদ মানবাধিকার গবেষণা")
_BODY: Final = fold("সংস্থা")
_AIRLINE: Final = _begins("এয়ারলাইন এয়ারওয়েজ")
_LANGUAGE: Final = _begins("ভাষা")
_CITIZENS: Final = _begins("নাগরিক বংশোদ্ভূত পাসপোর্টধারী")
_PERSONS: Final = (*_CITIZENS, *_begins("নারী পুরুষ যুবক"))
_ABODE: Final = fold("প্রবাসী")
_BORDER: Final = _begins("সীমান্তবর্তী সীমান্তসংলগ্ন")
_FROM: Final = fold("থেকে")
_CAME: Final = _begins("আসা আগত আসেন আসছি ছেড়ে")
_AND: Final = frozenset(_begins("ও এবং"))
_LIST: Final = 5
"""Tokens over which নাগরিক at the end of an enumeration counts for its names."""

_PERSON: Final = 0.3
_BESIDE: Final = 0.5
_LIVES_THERE: Final = 0.7


def part(words: Sequence[str], mention: Mention, *, headline: bool) -> float:
    """How much of a mention is about the country itself: 0 to 1. In a headline people stand for theirs."""
    after = ahead(words, mention.last, _LIST)
    near = after[:1]
    if _is_press(after, mention) or _any(near, _AIRLINE):
        return 0
    if mention.kind == "people" and _any(after[:3], _LANGUAGE):
        return 0
    if mention.ending.startswith(_ABODE) or _any(near, (_ABODE,)):
        return _BESIDE if headline else _LIVES_THERE
    if headline:
        return 1
    if _any(near, _PERSONS) or _any(after, _CITIZENS):
        return _PERSON
    came = near == [_FROM] and _any(after[1:4], _CAME)
    return _BESIDE if came or _any(near, _BORDER) else 1


def _is_press(after: Sequence[str], mention: Mention) -> bool:
    """`লন্ডনভিত্তিক সংবাদমাধ্যম`, `মার্কিন গণমাধ্যম`: who reports it, not where it is."""
    if is_source(mention) or after[:1] == [SOURCE]:
        return _any(after[:3], (*_MEDIA, _BODY))
    return mention.kind == "people" and not mention.ending and _any(after[:2], _MEDIA)


def within(words: Sequence[str], mentions: Sequence[Mention]) -> frozenset[Mention]:
    """Those where something is or goes; in `তুরস্ক ও সিরিয়ায়` the last name's ending is everyone's."""
    found: dict[int, Mention] = {}
    for mention in reversed(mentions):
        after = mention.last + 1
        after += words[after : after + 1] != [] and words[after] in _AND
        if mention.within or (not mention.ending and after in found):
            found[mention.first] = mention
    return frozenset(found.values())


def _any(words: Sequence[str], beginnings: tuple[str, ...]) -> bool:
    return any(word.startswith(beginnings) for word in words)
