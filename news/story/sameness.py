"""Articles of several papers about one event within three days are one story. Pure; held in memory.

    recent articles that share telling words ──> contradicted by a fact? ──> alike enough, with what agrees?

How alike two articles are is the cosine of their TF-IDF vectors (news.story.fingerprint says of what). Facts
decide where words can't: another country, person, amount or month is another event, however alike the
words; the same ones, or headlines that say the same, make less likeness enough. In doubt there are two
events: readers rather see one twice than miss one.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import nlargest
from typing import TYPE_CHECKING, Any, Final

from rapidfuzz import fuzz

from news.language.stems import stem
from news.story.fingerprint import Fingerprint, fingerprint

if TYPE_CHECKING:
    from collections.abc import Callable

    from news.article import Article

WINDOW: Final = timedelta(hours=72)
"""What happened longer apart is another event."""
SURE: Final = 0.55
"""Cosine from which two articles are of one event if nothing contradicts it (measured: 38 of 40)."""
STEP: Final = 0.09
"""How much less is enough for each thing that agrees, and how much more is asked where the days differ."""
LEAST: Final = 0.33
"""Cosine below which nothing that agrees is enough: two accidents in one town on one day."""
HEADLINES: Final = 75
"""Token-set ratio (rapidfuzz, 0 to 100) from which two headlines agree."""
UNCHANGED: Final = 0.8
"""Cosine from which a paper's second article under the same headline tells nothing new."""
FEWEST: Final = 3
"""Telling words in common below which likeness proves nothing, unless facts agree as well."""
CLOSE: Final = 0.02
"""Relative difference of one amount as two papers round it."""
SPELT_ALIKE: Final = 80
"""Ratio (rapidfuzz) from which two spellings are of one name."""
ROUGHLY: Final = 0.5
"""The same of people arrested, of whom papers count others."""
APART: Final = frozenset(
    {"country", "town", "person", "amount", "count", "arrested", "result", "month", "year", "sequel"}
)
"""Sorts of facts in which a contradiction means two events; days of the week only ask for more likeness."""
TOGETHER: Final = frozenset({"town", "person", "amount", "count", "result", "day"})
"""Sorts of facts that two events seldom share: each that agrees makes less likeness enough."""
_PROOF: Final = TOGETHER - {"day"}
"""Those that stand for telling words where these are few."""
_NAME: Final = 4
_LOOKED_AT: Final = 6
"""Articles that share the most; the story, if it is there, is among the first."""
_IMAGINED: Final = 300
"""Articles of an ordinary week that every word is also weighed against: a list of five proves nothing."""
# Words of every second story; they prove little, and an index of a few articles can't know that yet.
_EVERYDAY: Final = frozenset(
    stem(word)
    for words in (
        "বাংলাদেশ বাংলাদেশি প্রবাসী প্রবাস বিদেশ বিদেশি দেশ দেশি সরকার সরকারি মন্ত্রণালয় মন্ত্রী",
        "উপদেষ্টা সচিব পুলিশ থানা দূতাবাস হাইকমিশন নিহত আহত গ্রেপ্তার অভিযান দুর্ঘটনা সড়ক",
        "হাসপাতাল পরিবার স্বজন যুবক ব্যক্তি নাগরিক মানুষ উপজেলা জেলা গ্রাম এলাকা শহর রাজধানী ঢাকা",
        "ইউনিয়ন বাড়ি উদ্ধার শ্রমিক ভিসা অভিবাসী অবৈধ বৈধ কর্মসংস্থান রেমিট্যান্স আয় ব্যাংক",
        "ডলার টাকা কোটি লাখ হাজার শতাংশ আয়োজন অনুষ্ঠান উপস্থিত সভাপতি সাধারণ সম্পাদক কমিটি সংগঠন",
        "কমিউনিটি রাষ্ট্রদূত কর্মকর্তা কর্তৃপক্ষ সংবাদ বিজ্ঞপ্তি ঘোষণা শুরু বন্ধ অনুষ্ঠিত ফেরত",
        "শনিবার রোববার সোমবার মঙ্গলবার বুধবার বৃহস্পতিবার শুক্রবার মামলা আদালত রায় অভিযোগ তদন্ত",
        "শিশু নারী তরুণ ছেলে মেয়ে স্ত্রী সন্তান ভাই ম্যাচ গোল দল জয় খেলা কাজ কর্মস্থল বাসা পথ",
        "শেষ ভোর রাত সময় ঘটে ঘটেছে এল আসে আসা এসেছে আসছে যান যাচ্ছেন যাচ্ছিলেন গিয়েছিলেন পৌঁছান",
        "পৌঁছেছেন পাঠানো পাঠিয়েছেন পাঠাল ফেরা ফেরার ফিরছিলেন গেল দায়ে কারণ অবস্থান বিশেষ গত",
        "চলতি আগামী একই প্রথম দ্বিতীয় তৃতীয় পরিচয় নাম বয়স ভূমিকা লক্ষ্য উদ্যোগ কথা সাংবাদিক",
        "প্রতিষ্ঠান সংস্থা বিভাগ কেন্দ্র কেন্দ্রীয় জাতীয় আন্তর্জাতিক সদস্য নেতা প্রধান অতিথি",
        "বক্তা আহ্বান আশা প্রকাশ হয়নি করেনি পাবেন পারবেন যাবে দেওয়া দিয়েছে দিয়েছেন দিচ্ছে",
        "নেবে নেওয়া নিয়েছে থাকা থাকবে থাকতেন ছাড়াও তাদের নিজের বলেও জানান জানানো রাখা রেখেছে",
        "উঠেছে পড়ে পড়েছে হারিয়েছেন চালানো চালায় চালিয়ে দাঁড়িয়েছে বর্তমান সাবেক তুলনা",
        "হালনাগাদ",
    )
    for word in words.split()
)
_EVERYDAY_SHARE: Final = 0.15


@dataclass(frozen=True, slots=True)
class Known:
    """An article that others are compared with; `story` is the id of the first about its event.

    `paper` is its host, with the port where that is not the usual one.
    """

    id: int
    story: int
    paper: str
    at: datetime
    print: Fingerprint


class Recent:
    """The articles of the last three days. `stories_of` looks, `add` remembers, `prune` forgets."""

    def __init__(self) -> None:
        """Empty."""
        self._known: dict[int, Known] = {}
        self._having: defaultdict[str, set[int]] = defaultdict(set)
        self._telling: defaultdict[int, set[int]] = defaultdict(set)

    def __len__(self) -> int:
        return len(self._known)

    def add(self, one: Known) -> None:
        """Remember an article, in the place of what was known under its id."""
        self._forget(one.id)
        self._known[one.id] = one
        self._telling[one.story].add(one.id)
        for term in one.print.terms:
            self._having[term].add(one.id)

    def prune(self, now: datetime) -> None:
        """Forget what is too old to be about the same event as anything that comes from now on."""
        for number in [one.id for one in self._known.values() if one.at < now - WINDOW]:
            self._forget(number)

    def stories_of(self, mine: Fingerprint, paper: str, at: datetime) -> list[int]:
        """The stories that an article of `paper` can belong to, being of the same event; the likest first.

        A paper's second article about an event is a new development, unless it is the first once more.
        """
        found = [
            other.story
            for likeness, other in self._most_alike(mine, at)
            if same_event(mine, other.print, likeness) and self._belongs(mine, paper, other.story)
        ]
        return list(dict.fromkeys(found))

    def likeness(self, one: Fingerprint, other: Fingerprint) -> float:
        """Cosine of the two TF-IDF vectors, 0 to 1, words weighed by how rare they are here."""
        return _product(one, other, self._rarity) / (
            math.sqrt(_product(one, one, self._rarity) * _product(other, other, self._rarity)) or 1.0
        )

    def _belongs(self, mine: Fingerprint, paper: str, story: int) -> bool:
        told = (self._known[number] for number in self._telling[story])
        own = [one.print for one in told if _one_paper(one.paper, paper)]
        return not own or any(self._is_reprint(mine, one) for one in own)

    def _is_reprint(self, mine: Fingerprint, other: Fingerprint) -> bool:
        """Whether a paper has printed an article twice, at another address: the headline and every number."""
        same = mine.headline == other.headline != "" and mine.numbers == other.numbers
        return same and self.likeness(mine, other) >= UNCHANGED

    def _most_alike(self, mine: Fingerprint, at: datetime) -> list[tuple[float, Known]]:
        """The few that share the most telling words, likest first."""
        shared: defaultdict[int, float] = defaultdict(float)
        for term in mine.terms.keys() - _EVERYDAY:
            rarity = self._rarity(term)
            for number in self._having.get(term, ()):
                shared[number] += rarity
        near = [self._known[number] for number in nlargest(_LOOKED_AT, shared, key=shared.__getitem__)]
        rated = [(self.likeness(mine, one.print), one) for one in near if abs(one.at - at) <= WINDOW]
        return sorted(rated, key=lambda pair: (-pair[0], pair[1].id))

    def _rarity(self, term: str) -> float:
        """Inverse document frequency, as if an ordinary week had been read before."""
        imagined = _IMAGINED * _EVERYDAY_SHARE if term in _EVERYDAY else 1
        return math.log((len(self._known) + _IMAGINED) / (len(self._having.get(term, ())) + imagined))

    def _forget(self, number: int) -> None:
        if one := self._known.pop(number, None):
            _discard(self._telling, one.story, number)
            for term in one.print.terms:
                _discard(self._having, term, number)


def _discard(index: defaultdict[Any, set[int]], entry: Any, number: int) -> None:
    index[entry].discard(number)
    if not index[entry]:
        del index[entry]


def _product(one: Fingerprint, other: Fingerprint, rarity: Callable[[str], float]) -> float:
    shared = one.terms.keys() & other.terms.keys()
    return sum(one.terms[term] * other.terms[term] * rarity(term) ** 2 for term in shared)


def _one_paper(one: str, other: str) -> bool:
    """Whether two hosts are of one paper: nagorik.paper.example is paper.example's."""
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def same_event(one: Fingerprint, other: Fingerprint, likeness: float) -> bool:
    """Whether two articles, as alike as `likeness`, are about one event, by what agrees and contradicts."""
    asked, proven = SURE, len(one.terms.keys() & other.terms.keys() - _EVERYDAY) >= FEWEST
    for sort in one.facts.keys() & other.facts.keys():
        agree, contradict = _compared(sort, one, other)
        if contradict and sort in APART:
            return False
        proven = proven or (agree and sort in _PROOF)
        asked += STEP * (contradict - (agree and sort in TOGETHER))
    if not proven:
        return False
    agreeing = fuzz.token_set_ratio(one.title, other.title) >= HEADLINES
    return likeness >= max(asked - STEP * agreeing, LEAST)


def same_story(one: Article, other: Article) -> bool:
    """Whether two articles of different papers, of the same three days, are about one event."""
    prints = fingerprint(one), fingerprint(other)
    return same_event(*prints, Recent().likeness(*prints))


def _compared(sort: str, one: Fingerprint, other: Fingerprint) -> tuple[bool, bool]:
    """Whether facts of a sort agree; whether they contradict: both have key ones the other never tells."""
    mine, its = one.facts[sort], other.facts[sort]
    close = ROUGHLY if sort == "arrested" else CLOSE
    met, agree = False, False
    subjects = mine.key.keys() & its.key.keys()
    for about in subjects:
        ours = [_told(value, its.told[about], close) for value in mine.key[about]]
        theirs = [_told(value, mine.told[about], close) for value in its.key[about]]
        met = met or any(ours) or any(theirs)
        # Each in a part of New York of its own: that both name the city says nothing.
        elsewhere = sort == "town" and not all(ours) and not all(theirs)
        agree = agree or ((any(ours) or any(theirs)) and not elsewhere)
    return agree, bool(subjects) and not met


def _told(value: str | float, told: frozenset[str | float], close: float) -> bool:
    return any(_one(value, other, close) for other in told)


def _one(this: str | float, that: str | float, close: float) -> bool:
    """Whether two values are one: names spelt alike, amounts rounded differently."""
    if isinstance(this, str) and isinstance(that, str):
        return this == that or _alike(*sorted((this, that), key=len))
    return abs(float(this) - float(that)) <= close * max(float(this), float(that))


def _alike(short: str, long: str) -> bool:
    """Whether two different names are one: কামাল is কামালউদ্দিন, আমিন is আমীন."""
    is_name = short[0].isalpha() and len(short) >= _NAME
    return is_name and (long.startswith(short) or fuzz.ratio(short, long) >= SPELT_ALIKE)
