"""Bengali text cut into sentences at দাঁড়ি, ! and ?; not after মো. or inside ৩.৫, and quotes kept whole."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from typing import Final

from news.language.text import nfc_pattern

LONGEST_QUOTE: Final = 600
"""Characters up to which what somebody says stays one sentence with its speaker; longer speeches are cut."""

# A sentence ends at one of these marks, and what closes after it belongs to it. A Latin full stop ends one
# only before a space, and only if what stands before it is no abbreviation. Some type | for a দাঁড়ি.
_END: Final = re.compile(
    r"(?:[।॥!?]+|(?<=[\u0980-\u09e5\u09f0\u09f1])\|+(?=\s|$)|(?<!\.)\.(?!\.)|\.{3,}|…)\\?[\"'”’»)\]]*"
)
_STRONG: Final = frozenset("।॥|")
_CLOSERS: Final = "\"'”’»)]"
_QUOTED: Final = re.compile(
    rf"“[^“”]{{1,{LONGEST_QUOTE}}}”|‘[^‘’]{{1,{LONGEST_QUOTE}}}’(?![\w\u0980-\u09ff])|«[^«»]{{1,{LONGEST_QUOTE}}}»"
    rf"|(?<![\w\u0980-\u09ff।.!?,])(?P<straight>[\"'])(?=\S)(?:(?!(?P=straight)).){{0,{LONGEST_QUOTE}}}(?<=\S)(?P=straight)"
    r"(?![\w\u0980-\u09ff])"
)
_ABBREVIATIONS: Final = frozenset(
    unicodedata.normalize("NFC", word)
    for words in (
        "মো মোঃ মোসা মোছা মোসাঃ মোছাঃ মু মুহ মুহা মুহাঃ মোহা মোহাঃ সৈ ড ডা ডাঃ ডঃ প্রফ প্রফে অ্যাড অ্যাডঃ অ্যাডভ এড",
        "ইঞ্জি ইঞ্জিঃ লে মে ব্রি জে জেন ক্যা ক্যাপ্ট সহ অধ্যা অধ্যাঃ মাও মাওঃ প্রা লি লিঃ লিমি কোং কো নং পৃ",
        "খ্রি খ্রিঃ ইং বাং তাং রেজি মোবা অব শ্রী শ্রীম সেন্ট সে মি কি কিমি কেজি দ্র বিদ্র অনু লিট পিএইচ",
        "মিস মিসেস ব্যারি ব্যারিঃ মুফতি আল্লামা হাফেজ কমরেড",
        "এ বি সি ডি ই এফ জি এইচ আই জে কে এল এম এন ও পি কিউ আর এস টি ইউ ভি ডব্লিউ এক্স ওয়াই জেড স",
        "dr mr mrs ms prof st md mohd jr sr inc ltd co corp vs etc u.s u.k u.n e.g i.e a.m p.m gen col",
        "capt rev hon jan feb mar apr jun jul aug sep sept oct nov dec",
    )
    for word in words.split()
)
_RUN: Final = re.compile(r"[\u0980-\u09e5]{1,6}(?:\.[\u0980-\u09e5]{1,6})+")
"""কি.মি, বি.দ্র, পিএইচ.ডি: letters with stops between them are one word, and end nothing."""
_BEFORE_NUMBERS: Final = frozenset({"no", "nos", "vol", "fig", "p", "pp"})
_LAST_WORD: Final = re.compile(r"[\w\u0980-\u09ff\u200c\u200d.]+$")
# The label of a list's item: ১. ১। ক. (খ) a.
_LABEL: Final = re.compile(r"\(?(?:\d{1,2}|[\u0985-\u09b9]|[A-Za-z])\)?\s?$")
_SAID: Final = (
    r"(?:বলে|বলেন|বললেন|বলছেন|বলেছেন|বলেছিলেন|জানান|জানায়|জানালেন|জানিয়েছেন|জানিয়েছে|লিখেছেন|লেখেন"
    r"|(?:যোগ|প্রশ্ন|জিজ্ঞেস|জিজ্ঞাসা|মন্তব্য|উল্লেখ|দাবি) (?:করেন|করলেন|করেছেন|করেছিলেন)|জানতে (?:চান|চাইলেন|চেয়েছেন)"
    r"|said|says|added|asked|told)"
)
_SPEECH: Final = nfc_pattern(
    rf"\s*[,–—-]|\s*(?:{_SAID}|জানিয়ে|এমন|এ কথা|এই কথা|মন্তব্য)(?![ঀ-৿])"
    rf"|\s*[^।॥!?“‘\"',]{{1,50}}\s{_SAID}(?:\s[^।॥!?“‘\"',]{{1,30}})?[।॥.]"
)
_SEEN: Final = 120
"""Characters around a mark that decide."""
_LINES: Final = re.compile(r"[\r\n\u2028\u2029]+|(?<=\s)[•●▪◦](?=\s)")
_BULLET: Final = re.compile(r"^[\s•●▪◦*–—-]+(?=[\s\w\u0980-\u09ff“‘\"'(])")


def split(text: str) -> list[str]:
    """The sentences of `text` in their order, each with its end mark; line breaks end one too."""
    return [sentence for line in _LINES.split(text) for sentence in _of_line(_BULLET.sub("", line))]


def _of_line(line: str) -> list[str]:
    spans = [match.span() for match in _QUOTED.finditer(line)]
    sentences: list[str] = []
    start = 0
    for match in _END.finditer(line):
        if not _inside(match, spans) and _ends(line, start, match):
            sentences.append(line[start : match.end()].strip())
            start = match.end()
    sentences.append(line[start:].strip())
    return [sentence for sentence in sentences if any(c.isalnum() for c in sentence)]


def _inside(match: re.Match[str], spans: list[tuple[int, int]]) -> bool:
    """Whether somebody is still speaking at `match`."""
    at = bisect_right(spans, match.start(), key=lambda span: span[0]) - 1
    return at >= 0 and match.end() < spans[at][1]


def _ends(line: str, start: int, match: re.Match[str]) -> bool:
    """Whether the mark at `match` ends the sentence begun at `start`."""
    begin = max(start, match.start() - _SEEN)
    before, after = line[begin : match.start()], line[match.end() : match.end() + _SEEN]
    if after[:1] == "," or (match[0][-1] in _CLOSERS and _SPEECH.match(after)):
        return False  # “…।” বলেন তিনি: the sentence goes on around what was said
    if before[-1:] == "(" or (match[0][0] in "।॥." and _LABEL.match(before.strip())):
        return False  # (!), and ১। before a list's item
    if match[0][0] in _STRONG:
        return True
    if match[0][0] == ".":
        return _full_stop(before, after)
    return not after or after[0].isspace() or match[0][0] in "!?"


def _full_stop(before: str, after: str) -> bool:
    """Whether a Latin full stop between the two ends a sentence."""
    if after and not after[0].isspace():
        return False
    following = after.lstrip()[:1]
    word = _LAST_WORD.search(before)
    stem = word[0].rstrip(".").casefold() if word else ""
    short = all(part in _ABBREVIATIONS or len(part) == 1 for part in stem.split("."))
    if (stem and short) or stem in _ABBREVIATIONS or _RUN.fullmatch(stem) or following == ",":
        return False
    return not following.isdecimal() or not (stem.isdecimal() or stem in _BEFORE_NUMBERS)
