"""Bengali text cut into sentences at দাঁড়ি, ! and ?; not after মো. or inside ৩.৫, and quotes kept whole."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# A sentence ends at one of these marks, and what closes after it belongs to it. A Latin full stop ends one
# only before a space, and only if what stands before it is no abbreviation.
_END: Final = re.compile(r"(?:[।॥!?]+|(?<!\.)\.(?!\.)|\.{3,}|…)[\"'”’»)\]]*")
_STRONG: Final = frozenset("।॥")
_CLOSERS: Final = "\"'”’»)]"
_ABBREVIATIONS: Final = frozenset(
    unicodedata.normalize("NFC", word)
    for words in (
        "মো মোঃ মোসা মোছা মু মুহা মোহা সৈ ড ডা ডাঃ ডঃ প্রফ অ্যাড অ্যাডঃ এড ইঞ্জি ইঞ্জিঃ লে মে ব্রি",
        "জে সহ অধ্যা অধ্যাঃ মাও মাওঃ প্রা লি লিঃ কোং কো নং পৃ খ্রি খ্রিঃ ইং বাং তাং রেজি মোবা অব",
        "সেন্ট সে মি কিমি কেজি জি স বি এম এ ও কে সি ডি ই টি পি আর এস আই ইউ এইচ এন এল জেড ওয়াই",
        "dr mr mrs ms prof st md jr sr inc ltd no vs u.s u.k e.g i.e",
    )
    for word in words.split()
)
_LAST_WORD: Final = re.compile(r"[\w\u0980-\u09ff\u200c\u200d.]+$")
_SPEECH: Final = re.compile(
    unicodedata.normalize("NFC", r"\s*[,–—-]|\s*(?:বলে|বলেন|জানান|জানিয়ে|এমন|এ কথা|এই কথা|লিখেছেন|মন্তব্য)(?![ঀ-৿])")
)
_LINES: Final = re.compile(r"[\r\n]+")


def split(text: str) -> list[str]:
    """The sentences of `text` in their order, each with its end mark; line breaks end one too."""
    return [sentence for line in _LINES.split(text) for sentence in _of_line(line)]


def _of_line(line: str) -> list[str]:
    sentences: list[str] = []
    start = 0
    for match in _END.finditer(line):
        if _ends(line, start, match):
            sentences.append(line[start : match.end()].strip())
            start = match.end()
    sentences.append(line[start:].strip())
    return [sentence for sentence in sentences if any(c.isalnum() for c in sentence)]


def _ends(line: str, start: int, match: re.Match[str]) -> bool:
    """Whether the mark at `match` ends the sentence begun at `start`."""
    after = line[match.end() :]
    if after[:1] == "," or (match[0][-1] in _CLOSERS and _SPEECH.match(after)):
        return False  # “…।” বলেন তিনি: the sentence goes on around what was said
    if match[0][0] in _STRONG:
        return True
    if match[0][0] == ".":
        return _full_stop(line[start : match.start()], after)
    return not after or after[0].isspace() or match[0][0] in "!?"


def _full_stop(before: str, after: str) -> bool:
    """Whether a Latin full stop between the two ends a sentence."""
    if after and not after[0].isspace():
        return False
    word = _LAST_WORD.search(before)
    stem = word[0].rstrip(".").casefold() if word else ""
    if stem in _ABBREVIATIONS or len(stem) == 1:
        return False
    return not stem.isdecimal() or not after.lstrip()[:1].isdecimal()
