"""Onto which shelves a story goes: its source's first, then those whose words it carries. Pure."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from news.article import Article, Category

MOST: Final = 3
"""Shelves of one story, its source's own included."""

_RULES: Final = {
    slug: re.compile(unicodedata.normalize("NFC", rf"(?<![ঀ-৿])(?:{words})"))
    for slug, words in {
        "probash": "প্রবাস|রেমিট্যান্স যোদ্ধা|অভিবাসী বাংলাদেশি|বিদেশগামী|বিদেশফেরত"
        "|বাংলাদেশি (?:কর্মী|শ্রমিক|অভিবাসী|কমিউনিটি)",
        "visa": "ভিসা|অভিবাসন|ইমিগ্রেশন|পাসপোর্ট|নাগরিকত্ব|গ্রিন কার্ড|আশ্রয়প্রার্থী|রাজনৈতিক আশ্রয়"
        "|বসবাসের অনুমতি|ইকামা|আকামা|ওয়ার্ক পারমিট|অবৈধ অভিবাসী|নির্বাসন|ডিপোর্ট",
        "remittance": "রেমিট্যান্স|প্রবাসী আয়|বৈদেশিক মুদ্রা|রিজার্ভ|হুন্ডি|মুদ্রার বিনিময় হার|ডলারের দাম",
        "jobs": "চাকরি|নিয়োগ বিজ্ঞপ্তি|কর্মসংস্থান|শ্রমবাজার|কর্মী নেবে|কর্মী নিয়োগ|বেতন|জনশক্তি রপ্তানি|বোয়েসেল|বিএমইটি",
        "embassy": "দূতাবাস|হাইকমিশন|কনস্যুলেট|কনসাল|রাষ্ট্রদূত|হাইকমিশনার",
        "accident": "দুর্ঘটনা|নিহত|মৃত্যু|মারা গেছেন|মরদেহ|লাশ|নৌকাডুবি|অগ্নিকাণ্ড|আগুনে|বিস্ফোরণ|ভূমিকম্প|দগ্ধ",
        "crime": "গ্রেপ্তার|গ্রেফতার|আটক|হত্যা|খুন|মামলা|কারাদণ্ড|আদালত|প্রতারণা|পাচার|দালাল|চুরি|ডাকাতি|জালিয়াতি|ধর্ষণ|অপহরণ|মুক্তিপণ",
        "community": "কমিউনিটি|সংবর্ধনা|মিলনমেলা|বনভোজন|পিঠা উৎসব|বৈশাখী মেলা|অভিষেক|মতবিনিময়"
        "|ইফতার মাহফিল|পুনর্মিলনী|বাংলা স্কুল",
        "world": "জাতিসংঘ|ন্যাটো|যুদ্ধবিরতি|ক্ষেপণাস্ত্র|পরমাণু|সেনা (?:মোতায়েন|প্রত্যাহার)|মার্কিন প্রেসিডেন্ট|পররাষ্ট্রমন্ত্রী",
        "sports": "ক্রিকেট|ফুটবল|বিশ্বকাপ|টেস্ট সিরিজ|উইকেট|গোল করে|ফিফা|আইসিসি|টি-টোয়েন্টি|ওয়ানডে|টুর্নামেন্ট",
    }.items()
}
_LEAD: Final = 2
"""Paragraphs that say what a story is about."""


def categorise(article: Article, source_category: str, categories: Sequence[Category]) -> tuple[str, ...]:
    """The slugs `article` goes under, its source's first; only slugs among `categories`, three at most."""
    known = [category.slug for category in categories]
    scores = {slug: _score(article, slug) for slug in known}
    by_words = sorted((slug for slug in known if scores[slug]), key=lambda slug: -scores[slug])
    own = [slug for slug in (source_category, *_by_section(article, categories)) if slug in known]
    return tuple(dict.fromkeys([*own, *by_words]))[:MOST]


def _by_section(article: Article, categories: Sequence[Category]) -> list[str]:
    """The shelf that bears the name of the page's own section."""
    return [category.slug for category in categories if article.section in {category.bn, category.en}]


def _score(article: Article, slug: str) -> int:
    """How surely the words of `article` say `slug`: the headline decides; the lead does by two signs."""
    if slug == "bangladesh":
        return 1 if article.places[:1] == ("BD",) else 0
    rule = _RULES.get(slug)
    if rule is None:
        return 0
    headline = len(rule.findall(article.title))
    lead = len(set(rule.findall(" ".join(article.paragraphs[:_LEAD]))))
    return 3 * headline + (lead if headline or lead > 1 else 0)
