"""From a general paper only what concerns Bangladeshis abroad is kept."""

# ruff: noqa: E501 - tables are written as they are read

from __future__ import annotations

import pytest

from news.article import Article
from news.topics.diaspora import concerns_diaspora, shelves_of
from news.topics.shelves import default_categories

URL = "https://nodi.example/news/12"


@pytest.mark.parametrize(
    ("title", "lead"),
    [
        ("সৌদি আরবে সড়ক দুর্ঘটনায় তিন বাংলাদেশি নিহত", ""), ("মিলানে চুরির অভিযোগে এক বাংলাদেশি গ্রেপ্তার", ""), ("রেমিট্যান্সে নতুন রেকর্ড", "গত মাসে প্রবাসী আয় বেড়েছে।"),
        ("প্রবাসীর বাড়িতে ডাকাতি", "নরসিংদীতে এ ঘটনা ঘটে।"), ("মালয়েশিয়ার শ্রমবাজার খুলছে", ""), ("জর্ডানে কর্মী নেবে বোয়েসেল", ""), ("পর্তুগালে নাগরিকত্ব আইন বদল", "অভিবাসীদের অপেক্ষা বাড়ছে।"),
        ("যুক্তরাষ্ট্রে স্টুডেন্ট ভিসায় কড়াকড়ি", ""), ("সৌদিপ্রবাসীদের জন্য সুখবর", ""), ("লিবিয়াফেরত তরুণের গল্প", ""), ("নিউইয়র্কে বইমেলা", "বাংলাদেশি কমিউনিটির আয়োজনে এ মেলা বসে।"),
        ("বিদেশে পাঠানোর নামে প্রতারণা", "ঢাকায় তিনজন আটক।"), ("লন্ডনে বাঙালিপাড়ায় আগুন", "বাংলাদেশি পরিবারগুলো নিরাপদে আছে।"), ("ভূমধ্যসাগরে নৌকাডুবি", "লিবিয়া থেকে ইতালি যাওয়ার পথে নৌকাটি ডোবে। এতে বাংলাদেশিরাও ছিলেন।"),
        ("রোমে বাংলাদেশ দূতাবাসের আয়োজন", ""), ("কাতারে ভিসা চালু", ""), ("উপসাগরীয় দেশে কর্মী যাওয়া অর্ধেকে নেমেছে", ""),
        ("জার্মানিতে যেতে ভাষা শেখার ভিড়", "সাভারের এক কেন্দ্রে তিন পালায় ক্লাস চলছে।"), ("কোরিয়ার পরীক্ষায় লাখো তরুণ", "দক্ষিণ কোরিয়ায় শ্রমিক হিসেবে কারখানায় যেতে চান তাঁরা।"),
        ("অস্ট্রেলিয়ায় স্থায়ী বসবাসের আবেদন সহজ হলো", "নতুন নিয়ম জুলাই থেকে।"), ("রোমানিয়ায় সরকারি বৃত্তি", ""),
        ("ওমানে আটকে পড়া কর্মীরা ফেরার অপেক্ষায়", "খাবার ও পানির কষ্টে দিন কাটছে।"), ("ইউরোপে আশ্রয়প্রার্থী বাড়ছে", ""),
    ],
)  # fmt: skip
def test_news_of_and_for_people_abroad_is_kept(title, lead):
    assert concerns_diaspora(Article(URL, title, paragraphs=(lead,) if lead else ()))


@pytest.mark.parametrize(
    ("title", "lead"),
    [
        ("ঢাকায় বৃষ্টিতে জলাবদ্ধতা", "রাজধানীর সড়কে পানি জমেছে।"), ("গাজায় যুদ্ধবিরতি শুরু", "জাতিসংঘ স্বাগত জানিয়েছে।"), ("ক্রিকেট বিশ্বকাপে বাংলাদেশের জয়", "ভারতের মাঠে বাংলাদেশি ক্রিকেটারদের উল্লাস।"),
        ("কুমিল্লায় দুজন গ্রেপ্তার", ""), ("এসএসসির ফল প্রকাশ", ""), ("মেসির হ্যাটট্রিক", "আর্জেন্টিনা জিতেছে।"), ("চীনে নতুন গাড়ি", "দাম বাংলাদেশি মুদ্রায় ১০ লাখ টাকা।"), ("সীমান্তে বিএসএফের গুলি", "ভারতের সীমান্তে এক বাংলাদেশি আহত।"),
        ("এভারেস্টের চূড়ায় বাংলাদেশি তরুণী", "নেপালের বেজক্যাম্প থেকে খবরটি আসে।"), ("গাজায় ত্রাণকর্মী নিহত", "তিনি জাতিসংঘের কর্মী হিসেবে কাজ করতেন।"),
        ("ট্রাম্পের নতুন শুল্ক", "যুক্তরাষ্ট্রের বাজারে দাম বাড়ছে।"), ("নতুন সিনেমার ঘোষণা", ""), ("সচিবালয়ে আগুন", ""), ("", ""),
    ],
)  # fmt: skip
def test_all_else_is_left_to_the_paper(title, lead):
    assert not concerns_diaspora(Article(URL, title, paragraphs=(lead,) if lead else ()))


@pytest.mark.parametrize(
    "story",
    [
        Article("https://nodi.example/probash/news/12", "নদীর ধারে এক বিকেল"),
        Article(URL, "নদীর ধারে এক বিকেল", section="প্রবাস"),
        Article(URL, "নদীর ধারে এক বিকেল", section="প্রবাসের খবর"),
    ],
)
def test_what_the_paper_filed_under_its_diaspora_section_is_kept(story):
    assert concerns_diaspora(story)


@pytest.mark.parametrize(
    ("title", "places", "shelves"),
    [
        ("ব্রিটিশ পার্লামেন্টে বাঙালি নারীর প্রথম ভাষণ", ("GB",), ("probash", "world")),
        ("ওমানে আটকে পড়া কর্মীরা ফেরার অপেক্ষায়", ("OM",), ("probash", "world")),
        ("উপসাগরে খাবারের কষ্টে বাংলাদেশের কর্মী", (), ("probash",)),
        ("হাঙ্গেরিতে বৃত্তি", (), ("probash",)),
        ("গাজায় যুদ্ধবিরতি", ("PS",), ("world",)),
        ("নদীর ধারে এক বিকেল", (), ()),
    ],
)
def test_a_diaspora_story_that_has_no_shelf_goes_onto_the_diasporas(title, places, shelves):
    assert shelves_of(Article(URL, title, places=places), "", default_categories()) == shelves


def test_a_story_with_a_shelf_keeps_it():
    told = Article(URL, "রোমে বাংলাদেশি কিশোরের স্কুলে আগুন", places=("IT",))
    assert "accident" in shelves_of(told, "", default_categories())
    assert shelves_of(told, "", ()) == ()
