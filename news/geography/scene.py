"""Whether a story happens in Bangladesh or only speaks of people from there. Pure.

`সিলেটে`, `ঢাকার আদালতে`, `কুমিল্লার মুরাদনগর উপজেলায়` are scenes; `সিলেটের বাসিন্দা`, `বাড়ি কুমিল্লায়`
and `বাংলাদেশি` are none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from news.geography.atlas import STOP, ahead, is_home_country
from news.language.folded import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from news.geography.atlas import Mention


def _begins(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(map(fold, words.split()))})")


def _whole(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(map(fold, words.split()))})(?:ই|ও)?$")


_ORIGIN: Final = _begins(
    "বাসিন্দা ছেলে মেয়ে সন্তান যুবক তরুণ অধিবাসী বাড়ি প্রবাসী কৃতী মানুষ নাগরিক ব্যক্তি শ্রমিক কর্মী স্বজন পুত্র কন্যা জন্ম"
    " গৃহবধূ নারী ব্যবসায়ী বংশোদ্ভূত বাঙালি উদ্দিন মিয়া হোসেন রহমান ইসলাম আহমেদ দুজন তিনজন চারজন পাঁচজন"
)
_SCENE: Final = _whole(
    "হাসপাতালে থানায় জেলায় উপজেলায় গ্রামে এলাকায় বাজারে সদরে সড়কে মহাসড়কে শহরে নগরীতে"
    " নগরে বন্দরে সীমান্তে কার্যালয়ে মিলনায়তনে হোটেলে মাঠে কেন্দ্রে মর্গে কারাগারে কবরস্থানে ক্যাম্পে আদালত আদালতে"
    " আদালতের পুলিশ পুলিশের বিমানবন্দর বিমানবন্দরে বিমানবন্দরের ট্রাইব্যুনাল ট্রাইব্যুনালে"
    " প্রেসক্লাবে ভবনে রাস্তায় ইউনিয়নে বিশ্ববিদ্যালয়ে কলেজে স্টেশনে ঘাটে নদীতে হাওরে উপকূলে"
)
_HOUSE: Final = _begins("বাড়ি জন্ম জন্মস্থান বাসিন্দা")
_AT_THE_HOUSE: Final = _begins("বাড়িতে বাড়ির")
"""`সিলেটে প্রবাসীর বাড়িতে ডাকাতি`: there it happens."""
_NAMED_HOUSE: Final = _begins("গ্রামেরবাড়ি বাড়ি বাড়িই")
_DATELINE: Final = _begins("প্রতিনিধি ব্যুরো প্রতিবেদক অফিস সংবাদদাতা")
_SOCIETY: Final = _begins("সমিতি অ্যাসোসিয়েশন এসোসিয়েশন সোসাইটি ফোরাম ফাউন্ডেশন")
_AWAY: Final = _begins("দূতাবাস হাইকমিশন রাষ্ট্রদূত কনস্যুলেট কনসাল মিশন কমিউনিটি সমিতি অ্যাসোসিয়েশন এসোসিয়েশন ক্লাব সোসাইটি")
_RETURN: Final = _begins("ফের ফির ফেরত পাঠ পাঠা আস এসে পৌঁছ যোগাযোগ যাও যেতে")
_NAME: Final = fold("বাংলাদেশ")
_INSIDE: Final = (fold("ে"), fold("েও"), fold("েই"))
_WITHIN_IT: Final = re.compile(rf".{{3,}}(?:{fold('ে')}|{fold('য়')}|{fold('তে')})")
_NO_PLACE: Final = _whole(
    "সঙ্গে মধ্যে কাছে পক্ষে দিকে হয়ে সাথে বিরুদ্ধে বিপক্ষে নামে পরে আগে বাইরে পাশে জন্যে উদ্দেশে উদ্দেশ্যে"
    " পথে মতে হাতে কারণে নিয়ে ইতিহাসে উদ্যোগে আয়োজনে ব্যবস্থাপনায় সহযোগিতায় বিষয়ে চেয়ে"
)
_REGIONS: Final = _begins("ইইউ ইউরোপ মধ্যপ্রাচ্য উপসাগরীয় আফ্রিকা ভূমধ্যসাগর লাতিন জাতিসংঘ")
_CAPITAL: Final = frozenset(map(fold, ("রাজধানীর", "রাজধানীতে")))
"""Without a country it is ঢাকা."""
_FROM: Final = fold("থেকে")
_ENDS_OF: Final = re.compile(rf"(?:{fold('ের')}|{fold('এর')}|{fold('য়ের')}|র)(?:ও|ই)?")
_FILED: Final = 0.6
"""What the town counts for from which a paper's man writes; he may write of elsewhere."""
_BY_NAME: Final = 0.2
"""And a town that a society abroad is called after."""
_AHEAD: Final = 7
_BEHIND: Final = 5


def weight(words: Sequence[str], mention: Mention) -> float:
    """How surely a Bangladeshi name among the tokens of a text is the scene: 0 to 1."""
    if mention.kind == "people":
        return 0.5
    if mention.within:
        return 0 if _is_home_of_someone(words, mention) else 1
    return _dependent(words, mention)


def _is_home_of_someone(words: Sequence[str], mention: Mention) -> bool:
    """`তাঁর বাড়ি কুমিল্লায়`, `সিলেটে জন্ম নেওয়া`."""
    before = _behind(words, mention.first, _BEHIND)
    after = ahead(words, mention.last, 2)
    return any(_NAMED_HOUSE.match(word) for word in before) or any(
        _HOUSE.match(word) and not _AT_THE_HOUSE.match(word) for word in after
    )


def _dependent(words: Sequence[str], mention: Mention) -> float:
    """The name without an ending, or with that of belonging: what follows it decides."""
    after = ahead(words, mention.last, _AHEAD)
    if any(_NAMED_HOUSE.match(word) for word in _behind(words, mention.first, _BEHIND)):
        return 0
    belongs = _ENDS_OF.fullmatch(mention.ending)
    if belongs and after and _is_part(after[0]):
        return 1  # টাঙ্গাইলের বাসাইলে
    bare = 0.4 if mention.ending else 0.5
    if not belongs and (mention.first == 0 or after[:1] == [_FROM]):
        bare = 0.75
    told = (_told_by(word, at, mention) for at, word in enumerate(after))
    return next((weight for weight in told if weight is not None), bare)


def _told_by(word: str, at: int, mention: Mention) -> float | None:
    """What the word at `at` behind a name says of it; None where it says nothing."""
    if _DATELINE.match(word) and at < 2 and mention.first < 3:
        return _FILED
    if _ORIGIN.match(word):
        return 0
    if _SCENE.match(word):
        return 1
    return _BY_NAME if _SOCIETY.match(word) and at < 3 else None


def _is_part(word: str) -> bool:
    """Whether `word`, after a town's name, reads like a place in it."""
    return bool(_WITHIN_IT.fullmatch(word)) and not (_NO_PLACE.match(word) or _ORIGIN.match(word))


def elsewhere(texts: Sequence[Sequence[str]]) -> bool:
    """Whether one of `texts` speaks of a part of the world that is no country."""
    return any(_REGIONS.match(word) for words in texts for word in words)


def country(words: Sequence[str]) -> tuple[float, bool]:
    """How surely বাংলাদেশ itself is the scene (0 to 1), and whether it is named as what this is about."""
    most, spoken_of = 0.0, False
    for at, word in enumerate(words):
        if word.startswith(_NAME) and is_home_country(word):
            after = ahead(words, at, 2)
            if word.endswith(_INSIDE):
                most = max(most, 0.3 if any(_RETURN.match(one) for one in after) else 0.7)
            spoken_of |= word != _NAME and not any(_AWAY.match(one) for one in after)
        spoken_of |= word in _CAPITAL
    return most, spoken_of


def _behind(words: Sequence[str], at: int, most: int) -> list[str]:
    before = list(words[max(0, at - most) : at])[::-1]
    return before[: before.index(STOP)] if STOP in before else before
