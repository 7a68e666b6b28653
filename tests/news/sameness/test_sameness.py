"""Which articles of several papers are one story, on invented news and at its edges."""

from __future__ import annotations

import random
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from news.geography.places import codes, place_name
from news.language.folded import fold
from news.language.stems import stem
from news.language.text import clean
from news.story import facts
from news.story.fingerprint import fingerprint
from news.story.sameness import Known, Recent, same_event, same_story
from tests.news.sameness import events
from tests.news.sameness.events import article

NOW = datetime(2025, 6, 23, 9, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def told():
    return events.told()


@pytest.fixture(scope="module")
def prints(told):
    return [fingerprint(one.article) for one in told]


def known(number: int, print_, *, story: int | None = None, paper: str = "a", at: datetime = NOW) -> Known:
    return Known(number, number if story is None else story, paper, at, print_)


def verdicts(told, prints, recent: Recent) -> Counter[tuple[bool, bool]]:
    """How often (they are of one event, they are taken for it)."""
    found: Counter[tuple[bool, bool]] = Counter()
    for one, other, truly in events.pairs(told):
        likeness = recent.likeness(prints[one], prints[other])
        found[truly, same_event(prints[one], prints[other], likeness)] += 1
    return found


@pytest.mark.parametrize("busy", [False, True], ids=["an empty memory", "a full memory"])
def test_papers_that_tell_one_event_are_found_and_similar_events_are_told_apart(told, prints, busy):
    """Whether the bot has just started or has read for days. The pairs are ours: real ones are harder."""
    recent = Recent()
    for number, one in enumerate(prints if busy else ()):
        recent.add(known(number, one))
    found = verdicts(told, prints, recent)
    precision = found[True, True] / (found[True, True] + found[False, True])
    recall = found[True, True] / (found[True, True] + found[True, False])
    assert precision >= 0.95
    assert recall >= 0.95


def test_the_pairs_are_many_and_most_of_the_others_are_hard(told):
    same = sum(truly for _, _, truly in events.pairs(told))
    hard = sum(
        told[one].family == told[other].family and not truly for one, other, truly in events.pairs(told)
    )
    assert same >= 50
    assert hard >= 100


FIVE = (
    "জেদ্দায় সড়ক দুর্ঘটনায় পাঁচ বাংলাদেশি নিহত",
    "সৌদি আরবের জেদ্দায় বাস উল্টে পাঁচ বাংলাদেশি নিহত হয়েছেন। সোমবার রাতে মক্কা মহাসড়কে এ দুর্ঘটনা ঘটে।",
)
SEVEN = (
    "জেদ্দায় বাস উল্টে নিহত বাংলাদেশির সংখ্যা বেড়ে সাত",
    (
        "সৌদি আরবের জেদ্দায় মক্কা মহাসড়কে বাস উল্টে নিহত বাংলাদেশির সংখ্যা বেড়ে সাত হয়েছে। "
        "সোমবার রাতের দুর্ঘটনায় আহত দুজন হাসপাতালে মারা যান।"
    ),
)


def test_five_dead_and_seven_dead_of_one_accident_are_one_story():
    assert same_story(article(*FIVE), article(*SEVEN))


@pytest.mark.parametrize("place", ["সৌদি আরবের দাম্মামে", "ওমানের সালালায়", "মালদ্বীপের মালেতে"])
def test_the_same_words_of_another_place_are_another_event(place):
    title = "{} গ্যাস বিস্ফোরণে দুই বাংলাদেশি নিহত"
    text = "{} রেস্তোরাঁর রান্নাঘরে গ্যাসের সিলিন্ডার বিস্ফোরণে দুই বাংলাদেশি নিহত হয়েছেন।"
    here = "সৌদি আরবের রিয়াদে"
    one, other = (article(title.format(at), text.format(at)) for at in (here, place))
    assert not same_story(one, other)
    assert same_story(one, article(title.format("রিয়াদে"), text.format("সৌদির রাজধানী রিয়াদে")))


def test_the_same_words_of_another_person_are_another_event():
    text = "কুয়েতের ফাহাহিলে লিফট ছিঁড়ে {} নামের এক বাংলাদেশি নিহত হয়েছেন। তিনি রংমিস্ত্রির কাজ করতেন।"
    title = "কুয়েতে লিফট ছিঁড়ে বাংলাদেশি নিহত"
    one, other = article(title, text.format("কামাল উদ্দিন (৪১)")), article(title, text.format("রুবেল মোল্লা (২৭)"))
    assert not same_story(one, other)
    assert same_story(one, article(title, text.format("মো. কামালউদ্দিন (৪১)")))


SHOT = "শিকাগোতে গুলিতে বাংলাদেশি নিহত"


@pytest.mark.parametrize(
    "who",
    [
        "জ্যোতি শেখ নিহত হয়েছেন। তাঁর",
        "কিবরিয়া সরকার নামে এক বাংলাদেশি নিহত হয়েছেন। তাঁর",
        "দিদার আলম নিহত হয়েছেন। তাঁর",
        "তারেক রানা নিহত হয়েছেন। তাঁর",
    ],
)
def test_two_deaths_in_one_city_are_two_stories_whatever_the_names(who):
    text = "যুক্তরাষ্ট্রের শিকাগোতে দুর্বৃত্তের গুলিতে বাংলাদেশি {} বাড়ি {}। {} রাতে এ ঘটনা ঘটে বলে পুলিশ জানায়।"
    one = article(SHOT, text.format("মানিক মিয়া নিহত হয়েছেন। তাঁর", "চাটখিলে", "রোববার"))
    assert not same_story(one, article(SHOT, text.format(who, "জকিগঞ্জে", "সোমবার")))
    again = text.format("মো. মানিক মিয়া নিহত হয়েছেন। তাঁর", "নোয়াখালীতে", "রোববার")
    assert same_story(one, article("শিকাগোতে বন্দুকধারীর গুলিতে প্রাণ গেল বাংলাদেশির", again))


def test_who_died_is_named_and_what_else_stands_there_is_no_name():
    named = "বাংলাদেশি সোহেল তাজ নিহত, প্রবাসী নির্মাণ শ্রমিক নিহত, বাংলাদেশি ট্রাকের ধাক্কায় নিহত, প্রবাসী স্বামী স্ত্রী নিহত"
    assert facts.people(clean(named)) == {("name", stem("সোহেল")), ("name", stem("তাজ"))}


def test_a_city_of_two_accidents_in_parts_of_their_own_agrees_in_nothing():
    text = "নিউইয়র্কের {} সড়ক দুর্ঘটনায় এক বাংলাদেশি আহত হয়েছেন।"
    bronx, buffalo = (fingerprint(article(text.format(at), text.format(at))) for at in ("ব্রঙ্কসে", "বাফেলোতে"))
    whole = fingerprint(article("নিউইয়র্কে দুর্ঘটনা", "নিউইয়র্কে সড়ক দুর্ঘটনায় এক বাংলাদেশি আহত হয়েছেন।"))
    assert not same_event(bronx, buffalo, 0.5)
    assert same_event(bronx, whole, 0.5)


def test_foreign_towns_that_sound_like_bangladeshs_are_none_of_its():
    for name, code in (
        ("কুয়ালালামপুরে", "MY"),
        ("সিঙ্গাপুরের", ""),
        ("নাগপুরে", "IN"),
        ("উদয়পুরের", "IN"),
        ("জামশেদপুরে", "IN"),
        ("মুজাফফরনগরে", "IN"),
        ("জয়পুরে", ""),
    ):
        assert {where for where, _ in facts.towns(clean(name))} == ({code} if code else set()), name
    assert facts.towns(clean("চাঁদপুরের কাঁঠালনগরে")) == {("BD", fold("চাঁদপুর")), ("BD", fold("কাঁঠালনগর"))}


def test_a_country_is_no_town_of_its_own_in_whatever_spelling():
    for name in (place_name(code, "bn") for code in codes()):
        assert facts.towns(clean(name)) == set(), name
    other = "ইসরাইলে, ব্রিটেনে, আমেরিকায়, জর্দানে, তুর্কিয়েতে, ভ্যাটিকানে, আরব আমিরাতে, সৌদিতে"
    assert facts.towns(clean(other)) == set()


@pytest.mark.parametrize(("number", "same"), [("চার", True), ("৪১", False)])
def test_four_and_forty_one_arrested_are_two_raids(number, same):
    title = "সিঙ্গাপুরে জুয়ার আসর থেকে {} বাংলাদেশি গ্রেপ্তার"
    text = "সিঙ্গাপুরের গেলাংয়ে এক জুয়ার আসর থেকে {} বাংলাদেশিকে গ্রেপ্তার করেছে পুলিশ। শনিবার রাতে অভিযান চলে।"
    three, other = (article(title.format(one), text.format(one)) for one in ("৩", number))
    assert same_story(three, other) is same


@pytest.mark.parametrize(("one", "other"), [("নাপোলি", "নেপলস"), ("মিলান", "মিলানো"), ("দিল্লি", "নয়াদিল্লি")])
def test_a_town_of_two_names_is_one_town(one, other):
    text = "{}র রেলস্টেশনে ছুরি মেরে এক বাংলাদেশি তরুণকে হত্যা করা হয়েছে। শনিবার রাতে এ ঘটনা ঘটে।"
    assert facts.towns(clean(one)) == facts.towns(clean(other))
    assert same_story(*(article(f"{town}তে বাংলাদেশি খুন", text.format(town)) for town in (one, other)))


@pytest.mark.parametrize(
    "headline",
    [
        "রেলস্টেশনে মনজুর খুনের বিচার দাবিতে মানববন্ধন",
        "তুরিনে নিহত মনজুরের মরদেহ দেশে পৌঁছেছে",
        "দেশে এল তুরিনে নিহত মনজুরের মরদেহ",
        "তুরিনে নিহত মনজুরের জানাজা সম্পন্ন",
    ],
)
def test_what_follows_upon_an_event_is_another_event(headline):
    text = "ইতালির তুরিনে রেলস্টেশনে ছুরিকাঘাতে খুন হন মনজুর আলম (৩১) নামের এক বাংলাদেশি। {}"
    event = article("তুরিনে রেলস্টেশনে ছুরিকাঘাতে বাংলাদেশি মনজুর খুন", text.format("শনিবার রাতে এ ঘটনা ঘটে।"))
    assert not same_story(event, article(headline, text.format(headline)))
    assert same_story(event, article("তুরিনে খুন হলেন বাংলাদেশি মনজুর", text.format("তাঁর মরদেহ হাসপাতালে।")))


def test_the_same_words_of_another_month_are_another_event():
    text = "{} মাসে {} কোটি ডলার রেমিট্যান্স পাঠিয়েছেন প্রবাসীরা। কেন্দ্রীয় ব্যাংক সোমবার এ তথ্য জানিয়েছে।"
    may, june = (
        article(f"{month} মাসের রেমিট্যান্স", text.format(month, amount))
        for month, amount in (("মার্চ", "২৫০"), ("এপ্রিল", "২৫০"))
    )
    assert not same_story(may, june)


def test_amounts_that_papers_round_are_one_amount():
    exact = article("মার্চে রেমিট্যান্স ২৪৯ কোটি ৬০ লাখ ডলার", "মার্চে প্রবাসী আয় এসেছে ২৪৯ কোটি ৬০ লাখ ডলার।")
    rounded = article("মার্চে এল আড়াই শ কোটি ডলার", "প্রবাসীরা মার্চে পাঠিয়েছেন প্রায় ২৫০ কোটি ডলার রেমিট্যান্স।")
    other = article("মার্চে রেমিট্যান্স ৩২৯ কোটি ডলার", "মার্চে প্রবাসী আয় এসেছে ৩২৯ কোটি ডলার।")
    assert same_story(exact, rounded)
    assert not same_story(exact, other)


def test_what_happened_last_year_is_another_event():
    raid = ("কোতারায়ায় অভিযানে আটক অভিবাসীরা", "কুয়ালালামপুরের কোতারায়ায় অভিযানে আটক অভিবাসীদের বিচার শুরু হয়েছে।")
    now = replace(article(*raid), published_at=NOW)
    before = replace(article(f"২০২৪ সালে {raid[0]}", raid[1]), published_at=NOW)
    assert not same_story(now, before)
    recent = Recent()
    recent.add(known(1, fingerprint(now), at=NOW - timedelta(days=365)))
    assert recent.stories_of(fingerprint(now), "b", NOW) == []


def test_a_story_is_remembered_for_three_days():
    recent = Recent()
    recent.add(known(1, fingerprint(article(*FIVE)), at=NOW - 71 * HOUR))
    assert recent.stories_of(fingerprint(article(*SEVEN)), "b", NOW) == [1]
    recent.prune(NOW)
    assert len(recent) == 1
    recent.prune(NOW + 2 * HOUR)
    assert len(recent) == 0
    assert recent.stories_of(fingerprint(article(*SEVEN)), "b", NOW) == []


def test_a_follow_up_of_another_paper_belongs_to_the_story():
    recent = Recent()
    recent.add(known(1, fingerprint(article(*FIVE)), paper="a"))
    assert recent.stories_of(fingerprint(article(*SEVEN)), "b", NOW) == [1]


def test_a_paper_that_tells_more_of_its_own_story_begins_a_new_one():
    recent = Recent()
    recent.add(known(1, fingerprint(article(*FIVE)), paper="a"))
    assert recent.stories_of(fingerprint(article(*SEVEN)), "a", NOW) == []


def test_a_paper_that_prints_a_story_twice_does_not_begin_a_new_one():
    recent = Recent()
    recent.add(known(1, fingerprint(article(*FIVE)), paper="a"))
    again = article(FIVE[0] + " (ভিডিও)", FIVE[1])
    assert recent.stories_of(fingerprint(again), "a", NOW) == [1]


def test_a_second_paper_joins_the_new_development_of_the_first_not_what_it_joined_before():
    recent = Recent()
    recent.add(known(1, fingerprint(article(*FIVE)), paper="a"))
    recent.add(known(2, fingerprint(article(*FIVE)), story=1, paper="b"))
    recent.add(known(3, fingerprint(article(*SEVEN)), paper="a"))
    assert recent.stories_of(fingerprint(article(*SEVEN)), "b", NOW) == [3]


def test_an_article_that_says_something_else_now_is_compared_by_what_it_says_now():
    recent = Recent()
    recent.add(known(1, fingerprint(article("আবহাওয়া", "আজ রোদ।"))))
    recent.add(known(1, fingerprint(article(*FIVE))))
    assert len(recent) == 1
    assert recent.stories_of(fingerprint(article(*SEVEN)), "b", NOW) == [1]


def test_another_headline_of_the_same_paper_is_another_story_whatever_stands_below():
    recent = Recent()
    recent.add(known(1, fingerprint(article(*FIVE)), paper="a"))
    for title in ("আপডেট: " + FIVE[0], "জেদ্দায় সড়ক দুর্ঘটনায় ছয় বাংলাদেশি নিহত", "দুর্ঘটনার পর জেদ্দায় শোকের ছায়া"):
        assert recent.stories_of(fingerprint(article(title, FIVE[1])), "a", NOW) == []


def test_the_same_headline_with_another_number_below_is_another_story_of_a_paper():
    rate = "আজ ১ রিয়ালের দাম {} টাকা। ব্যাংকভেদে মুদ্রা বিনিময় হার কমবেশি হতে পারে।"
    recent = Recent()
    recent.add(known(1, fingerprint(article("মুদ্রা বিনিময় হার", rate.format("৩২.৪০"))), paper="a"))
    for other, found in (("৩২.৪০", [1]), ("৩২.৫০", [])):
        again = fingerprint(article("মুদ্রা বিনিময় হার", rate.format(other)))
        assert recent.stories_of(again, "a", NOW) == found


def test_a_text_that_has_nothing_of_its_headline_makes_no_two_articles_one():
    """A notice that several papers print below every headline."""
    notice = "প্রিয় পাঠক, এই লেখাটি পড়তে নিবন্ধন করুন। নিবন্ধন বিনা মূল্যে, সময় লাগবে এক মিনিট।"
    titles = ("দোহায় বইমেলা শুরু", "রিয়াদে নতুন বিদ্যালয়", "মিলানে ক্রিকেট উৎসব", "সংবাদ সংক্ষেপ")
    recent = Recent()
    for number, title in enumerate(titles):
        recent.add(known(number, fingerprint(article(title, notice)), paper=str(number)))
    for title in (*titles[3:], "কুয়েতে চিকিৎসা শিবির"):
        assert recent.stories_of(fingerprint(article(title, notice)), "b", NOW) == []


def test_a_headline_that_everybody_prints_proves_nothing():
    assert not same_story(article("সংবাদ সংক্ষেপ", ""), article("সংবাদ সংক্ষেপ", ""))
    assert not same_story(article("আজকের আবহাওয়া", ""), article("আজকের আবহাওয়া", ""))


def test_a_part_of_a_papers_site_is_the_paper():
    recent = Recent()
    recent.add(known(1, fingerprint(article(*FIVE)), paper="nodi.example"))
    for paper, found in (("deshe.nodi.example", []), ("kunodi.example", [1]), ("nodi.example:8080", [1])):
        assert recent.stories_of(fingerprint(article(*SEVEN)), paper, NOW) == found


@pytest.mark.parametrize("text", ["", "।", "৫", "🎉", "a b c", "  \n "])
def test_texts_that_say_nothing_are_the_same_as_nothing(text):
    empty = fingerprint(article(text, text))
    recent = Recent()
    recent.add(known(1, fingerprint(article(*FIVE))))
    assert recent.stories_of(empty, "b", NOW) == []
    recent.add(known(2, empty))
    assert recent.stories_of(fingerprint(article(*SEVEN)), "b", NOW) == [1]


def test_comparing_with_a_weeks_news_does_not_look_at_each_of_it(told, prints):
    """With as many words in common as there are: 70 times cheaper was measured, a tenth of that is asked."""
    chance = random.Random(1)  # noqa: S311  # nothing is secret here
    words = [word for one in told for text in one.article.paragraphs for word in text.split()]
    recent = Recent()
    for number in range(1000):
        text = " ".join(chance.choices(words, k=60))
        recent.add(known(number, fingerprint(article(text[:60], text)), at=NOW))
    began = time.process_time()
    for one in prints:
        recent.stories_of(one, "b", NOW)
    found = time.process_time()
    for one in prints:
        recent.likeness(prints[0], one)
    each = time.process_time() - found
    assert found - began < 1000 * each / 7
