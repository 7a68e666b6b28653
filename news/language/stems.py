"""The words of a story as another paper would have written them: their keys, and one word for each happening.

Stems are for comparing whole stories only: that ধরা and আটক are one is true of news, not of words.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from news.language import keys

_SYNONYMS: Final = (
    "নিহত মৃত্যু প্রাণহানি প্রাণ মারা মৃত মরদেহ লাশ",
    "আহত জখম দগ্ধ",
    "গ্রেপ্তার আটক ধরা ধৃত",
    "হত্যা খুন",
    "আগুন অগ্নিকাণ্ড",
    "কারাদণ্ড সাজা দণ্ড জেল",
    "শ্রমিক কর্মী",
    "ফ্লাইট উড়োজাহাজ বিমান",
    "বিমানবন্দর এয়ারপোর্ট",
    "চালু শুরু উদ্বোধন",
    "সংঘর্ষ মারামারি",
    "বন্ধ স্থগিত",
    "জয় জিতল হারাল হারিয়েছে জিতেছে বিজয়ী জয়ী",
    "নৌকা নৌযান ট্রলার নৌকাডুবি",
    "বাড়ল বৃদ্ধি বেড়েছে বাড়ছে বাড়াল বাড়িয়েছে",
    "কমল কমেছে হ্রাস কমছে কমাল কমিয়েছে",
    "ফেরত প্রত্যাবাসন ফিরলেন ফিরেছেন ফিরল",
    "1 এক",
    "2 দুই দু দুজন",
    "3 তিন তিনজন",
    "4 চার চারজন",
    "5 পাঁচ পাঁচজন",
    "6 ছয় ছয়জন",
    "7 সাত সাতজন",
    "8 আট আটজন",
    "9 নয়জন",
    "10 দশ দশজন",
    "11 এগারো",
    "12 বারো",
    "15 পনেরো",
    "20 বিশ কুড়ি",
    "50 পঞ্চাশ",
)
_STOP: Final = (
    "করবে করছে করছেন করেছিলেন জানায় জানা গেছে গেছেন গিয়ে একজন জন আজ কাল গতকাল খবর তথ্য প্রতিবেদন সূত্র নিজস্ব প্রতিবেদক "
    "অন্তত প্রায় মোট আরও নতুন বেশি কম মাত্র শুধু দুপুর রাত সকাল বিকেল সন্ধ্যা দিন বছর মাস ঘটনা এদিকে স্থানীয় বিভিন্ন দিবাগত"
)


# What keys leave, for they must keep short words apart; here one more ending lost costs nothing.
_LEFT: Final = re.compile("(?<=..)(?:েত|তে|ে)$")


def _key(word: str) -> str:
    return _LEFT.sub("", keys.key(word))


_ONE: Final = {_key(other): _key(first) for first, *others in map(str.split, _SYNONYMS) for other in others}
_SILENT: Final = frozenset(map(_key, _STOP.split()))


def stems(text: str) -> list[str]:
    """The stems of `text` in order, without those of words that say nothing by themselves."""
    found = (_LEFT.sub("", one) for one in keys.keys(text) if not keys.is_stop(one))
    return [_ONE.get(one, one) for one in found if one not in _SILENT]


@lru_cache(maxsize=32_768)
def stem(word: str) -> str:
    """The stem of one word, whatever it says; a number written in letters in Latin digits."""
    one = _key(word)
    return _ONE.get(one, one)
