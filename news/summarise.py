"""A summary of a story's own sentences. Pure and deterministic; it never writes a word of its own.

A story is the words it is made of. Each is worth more if the story keeps saying it, if the headline promises
it, if the opening sentence has it. The opening sentence is taken, then again and again the one that adds most
worth not yet told, an early one rather than a late one; one that leans on the sentence before only with that.
So does one that points (ওই বিজ্ঞপ্তি, তাঁর) at what neither it nor the headline nor what is taken has told.
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from dataclasses import dataclass
from itertools import accumulate, islice, pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from news.language.keys import is_stop, keys
from news.language.sentences import split
from news.summary.pointing import means_somebody, points_at
from news.summary.standing import (
    goes_back,
    has_end,
    is_aside,
    is_picture,
    is_said_on,
    leads_on,
    leans,
    opened,
    tells_when,
    without_desk,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


_HEADLINE: Final = 300
"""Characters of a headline that are read."""
_MOST: Final = 250
"""Sentences looked at: what a paper tells later is no summary."""
_TOLD: Final = 0.7
"""What a word is still worth once it has been told."""
_TITLE: Final = 2.0
_OPENING: Final = 2.0
"""How much more a word of the headline and of the opening sentence is worth, beside 1."""
_EARLY: Final = 1.25
_FADES: Final = 0.2
_LENGTH: Final = 0.4
"""How much of a sentence's length is held against it: 0 favours long ones, 1 is worth by the word."""
_WHEN: Final = 1.1
"""How much more the first sentence is worth that tells the day and the time of day."""
_SAME: Final = 0.75
"""Shared words, as a part of the shorter sentence, from which two say the same."""
_SAYS_SOMETHING: Final = 3
"""Words of an opening sentence that is one, rather than a cry or a question to catch the eye."""


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    index: int  # among the worthy ones, in the order of the text
    words: frozenset[str]
    leans: bool  # on the one before it
    leads_on: bool  # to the one after it
    points_at: tuple[frozenset[str], ...]  # words of things that have to be told before it
    means_somebody: bool  # of the one before it


class _Told(NamedTuple):
    """A sentence, and whether somebody was speaking when it began and still is when it ends."""

    text: str
    continues: bool
    goes_on: bool
    opens: bool  # its paragraph, or may do so: in a text that has none


def summarise(
    text: str, *, title: str = "", max_sentences: int = 5, max_characters: int | None = None
) -> list[str]:
    """At most `max_sentences` whole sentences of `text` in order, `max_characters` together with spaces.

    None leans on an unsaid one unless the text has no other. Sentences longer than `max_characters` are
    passed over; if none fits the list is empty.
    """
    if max_sentences < 1:
        return []
    headline = unicodedata.normalize("NFC", title[:_HEADLINE])
    sentences = _sentences(unicodedata.normalize("NFC", text), headline)
    room = math.inf if max_characters is None else max_characters
    choice = _Choice(sentences, frozenset(_meaning(headline)), max_sentences, room)
    return [sentence.text for sentence in choice.made()]


def _sentences(text: str, title: str) -> list[_Sentence]:
    """What of `text` can stand in a summary: all of it where that would be nothing."""
    found = list(islice(_told(text), _MOST))
    ended = sum(len(one.text) for one in found if has_end(one.text))
    needs_end = 2 * ended > sum(len(one.text) for one in found)
    worthy = [one for one in found if not is_aside(one.text, title, needs_end=needs_end)] or found
    return [_read(index, one) for index, one in enumerate(worthy)]


def _read(index: int, told: _Told) -> _Sentence:
    words = frozenset(_meaning(told.text))
    leading = leads_on(told.text) or told.goes_on
    leaning = told.continues or leans(told.text) or (index > 0 and goes_back(told.text))
    pointing = points_at(told.text) if index else ()
    meaning = index > 0 and not told.opens and means_somebody(told.text)
    return _Sentence(told.text, index, words, leaning, leading, pointing, meaning)


def _told(text: str) -> Iterator[_Told]:
    paragraphs = [line for line in text.split("\n") if line.strip()]
    for paragraph in [line for line in paragraphs if not is_picture(line)] or paragraphs:
        sentences = split(without_desk(paragraph))
        depths = list(accumulate(map(opened, sentences), lambda depth, more: max(0, depth + more), initial=0))
        open_ended = depths[-1] > 0  # a mark that was forgotten says nothing
        speeches = [False, *(is_said_on(sentence, before) for before, sentence in pairwise(sentences))]
        for sentence, said_on, (before, after) in zip(sentences, speeches, pairwise(depths), strict=False):
            continues = before > 0 and not open_ended
            opens = sentence is sentences[0] or len(paragraphs) == 1
            yield _Told(sentence, continues or said_on, after > 0 and not open_ended, opens)


def _meaning(text: str) -> Iterator[str]:
    return (one for one in keys(text) if not is_stop(one))


class _Choice:
    """The choosing of one summary for a story with the words of `title` in its headline."""

    def __init__(self, sentences: Sequence[_Sentence], title: frozenset[str], most: int, room: float) -> None:
        self.sentences = sentences
        self.title = title
        self.most = most
        self.room = room + 1  # the first sentence needs no space before it
        self.chosen: set[int] = set()
        self.opening = next((s for s in sentences if not self._hangs(s) and not s.leads_on), None)
        self.when = next((s.index for s in sentences if tells_when(s.text)), -1)

    def made(self) -> list[_Sentence]:
        """The best choice."""
        opening = self.opening
        worth = self._worth(opening.words if opening else frozenset())
        if opening and self._fits([opening]) and len(opening.words) >= _SAYS_SOMETHING:
            self._take([opening], worth)
        while best := self._best(worth):
            self._take(best, worth)
        return [self.sentences[index] for index in sorted(self.chosen)]

    def _worth(self, opening: frozenset[str]) -> dict[str, float]:
        said = Counter(word for sentence in self.sentences for word in sentence.words)
        return {
            word: math.sqrt(times) * (1 + _TITLE * (word in self.title) + _OPENING * (word in opening))
            for word, times in said.items()
        }

    def _best(self, worth: dict[str, float]) -> list[_Sentence]:
        """The sentence, or the run of them, that adds the most for its number; none if none fits."""
        runs = [run for sentence in self.sentences if (run := self._run(sentence)) and self._fits(run)]
        values = {s.index: self._value(s, worth) for run in runs for s in run}
        return max(runs, key=lambda run: sum(values[s.index] for s in run) / len(run), default=[])

    def _value(self, sentence: _Sentence, worth: dict[str, float]) -> float:
        """What `sentence` adds, for its length and its place."""
        added = sum(worth[word] for word in sentence.words)
        length: float = max(1, len(sentence.words)) ** _LENGTH
        value = added / length * (1 + _EARLY / (1 + _FADES * sentence.index))
        return value * (_WHEN if sentence.index == self.when else 1)

    def _run(self, sentence: _Sentence) -> list[_Sentence]:
        """`sentence` after what it leans on; empty where it can't be taken."""
        if sentence.index in self.chosen or sentence.leads_on or self._is_told(sentence):
            return []
        run = [sentence]
        while self._hangs(run[0]) and run[0].index - 1 not in self.chosen:
            if len(run) >= self.most or run[0].index == 0:
                return [] if self.opening else [sentence]
            run.insert(0, self.sentences[run[0].index - 1])
        return run

    def _hangs(self, sentence: _Sentence) -> bool:
        """Whether a reader of the headline and of what is chosen has to know the sentence before it, too."""
        before = (self.sentences[index].words for index in self.chosen if index < sentence.index)
        told = self.title.union(*before) if sentence.points_at else frozenset[str]()
        untold = any(told.isdisjoint(thing) for thing in sentence.points_at)
        return sentence.leans or untold or (sentence.means_somebody and not self._is_met(sentence.index))

    def _is_met(self, index: int) -> bool:
        """Whether the sentence before it is chosen, or one on which that leans: there somebody is named."""
        at = index - 1
        while at > 0 and at not in self.chosen and self.sentences[at].leans:
            at -= 1
        return at in self.chosen

    def _is_told(self, sentence: _Sentence) -> bool:
        """Whether a chosen sentence says the same."""
        words = sentence.words
        others = (self.sentences[index].words for index in self.chosen)
        return any(len(words & other) > _SAME * min(len(words), len(other)) for other in others)

    def _fits(self, run: list[_Sentence]) -> bool:
        return len(self.chosen) + len(run) <= self.most and sum(len(s.text) + 1 for s in run) <= self.room

    def _take(self, run: list[_Sentence], worth: dict[str, float]) -> None:
        self.chosen.update(sentence.index for sentence in run)
        self.room -= sum(len(sentence.text) + 1 for sentence in run)
        for word in frozenset().union(*(sentence.words for sentence in run)):
            worth[word] *= _TOLD
