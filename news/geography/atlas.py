"""The names of gazetteer/*.toml found in Bengali text, with the endings they take. Pure.

`names` count by themselves, `people` (adjectives, leaders, offices) for less, `weak` ones (plain words, first
names) only where a second sign of their country is near; `nowhere` is none of them. A name that two countries
list is the other's where only that is spoken of. `নাপোলি/নেপলস` are one place, the first its name,
for a country itself its `bn`.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from news.language.folded import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Kind = Literal["names", "people", "weak", "nowhere"]
HOME: Final = "BD"
STOP: Final = "|"
"""The token at which a sentence ends."""

_TOKEN: Final = re.compile("[\u0980-\u09e5\u09f0-\u09fe\u200b-\u200d]+|[A-Za-z]+|[।॥|!?;]")
_UNSEEN: Final = re.compile("[\u200b-\u200d]")
_LONGEST: Final = 60
"""Letters of a word that are looked at: more than any name has with its endings."""
_COUNTRY: Final = fold("বাংলাদেশ")


def _words(*lines: str) -> list[str]:
    return [fold(word) for line in lines for word in line.split()]


def _alternatives(*lines: str) -> str:
    return "|".join(sorted(_words(*lines), key=len, reverse=True))


_JOINED: Final = _alternatives(
    "প্রবাসী ভিত্তিক বাসী নিবাসী ফেরত গামী মুখী যাত্রী যাত্রা জুড়ে সহ বিরোধী পন্থী সমর্থিত সংলগ্ন অধ্যুষিত কেন্দ্রিক"
    " প্রবাস মিশন জয়ী বন্দর"
)
_CASES: Final = _alternatives(
    "র ের এর য়ের রও েরও য়েরও রই েরই কে কেও কেই ও ই রা েরা দের দেরও দেরকে টি টির টিকে টিরও গুলো গুলোর"
)
_IN: Final = _alternatives("ে েও েই তে তেও তেই য় য়ে য়তে য়ও য়েও য়েই টিতে স্থ")
_ENDING: Final = re.compile(rf"(?P<joined>{_JOINED})?(?P<case>{_CASES}|(?P<within>{_IN}))?")
SOURCE: Final = fold("ভিত্তিক")
_NEAR: Final = 2
_SIGNS: Final = frozenset(
    _words(
        "শহর শহরে শহরের রাজধানী রাজধানীর সরকার সরকারের প্রেসিডেন্ট প্রধানমন্ত্রী সেনাবাহিনী সেনা প্রবাসী প্রবাসীরা দূতাবাস",
        "আফ্রিকার দেশ সেনাশাসক জান্তা জাতিসংঘ জাতিসংঘের শান্তিরক্ষী শান্তিরক্ষীর শান্তিরক্ষা",
    )
)
_HOME_SIGNS: Final = frozenset(_words("উপজেলা উপজেলার উপজেলায় থানা থানার জেলা জেলার ঢাকার"))
"""What, beside a weak name, says that it is a place; and one in Bangladesh."""


@dataclass(frozen=True, slots=True)
class Name:
    """What a name stands for; several countries where they share it."""

    place: str
    """The name of several spellings that stands for all."""
    kind: Kind
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mention:
    """A country named in a text: the tokens it takes (`first` to `last`) and how it is used there."""

    code: str
    place: str
    """Its name in one spelling, whichever the text has."""
    kind: Kind
    first: int
    last: int
    within: bool
    """Whether its ending says that something is or goes there."""
    ending: str


@dataclass(frozen=True, slots=True)
class Atlas:
    """The names, in one spelling: those of one word, and those of several by their first word."""

    countries: dict[str, tuple[str, str]]  # code → (bn, en)
    single: dict[str, Name]
    several: dict[str, tuple[tuple[tuple[str, ...], Name], ...]]
    lasts: frozenset[str]


@cache
def atlas() -> Atlas:
    """The files beside this module, read once: they are part of the program, not of the configuration."""
    countries: dict[str, tuple[str, str]] = {}
    names: dict[tuple[str, ...], Name] = {}
    for file in sorted(Path(__file__).with_name("gazetteer").glob("*.toml")):
        for code, table in tomllib.loads(file.read_text(encoding="utf-8")).items():
            if isinstance(table, str):
                table = {"nowhere": table}  # noqa: PLW2901 - the list of what is no place
            else:
                countries[code] = (unicodedata.normalize("NFC", table["bn"]), table["en"])
            _gather(names, code, table)
    return _atlas(countries, names)


def _gather(names: dict[tuple[str, ...], Name], code: str, table: dict[str, str]) -> None:
    kinds: tuple[Kind, ...] = ("nowhere", "weak", "people", "names")
    for kind in kinds:
        for listed in filter(str.strip, table.get(kind, "").split(",")):
            place, *others = (tuple(tokens(one)) for one in listed.split("/"))
            for key in (place, *others):
                shared = names[key].codes if key in names and names[key].kind == kind else ()
                own = () if kind == "nowhere" or code in shared else (code,)
                names[key] = Name(" ".join(place), kind, (*shared, *own))


def _atlas(countries: dict[str, tuple[str, str]], names: dict[tuple[str, ...], Name]) -> Atlas:
    several: dict[str, list[tuple[tuple[str, ...], Name]]] = {}
    for words, name in names.items():
        if len(words) > 1:
            several.setdefault(words[0], []).append((words, name))
    return Atlas(
        countries,
        {words[0]: name for words, name in names.items() if len(words) == 1},
        {first: tuple(sorted(all_, key=lambda one: -len(one[0]))) for first, all_ in several.items()},
        frozenset(words[-1] for words in names),
    )


def tokens(text: str) -> list[str]:
    """The words of `text` in one spelling, and the ends of its sentences."""
    return [_one(token[:_LONGEST]) for token in _TOKEN.findall(text)]


@lru_cache(maxsize=65_536)
def _one(found: str) -> str:
    if found in "।॥|!?;":
        return STOP
    # চীন is not চিন, as in চিনতে and চিনে; all other names can do without ী.
    return fold(_UNSEEN.sub("", found).replace("চীন", "চঈন")).replace("ঙ্", "ং")


def mentions(texts: Sequence[Sequence[str]], known: frozenset[str] = frozenset()) -> list[list[Mention]]:
    """The countries that the tokens of each text name, in their order, each token used once.

    Weak names count where their country is `known`, or named for certain in any text, or a sign is near.
    """
    found = [list(_found(words)) for words in texts]
    certain = [name for text in found for name, _ in text if name.kind in {"names", "people"}]
    sure = {name.codes[0] for name in certain if len(name.codes) == 1}
    if any(not _HOME_SIGNS.isdisjoint(words) for words in texts):
        sure.add(HOME)
    return [
        [one for name, mention in text if (one := _settled(name, mention, words, known | sure))]
        for words, text in zip(texts, found, strict=True)
    ]


def _settled(name: Name, mention: Mention, words: Sequence[str], known: frozenset[str]) -> Mention | None:
    if name.kind == "nowhere":
        return None
    if name.kind != "weak":
        return replace(mention, code=next((code for code in name.codes if code in known), name.codes[0]))
    around = set(_around(words, mention))
    if HOME in name.codes and around & _HOME_SIGNS:
        code = HOME
    elif not known:  # nothing says that it happens abroad
        code = HOME if name.codes == (HOME,) and mention.within else ""
        code = code or (name.codes[-1] if around & _SIGNS else "")
    else:
        code = next((code for code in name.codes if code in known and code != HOME), "")
        code = code or (HOME if HOME in name.codes and HOME in known else "")
        code = code or (name.codes[-1] if around & _SIGNS else "")
    return replace(mention, code=code, kind="names") if code else None


def _around(words: Sequence[str], mention: Mention) -> Iterator[str]:
    yield from words[max(0, mention.first - _NEAR) : mention.first]
    yield from words[mention.last + 1 : mention.last + 1 + _NEAR]


def _found(words: Sequence[str]) -> Iterator[tuple[Name, Mention]]:
    """Names at each token, the longest first."""
    several, used = atlas().several, -1
    for at, word in enumerate(words):
        if at <= used or not (word in several or readings(word)):
            continue
        hit = (_several(words, at) if word in several else None) or _single(words, at)
        if hit:
            yield hit
            used = hit[1].last


def _several(words: Sequence[str], at: int) -> tuple[Name, Mention] | None:
    for name_words, name in atlas().several[words[at]]:
        last = at + len(name_words) - 1
        if last < len(words) and tuple(words[at:last]) == name_words[:-1]:
            for stem, ending in readings(words[last]):
                if stem == name_words[-1]:
                    return name, _mention(name, at, last, ending)
    return None


def _single(words: Sequence[str], at: int) -> tuple[Name, Mention] | None:
    single = atlas().single
    for stem, ending in readings(words[at]):
        if stem in single:
            return single[stem], _mention(single[stem], at, at, ending)
    return None


def _mention(name: Name, first: int, last: int, ending: str) -> Mention:
    match = _ENDING.fullmatch(ending)
    within = match is not None and match["within"] is not None and not match["joined"]
    return Mention("", name.place, name.kind, first, last, within, ending)


@lru_cache(maxsize=65_536)
def readings(word: str) -> tuple[tuple[str, str], ...]:
    """The ways `word` can be the last word of a name and an ending, the longest name first."""
    lasts = atlas().lasts
    ends = range(len(word), 1, -1)
    return tuple(
        (word[:end], word[end:]) for end in ends if word[:end] in lasts and _ENDING.fullmatch(word[end:])
    )


def ahead(words: Sequence[str], at: int, most: int) -> list[str]:
    """The tokens after the one at `at`, `most` of them, to the end of its sentence."""
    after = list(words[at + 1 : at + 1 + most])
    return after[: after.index(STOP)] if STOP in after else after


def is_source(mention: Mention) -> bool:
    """Whether it only says where a paper or an agency is: লন্ডনভিত্তিক."""
    return mention.ending.startswith(SOURCE)


def is_home_country(word: str) -> bool:
    """Whether `word` is বাংলাদেশ in any case, not বাংলাদেশি."""
    rest = word.removeprefix(_COUNTRY)
    return rest != word and (not rest or _ENDING.fullmatch(rest) is not None)
