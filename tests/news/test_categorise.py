"""A story's main shelf is what it is about: by the paper's section, by its address, by its words."""

# ruff: noqa: E501 - tables are written as they are read

from __future__ import annotations

from dataclasses import replace

import pytest

from news.article import Article, Category
from news.geography.places import places
from news.sources import parse
from news.topics.categorise import MOST, categorise, default_categories

SHELVES = default_categories()

STORIES = """
accident | সৌদি আরবে সড়ক দুর্ঘটনায় তিন বাংলাদেশি নিহত | রিয়াদের কাছে গাড়ি উল্টে তাঁরা মারা যান।
accident | মালয়েশিয়ায় ভবনধসে দুই শ্রমিকের মৃত্যু | ধ্বংসস্তূপ থেকে তাঁদের মরদেহ উদ্ধার করা হয়।
accident | ভূমধ্যসাগরে নৌকাডুবি, নিখোঁজ ৩০ | নৌকাটিতে বাংলাদেশিরাও ছিলেন।
accident | দুবাইয়ে অগ্নিকাণ্ডে চারজনের প্রাণহানি | আবাসিক ভবনে আগুন লাগে।
accident | কুয়েতে হৃদরোগে প্রবাসীর মৃত্যু | হাসপাতালে নেওয়ার পথে তিনি মারা যান।
accident | তুরস্কে ভূমিকম্প, নিহত ১২ | রাতে ভূমিকম্পে বহু ভবন ধসে পড়ে।
accident | দেশে এল ১১ প্রবাসীর মরদেহ | বিমানবন্দরে লাশ গ্রহণ করেন স্বজনেরা।
accident | লিবিয়া উপকূলে ট্রলারডুবি | উদ্ধার হয়েছে পাঁচটি লাশ।
accident | জোহানেসবার্গে আগুনে পুড়ে দগ্ধ দুই ভাই | তাঁরা হাসপাতালে চিকিৎসাধীন।
accident | না ফেরার দেশে প্রবীণ সংগঠক | গতকাল তাঁর জানাজা শেষে দাফন হয়।
accident | স্পেনে বন্যায় প্রাণ গেল ৪০ জনের | উদ্ধারকাজ চলছে।
crime | কুয়ালালামপুরে জাল নোটসহ বাংলাদেশি গ্রেপ্তার | পুলিশ তাঁকে আটক করে আদালতে পাঠিয়েছে।
crime | লন্ডনে খুনের মামলায় যাবজ্জীবন | আদালত এ রায় দেন।
crime | ইতালিতে মানব পাচারের দায়ে ১০ বছরের কারাদণ্ড | রোমের আদালত দণ্ড দেন।
crime | লিবিয়ায় অপহরণ, মুক্তিপণ দাবি | দালালের মাধ্যমে টাকা চাওয়া হয়।
crime | নিউইয়র্কে ব্যবসায়ীকে গুলি করে হত্যা | পুলিশ তদন্ত করছে।
crime | দুবাইয়ে প্রতারণার অভিযোগে আটক ৫ | ভুয়া প্রতিষ্ঠান খুলে প্রতারণা করতেন তাঁরা।
crime | জেদ্দায় মাদকসহ ধরা পড়লেন তিনজন | ইয়াবা উদ্ধার করে পুলিশ মামলা করেছে।
crime | প্রবাসীর বাড়িতে ডাকাতি | স্বর্ণালংকার লুটপাট হয়েছে।
crime | কাতারে অর্থ আত্মসাতের দায়ে হিসাবরক্ষকের জেল | আদালত তাঁকে জরিমানাও করেন।
crime | দক্ষিণ আফ্রিকায় দোকানে লুটপাট | সন্ত্রাসীরা গুলি ছোড়ে।
crime | বিদেশে পাঠানোর নামে প্রতারণা, দালাল আটক | মামলার পর তাঁকে গ্রেপ্তার করে র‍্যাব।
crime | ধর্ষণ মামলায় প্যারিসে যুবকের সাজা | আদালত রায় ঘোষণা করেন।
visa | মালয়েশিয়ায় ভিসার মেয়াদ বাড়ানোর ঘোষণা | অভিবাসন বিভাগ এ তথ্য জানিয়েছে।
visa | যুক্তরাজ্যে স্টুডেন্ট ভিসায় কড়াকড়ি | অভিবাসন নীতি বদলাচ্ছে সরকার।
visa | পর্তুগালে নাগরিকত্ব আইন বদল | অভিবাসীদের অপেক্ষার সময় বাড়ছে।
visa | সৌদিতে ইকামা নবায়ন সহজ হলো | পাসপোর্ট অধিদপ্তর জানিয়েছে।
visa | আমিরাতে সাধারণ ক্ষমা, বৈধ হওয়ার সুযোগ | অবৈধ অভিবাসীরা আবেদন করতে পারবেন।
visa | গ্রিন কার্ডধারীদের জন্য নতুন নিয়ম | যুক্তরাষ্ট্রের ইমিগ্রেশন বিভাগ জানায়।
visa | জার্মানিতে আশ্রয়প্রার্থীর সংখ্যা কমেছে | রাজনৈতিক আশ্রয় আবেদন কমেছে অর্ধেক।
visa | ই-পাসপোর্টের ফি কমল | পাসপোর্ট অধিদপ্তরের প্রজ্ঞাপন জারি।
visa | ১২০ জন অনিয়মিত অভিবাসীকে ফেরত পাঠাল যুক্তরাষ্ট্র | বিশেষ ফ্লাইটে তাঁরা আসেন।
visa | কানাডায় স্থায়ী বসবাসের পথ সংকুচিত | অভিবাসন কোটা কমছে।
visa | শেনজেন ভিসার নতুন ফি | ইউরোপ ভ্রমণে খরচ বাড়ছে।
visa | ইতালির স্টে পারমিট নবায়নে ভোগান্তি | ইমিগ্রেশন কার্যালয়ে দীর্ঘ সারি।
visa | ওয়ার্ক পারমিট পেলেন দুই হাজার কর্মী | অভিবাসন কর্তৃপক্ষ অনুমতি দেয়।
visa | বাংলাদেশিদের ভিসা দেওয়া বন্ধ রাখল ওমান | ভিসা স্থগিতের কারণ জানানো হয়নি।
remittance | রেমিট্যান্সে নতুন রেকর্ড | গত মাসে ব্যাংকিং চ্যানেলে প্রবাসী আয় বেড়েছে।
remittance | রিজার্ভ ছাড়াল ৩০ বিলিয়ন ডলার | বাংলাদেশ ব্যাংক জানিয়েছে।
remittance | হুন্ডি ঠেকাতে নতুন উদ্যোগ | বৈদেশিক মুদ্রার প্রবাহ বাড়াতে চায় সরকার।
remittance | আজকের মুদ্রার বিনিময় হার | রিয়াল, দিরহাম ও রিঙ্গিতের দাম জেনে নিন।
remittance | ডলারের দাম বাড়ল আরও এক টাকা | ব্যাংকগুলো নতুন দর ঠিক করেছে।
remittance | সাত দিনে প্রবাসী আয় ৬০ কোটি ডলার | রেমিট্যান্স বাড়ছে।
remittance | রেমিট্যান্সে প্রণোদনা বাড়ানোর দাবি | অর্থনীতিবিদেরা বলছেন, এতে হুন্ডি কমবে।
remittance | মূল্যস্ফীতি আবার ঊর্ধ্বমুখী | অর্থনীতিতে চাপ বাড়ছে।
remittance | মার্কিন শুল্কে চাপে রপ্তানি আয় | বাণিজ্য ঘাটতি বাড়ছে।
remittance | স্বর্ণের দাম ভরিতে বাড়ল দুই হাজার টাকা | নতুন দাম আজ থেকে।
remittance | প্রবাসী বন্ডে বিনিয়োগ বাড়ছে | ব্যাংকে লেনদেন সহজ হয়েছে।
jobs | জাপানে কর্মী নেবে তিন খাতে | ভাষা প্রশিক্ষণ শেষে আবেদন করা যাবে।
jobs | বোয়েসেলের মাধ্যমে জর্ডানে চাকরির সুযোগ | বেতন ৩০ হাজার টাকা।
jobs | দক্ষিণ কোরিয়ায় কর্মী নিয়োগের কোটা বাড়ল | দক্ষ কর্মী নেবে দেশটি।
jobs | মালয়েশিয়ার শ্রমবাজার খুলছে | রিক্রুটিং এজেন্সি কর্মী পাঠাতে পারবে।
jobs | সৌদিতে গৃহকর্মীর ন্যূনতম মজুরি নির্ধারণ | নিয়োগকর্তাকে বেতন দিতে হবে ব্যাংকে।
jobs | সিঙ্গাপুরে দক্ষ কর্মীর চাহিদা | নির্মাণ খাতে নিয়োগ বাড়ছে।
jobs | রোমানিয়ায় বেতন না পেয়ে শ্রমিকদের ধর্মঘট | কারখানার কর্মীরা কাজ বন্ধ রেখেছেন।
jobs | জনশক্তি রপ্তানি কমেছে ১৫ শতাংশ | বিএমইটি এ তথ্য জানায়।
jobs | নিয়োগ বিজ্ঞপ্তি: কাতারে চালক নেবে | অভিজ্ঞতা লাগবে দুই বছরের।
jobs | কর্মী ছাঁটাই করছে কানাডার প্রতিষ্ঠান | চাকরি হারাবেন ৫০০ জন।
jobs | গ্রিসে কৃষিশ্রমিক নিয়োগ শুরু | মৌসুমি কর্মী হিসেবে কাজ করবেন তাঁরা।
embassy | রোমে দূতাবাসের কনস্যুলার সেবা শনিবার | রাষ্ট্রদূত সেবার উদ্বোধন করবেন।
embassy | কুয়ালালামপুরে নতুন হাইকমিশনারের যোগদান | হাইকমিশন এ তথ্য জানিয়েছে।
embassy | জেদ্দা কনস্যুলেটে গণশুনানি | কনসাল জেনারেল প্রবাসীদের কথা শোনেন।
embassy | রাষ্ট্রদূতের পরিচয়পত্র পেশ | বাংলাদেশের রাষ্ট্রদূত রাজার হাতে পরিচয়পত্র তুলে দেন।
embassy | লিসবনে দূতাবাসে জাতীয় পরিচয়পত্র সেবা চালু | দূতাবাসের কূটনীতিকেরা উপস্থিত ছিলেন।
embassy | দূতাবাসের নতুন ঠিকানা ও সময়সূচি | হাইকমিশনের বিজ্ঞপ্তি।
embassy | টরন্টো কনস্যুলেটে নতুন কনসাল জেনারেল | তিনি দায়িত্ব নিয়েছেন।
embassy | আম্মানে শ্রম কাউন্সেলরের সঙ্গে কর্মীদের বৈঠক | দূতাবাস বৈঠকের আয়োজন করে।
embassy | হাইকমিশনারের বিদায়ী সাক্ষাৎ | মন্ত্রী ও রাষ্ট্রদূতেরা উপস্থিত ছিলেন।
community | লন্ডনে বৈশাখী মেলা | কমিউনিটির হাজারো মানুষ অংশ নেন।
community | মিলানে ঈদ পুনর্মিলনী | প্রবাসীদের আয়োজনে সাংস্কৃতিক অনুষ্ঠান হয়।
community | সিডনিতে পিঠা উৎসব | দিনভর উৎসবে নানা পিঠার আয়োজন ছিল।
community | টরন্টোতে বইমেলা শুরু | লেখক ও পাঠকের মিলনমেলা।
community | প্যারিসে শহীদ মিনারে শ্রদ্ধা | একুশে ফেব্রুয়ারি উপলক্ষে আলোচনা সভা হয়।
community | নিউইয়র্কে জেলা সমিতির নতুন কমিটি | সভাপতি ও সাধারণ সম্পাদক নির্বাচিত হয়েছেন।
community | বার্লিনে প্রবাসীদের বনভোজন | দিনব্যাপী আয়োজনে ছিল খেলা ও গান।
community | দুবাইয়ে ইফতার মাহফিল | বাংলাদেশি সংগঠনের আয়োজনে ইফতার হয়।
community | ভিয়েনায় দুর্গাপূজা উদ্‌যাপন | প্রবাসী বাঙালিদের সাংস্কৃতিক সন্ধ্যা।
community | ডাবলিনে বাংলা স্কুলের বার্ষিক অনুষ্ঠান | শিশুরা কবিতা পড়ে শোনায়।
community | ওল্ডহ্যামে গুণীজন সংবর্ধনা | কমিউনিটির নেতারা বক্তব্য দেন।
community | কুয়েতে বিজয় দিবসের আলোচনা সভা | সংগঠনের সভাপতি সভা পরিচালনা করেন।
community | বার্মিংহামে নৌকাবাইচ | বর্ণাঢ্য শোভাযাত্রা ও উৎসব।
probash | ওমানপ্রবাসী তরুণের ঘুরে দাঁড়ানোর গল্প | প্রবাসে ১২ বছর কাটিয়েছেন তিনি।
probash | প্রবাসজীবনের সুখ–দুঃখ | প্রবাসীর চোখে দেশ ও বিদেশ।
probash | বিদেশগামী তরুণদের যা জানা দরকার | প্রবাসে যাওয়ার আগে প্রস্তুতি।
probash | রেমিট্যান্স যোদ্ধার অপেক্ষায় মা | প্রবাসী ছেলে ফেরেননি ১০ বছরেও।
probash | প্রবাসীদের জন্য লাউঞ্জ চালু | প্রবাসীরা বিমানবন্দরে বিনা মূল্যে সেবা পাবেন।
probash | সৌদিপ্রবাসীর খেজুরবাগান | প্রবাসে থেকেই শিখেছেন চাষ।
world | গাজায় যুদ্ধবিরতি শুরু | জাতিসংঘ স্বাগত জানিয়েছে।
world | ইউক্রেনে রাশিয়ার ড্রোন হামলা | ক্ষেপণাস্ত্র হামলায় বিদ্যুৎ বন্ধ।
world | রাশিয়ার সহায়তা চেয়ে পুতিনকে খামেনির চিঠি | ইরানের পররাষ্ট্রমন্ত্রী মস্কোয় গেছেন।
world | ন্যাটোর শীর্ষ সম্মেলনে ট্রাম্প | সামরিক ব্যয় নিয়ে আলোচনা।
world | উত্তর কোরিয়ার ক্ষেপণাস্ত্র পরীক্ষা | দক্ষিণ কোরিয়ার সেনাবাহিনী জানিয়েছে।
world | সিরিয়া থেকে সেনা প্রত্যাহার শুরু | যুক্তরাষ্ট্রের সামরিক বাহিনী এ তথ্য দেয়।
world | তাইওয়ান ঘিরে চীনের সামরিক মহড়া | প্রেসিডেন্ট নিন্দা জানিয়েছেন।
world | নাইজারে অভ্যুত্থান | প্রেসিডেন্টকে আটকে রেখেছে সেনারা।
world | ইরানের পরমাণু কর্মসূচি নিয়ে বৈঠক | ইউরোপীয় ইউনিয়ন অংশ নেয়।
bangladesh | সংসদ নির্বাচনের তারিখ ঘোষণা | নির্বাচন কমিশন ঢাকায় এ ঘোষণা দেয়।
bangladesh | প্রধান উপদেষ্টার সঙ্গে দলগুলোর বৈঠক | ঢাকায় জুলাই সনদ নিয়ে আলোচনা হয়।
bangladesh | মেট্রোরেল চলবে রাত ১০টা পর্যন্ত | ঢাকার উত্তরা থেকে মতিঝিল পথে সময় বাড়ছে।
bangladesh | এসএসসির ফল প্রকাশ | দেশের সব বোর্ডের ফল একসঙ্গে প্রকাশ হয়।
bangladesh | হরতালে অচল রাঙামাটি | জেলার দোকানপাট বন্ধ ছিল।
bangladesh | পদ্মা সেতুতে টোল আদায়ে রেকর্ড | দেশের মানুষ ঈদে বাড়ি ফিরছেন।
sports | ক্রিকেট বিশ্বকাপে জয় | শেষ ওভারে ছয় উইকেটে জেতে দল।
sports | মেসির হ্যাটট্রিকে ফাইনালে দল | ফুটবল মাঠে দারুণ গোল।
sports | ওয়ানডে সিরিজে সমতা | ব্যাটিংয়ে সেঞ্চুরি করেন অধিনায়ক।
sports | চ্যাম্পিয়নস লিগের ড্র | ফুটবল ক্লাবগুলোর প্রতিপক্ষ ঠিক হলো।
sports | সাফ ফুটবলে শিরোপা | ফাইনাল ম্যাচে দুই গোল করে জয়।
sports | হামজার গোলে জয় | প্রিমিয়ার লিগে দারুণ ম্যাচ।
sports | টি-টোয়েন্টি দলে নতুন পেসার | বিসিবি দল ঘোষণা করেছে।
"""


def stories() -> list[tuple[str, Article]]:
    """(expected main shelf, story) of each line, as the reading of its page gives it."""
    told = []
    for line in filter(None, STORIES.split("\n")):
        slug, title, lead = (part.strip() for part in line.split("|"))
        article = Article("https://nodi.example/news/12", title, paragraphs=(lead,))
        told.append((slug, replace(article, places=places(title, (lead,)))))
    return told


@pytest.mark.parametrize("source", ["", "probash"])
def test_stories_stand_on_the_shelf_of_what_they_are_about(source, capsys):
    read = [(slug, story, categorise(story, source, SHELVES)) for slug, story in stories()]
    right = sum(slug == found[:1] or found[:1] == (slug,) for slug, _, found in read) / len(read)
    wrong = [f"{story.title}: {found}, not {slug}" for slug, story, found in read if found[:1] != (slug,)]
    with capsys.disabled():
        print(f"\ncategories: {len(read)} stories, main shelf right {right:.3f}")  # noqa: T201 - a figure for whoever runs it
    assert len(read) >= 100
    assert right > 0.95, wrong


def test_a_story_of_the_sources_shelf_is_always_on_it():
    assert all("probash" in categorise(story, "probash", SHELVES) for _, story in stories())
    assert all(len(categorise(story, "probash", SHELVES)) <= MOST for _, story in stories())


@pytest.mark.parametrize("section", ["প্রবাসের খবর", "প্রবাস", "দূর পরবাস", "Diaspora"])
def test_the_papers_own_section_decides(section):
    story = Article("https://nodi.example/1", "মালয়েশিয়ায় জাল পাসপোর্টসহ এক বাংলাদেশি আটক", section=section)
    slugs = categorise(story, "", SHELVES)
    assert slugs[0] == "probash"
    assert {"visa", "crime"} <= set(slugs)


@pytest.mark.parametrize(
    ("url", "slug"),
    [
        ("https://nodi.example/probash/news/12", "probash"), ("https://nodi.example/sports/12", "sports"),
        ("https://nodi.example/international/2026/06/12", "world"), ("https://nodi.example/jobs/12/visa", "jobs"),
    ],
)  # fmt: skip
def test_the_address_tells_where_words_do_not(url, slug):
    assert categorise(Article(url, "নদীর ধারে এক বিকেল"), "", SHELVES) == (slug,)


def test_words_are_found_in_any_case_and_spelling():
    told = ["গ্রেফতারের পর", "গ্রেপ্তারকে ঘিরে", "গ্রেপ্তারও হলেন"]
    assert all(categorise(Article("https://x.example/1", title), "", SHELVES) == ("crime",) for title in told)


def test_a_word_in_passing_is_not_what_a_story_is_about():
    story = Article(
        "https://x.example/1", "লিসবনে বইমেলা", paragraphs=("মেলা জমেছে।", "ভিড় ছিল।", "এক মামলার কথাও ওঠে।")
    )
    assert categorise(story, "probash", SHELVES) == ("community", "probash")


def test_only_shelves_that_exist_are_used():
    assert categorise(Article("https://x.example/1", "ক্রিকেট বিশ্বকাপ জয়"), "nowhere", SHELVES[:1]) == ()


OWN = """
[[category]]
slug = "nodi"
bn = "নদী"
en = "Rivers"
{rules}
"""


def test_a_shelf_of_ones_own_has_rules_of_its_own():
    (shelf,) = parse(
        OWN.format(rules='words = ["নৌকা*"]\nsections = ["নদীর পাড়ে"]\npaths = ["rivers"]')
    ).categories
    for story in (
        Article("https://x.example/1", "নৌকাবাইচে ভিড়"),
        Article("https://x.example/1", "সকাল", section="নদীর পাড়ে"),
        Article("https://x.example/rivers/1", "সকাল"),
    ):
        assert categorise(story, "", [shelf]) == ("nodi",)
    assert categorise(Article("https://x.example/1", "সকাল"), "", [shelf]) == ()


def test_a_shelf_without_rules_goes_by_the_shipped_ones_of_its_name():
    (shelf,) = parse(OWN.format(rules="").replace('"nodi"', '"crime"')).categories
    assert categorise(Article("https://x.example/1", "চট্টগ্রামে দুজন গ্রেপ্তার"), "", [shelf]) == ("crime",)
    assert parse(OWN.format(rules="")).categories == (Category("nodi", "নদী", "Rivers"),)
