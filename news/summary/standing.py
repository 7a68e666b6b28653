"""Which sentences can stand in a summary, and which of them only after the one before. Pure."""

from __future__ import annotations

import re
from typing import Final

from news.language.labels import BYLINE, is_caption
from news.language.text import nfc_pattern, same

_REPORTED: Final = (
    r"(?:বলা হয়েছে|জানানো হয়েছে|জানা গেছে|জানা যায়|জানিয়েছে\S*|জানায়|উঠে এসেছে|উল্লেখ করা হয়েছে|নিশ্চিত করেছে\S*)"
)
# A sentence that says only where the news comes from.
_FILLER: Final = nfc_pattern(
    r"^[^,।]{0,80}?(?:খবরে|প্রতিবেদনে|বরাতে|বরাত দিয়ে|সংস্থা|বিজ্ঞপ্তিতে|সূত্রে|পত্রিকা\S*|গণমাধ্যম\S*)[^,।]{0,40}?"
    rf"(?:এ|এই|এসব|এমন|এমনটি|এমনটাই)?\s*(?:কথা|তথ্য|খবর)?\S*\s*{_REPORTED}[।.]?$"
)
_SOURCED: Final = nfc_pattern(
    rf"(?:এ|এই|এসব|এমন) (?:কথা|তথ্য|খবর)\S* (?:{_REPORTED}|জানান|বলেন|বলেছেন)|এমনটাই? (?:{_REPORTED}|জানান)"
    r"|(?:খবর|সূত্র)[,:]? (?:রয়টার্স|এএফপি|বিবিসি|এপি|আল জাজিরা|সিএনএন|বাসস|ইউএনবি|গার্ডিয়ান)\S*[।.]?$"
    r"|^সূত্র\s*[:ঃ]|^(?:ছবি|ভিডিও|আরও পড়ুন|আরও দেখুন|বিস্তারিত)\s*[:ঃ]|(?:বিস্তারিত আসছে|আরও আসছে)[।.…]*$"
)
# `কুমিল্লা প্রতিনিধি: …`, `আন্তর্জাতিক ডেস্ক ॥ …`: who wrote it, before the first word.
_DESK: Final = nfc_pattern(
    r"^[^।:ঃ,“\"‘]{0,40}?(?:,\s*)?[^।:ঃ,“\"‘]{0,30}?(?<![ঀ-৿])(?<!স্থায়ী )"
    r"(?:ডেস্ক|প্রতিনিধি|প্রতিবেদক|সংবাদদাতা|করেসপন্ডেন্ট|রিপোর্টার|ব্যুরো)"
    r"(?:\s*,\s*[^\s।:ঃ,]{2,20}(?:\s+থেকে)?)?\s*(?:[:ঃ»॥]|[–—-]+\s)\s*"
)
# `দুবাই, ২৪ নভেম্বর (বাসস): …`: whence and when an agency sent it.
_SENT: Final = nfc_pattern(
    r"^[^।:ঃ,(\d০-৯]{2,30},\s*[০-৯\d]{1,2}\s+[ঀ-৿]{2,12}(?:,?\s*[০-৯\d]{4})?,?\s*"
    r"(?:[(\[][^()\[\]।]{2,40}[)\]]\s*[:ঃ–—-]*|[:ঃ–—]|-+\s)\s*(?=\S)"
)
_LONGEST_FILLER: Final = 160
_PICTURES: Final = ("ছবি", "ফটো", "আলোকচিত্র", "ভিডিও", "photo", "Photo", "image")

# Words at whose sight a reader asks: who, what, which, besides what?
_HANGING_WORDS: Final = (
    "তিনি তিনিও তিনিই তাঁর তার তারা তাঁরা তাঁকে তাকে তাঁদের তাদের তাঁরও তারও সে ওই সেই সেখানে সেখানেই সেখান সেটি সেটা সেগুলো",
    "এটি এটিই এটা এটাই এগুলো এসব এর এরা এঁরা এদের এঁদের এতে এ এই এছাড়া এছাড়াও এসময় এজন্য এদিকে এরপর এরপরও এরপরই",
    "এরই এরমধ্যে ইতিমধ্যে ইতোমধ্যে তবে কিন্তু অথচ ফলে এমনকি যদিও পাশাপাশি অন্যদিকে অপরদিকে একইসঙ্গে একইভাবে সেইসঙ্গে",
    "সেসময় তখন তখনই পরে পরদিন আরও আরো উল্লেখ্য প্রসঙ্গত এভাবে এভাবেই এমন এমনটাই তাই তাইতো কারণ কেননা অবশ্য আবার সুতরাং",
    "এখানে সেদিন তারপর তারপরও তারপরেও এমতাবস্থায় জবাবে আর দুজনই দুজনেই উভয় উভয়ই অতএব যেখানে যা বরং নইলে নয়তো নাহলে হ্যাঁ না",
    "নাকি কথাগুলো অপর অপরজন বাকি বাকিরা অন্যরা অন্যরাও এতদিন একই অন্য এসবের এগুলোর সেসব তাতে এরাও ওরা উনি ইনি তদুপরি উপরন্তু",
    "he she they it his her their but however also this that these those there meanwhile",
)
_HANGING_PHRASES: Final = (
    r"অন্য দিকে|সে সময়|সে কারণে|সে জন্য|সে ক্ষেত্রে|পরবর্তী সময়ে|আগের দিন|পরের দিন|নিহত ব্যক্তি|দুই পক্ষই"
)
_HANGING: Final = nfc_pattern(
    rf"^[\"'“‘(]*(?:{'|'.join(' '.join(_HANGING_WORDS).split())}|{_HANGING_PHRASES})(?![ঀ-৿a-z])"
)

# Who are both of them?
_BOTH: Final = nfc_pattern(r"(?<![ঀ-৿])(?:দুজনই|দুজনেই|উভয়ই|উভয়েই|তিনজনই|তিনজনেই)(?![ঀ-৿])")
# What was it before this time? In a story's first sentence এবার leans on nothing.
_THIS_TIME: Final = nfc_pattern(r"^[\"'“‘(]*(?:এবার|এবারই|এবারও)(?![ঀ-৿])")
_SHORT: Final = 40
"""Characters of a sentence in which দুজনই has not yet been told who they are."""
_BEGINS_TO_SPEAK: Final = nfc_pattern(r"(?<![ঀ-৿])(?:বলেন|বলেছেন|জানান|বলব|বলতে চাই|লিখেছেন),")
_SPEAKER: Final = nfc_pattern(
    r"(?<![ঀ-৿])(?:বলেন|বলেছেন|বলেছিলেন|জানান|জানায়|জানিয়েছে\S*|জানিয়ে|বলে|মতে|লিখেছেন"
    r"|(?:মন্তব্য|উল্লেখ|দাবি|প্রশ্ন|যোগ) কর\S+)(?![ঀ-৿])"
)
# What is held to be so, is wished or is to come: reporters tell what was.
_OPINION: Final = nfc_pattern(
    r"(?<![ঀ-৿])(?:কর[েি]|করব|করুন|হয়|হবে|চা[ইন]|দরকার|উচিত|প্রয়োজন"
    r"|জরুরি|পার[েি]|নেই|নয়|থাকে|আছে|আছি|যায়|দেয়)"
    r"(?: না)?[।!?]*[\"”’]*$"
)

_DAY: Final = nfc_pattern(r"(?:শনি|রোব|রবি|সোম|মঙ্গল|বুধ|বৃহস্পতি|শুক্র)বার|(?<![ঀ-৿])(?:আজ|গতকাল)(?![ঀ-৿])")
_HOUR: Final = nfc_pattern(
    r"(?<![ঀ-৿])(?:ভোর|সকাল|দুপুর|বিকেল|বিকাল|সন্ধ্যা|রাত|মধ্যরাত)(?:ে|য়|ের)?(?![ঀ-৿])|[০-৯\d]\s?টায়?(?![ঀ-৿])"
)

_OPENERS: Final = "“‘«"
_CLOSERS: Final = "”’»"
_ALL_QUOTE: Final = re.compile(r"^(?:“[^“”]*”|\"[^\"]*\"|‘[^‘’]*’|«[^«»]*»)[।.!?]*$")
_ENDED: Final = re.compile(r"[।॥|!?.…][\\\"'”’»)\]]*$")
_LEADS_ON: Final = re.compile(r"[:：,–—-]$|\?$")
# Who says more has said something before: `কৌঁসুলি আরও বলেন, …`
_SAYS_MORE: Final = nfc_pattern(
    r"^[^,।“\"‘]{1,60}\s(?:আরও|আরো|এও)\s(?:বলেন|জানান|বলেছেন|জানিয়েছেন|উল্লেখ করেন|যোগ করেন)(?![ঀ-৿])"
)


def has_end(sentence: str) -> bool:
    """Whether `sentence` has its end mark; a subheading has none."""
    return _ENDED.search(sentence) is not None


def is_aside(sentence: str, title: str, *, needs_end: bool) -> bool:
    """Sources, captions, bylines, subheadings, and the headline over again."""
    if not has_end(sentence) and (needs_end or BYLINE.search(sentence)):
        return not _LEADS_ON.search(sentence)
    if len(sentence) < _LONGEST_FILLER and (_FILLER.search(sentence) or _SOURCED.search(sentence)):
        return True
    return same(sentence, title) or is_picture(sentence)


def is_picture(text: str) -> bool:
    """Whether `text` is a picture's caption."""
    return any(word in text for word in _PICTURES) and is_caption(text)


def without_desk(paragraph: str) -> str:
    """`paragraph` without the desk or the man that its first words name."""
    return _DESK.sub("", _SENT.sub("", paragraph, count=1), count=1)


def leans(sentence: str) -> bool:
    """Whether a reader has to know the sentence before; so it is with what is said without its speaker."""
    hanging = _HANGING.match(sentence.casefold()) or _SAYS_MORE.match(sentence)
    both = len(sentence) < _SHORT and _BOTH.search(sentence)
    return bool(hanging or both or _ALL_QUOTE.match(sentence))


def tells_when(sentence: str) -> bool:
    """Whether it names the day it happened and the time of day."""
    return bool(_DAY.search(sentence) and _HOUR.search(sentence))


def goes_back(sentence: str) -> bool:
    """Whether a sentence that is not the story's first needs the one before it."""
    return _THIS_TIME.match(sentence) is not None


def is_said_on(sentence: str, before: str) -> bool:
    """Whether it only says on, without its speaker, what `before` in its paragraph began: `… বলেন, …`."""
    spoken = _BEGINS_TO_SPEAK.search(before) and _OPINION.search(sentence)
    return bool(spoken) and not _SPEAKER.search(sentence)


def leads_on(sentence: str) -> bool:
    """Whether what it announces, or the answer to what it asks, comes after it."""
    return _LEADS_ON.search(sentence) is not None


def opened(sentence: str) -> int:
    """Quotation marks that `sentence` leaves open, less those it closes."""
    return sum(map(sentence.count, _OPENERS)) - sum(map(sentence.count, _CLOSERS))
