"""Facts that tell similar events apart, found in Bengali text: places, people, amounts, results, dates. Pure.

Each is a pair of what it is about and its value: ("IT", a town of Italy), ("টাকা", an amount of them). How many
died or were arrested is no such fact: papers count differently, and the count of one event grows.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from news.geography import atlas
from news.language import keys
from news.language.folded import fold
from news.language.stems import stem, stems
from news.language.text import latin_digits, nfc_pattern

if TYPE_CHECKING:
    from collections.abc import Iterable

Fact = tuple[str, str | float]


def _either(words: str) -> str:
    return "|".join(sorted(words.split(), key=len, reverse=True))


_WORD: Final = re.compile(r"[\u0980-\u09e5\u09f0-\u09fe\u200c\u200d]+")
_HOME_TOWN: Final = nfc_pattern(
    "([ঀ-৿]{2,}(?:পুর|গঞ্জ|নগর|গাঁও|হাট|খালী|ছড়ি|বাড়িয়া|কান্দি|দিয়া|ডাঙ্গা|মারী|গাছা|সিংদী|পাশা))(?:ের|য়ের|ে|তে|য়|র)?"
)
_NO_TOWN: Final = frozenset(unicodedata.normalize("NFC", word) for word in ("দুপুর", "মহানগর", "ভরপুর"))
# রহিম উদ্দিন (৩৫): who is named with an age is whom the news is about.
_AGE: Final = nfc_pattern(r" ?\([০-৯\d]{1,2}\)")
_SURNAMES: Final = _either(
    "মিয়া হোসেন হোসাইন আলী আলি খান ইসলাম আহমেদ আহমদ রহমান উদ্দিন উদ্দীন বেগম আক্তার আখতার খাতুন চৌধুরী দাস মোল্লা"
    " হক উল্লাহ হাসান হাওলাদার মণ্ডল সিকদার শিকদার তালুকদার ভূঁইয়া ভুঁইয়া পারভীন সুলতানা ফকির মাতুব্বর বেপারী"
    " আলম রানা মিঞা মজুমদার দেওয়ান সরদার প্রামাণিক খন্দকার মৃধা পাটোয়ারী লস্কর বড়ুয়া মাহমুদ নাহার"
)
_SURNAME: Final = nfc_pattern(rf" (?:{_SURNAMES})(?:ের|য়ের|কে|র|ে)?(?![ঀ-৿])")
_NO_NAMES: Final = (
    "মো মোহাম্মদ মুহাম্মদ মোসা মোছা সৈয়দ শেখ নিহত আহত মৃত প্রবাসী বাংলাদেশি যুবক ব্যক্তি নারী তরুণ শিশু নাম ড ডা ওসি"
    " হলো হলেন ছেলে মেয়ে স্ত্রী ভাই বোন ছোট বড় বাসিন্দা"
)
_WHO: Final = "বাংলাদেশি প্রবাসী যুবক তরুণ তরুণী শ্রমিক কর্মী ব্যবসায়ী শিক্ষার্থী ছাত্র চালক নাবিক"
# বাংলাদেশি সোহেল রানা নিহত; জসিম সরকার নামে এক প্রবাসী: two words of which none is anything but a name.
_DEAD: Final = nfc_pattern(rf"(?:{_either(_WHO)}) ((?:[ঀ-৿]{{2,}} ){{2}})(?:নিহত|খুন|মারা)(?![ঀ-৿])")
_CALLED: Final = nfc_pattern(r"((?:[ঀ-৿]{2,} ){2})(?:নামে|নামের) (?:এক|একজন)(?![ঀ-৿])")
_NO_NAME: Final = nfc_pattern("(?:ে|তে|য়|কে|সহ|দের|রা|ের|জন|টি)$")
"""How words end that are where, when or whose."""
_ORDINARY: Final = frozenset(
    map(
        stem,
        (
            f"{_WHO} নির্মাণ পুলিশ কর্মকর্তা দম্পতি সাংবাদিক চিকিৎসক প্রকৌশলী নাগরিক গৃহকর্মী গৃহবধূ রেমিট্যান্স যোদ্ধা বাবা মা"
            " স্বামী স্ত্রী ভাই বোন ছেলে মেয়ে শিশু কিশোর কিশোরী বংশোদ্ভূত মালিক দোকানি দোকান রেস্তোরাঁ ইমাম"
            " কৃষক ডেলিভারিম্যান অভিবাসী পথচারী"
        ).split(),
    )
)
_COMMON_IN_NAMES: Final = frozenset(map(stem, f"{_SURNAMES.replace('|', ' ')} {_NO_NAMES}".split()))
_SCALES: Final = {
    "শ": 1e2, "শত": 1e2, "হাজার": 1e3, "লাখ": 1e5, "লক্ষ": 1e5, "মিলিয়ন": 1e6, "কোটি": 1e7, "বিলিয়ন": 1e9,
}  # fmt: skip
_UNITS: Final = {
    "ডলার": "ডলার", "টাকা": "টাকা", "রিয়াল": "রিয়াল", "দিরহাম": "দিরহাম", "রিঙ্গিত": "রিঙ্গিত", "ইউরো": "ইউরো",
    "পাউন্ড": "পাউন্ড", "দিনার": "দিনার", "শতাংশ": "শতাংশ", "কেজি": "ওজন", "কিলোগ্রাম": "ওজন", "ভরি": "ভরি",
    "কর্মী": "কর্মী", "শ্রমিক": "কর্মী", "ভিসা": "ভিসা",
}  # fmt: skip
_DIGITS: Final = r"\d[\d,]*(?:\.\d+)?"
_CAPITAL: Final = (atlas.HOME, fold("ঢাকা"))
"""Whatever happens to Bangladeshis is announced in the capital."""
_PART: Final = nfc_pattern(rf"({_DIGITS})((?: (?:{_either(' '.join(_SCALES))}))*)")
_AMOUNT: Final = nfc_pattern(
    rf"((?:{_DIGITS}(?: (?:{_either(' '.join(_SCALES))}))* )+)(?:মার্কিন )?({_either(' '.join(_UNITS))})"
)
_RESULT: Final = re.compile(r"(?<![\d.\-–—])(\d{1,3})\s?[-–—]\s?(\d{1,3})(?![\d\-–—])")
_MONTHS: Final = (
    "জানুয়ারি জানুয়ারী", "ফেব্রুয়ারি ফেব্রুয়ারী", "মার্চ", "এপ্রিল", "মে", "জুন", "জুলাই", "আগস্ট আগষ্ট",
    "সেপ্টেম্বর", "অক্টোবর", "নভেম্বর", "ডিসেম্বর",
)  # fmt: skip
_ORDINALS: Final = "প্রথম দ্বিতীয় তৃতীয় চতুর্থ পঞ্চম ষষ্ঠ শেষ"
_ORDERED: Final = nfc_pattern(rf"(?<![ঀ-৿])({_either(_ORDINALS)}) ([ঀ-৿-]+)")
_ROUNDS: Final = ("ওয়ানডে", "টেস্ট", "টি-টোয়েন্টি", "টোয়েন্টি", "ম্যাচ", "দফা", "ধাপ", "পর্ব", "পর্যায়")
_GAMES: Final = frozenset(map(stem, _ROUNDS))
_NOT_COUNTED: Final = _either(
    " ".join(("হাজার লাখ কোটি শ বছর মাস দিন ঘণ্টা মিনিট টায় টার সাল তারিখ", *_UNITS, *_MONTHS))
)
_COUNTED: Final = nfc_pattern(
    rf"(?<![\d.,–-])(\d{{2,}}(?: (?:হাজার|লাখ|কোটি))*)(?:টি|জন|টা|জনের|জনকে)? ?(?!\d|{_NOT_COUNTED})(?=[ঀ-৿])"
)
_VICTIMS: Final = frozenset(map(stem, ("নিহত", "আহত", "নিখোঁজ")))
_ARREST: Final = stem("আটক")
_PEOPLE: Final = nfc_pattern(
    rf"(?<![\d.,–-])(\d+(?: (?:হাজার|লাখ))*)(?: ?জন)? (?:{_either(_WHO + ' বিদেশি অভিবাসী নাগরিক ব্যক্তি নারী পুরুষ')})"
)
_SEQUELS: Final = {
    "protest": nfc_pattern("মানববন্ধন|বিচার দাবি|বিচারের দাবি|বিচার চেয়ে"),
    "burial": nfc_pattern(
        "দাফন|জানাজা|(?:মরদেহ|লাশ) (?:[ঀ-৿]+ )?(?:দেশে|এসেছে|এল|আসছে|ফিরছে|ফিরল|ফিরেছে|পৌঁছেছে|পৌঁছাল)"
        "|দেশে (?:[ঀ-৿০-৯]+ ){0,4}(?:মরদেহ|লাশ|কফিন)"
    ),
}
_DAYS: Final = ("শনিবার", "রোববার রবিবার", "সোমবার", "মঙ্গলবার", "বুধবার", "বৃহস্পতিবার বৃহস্পতি", "শুক্রবার")
_CALENDAR: Final = {
    unicodedata.normalize("NFC", word): (kind, str(value))
    for kind, names in (("month", _MONTHS), ("day", _DAYS))
    for value, line in enumerate(names, 1)
    for word in line.split()
}
_NAMED_DAY: Final = nfc_pattern(
    rf"(?<![ঀ-৿])({_either(' '.join(_CALENDAR))})(?:য়ের|য়ে|ের|তে|ে|র)?(?:ও)?(?![ঀ-৿])"
)
_YEAR: Final = re.compile(r"(?<![\d.,])(?:19|20)\d\d(?![\d,])")


def countries(text: str) -> set[Fact]:
    """("abroad", ISO code) for each foreign country named, itself or by a town or people of it."""
    return {("abroad", code) for code, _ in _places(text) if code != atlas.HOME}


def towns(text: str) -> set[Fact]:
    """(ISO code, town) for each town; of Bangladesh's also those that only sound like one."""
    named = {place for place in _places(text) if place[1] and place != _CAPITAL}
    found = (_HOME_TOWN.fullmatch(word) for word in _WORD.findall(text) if not _is_foreign(word))
    return named | {(atlas.HOME, fold(town[1])) for town in found if town and town[1] not in _NO_TOWN}


def _is_foreign(word: str) -> bool:
    """Whether the atlas has `word` as a name, or the end of one, that is not of Bangladesh alone."""
    single = atlas.atlas().single
    known = [single[name].codes for name, _ in atlas.readings(*atlas.tokens(word)) if name in single]
    return bool(known) and known[0] != (atlas.HOME,)


@lru_cache(maxsize=64)
def _places(text: str) -> frozenset[tuple[str, str]]:
    return frozenset((one.code, _town(one)) for one in atlas.mentions([atlas.tokens(text)])[0])


def _town(mention: atlas.Mention) -> str:
    """The name of a town as the gazetteer has it; empty where a country or its people are named."""
    whole = mention.kind != "names" or mention.place == _country(mention.code)
    return "" if whole else mention.place


@cache
def _country(code: str) -> str:
    return " ".join(atlas.tokens(atlas.atlas().countries[code][0]))


def people(text: str) -> set[Fact]:
    """("name", each telling part of it) of those whose names are followed by an age or end in a surname.

    And of those who are said to be called so, or to be dead.
    """
    surnamed = _named(text[: match.start()].split()[-1:] for match in _SURNAME.finditer(text))
    said = (match[1].split() for named in (_DEAD, _CALLED) for match in named.finditer(text))
    return aged(text) | surnamed | _named(words for words in said if all(map(_is_name, words)))


def _is_name(word: str) -> bool:
    """Whether nothing says that `word` is something else."""
    one = stem(word)
    ordinary = one.isdecimal() or one in _ORDINARY or keys.is_stop(keys.key(word))
    return not (ordinary or _NO_NAME.search(word) or _places(word))


def aged(text: str) -> set[Fact]:
    """The same of those whose age is told: whom the news is about, wherever they are named."""
    return _named(text[: match.start()].split()[-2:] for match in _AGE.finditer(text))


def _named(names: Iterable[list[str]]) -> set[Fact]:
    words = [word for name in names for word in name]
    parts = {stem(word) for word in words if not keys.is_stop(keys.key(word)) and not _places(word)}
    return {("name", part) for part in parts - _COMMON_IN_NAMES if len(part) > 2}


def amounts(text: str) -> set[Fact]:
    """(unit, amount): money, weights, shares, quotas; ২৮১ কোটি ৮০ লাখ ডলার is one of 2,818,000,000."""
    plain = _with_digits(text)
    return {(_UNITS[match[2]], _value(match[1])) for match in _AMOUNT.finditer(plain)}


@lru_cache(maxsize=8)
def _with_digits(text: str) -> str:
    """`text` with all its numbers in Latin digits, those in letters too."""
    return " ".join(map(_in_digits, latin_digits(text).split()))


@lru_cache(maxsize=32_768)
def _in_digits(word: str) -> str:
    return number if (number := stem(word)).isdecimal() and not word[0].isdecimal() else word


def _value(written: str) -> float:
    total = 0.0
    for part in _PART.finditer(written):
        value = float(part[1].replace(",", ""))
        for scale in part[2].split():
            value *= _SCALES[scale]
        total += value
    return total


def counts(text: str) -> set[Fact]:
    """("count", number) from 10 on."""
    return {("count", _value(match[1])) for match in _COUNTED.finditer(_with_digits(text))}


def arrested(text: str) -> set[Fact]:
    """("arrested", number) of people, however few, where any are arrested: papers differ, but not tenfold."""
    if _ARREST not in stems(text):
        return set()
    return {("arrested", _value(match[1])) for match in _PEOPLE.finditer(_with_digits(text))}


def sequels(title: str) -> set[Fact]:
    """("sequel", what follows upon an event) if the headline tells that; else "event", the event itself."""
    found = {kind for kind, said in _SEQUELS.items() if said.search(title)}
    return {("sequel", kind) for kind in found or {"event"}}


def counts_victims(text: str) -> bool:
    """Whether numbers in `text` may be of the dead, who become more from hour to hour."""
    return not _VICTIMS.isdisjoint(stems(text))


def results(text: str) -> set[Fact]:
    """("result", "1-3"), ৩–১ being what ১–৩ is; and which of several matches or rounds it was."""
    pairs = (sorted(map(int, match.groups())) for match in _RESULT.finditer(latin_digits(text)))
    played = {(stem(match[2]), match[1]) for match in _ORDERED.finditer(text) if stem(match[2]) in _GAMES}
    return {("result", f"{low}-{high}") for low, high in pairs} | played


def months(text: str) -> set[Fact]:
    """("month", 1 to 12) as named."""
    return {_CALENDAR[match[1]] for match in _NAMED_DAY.finditer(text) if _is_month(match)}


def years(text: str, present: int) -> set[Fact]:
    """("year", one) for those before the `present` one; where none is named, it is of the present."""
    named = {match[0] for match in _YEAR.finditer(latin_digits(text)) if int(match[0]) < present}
    return {("year", year) for year in named or {str(present)}}


def _is_month(match: re.Match[str]) -> bool:
    return _CALENDAR[match[1]][0] == "month"


def days(text: str) -> set[Fact]:
    """("day", 1 to 7) of the week, as named."""
    return {_CALENDAR[match[1]] for match in _NAMED_DAY.finditer(text) if not _is_month(match)}
