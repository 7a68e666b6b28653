"""A summary of a story's own sentences. Pure and deterministic; it never writes a word of its own."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from news.sentences import split

if TYPE_CHECKING:
    from collections.abc import Sequence


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(unicodedata.normalize("NFC", pattern))


_WORD: Final = re.compile(r"[\w\u0981-\u09cd\u09d7\u200c\u200d]+")
_STOP: Final = frozenset(
    unicodedata.normalize("NFC", word)
    for words in (
        "এ এই ও এবং আর বা তা তার তাঁর তারা তাঁরা তিনি সে সেই যে যা যার যিনি করে করেন করা করেছে",
        "করেছেন করতে করার হয় হয়ে হয়েছে হয়েছেন হয়েছিল হচ্ছে হবে হওয়ার ছিল ছিলেন আছে আছেন নয়",
        "না নেই কি কিন্তু তবে জন্য থেকে সঙ্গে সাথে মধ্যে পর পরে আগে কাছে দিয়ে নিয়ে বলেন বলেছেন",
        "বলে জানান জানিয়েছেন জানিয়েছে একটি এক একজন কোনো কিছু সব আমরা আমি আমাদের আমার তাদের",
        "তাঁদের ওই এসব এসময় সময় দিকে গেছে পারে পারেন হিসেবে অনুযায়ী বিষয়ে যায় যাওয়া দেন",
        "দেয় দেওয়া নেওয়া এমন এখন আজ যদি তখন যখন",
    )
    for word in words.split()
)
_ENDINGS: Final = _words(r"(?<=..)(?:গুলোর|গুলো|দের|টির|টিকে|টি|ের|কে|তে|য়ে|য়|ে|র|ও|ই)$")
# A sentence that says only where the news comes from.
_FILLER: Final = _words(
    r"^[^,।]{0,80}?(?:খবরে|প্রতিবেদনে|বরাতে|বরাত দিয়ে|সংস্থা|বিজ্ঞপ্তিতে|সূত্রে|পত্রিকা\S*|গণমাধ্যম\S*)[^,।]{0,40}?"
    r"(?:এ|এই|এসব|এমন|এমনটি|এমনটাই)?\s*(?:কথা|তথ্য|খবর)?\S*\s*"
    r"(?:বলা হয়েছে|জানানো হয়েছে|জানা গেছে|জানা যায়|জানিয়েছে\S*|জানায়|উঠে এসেছে|উল্লেখ করা হয়েছে|নিশ্চিত করেছে\S*)[।.]?$"
)
_SOURCED: Final = _words(
    r"(?:এ|এই|এসব|এমন) (?:কথা|তথ্য|খবর)\S* (?:বলা হয়েছে|জানানো হয়েছে|জানান|জানিয়েছে\S*|জানা গেছে|বলেন|নিশ্চিত করে\S*)"
    r"|খবর (?:রয়টার্স|এএফপি|বিবিসি|এপি|আল জাজিরা|সিএনএন|বাসস)\S*[।.]$|^সূত্র\s*[:ঃ]|^(?:ছবি|আরও পড়ুন)\s*[:ঃ]"
)
# Words at whose sight a reader asks: who, what, which, besides what?
_HANGING: Final = _words(
    r"^[\"'“‘]?(?:তিনি|তাঁর|তার|তারা|তাঁরা|তাঁকে|তাকে|তাঁদের|তাদের|সে|ওই|সেই|সেখানে|সেটি|সেগুলো|এটি"
    r"|এটা|এগুলো|এসব|এর|এতে|এ ছাড়া|এছাড়া|এ সময়|এসময়|এ ঘটনা\S*|এ বিষয়\S*|এ নিয়ে|এ জন্য"
    r"|এজন্য|এ কারণে|এদিকে|তবে|কিন্তু|অথচ|ফলে|এমনকি|যদিও|পাশাপাশি|অন্যদিকে|অপরদিকে"
    r"|একই সঙ্গে|একইসঙ্গে|তখন|এরপর|এর পর|পরে|আরও|উল্লেখ্য|প্রসঙ্গত|এ ব্যাপারে|এভাবে|এমন|তাই"
    r"|কারণ|অবশ্য|আবার|সুতরাং|এখানে|সেদিন|তারপর|এ পর্যন্ত|এ অবস্থায়|এমতাবস্থায়|জবাবে"
    r"|এ ক্ষেত্রে|আর|এরই|নিহত ব্যক্তি|এ কথা|একই"
    r")(?![ঀ-৿])"
)
_SHORT: Final = 5
_LONG: Final = 45
"""Words: below, a sentence says little; above, it fills a card alone."""


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    index: int
    words: tuple[str, ...]
    first: bool  # of a paragraph


def summarise(
    text: str, *, title: str = "", max_sentences: int = 5, max_characters: int | None = None
) -> list[str]:
    """At most `max_sentences` whole sentences of `text` in order, `max_characters` together with spaces.

    The first never leans on an unsaid one unless the text has no other. Sentences longer than
    `max_characters` are passed over; if none fits the list is empty.
    """
    sentences = _sentences(unicodedata.normalize("NFC", text))
    if max_sentences < 1 or not sentences:
        return []
    worthy = [sentence for sentence in sentences if not _is_filler(sentence.text)] or sentences
    scores = _scores(worthy, sentences, _stems(unicodedata.normalize("NFC", title)))
    chosen = _choose(worthy, scores, max_sentences, max_characters)
    return [sentence.text for sentence in sorted(chosen, key=lambda sentence: sentence.index)]


def _sentences(text: str) -> list[_Sentence]:
    found: list[_Sentence] = []
    for paragraph in text.split("\n"):
        for number, sentence in enumerate(split(paragraph)):
            found.append(_Sentence(sentence, len(found), _stems(sentence), number == 0))
    return found


def _stems(text: str) -> tuple[str, ...]:
    """The words that carry meaning, without their commonest endings."""
    return tuple(_ENDINGS.sub("", word) for word in _WORD.findall(text.casefold()) if word not in _STOP)


def _is_filler(sentence: str) -> bool:
    return len(sentence) < 160 and (_FILLER.search(sentence) or _SOURCED.search(sentence)) is not None


def _scores(worthy: list[_Sentence], everything: list[_Sentence], title: tuple[str, ...]) -> dict[int, float]:
    """Each sentence by its place, its share in what the text is about, and in what the title promises."""
    frequency = Counter(word for sentence in everything for word in set(sentence.words))
    weights = {w: math.log1p(len(everything) / n) * math.sqrt(n) for w, n in frequency.items()}
    title_words = set(title)
    central = {s.index: _centrality(s, weights) for s in worthy}
    top = max(central.values(), default=0.0) or 1.0
    return {
        s.index: _place(s, len(everything))
        + 0.5 * central[s.index] / top
        + 0.6 * _overlap(s, title_words)
        + _length(s)
        for s in worthy
    }


def _centrality(sentence: _Sentence, weights: dict[str, float]) -> float:
    words = set(sentence.words)
    return sum(weights[word] for word in words) / math.sqrt(len(words)) if words else 0.0


def _place(sentence: _Sentence, count: int) -> float:
    """News is told from the top: the first sentence most, then less and less."""
    return 1.2 / (1 + 0.35 * sentence.index) + (0.1 if sentence.first else 0.0) - 0.2 * sentence.index / count


def _overlap(sentence: _Sentence, title: set[str]) -> float:
    return len(title.intersection(sentence.words)) / len(title) if title else 0.0


def _length(sentence: _Sentence) -> float:
    words = len(sentence.words)
    return -0.5 if words < _SHORT else -0.2 if words > _LONG else 0.0


def _choose(
    worthy: Sequence[_Sentence], scores: dict[int, float], most: int, room: int | None
) -> list[_Sentence]:
    """The best first, each if it still fits, says something new, and doesn't leave the summary hanging."""
    left = room if room is not None else math.inf
    chosen: list[_Sentence] = []
    for sentence in sorted(worthy, key=lambda s: (-scores[s.index], s.index)):
        needs = len(sentence.text) + bool(chosen)
        if len(chosen) < most and needs <= left and not _repeats(sentence, chosen):
            chosen.append(sentence)
            left -= needs
    return _standing(worthy, chosen, room)


def _repeats(sentence: _Sentence, chosen: list[_Sentence]) -> bool:
    words = set(sentence.words)
    return any(
        len(words & set(other.words)) > 0.7 * min(len(words), len(set(other.words)) or 1)
        for other in chosen
        if words
    )


def _standing(worthy: Sequence[_Sentence], chosen: list[_Sentence], room: int | None) -> list[_Sentence]:
    """`chosen` with a first sentence that stands on its own: the one before it, or the text's first such."""
    first = min(chosen, key=lambda s: s.index, default=None)
    if first is None or not _HANGING.match(first.text):
        return chosen
    before = [s for s in worthy if s.index < first.index and not _HANGING.match(s.text)]
    others = [s for s in chosen if s is not first]
    total = sum(len(s.text) + 1 for s in others)
    for candidate in reversed(before):
        if room is None or total + len(candidate.text) <= room:
            return [candidate, *others]
    return _standing(worthy, others, room) if others else chosen
