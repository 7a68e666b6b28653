"""A story goes onto its source's shelf first, then where its words belong."""

from __future__ import annotations

from news.article import Article, Category
from news.categorise import categorise

CATEGORIES = [Category(slug, slug, slug) for slug in ("probash", "visa", "crime", "accident", "bangladesh")]


def test_the_sources_shelf_comes_first_and_words_add_others():
    article = Article("https://x.example/1", "মালয়েশিয়ায় জাল পাসপোর্টসহ এক বাংলাদেশি আটক")
    slugs = categorise(article, "probash", CATEGORIES)
    assert slugs[0] == "probash"
    assert {"visa", "crime"} <= set(slugs)


def test_only_shelves_that_exist_are_used():
    article = Article("https://x.example/1", "ক্রিকেট বিশ্বকাপ জয়")
    assert categorise(article, "nowhere", CATEGORIES) == ()


def test_a_word_in_passing_is_not_what_a_story_is_about():
    article = Article("https://x.example/1", "লিসবনে বইমেলা", paragraphs=("মেলায় এক মামলার কথাও ওঠে।",))
    assert categorise(article, "probash", CATEGORIES) == ("probash",)
