"""Whether a summary that somebody else wrote says nothing but what the article says. Pure.

Bengali has no capital letters to know a name by. So every word has to occur in the article, in whatever
ending or spelling, save those that any report may use: no name, place or deed passes that is not in it. True
summaries in other words are turned away too; the summary of the story's own sentences stands then.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from news.geography.places import HOME
from news.language.keys import is_stop, key, keys
from news.language.sentences import split
from news.language.stems import stem
from news.language.text import bengali_share, nfc_pattern
from news.language.words import ORDINARY, STOP, VERBS, WEIGHTY
from news.story import facts
from news.summary.counted import DATE, HOUR, counts, same_kind
from news.summary.standing import has_end, is_aside, leans

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from news.article import Article
    from news.summary.counted import Count

MOST_SENTENCES: Final = 3
_SHORTEST: Final = 40
_BENGALI: Final = 0.8
_NEAR: Final = 4
"""Words after a number in which the article has to name what is counted."""
_PROMISED: Final = 0.3
"""Of the headline's words, how many a summary tells at least; what is about something else is none."""

_TOGETHER: Final = 1 / 3
"""Of what a sentence tells beside a place, how much one sentence of the article about it tells at least."""

_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_MARKUP: Final = re.compile(r"https?:|www\.|[<>*#`@{}\[\]|\\]|(?:\d[\s-]?){9,}")
_QUOTED: Final = re.compile('“([^”]+)”|‘([^’]+)’|"([^"]+)"|«([^»]+)»')
_NOT: Final = nfc_pattern(r"^(?:না|নি|নেই|নয়|নন|নহে|.+(?:[েয়নল]|[কখছড়ঝনপরল]ি)নি)$")
"""Not তিনি, বাহিনী and কোম্পানি."""
_VERB: Final = nfc_pattern(
    rf"(?=.{{4}})(?:{'|'.join(sorted(VERBS.split(), key=len, reverse=True))})"
    r"(?:(?:ে|িয়ে|য়ে)?(?:ছে|ছিল|চ্ছে|বে|ল|ত|তে|লে)(?:ন|েন)?|া|ে|িয়ে|য়ে|ওয়া)"
)
_ORDERS: Final = frozenset(
    map(key, ("করুন", "লিখুন", "দেখুন", "পড়ুন", "জানুন", "ভুলুন", "থাকুন", "বলুন", "শুনুন", "খুলুন", "কিনুন", "নিন", "জিতুন"))
)
"""What speaks to the reader is no news, and may be what a page told the model to say."""
_COUNTERS: Final = frozenset(map(key, ("জন", "টি", "টা", "হাজার", "লাখ", "কোটি", "শতাধিক")))


@dataclass(frozen=True, slots=True)
class _Sentence:
    """The places that one sentence names, and the words beside them that say something."""

    places: frozenset[facts.Fact]
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Told:
    """What an article says, for looking up."""

    order: tuple[str, ...]  # its keys, one after the other
    known: frozenset[str]
    places: frozenset[facts.Fact]
    counts: frozenset[Count]
    sentences: tuple[_Sentence, ...]


def fault(text: str, article: Article, most_characters: int) -> str:
    """What is wrong with `text` as the summary of `article`, in a word for the log; empty if nothing is."""
    if len(text) > most_characters:
        return "form"
    told = _told(article)
    said = _keys(text)
    found = {
        "form": not _has_form(text, article.title, most_characters),
        "language": bengali_share(text) < _BENGALI,
        "number": not _numbers_hold(said, counts(text), told),
        "place": not _places(text) <= told.places,
        "quotation": not all(_runs(_keys(quote), told.order) for quote in _quotes(text)),
        "negation": not _denies_the_same(said, told),
        "order": not _ORDERS.isdisjoint(said),
        "word": bool(_strange(said, told)),
        "subject": not _is_about(said, article.title),
        "scene": not all(_there(one, told) for one in _sentences(text)),
    }
    return next((name for name, wrong in found.items() if wrong), "")


def _has_form(text: str, title: str, most: int) -> bool:
    """One to three whole sentences in one piece, which stand alone and fit."""
    sentences = split(text)
    if not 1 <= len(sentences) <= MOST_SENTENCES or not _SHORTEST <= len(text) <= most:
        return False
    whole = all(has_end(one) and not is_aside(one, title, needs_end=True) for one in sentences)
    return whole and not leans(sentences[0]) and not _MARKUP.search(text) and "\n" not in text


def _told(article: Article) -> _Told:
    texts = (article.title, *article.paragraphs)
    order = tuple(one for text in texts for one in _keys(text))
    counted = frozenset(count for text in texts for count in counts(text))
    sentences = tuple(one for text in texts for one in _sentences(text))
    return _Told(order, frozenset(order), _places(*texts), counted, sentences)


def _sentences(text: str) -> list[_Sentence]:
    return [_Sentence(_places(one), frozenset(_telling(one))) for one in split(text)]


def _telling(sentence: str) -> list[str]:
    """The words of `sentence` that say what happened: no numbers, places or words of any report."""
    words = (one for one in _keys(sentence) if not (one.isdecimal() or is_stop(one) or one in _ordinary()))
    return [one for one in words if not _VERB.fullmatch(one) and not _places(one)]


def _keys(text: str) -> list[str]:
    """The keys of `text`, numbers in letters as digits, so that সাতজন is 7."""
    return [number if (number := stem(one)).isdecimal() else one for one in keys(text)]


def _places(*texts: str) -> frozenset[facts.Fact]:
    return frozenset(fact for text in texts for fact in facts.countries(text) | facts.towns(text))


def _numbers_hold(said: Sequence[str], counted: Sequence[Count], told: _Told) -> bool:
    """Each number is in the article, and counts there what it counts here: no hour is so many people."""
    if not all(_has_count(told, number, kind) for number, kind in counted):
        return False
    moments = {number for number, kind in counted if kind in {HOUR, DATE}}
    return all(
        _counts_same(one, "" if one in moments else _counted(said[at + 1 :]), told.order)
        for at, one in enumerate(said)
        if any(sign.isdecimal() for sign in one)
    )


def _has_count(told: _Told, number: str, kind: str) -> bool:
    return any(number == there and same_kind(kind, other) for there, other in told.counts)


def _there(sentence: _Sentence, told: _Told) -> bool:
    """Whether the article tells of each place abroad of a sentence some of what the sentence tells of it."""
    abroad = [place for place in sentence.places if HOME not in place]
    least = _TOGETHER * len(sentence.words)
    return all(
        not (about := [one for one in told.sentences if place in one.places])
        or any(len(one.words & sentence.words) >= least for one in about)
        for place in abroad or sentence.places
    )


def _denies_the_same(said: Sequence[str], told: _Told) -> bool:
    """Whether it says no where the article has the word, and what is only denied there is denied here."""
    if not {one for one in said if _NOT.match(one)} <= told.known:
        return False
    denied, affirmed = _pairs(told.order)
    return (denied - affirmed).isdisjoint(_pairs(said)[1])


def _pairs(order: Sequence[str]) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """Two words after each other that না or its like follows, and those that something else does."""
    denied: set[tuple[str, str]] = set()
    affirmed: set[tuple[str, str]] = set()
    for one, other, after in zip(order, order[1:], [*order[2:], ""], strict=False):
        (denied if _NOT.match(after) else affirmed).add((one, other))
    return denied, affirmed


def _counted(after: Iterable[str]) -> str:
    """The first word of `after` that can be counted."""
    return next((one for one in after if one not in _COUNTERS and not is_stop(one)), "")


def _counts_same(number: str, counted: str, order: Sequence[str]) -> bool:
    places = [at for at, one in enumerate(order) if one == number]
    if not counted or counted not in order or _YEAR.fullmatch(number):
        return bool(places)
    return any(counted in order[at + 1 : at + 1 + _NEAR + 1] for at in places)


def _quotes(text: str) -> list[str]:
    return ["".join(match.groups("")) for match in _QUOTED.finditer(text)]


def _runs(part: Sequence[str], order: Sequence[str]) -> bool:
    """Whether `part` is in `order`, one word after the other, and not denied by what follows."""
    size = len(part)
    places = (at for at in range(len(order) - size + 1) if list(order[at : at + size]) == list(part))
    return any(not _NOT.match("".join(order[at + size : at + size + 1])) for at in places)


def _strange(said: Iterable[str], told: _Told) -> set[str]:
    """The words that the article doesn't have, and that not any report may use."""
    new = {one for one in said if one not in told.known and one not in _ordinary()}
    return {one for one in new if not _VERB.fullmatch(one)}


@cache
def _ordinary() -> frozenset[str]:
    return frozenset(_keys(f"{ORDINARY} {STOP}")) - frozenset(_keys(WEIGHTY))


def _is_about(said: Sequence[str], title: str) -> bool:
    promised = {one for one in _keys(title) if not is_stop(one)}
    return len(promised.intersection(said)) >= _PROMISED * len(promised)
