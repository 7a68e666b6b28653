"""Pages that tell no story: front pages, sections, what is not there any more. And those that only seem so."""

# ruff: noqa: E501 - markup is written as it is read

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime

import pytest

from news.article import Entry
from news.errors import FetchError
from news.page.article_page import read_page
from news.page.decoding import decode

URL = "https://nodir-khobor.example/news/1"
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SHORT = "তার ছোট্ট বর্ণনা।"
BLURB = "শহরের প্রবাসীদের উদ্যোগে একটি পাঠাগার চালু হয়েছে, জানান আয়োজকেরা।"
IMPRINT = "<p>সম্পাদক ও প্রকাশক: কামাল হোসেন। ১২ মতিঝিল, ঢাকা থেকে প্রকাশিত। স্বত্ব © ২০২৬ নদীর খবর</p>"
LINE = "<p>রিয়াদে নতুন নিয়ম চালু হচ্ছে আগামী মাস থেকে, জানিয়েছে দূতাবাস।</p>"


def read(html, entry=None):
    return read_page(html, URL, now=NOW, entry=entry)


def cards(count, blurb):
    card = "<div><h3><a href='/news/{}'>অনেক বড় খবরের শিরোনাম নম্বর {}</a></h3><p>{}</p></div>"
    return "".join(card.format(n, n, blurb) for n in range(2, count + 2))


@pytest.mark.parametrize(
    "head", ["", "<h1>নদীর খবর</h1>", "<h1><a href='/'>নদীর খবর</a></h1>", "<h2>প্রবাস</h2>"]
)
@pytest.mark.parametrize("foot", ["", f"<footer>{IMPRINT}</footer>", f"<div>{IMPRINT}</div>"])
@pytest.mark.parametrize("blurb", ["", SHORT, BLURB])
@pytest.mark.parametrize("count", [6, 14])
def test_a_front_page_of_any_length_is_no_article(count, blurb, foot, head):
    with pytest.raises(FetchError) as caught:
        read(f"<title>নদীর খবর</title>{head}{cards(count, blurb)}{foot}")
    assert caught.value.kind == "not_an_article"


def test_who_makes_the_paper_is_no_part_of_a_story():
    article = read(f"<h1>রিয়াদে নতুন নিয়ম</h1><div>{LINE}{LINE.replace('রিয়াদে', 'জেদ্দায়')}{IMPRINT}</div>")
    assert not any("সম্পাদক" in paragraph for paragraph in article.paragraphs)


def test_a_short_story_among_other_headlines_is_an_article():
    for page in (
        f"<h1>রিয়াদে নতুন নিয়ম</h1>{LINE}<h3>আরও খবর</h3>{cards(6, '')}",
        f"{cards(6, '')}<h1>রিয়াদে নতুন নিয়ম</h1>{LINE}",
    ):
        assert len(read(f"<title>রিয়াদে নতুন নিয়ম</title>{page}").paragraphs) == 1


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("পাতাটি পাওয়া যায়নি", "দুঃখিত, আপনি যে পাতাটি খুঁজছেন তা পাওয়া যায়নি। প্রচ্ছদে ফিরে যান।"),
        ("404", "দুঃখিত, আপনি যে পাতাটি খুঁজছেন তা আর নেই। প্রচ্ছদে ফিরে যান।"),
        ("৪০৪ - পাতা নেই", "দুঃখিত, আপনি যে পাতাটি খুঁজছেন তা আর নেই। প্রচ্ছদে ফিরে যান।"),
        ("দুঃখিত!", "আপনি যে পাতাটি খুঁজছেন তা পাওয়া যায়নি। প্রচ্ছদে ফিরে যান।"),
        ("Page Not Found", "Sorry, what you are looking for is not there any more. Go home, please."),
    ],
)
@pytest.mark.parametrize("entry", [None, Entry(URL, "রিয়াদে নতুন নিয়ম চালু")], ids=["alone", "fed"])
def test_a_page_that_says_with_a_good_status_that_it_is_not_there_is_no_article(title, text, entry):
    with pytest.raises(FetchError, match="not there"):
        read(f"<title>{title} | নদীর খবর</title><h1>{title}</h1><p>{text}</p>", entry)


@pytest.mark.parametrize("title", ["নিখোঁজ প্রবাসীর খোঁজ পাওয়া যায়নি", "৪০৪ প্রবাসী দেশে ফিরলেন রিয়াদ থেকে"])
def test_a_short_story_of_what_was_not_found_is_an_article(title):
    assert read(f"<h1>{title}</h1>{LINE}").title == unicodedata.normalize("NFC", title)


@pytest.mark.parametrize("declared", ["iso-8859-1", "windows-1252", ""])
def test_a_page_in_utf_8_is_read_as_that_whatever_its_server_says(declared):
    text = f"<meta charset='windows-1252'><h1>রিয়াদে নতুন নিয়ম</h1>{LINE}" * 3
    assert decode(text.encode(), declared) == text
    assert decode(text.encode()[:-40] + b"\xe0\xa6", declared).startswith(text[:60])


def test_a_page_in_another_encoding_is_read_as_it_declares():
    assert decode("Café à la crème".encode("iso-8859-1"), "iso-8859-1") == "Café à la crème"
    assert decode("<p>খবর</p>".encode("utf-16")) == "<p>খবর</p>"
