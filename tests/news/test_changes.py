"""Whether a page that is read again says something else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from news.article import Article, Entry, Photo
from news.story.changes import Change, change, mark

SAID = Article(
    "https://probhatbela.example/1",
    "দোহায় ভবনধসে পাঁচ শ্রমিক নিহত",
    photo=Photo("https://probhatbela.example/media/1.jpg?w=600", "উদ্ধারকাজ"),
    paragraphs=("কাতারের দোহায় ভবনধসে পাঁচ শ্রমিক নিহত হয়েছেন।", "উদ্ধারকাজ চলছে।", "পঠিত: ১২৩ বার"),
    summary=("কাতারের দোহায় ভবনধসে পাঁচ শ্রমিক নিহত হয়েছেন।",),
)


@pytest.mark.parametrize(
    "new",
    [
        SAID,
        replace(SAID, title="  দোহায়  ভবনধসে, পাঁচ শ্রমিক নিহত!"),
        replace(SAID, summary=("কাতারের দোহায় ভবনধসে পাঁচ শ্রমিক নিহত হয়েছেন",)),
        replace(SAID, paragraphs=(*SAID.paragraphs[:2], "পঠিত: ৪,৫৬৭ বার")),
        replace(SAID, paragraphs=(*SAID.paragraphs[:2], "পঠিত: ১২৩ বার", "১২ শেয়ার")),
        replace(SAID, photo=Photo("https://probhatbela.example/media/1.jpg?w=1200", "উদ্ধারকাজ")),
        replace(SAID, photo=None),
        replace(SAID, related=(), byline="নিজস্ব প্রতিবেদক"),
    ],
    ids=[
        "nothing",
        "spaces",
        "a full stop",
        "a counter",
        "a new counter",
        "a size",
        "no picture",
        "a byline",
    ],
)
def test_trifles_are_no_change(new):
    assert change(SAID, new) is Change.NONE


@pytest.mark.parametrize(
    "new",
    [
        replace(SAID, title="দোহায় ভবনধসে সাত শ্রমিক নিহত"),
        replace(SAID, summary=("কাতারের দোহায় ভবনধসে সাত শ্রমিক নিহত হয়েছেন।",)),
        replace(SAID, photo=Photo("https://probhatbela.example/media/2.jpg")),
    ],
    ids=["headline", "summary", "picture"],
)
def test_what_a_card_shows_is_a_change_that_shows(new):
    assert change(SAID, new) is Change.SHOWN


def test_a_digit_is_a_change():
    old, new = (replace(SAID, title=f"দোহায় ভবনধসে নিহত {number}") for number in ("৫", "৭"))
    assert change(old, new) is Change.SHOWN


def test_background_that_no_card_shows_is_a_change_inside():
    new = replace(SAID, paragraphs=(*SAID.paragraphs, "দূতাবাসের একটি দল ঘটনাস্থলে গেছে।"))
    assert change(SAID, new) is Change.INSIDE


def test_another_choice_of_the_same_sentences_is_no_change():
    new = replace(SAID, summary=("উদ্ধারকাজ চলছে।",))
    assert change(SAID, new) is Change.NONE


def test_a_summary_that_the_article_takes_back_is_a_change_that_shows():
    text = (SAID.paragraphs[1], "নিহতের সংখ্যা নিয়ে কর্তৃপক্ষ এখন নীরব।", "উদ্ধারকাজে যোগ দিয়েছে তিনটি দল।")
    new = replace(SAID, paragraphs=text, summary=SAID.paragraphs[1:2])
    assert change(SAID, new) is Change.SHOWN


def test_a_models_summary_stands_until_the_article_says_something_new():
    told = replace(SAID, summary=("দোহায় একটি ভবন ধসে পাঁচজন শ্রমিকের মৃত্যু হয়েছে।",))
    longer = replace(SAID, paragraphs=(*SAID.paragraphs, "দূতাবাসের একটি দল ঘটনাস্থলে গেছে।"))
    assert change(told, longer) is Change.INSIDE
    seven = "কাতারের দোহায় ভবনধসে সাত শ্রমিক নিহত হয়েছেন।"
    assert change(told, replace(SAID, paragraphs=(seven, "উদ্ধারকাজ চলছে।"), summary=(seven,))) is Change.SHOWN


@pytest.mark.parametrize(
    "new",
    [
        replace(SAID, title="অন্য শিরোনাম", paragraphs=("কাতারের",)),
        replace(SAID, title="", paragraphs=SAID.paragraphs),
    ],
    ids=["a teaser", "no headline"],
)
def test_a_page_that_has_lost_its_text_was_read_badly_and_says_nothing(new):
    assert change(SAID, new) is Change.NONE


def test_a_list_that_counts_says_the_same():
    one = Entry(SAID.url, SAID.title, blurb="ভবনধসে নিহত ৫। ৩ ঘণ্টা আগে, ১২ মন্তব্য")
    later = Entry(SAID.url, f"{SAID.title} ", blurb="ভবনধসে নিহত ৫। ৪ ঘণ্টা আগে, ২৯ মন্তব্য")
    assert mark(replace(one, blurb="ভবনধসে নিহত ৫। এক ঘণ্টা আগে, ১২ মন্তব্য")) == mark(one)
    corrected = Entry(SAID.url, SAID.title, blurb="ভবনধসে নিহত ৭। ৪ ঘণ্টা আগে, ২৯ মন্তব্য")
    assert mark(one) == mark(later) != mark(corrected)
