"""Whether a story of a general paper concerns Bangladeshis abroad. Pure.

It does where the paper says so by section or address, where it speaks of expatriates, where Bangladeshis are
named in a story from abroad, and where a country abroad changes its rules for migrants. It does not judge
whether the story is good, new or long enough.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from news.geography.atlas import HOME
from news.geography.places import places
from news.language.keys import keys
from news.language.text import clean
from news.topics.categorise import categorise, is_shelved
from news.topics.shelves import default_categories

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from news.article import Article, Category

_SHELF: Final = "probash"
_LEAD: Final = 3
"""Paragraphs that say whom a story concerns."""
_LEAD_MOST: Final = 2_000
"""Characters of them, and of a headline."""
_AGAIN: Final = 2
"""Different words of expatriate life in the lead that are enough without one in the headline."""


def _phrases(*lines: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(keys(part)) for line in lines for part in line.split(","))


_EXPATRIATES: Final = _phrases(
    "প্রবাসী,প্রবাস,প্রবাসজীবন,প্রবাসী আয়,রেমিট্যান্স,রেমিট্যান্স যোদ্ধা,বিদেশগামী,বিদেশফেরত,প্রবাসফেরত,জনশক্তি রপ্তানি,জনশক্তি",
    "শ্রমবাজার,অভিবাসী কর্মী,অভিবাসী শ্রমিক,অভিবাসী বাংলাদেশি,বাংলাদেশি অভিবাসী,বিদেশে কর্মী,বিদেশে কর্মসংস্থান,বিএমইটি",
    "প্রবাসীকল্যাণ,প্রবাসী কল্যাণ,বাংলাদেশ দূতাবাস,বাংলাদেশ হাইকমিশন,বাংলাদেশ কনস্যুলেট,বাংলাদেশ মিশন,বিদেশে পাঠানোর নামে,ওয়েজ আর্নার্স",
    "বোয়েসেল,বায়রা,অনাবাসী বাংলাদেশি,বাংলাদেশি কমিউনিটি,রিক্রুটিং এজেন্সি,হুন্ডি",
    "কর্মী যাওয়া,কর্মী যাচ্ছেন,কর্মী যাবেন,কর্মী পাঠানো,কর্মী পাঠাবে,শ্রমিক যাওয়া,শ্রমিক যাচ্ছেন,শ্রমিক পাঠানো",
)
_JOINED: Final = re.compile(clean("(?<=..)(?:প্রবাসী|ফেরত|গামী)(?:র|রা|দের|কে)?(?![ঀ-৿])"))
_OURS: Final = _phrases(
    "বাংলাদেশি,বাঙালি,বাংগালি,বাঙ্গালি,বাংলাদেশি বংশোদ্ভূত,বাংলাদেশের নাগরিক,বাংলাদেশ সমিতি,বাংলাদেশ অ্যাসোসিয়েশন",
    "বাংলাদেশের কর্মী,বাংলাদেশ কমিউনিটি,বাংলাদেশ থেকে কর্মী,সিলেটি,বাংলাদেশের রাষ্ট্রদূত,বাংলাদেশের হাইকমিশনার",
    "বাংলাদেশ স্কুল,বাংলা স্কুল,শহীদ মিনার",
)
_NOT_OURS: Final = re.compile(
    clean("বাংলাদেশ[িী]\\s+(?:মুদ্রা|টাকা|পণ্য|পোশাক|ক্রিকেটার|ফুটবলার|পেসার|ব্যাট|বোলার|সময়|সিনেমা|চলচ্চিত্র)[ঀ-৿]*")
)
_MIGRATION: Final = _phrases(
    "ভিসা,অভিবাসন,অভিবাসী,অভিবাসনপ্রত্যাশী,ইমিগ্রেশন,ইকামা,আকামা,ওয়ার্ক পারমিট,গ্রিন কার্ড,গ্রিনকার্ড,নাগরিকত্ব,আশ্রয়প্রার্থী",
    "আশ্রয় আবেদন,রাজনৈতিক আশ্রয়,কর্মী নেবে,কর্মী নিয়োগ,শ্রমিক নেবে,বিদেশি কর্মী,বিদেশি শ্রমিক,সাধারণ ক্ষমা,শেনজেন",
    "বিদেশি শিক্ষার্থী,স্থায়ী বসবাস,বসবাসের অনুমতি,কাজের অনুমতি,রেসিডেন্সি,রেসিডেন্ট পারমিট,এক্সপ্রেস এন্ট্রি,বৃত্তি,স্কলারশিপ",
    "আটকে পড়া কর্মী,আটকে পড়া শ্রমিক,আটকে পড়া বাংলাদেশি",
)
_REGIONS: Final = _phrases("মধ্যপ্রাচ্য,উপসাগরীয় দেশ,উপসাগর,আরব দেশ,ইউরোপ,ভূমধ্যসাগর")
"""Where people are abroad without a country being named."""
_LEAVING: Final = re.compile(
    clean(
        "(?:কর্মী|শ্রমিক|নার্স|চালক|শিক্ষার্থী) হিসেবে (?:[ঀ-৿]+ ){0,3}(?:যেত|যাওয়|যাচ্ছ|যাব|পাঠা)"
        "|(?:যেতে|যাওয়ার) (?:[ঀ-৿]+ ){0,5}ভাষা (?:শে|শি)"
    )
)
"""Preparing to live abroad."""
_NEITHER: Final = _phrases(
    "বিএসএফ,পুশ ইন,সীমান্তরক্ষী,রোহিঙ্গা,আইপিএল,বিশ্বকাপ,টেস্ট সিরিজ,ওয়ানডে,টি-টোয়েন্টি,উইকেট,চ্যাম্পিয়নস লিগ",
    "এভারেস্ট,পর্বতারোহী,পর্বতারোহণ,পর্বতশৃঙ্গ,শৃঙ্গ জয়",
)
"""What is abroad and ours and yet no diaspora: the border, the playing fields and the peaks."""


def concerns_diaspora(article: Article) -> bool:
    """Whether `article` is for people abroad, by its section and address, else by headline and lead."""
    if any(shelf.slug == _SHELF and is_shelved(article, shelf) for shelf in default_categories()):
        return True
    headline, beginning = article.title[:_LEAD_MOST], " ".join(article.paragraphs[:_LEAD])[:_LEAD_MOST]
    title, lead = _words(headline), _words(beginning)
    if _count(_EXPATRIATES, title) or _JOINED.search(headline) or _count(_EXPATRIATES, lead) >= _AGAIN:
        return True
    named = any(code != HOME for code in article.places or places(headline, (beginning,)))
    abroad = named or _count(_REGIONS, title) or _count(_REGIONS, lead)
    if not abroad or _count(_NEITHER, title):
        return False
    ours = _count(_OURS, title) or (_count(_OURS, lead) and not _count(_NEITHER, lead))
    if ours or _count(_MIGRATION, title) or _count(_EXPATRIATES, lead):
        return True
    return bool(_LEAVING.search(f"{headline}\n{beginning}"))


def shelves_of(article: Article, source_category: str, categories: Sequence[Category]) -> tuple[str, ...]:
    """The slugs `article` goes under; the diaspora's where nothing but its country speaks for any other."""
    found = categorise(article, source_category, categories)
    placed = found in {(), ("world",)} and source_category not in found
    if placed and any(one.slug == _SHELF for one in categories) and concerns_diaspora(article):
        return (_SHELF, *found)
    return found


def _words(text: str) -> list[str]:
    return keys(_NOT_OURS.sub(" ", text))


def _count(phrases: Iterable[tuple[str, ...]], words: list[str]) -> int:
    """How many of `phrases` stand among `words`."""
    present = set(words)
    return sum(
        phrase[0] in present
        and any(
            tuple(words[at : at + len(phrase)]) == phrase
            for at, word in enumerate(words)
            if word == phrase[0]
        )
        for phrase in phrases
    )
