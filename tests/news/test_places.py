"""A story is about the countries it names, the headline's first."""

# ruff: noqa: E501 - markup and tables are written as they are read

from __future__ import annotations

import pytest

from news.geography import atlas
from news.geography.places import code_of, codes, flag, place_name, places


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("মিলানে আটক এক", "IT"), ("দুবাইয়ে নতুন নিয়ম", "AE"), ("কুয়ালালামপুরের পথে", "MY"), ("মালয়েশিয়ায় অভিযান", "MY"),
        ("সৌদিপ্রবাসীর মৃত্যু", "SA"), ("নিউইয়র্কে মেলা", "US"), ("মাস্কাটে শিবির", "OM"), ("ক্রেমলিনে বৈঠক", "RU"),
        ("সংযুক্ত আরব আমিরাতেও ঈদ", "AE"), ("দক্ষিণ কোরিয়াতে কর্মী", "KR"), ("লন্ডনভিত্তিক সংগঠন", "GB"), ("রিয়াদ থেকে ফিরলেন", "SA"),
    ],
)  # fmt: skip
def test_names_are_known_by_city_and_with_their_endings(title, code):
    assert places(title, []) == (code,)


def test_the_headline_counts_most_and_a_single_mention_far_down_does_not_count():
    paragraphs = ["ইতালির মিলানে মেলা।", "আয়োজকেরা জানান।", "কাতারের একটি দলও এসেছে।"]
    assert places("স্পেনে ও ইতালিতে মেলা", paragraphs)[0] == "IT"
    assert "QA" not in places("স্পেনে ও ইতালিতে মেলা", paragraphs)


def test_bangladesh_counts_only_where_the_story_happens_there():
    assert places("ইতালিতে বাংলাদেশি আটক", ["বাংলাদেশের এক নাগরিক।"]) == ("IT",)
    assert places("ঢাকায় পাসপোর্ট মেলা", []) == ("BD",)


def test_countries_have_names_and_flags():
    assert (place_name("SA", "bn"), place_name("SA", "en"), flag("SA")) == ("সৌদি আরব", "Saudi Arabia", "🇸🇦")
    assert (place_name("XX", "bn"), flag("X1")) == ("XX", "")
    assert all(place_name(code, "bn") != code for code in codes())


def test_a_country_is_found_by_whatever_people_call_it():
    assert [code_of(name) for name in ("ইতালি", "italy", "it", "রিয়াদ", "নেই")] == ["IT", "IT", "IT", "SA", ""]


def test_the_gazetteer_knows_the_countries_where_bangladeshis_live_and_many_of_their_towns():
    assert len(codes()) >= 110
    assert all(flag(code) and place_name(code, "en") for code in codes())


@pytest.mark.parametrize(
    ("title", "lead", "found"),
    [
        ("লন্ডনে গুণীজন সংবর্ধনা", "সিলেটের বাসিন্দা আবদুল করিমকে সংবর্ধনা দেওয়া হয়।", ("GB",)),
        ("ওমানে দুজন নিহত", "নিহত দুজনের বাড়ি চট্টগ্রামের সন্দ্বীপ উপজেলায়।", ("OM",)),
        ("ওমানে মৃত দুজনের দাফন সন্দ্বীপে", "সোমবার সন্দ্বীপে তাঁদের দাফন করা হয়।", ("BD", "OM")),
        ("ঢাকার আদালতে মামলা", "মানব পাচারের অভিযোগে মামলাটি হয়।", ("BD",)),
        ("দোহার উপজেলায় প্রবাসী মেলা", "ঢাকার দোহারে মেলাটি বসেছে।", ("BD",)),
        ("দোহার মেট্রোরেলে নতুন পথ", "কাতারের রাজধানীতে নতুন পথ চালু হয়েছে।", ("QA",)),
    ],
)
def test_people_from_a_district_do_not_make_it_the_scene(title, lead, found):
    assert places(title, [lead]) == found


@pytest.mark.parametrize(
    ("title", "lead", "found"),
    [
        # Whose people, papers, tongues and aeroplanes they are.
        ("জেদ্দায় ভবনধসে নিহত ৫", "নিহতদের মধ্যে দুই ভারতীয় ও এক মিসরীয় নাগরিক রয়েছেন।", ("SA",)),
        ("সেলাঙ্গরে আটক ৪০", "আটক ব্যক্তিরা মিয়ানমার, নেপাল ও ইন্দোনেশিয়ার নাগরিক।", ("MY",)),
        ("নেপালে ভূমিকম্প", "মার্কিন ভূতাত্ত্বিক জরিপ সংস্থা জানায়, মাত্রা ছিল ৫।", ("NP",)),
        ("নতুন অভিধান প্রকাশ", "অভিধানে ফরাসি ও রুশ ভাষার শব্দও আছে।", ()),
        ("শাহজালাল বিমানবন্দরে সোনাসহ যাত্রী আটক", "দুবাই এয়ারলাইনসের উড়োজাহাজে তিনি আসেন।", ("BD",)),
        ("বাসাইলে কুয়েত প্রবাসীর বাড়িতে চুরি", "টাঙ্গাইলের বাসাইলে রোববার রাতে চুরি হয়।", ("BD", "KW")),
        ("ট্রাম্পের বার্তার অপেক্ষায় ইরান", "তেহরানে এ নিয়ে আলোচনা চলছে।", ("IR", "US")),
        # Who wrote it, and after what a society is called.
        ("ওমানে সড়ক দুর্ঘটনায় দুজন নিহত", "ফেনী প্রতিনিধি: ওমানে গাড়ি উল্টে দুজন নিহত হয়েছেন।", ("OM",)),
        ("মাদ্রিদে নোয়াখালী সমিতির বনভোজন", "নোয়াখালী জেলা সমিতি স্পেনের এ আয়োজনে ২০০ জন আসেন।", ("ES",)),
        # One ending for two, parts of the world, and Bangladesh where nothing else is named.
        ("তুরস্ক ও সিরিয়ায় তুষারঝড়", "", ("TR", "SY")),
        ("আশ্রয়ের নিয়ম বদলাচ্ছে ইইউ, চিন্তায় বাংলাদেশিরা", "বাংলাদেশের আবেদনকারীরা চিন্তিত।", ()),
        ("মাছের পোনার হাট জমজমাট", "দেশের পোনার বড় অংশ আসে যশোরের পুরোনো মোকাম থেকে।", ("BD",)),
        ("ভৈরবে তিন দোকানে আগুন", "", ("BD",)),
        ("উত্তর আমেরিকায় তাপপ্রবাহ", "", ()),
    ],
)
def test_a_country_that_only_says_who_somebody_is_is_not_where_it_happens(title, lead, found):
    assert places(title, [lead]) == found


@pytest.mark.parametrize("endless", ["ক", "এর", "ঢাকা", "ঢাকা ", "সৌদি আরব ", "ইরান ও "])
def test_a_text_without_end_is_no_trap(endless):
    assert len(places(endless * 50, [endless * 100_000] * 3)) <= 1


@pytest.mark.parametrize(
    ("title", "lead", "found"),
    [
        ("সিলেটে লন্ডনপ্রবাসীর বাড়িতে ডাকাতি", "", ("BD", "GB")),
        ("রাউজানে ওমানপ্রবাসী সাদিককে হত্যা", "চট্টগ্রামের রাউজানে রোববার রাতে এ ঘটনা ঘটে।", ("BD", "OM")),
        ("পাকিস্তানের হায়দরাবাদে আগুন", "সিন্ধুর হায়দরাবাদে একটি কারখানা পুড়ে গেছে।", ("PK",)),
        ("হায়দরাবাদে আগুন", "ভারতের শহরটির একটি কারখানা পুড়ে গেছে।", ("IN",)),
        ("মালিতে জাতিসংঘের শান্তিরক্ষী নিহত", "", ("ML",)),
        ("ইকুয়েটোরিয়াল গিনিতে আটক দুই", "", ("GQ",)),
        ("গিনি বিসাউতে মেলা", "", ("GW",)),
        ("দার এস সালামে মেলা", "", ("TZ",)),
        ("সান মারিনোতে মেলা", "", ("SM",)),
        ("মায়ামির সৈকতে মেলা", "", ("US",)),
        ("বাহারাইনে মেলা", "", ("BH",)),
        ("নাগপুরে মেলা", "", ("IN",)),
    ],
)
def test_a_story_is_where_it_happens_however_the_place_is_spelt(title, lead, found):
    assert places(title, [lead]) == found


@pytest.mark.parametrize(
    "names",
    ["নাপোলিতে নেপলসে নেপলসের", "মিলানে মিলানোতে", "নিউইয়র্কে নিউ ইয়র্কের", "জেদ্দায় জিদ্দার", "কুয়ালালামপুরে কুয়ালা লামপুরের"],
)
def test_a_town_has_one_name_in_whatever_spelling(names):
    (mentions,) = atlas.mentions([atlas.tokens(names)])
    assert len(mentions) > 1
    assert len({(one.code, one.place) for one in mentions}) == 1
