"""What a sentence points back at in its middle: a thing (ওই বিজ্ঞপ্তিতে), or somebody (তাঁর). Pure.

What it begins with is judged in `news.summary.standing`.
"""

from __future__ import annotations

import re
from typing import Final

from news.language.keys import key, keys
from news.language.text import nfc_pattern

_INITIALS: Final = "এইচ|জেড|ওয়াই|ডব্লিউ|এক্স"
"""এ এইচ মাহমুদ points at nobody; his other initials are shorter than a noun."""
_POINTS: Final = nfc_pattern(
    rf"(?<=[ঀ-৿,)’”।] )(?:ওই|সেই|এই|এ|এসব) (?!(?:{_INITIALS}) )([ঀ-৿]{{3,}})(?: ([ঀ-৿]{{3,}}))?"
)
_QUOTED: Final = re.compile(r"“[^“”]*”|\"[^\"]*\"|‘[^‘’]*’|«[^«»]*»")
# সেই বই যা সবাই পড়ে: the sentence itself says which.
_SAYS_WHICH: Final = nfc_pattern(r"(?<![ঀ-৿])(?:যে|যা|যার|যাঁর|যিনি|যারা|যাঁরা|যেসব|যেদিন|যখন|যেখানে)(?![ঀ-৿])")
_OF_WHOLE: Final = (
    "ঘটনা বিষয় ব্যাপার কথা তথ্য খবর দাবি সিদ্ধান্ত উদ্যোগ অভিযোগ আদেশ নির্দেশ অবস্থা পরিস্থিতি কারণ জন্য ধরন "
    "রকম সমস্যা লক্ষ্য উদ্দেশ্য উপলক্ষে প্রসঙ্গে সম্পর্কে সংক্রান্ত ব্যবস্থা প্রক্রিয়া আহ্বান মন্তব্য প্রশ্ন সুযোগ পর্যায় "
    "হিসাব হামলা সঙ্গে নিয়ে ছাড়া মধ্যে ক্ষেত্রে সময় মুহূর্ত পর্যন্ত যাবৎ দিন রাত সপ্তাহ মাস বছর মৌসুম শীত যুগ প্রথম "
    "প্রথমবার প্রতিবেদক দেশ"
)
"""What may be said of all that the story tells, which its opening does, or of here and now."""
_WHOLE: Final = frozenset(map(key, _OF_WHOLE.split()))

_PEOPLE: Final = "তিনিও?|তাঁরও?|তাঁকে|তাকে|তাঁরা|তারা|তাঁদের(?:কে)?|তাদের(?:কে)?"
# জাহিদ বলেন, তাঁর … and জাহিদ ও তাঁর ভাই … name him themselves.
_SOMEBODY: Final = nfc_pattern(rf"^[^,“\"‘:;]*(?<!ও )(?<!এবং )(?<!আর )(?<![ঀ-৿])(?:{_PEOPLE})(?![ঀ-৿])")


def points_at(sentence: str) -> tuple[frozenset[str], ...]:
    """The keys of each thing that it speaks of as known and has not named before: one word tells it.

    Not of what somebody who speaks in it points at; of nothing where a relative pronoun says which.
    """
    told = _QUOTED.sub(" ", sentence)
    if _SAYS_WHICH.search(told):
        return ()
    things: list[frozenset[str]] = []
    named: set[str] = set()
    end = 0
    for match in _POINTS.finditer(told):
        named.update(keys(told[end : match.start()]))
        end = match.start()
        thing = _thing(match)
        if thing and thing.isdisjoint(named):
            things.append(thing)
    return tuple(things)


def means_somebody(sentence: str) -> bool:
    """Whether he, she or they in it are most likely people of the sentence before it in its paragraph."""
    return _SOMEBODY.match(sentence) is not None and not _SAYS_WHICH.search(sentence)


def _thing(match: re.Match[str]) -> frozenset[str]:
    """What stands behind ওই: the noun, or an adjective and its noun; empty for the story as a whole."""
    if key(match[1]) in _WHOLE:
        return frozenset()
    return frozenset(key(word) for word in match.groups() if word) - _WHOLE
