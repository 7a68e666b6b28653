"""The words that pages put around a story: what they mark, so that they are not taken for it."""

from __future__ import annotations

import re
import unicodedata
from typing import Final


def _pattern(text: str) -> re.Pattern[str]:
    """A pattern over NFC text."""
    return re.compile(unicodedata.normalize("NFC", text), re.IGNORECASE)


def _whole(*ways: str) -> re.Pattern[str]:
    """A pattern for a text that is one of `ways` and nothing else but marks."""
    return _pattern(rf"[\s\W]*(?:{'|'.join(ways)})[\s\W]*")


_MORE: Final = "আর[ওো]"
_NEWS: Final = "(?:খবর|সংবাদ|নিউজ|নিবন্ধ|পোস্ট|বিষয়)"

RELATED: Final = _whole(
    rf"{_MORE}\s*(?:দেখুন|পড়ুনঃ?|জানুন|শুনুন|খবর|সংবাদ|নিউজ)",
    rf"(?:এই|এ)\s*(?:বিভাগ|সম্পর্কিত|বিষয়|সংক্রান্ত)\S*\s*(?:{_MORE}|অন্যান্য|সব)?\s*(?:{_NEWS}|পড়ুন)?",
    rf"(?:সম্পর্কিত|সংশ্লিষ্ট|প্রাসঙ্গিক)\s*(?:{_MORE}\s*)?{_NEWS}?",
    rf"\S+ থেকে {_MORE}",
    rf"{_MORE} (?:যা|যেসব) পড়(?:তে পারেন|বেন)",
    r"আপনার (?:পছন্দের|জন্য)\S*(?: খবর)?",
    r"পড়ে দেখুন",
    r"related (?:news|stories|articles|posts)",
    r"read more|more (?:news|stories)|see also|you may (?:also )?like",
)
RELATED_PREFIX: Final = _pattern(
    rf"[\s\W]*(?:{_MORE}\s*(?:দেখুন|পড়ুন|জানুন|খবর)|read more|see also)\s*[:：ঃ|>»–—-]+\s*(?=\S)"
)
ENDING: Final = _whole(
    r"সর্বশেষ(?:\s*(?:খবর|সংবাদ|সব খবর))?",
    r"সর্বাধিক\s*(?:পঠিত|আলোচিত)|বহুল পঠিত|পাঠকপ্রিয়",
    r"জনপ্রিয়(?:\s*(?:খবর|সংবাদ))?",
    r"(?:পাঠকের\s*)?মন্তব্য(?:\s*(?:করুন|লিখুন|সমূহ|\(?[\d০-৯]+\)?))?",
    r"আপনার মতামত(?:\s*(?:লিখুন|দিন|জানান))?|মতামত দিন",
    r"ট্যাগ(?:স|সমূহ)?(?:\s*[:ঃ].*)?|বিষয়(?:বস্তু|সমূহ)?\s*[:ঃ].*|tags?\s*:?.*",
    r"comments?(?:\s*\(\d+\))?|leave a (?:reply|comment)|most read|latest(?: news)?",
)
CHATTER: Final = _whole(
    r"copied!?|copy(?: link| url)?|লিংক কপি.*|কপি (?:লিংক|করুন|হয়েছে)\S*",
    r"শেয়ার(?:\s*করুন)?(?:\s*[:ঃ].*)?|share(?: this| on.*| now)?|(?:খবর|সংবাদ|লেখা)টি শেয়ার.{0,30}",
    r"facebook|twitter|x|whatsapp|messenger|telegram|linkedin|instagram|youtube|pinterest|email|e-mail|print",
    r"ফেসবুক|টুইটার|হোয়াটসঅ্যাপ|মেসেঞ্জার|প্রিন্ট(?: করুন)?|শুনুন|listen|save|সেভ(?: করুন)?",
    r"অ\s*[-+]\s*অ\s*[-+]?|a\s*[-+]\s*a\s*[-+]?|ফন্ট সাইজ.*|font size.*",
    r"বিজ্ঞাপন|advertisement|sponsored|logo|লোগো|loading\W*",
    r"follow(?: us)?(?: on .*)?|অনুসরণ করুন.*|.{0,40}গুগল নিউজ.{0,40}|google news.{0,30}",
    r".{0,60}(?:চ্যানেল|পেজ)\S* (?:ফলো|অনুসরণ|সাবস্ক্রাইব)\S* (?:করুন|রাখুন).{0,40}",
    r"(?:পড়তে|পড়ার).{0,20}মিনিট\S*|[\d০-৯]+ মিনিট(?:ে|ের)? পড়\S*|\d+ min read",
    r"[\d০-৯,.]+\s*(?:বার পঠিত|পঠিত|ভিউ|views?|shares?)?",
    r"the post .{0,300} appeared first on .{0,120}",
)
INITIALS: Final = re.compile(
    r"\W*(?:[\u0980-\u09ff]{1,14}\.?\s?/\s?){1,3}[\u0980-\u09ff]{1,8}\.?\W*|[A-Z]{2,4}(?:/[A-Z]{2,4})+"
)
"""A desk's initials below a story: এমএএস/জেএএম."""
HOME: Final = _whole("হোম", "প্রচ্ছদ", "মূলপাতা", "প্রথম পাতা", "home")
BYLINE: Final = _pattern(
    r"(?<![ঀ-৿])(?:ডেস্ক|প্রতিবেদক|প্রতিনিধি|সংবাদদাতা|ব্যুরো|রিপোর্ট(?:ার)?|করেসপন্ডেন্ট|করেসপনডেন্ট|নিজস্ব"
    r"|বিশেষ লেখা)(?![ঀ-৿])|\b(?:desk|correspondent|reporter|staff)\b"
)
BYLINE_LABEL: Final = _pattern(
    r"^\W*(?:লেখক|লিখেছেন|প্রতিবেদক|প্রতিবেদন|রিপোর্টার|by|author|written by)(?:\s*[:：ঃ|-]\s*|\s+)(?=\S)"
)
DATE_LABEL: Final = _pattern(
    r"\W*(?:প্রকাশ(?:িত|কাল|ের সময়|ের তারিখ)?|আপডেট(?:ের সময়|েড)?|সর্বশেষ আপডেট|তারিখ|সময়"
    r"|published|posted|updated|last updated?)(?: (?:on|at|হয়েছে))?\s*[:：ঃ|-]*\s*"
)
SENTENCE_END: Final = re.compile(r"[।॥!?.…][\"'”’»)\]]*$")
_CREDITS: Final = (
    _pattern(
        r"[(\[|]?\s*(?:(?:ফাইল )?ছবি|ফটো|আলোকচিত্র(?:ী)?|ভিডিও থেকে|photo|image|picture)"
        r"\s*(?:সূত্র|সৌজন্য(?:ে)?|credit|courtesy|by)?"
        r"\s*(?:[:：ঃ|]|[-–—]\s)\s*(?P<credit>[^।:|]{2,70}?)\s*[)\]।.|]*$"
    ),
    _pattern(r"[(\[|]?\s*(?P<credit>সংগৃহীত|ফাইল|এএফপি|রয়টার্স|এপি|প্রতীকী|ইন্টারনেট)\s+ছবি\s*[)\]।.|]*$"),
    _pattern(r"[(\[|]?\s*ছবি\s+(?P<credit>সংগৃহীত|এএফপি|রয়টার্স|এপি|বাসস|ইউএনবি|সিনহুয়া)\s*[)\]।.|]*$"),
)
_LONGEST_CAPTION: Final = 400


def caption_and_credit(text: str) -> tuple[str, str]:
    """A picture's caption without its credit, and the credit without ছবি:."""
    for pattern in _CREDITS:
        if match := pattern.search(text):
            return text[: match.start()].rstrip(" (|[-–—,"), match["credit"].strip()
    return text, ""


def is_caption(text: str) -> bool:
    """Whether `text` ends in a picture's credit."""
    return len(text) <= _LONGEST_CAPTION and bool(caption_and_credit(text)[1])


def is_noise(text: str) -> bool:
    """Whether `text` belongs to the page and not to the story: share buttons, advertisements, counters."""
    return CHATTER.fullmatch(text) is not None or INITIALS.fullmatch(text) is not None
