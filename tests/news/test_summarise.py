"""A summary is made of the story's own sentences, and stands on its own."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from news.language.sentences import split
from news.summarise import summarise

TITLE = "লিসবনে বাংলা বইমেলা"
TEXT = (
    "তবে সবাই আসতে পারেননি। লিসবনে প্রথম বাংলা বইমেলা শুরু হয়েছে শুক্রবার, এসেছেন দুই হাজার প্রবাসী।\n"
    "বার্তা সংস্থা নীলকণ্ঠের খবরে এ কথা বলা হয়েছে।\n"
    "মেলায় ২৬টি স্টলে ঢাকার প্রকাশকদের বই পাওয়া যাচ্ছে। তিনি বলেন, মেলা চলবে রোববার পর্যন্ত।\n"
    "আয়োজক কমিটির আহ্বায়ক শফিউল বারী বইমেলার জায়গা নিয়ে চিন্তিত।"
)
LEAD = "পোর্তো শহরে শনিবার রাতে একটি পোশাক কারখানায় আগুন লেগে তিন বাংলাদেশি শ্রমিক আহত হয়েছেন।"


def test_it_is_whole_sentences_in_their_order():
    sentences = split(TEXT)
    summary = summarise(TEXT, title=TITLE, max_sentences=3)
    assert 1 <= len(summary) <= 3
    assert [s for s in sentences if s in summary] == summary


def test_it_begins_with_what_happened():
    assert summarise(TEXT, title=TITLE, max_sentences=2)[0].startswith("লিসবনে")


@pytest.mark.parametrize(
    "opener", ["এ ছাড়া", "তিনি জানান,", "তবে", "এরপর", "সেখানে", "সেখানেই", "একই সঙ্গে", "ওই সময়", "সেই"]
)
@pytest.mark.parametrize("most", [1, 2, 3, 5])
def test_a_sentence_that_leans_on_another_comes_only_right_behind_it(opener, most):
    leaning = f"{opener} কারখানার শ্রমিকেরা বকেয়া বেতন, আগুনে ক্ষতিপূরণ ও নিরাপত্তার দাবিতে সড়ক অবরোধ করেন।"
    before = "মালিকপক্ষ কিছু জানায়নি।"
    text = f"{LEAD} দুজন হাসপাতালে। {before} {leaning} রোববার কারখানাটি বন্ধ থাকবে।"
    summary = summarise(text, max_sentences=most)
    assert not summary[0].startswith(opener)
    if leaning in summary:
        assert summary[summary.index(leaning) - 1] == before


@pytest.mark.parametrize(
    "aside",
    [
        "বার্তা সংস্থা রয়টার্সের খবরে এ কথা বলা হয়েছে।",
        "স্থানীয় সংবাদমাধ্যমের বরাত দিয়ে এ তথ্য জানিয়েছে এএফপি।",
        "পুলিশ এ তথ্য নিশ্চিত করেছে।",
        "সূত্র: বাসস",
        "পোর্তোর কারখানায় আগুন নেভাচ্ছেন দমকলকর্মীরা। ছবি: সংগৃহীত",
        "নিজস্ব প্রতিবেদক, পোর্তো",
        "আগুনের কারণ কী",
        "১৩ অক্টোবর, ২০২৫, 12:18 PM",
        "নীলকণ্ঠ সংবাদ/ করিম",
        "পোর্তোয় আগুনে তিন বাংলাদেশি আহত",
    ],
)
def test_it_spends_no_sentence_on_sources_captions_bylines_subheads_or_the_headline(aside):
    text = f"{LEAD}\n{aside}\nদুজন হাসপাতালে ভর্তি আছেন।\nদমকল বাহিনী দুই ঘণ্টায় আগুন নেভায়।"
    summary = summarise(text, title="পোর্তোয় আগুনে তিন বাংলাদেশি আহত")
    assert summary[0] == LEAD
    assert not [sentence for sentence in split(aside) if sentence in summary]


@pytest.mark.parametrize(
    "desk",
    [
        "পোর্তো প্রতিনিধি: ",
        "আন্তর্জাতিক ডেস্কঃ ",
        "স্টাফ রিপোর্টার, পোর্তো থেকে: ",
        "নদী ডেস্ক » ",
        "নিজস্ব প্রতিবেদক, ঢাকা : ",
    ],
)
def test_it_does_not_begin_with_who_wrote_it(desk):
    assert summarise(f"{desk}{LEAD} দুজন হাসপাতালে ভর্তি আছেন।", max_sentences=1) == [LEAD]


def test_people_who_speak_are_no_desk():
    said = "তিন দেশের প্রতিনিধি বলেন, আগুনের কারণ খুঁজে বের করা হবে।"
    assert summarise(said, max_sentences=1) == [said]


def test_a_question_is_told_only_with_its_answer():
    text = f"কে দেবে এত শ্রমিকের ক্ষতিপূরণ? {LEAD} দুজন হাসপাতালে ভর্তি আছেন।"
    assert summarise(text, max_sentences=1) == [LEAD]


def test_who_says_more_has_said_something_before():
    more = "দমকল কর্মকর্তা আরও বলেন, কারখানার শ্রমিকদের আগুন নেভানোর মহড়া ছিল না।"
    first = "দমকল কর্মকর্তা রুই কস্তা জানান, দুই ঘণ্টায় আগুন নেভে।"
    summary = summarise(f"{LEAD} {first} {more} রোববার কারখানা বন্ধ।", max_sentences=3)
    assert more not in summary or summary[summary.index(more) - 1] == first


def test_it_does_not_tell_the_same_twice():
    again = LEAD.replace("শনিবার রাতে", "গত শনিবার রাতে")
    summary = summarise(f"{LEAD} {again} দমকল বাহিনী দুই ঘণ্টায় আগুন নেভায়।", max_sentences=2)
    assert summary == [LEAD, "দমকল বাহিনী দুই ঘণ্টায় আগুন নেভায়।"]


def test_a_quotation_is_not_parted_from_who_said_it():
    speech = "“কারখানার আগুনে তিন শ্রমিক আহত হয়েছেন। কারখানার শ্রমিকদের চিকিৎসার খরচ আমরা দেব।”"
    text = f"{LEAD} মালিক জোয়াও পিন্তো বলেন, {speech} তদন্ত চলছে।"
    for most in range(1, 5):
        assert all(
            ("“" in s) == ("”" in s) and not s.startswith("“") for s in summarise(text, max_sentences=most)
        )


def test_a_long_speech_is_never_entered_in_its_middle():
    speech = " ".join(f"কারখানার {n} নম্বর ফটকে আগুন ছিল, শ্রমিক আহত হন।" for n in range(30))
    summary = summarise(f"{LEAD} মালিক বলেন, “{speech}” তদন্ত চলছে।", max_sentences=5)
    assert not [sentence for sentence in summary if "নম্বর ফটকে" in sentence]


@pytest.mark.parametrize("room", [40, 90, 160])
def test_it_keeps_to_its_room(room):
    assert len(" ".join(summarise(TEXT, max_sentences=5, max_characters=room))) <= room


def test_a_room_that_just_fits_is_used():
    assert summarise(LEAD, max_characters=len(LEAD)) == [LEAD]
    assert summarise(LEAD, max_characters=len(LEAD) - 1) == []


def test_a_text_of_one_leaning_sentence_is_still_told():
    assert summarise("তিনি আর নেই।") == ["তিনি আর নেই।"]


def test_paragraphs_or_none_make_little_difference():
    flat = TEXT.replace("\n", " ")
    assert summarise(flat, title=TITLE, max_sentences=2) == summarise(TEXT, title=TITLE, max_sentences=2)


def test_no_sentence_asked_for_is_none():
    assert summarise(TEXT, max_sentences=0) == []


@settings(deadline=None)
@given(st.text(), st.text(), st.integers(0, 6), st.one_of(st.none(), st.integers(0, 60)))
def test_no_text_breaks_it(text, title, most, room):
    summary = summarise(text, title=title, max_sentences=most, max_characters=room)
    assert len(summary) <= most
    assert room is None or len(" ".join(summary)) <= room


@settings(deadline=None)
@given(
    st.lists(st.sampled_from([*split(TEXT), LEAD, "“এক।", "দুই।”", "এবং:", "তিনি"]), max_size=12),
    st.integers(1, 5),
)
def test_any_mixture_gives_sentences_of_its_own_in_their_order(parts, most):
    summary = summarise(" ".join(parts), max_sentences=most)
    rest = iter(split(" ".join(parts)))
    assert all(sentence in rest for sentence in summary)


def test_nobody_is_called_both_before_they_are_named():
    text = "গান করেন দুজনই। লিসবনের নাসিমা আক্তার ও পোর্তোর সাদিক হাসান বইমেলায় গান করেন শনিবার রাতে।"
    assert summarise(text, title="বইমেলায় গান", max_sentences=1)[0].startswith("লিসবনের")


def test_a_later_sentence_that_begins_with_this_time_comes_with_the_one_before():
    before = "গত বছর মেলায় স্টল ছিল সাতটি।"
    leaning = "এবার লিসবনের প্রথম বাংলা বইমেলায় ২৬টি স্টলে এসেছেন দুই হাজার প্রবাসী পাঠক ও প্রকাশক।"
    for most in (1, 2, 3):
        summary = summarise(f"{LEAD} {before} {leaning}", title=TITLE, max_sentences=most)
        assert leaning not in summary or summary[summary.index(leaning) - 1] == before
    assert summarise(leaning, title=TITLE) == [leaning]


def test_an_opinion_is_not_shown_without_who_holds_it():
    said = "আয়োজক শফিউল বারী বলেন, বইমেলা প্রবাসীদের মেলা।"
    opinion = "বইমেলা প্রবাসীদের সন্তানদের বাংলা ভাষার কাছে নিয়ে যায়, বইয়ের কাছে নিয়ে যায়।"
    for most in (1, 2, 3):
        summary = summarise(f"{LEAD}\n{said} {opinion}", title="প্রবাসীদের বইমেলা", max_sentences=most)
        assert opinion not in summary or said in summary


@pytest.mark.parametrize(
    "sent", ["দুবাই, ২৪ নভেম্বর (নীলকণ্ঠ): ", "পোর্তো, ৩ মার্চ ২০২৬ (নীলকণ্ঠ) — ", "লিসবন, ৫ জুন: "]
)
def test_whence_and_when_an_agency_sent_it_is_not_shown(sent):
    assert summarise(sent + LEAD, max_sentences=1) == [LEAD]


def test_of_two_sentences_that_say_as_much_the_one_with_day_and_hour_is_shown():
    lead = LEAD.replace("শনিবার রাতে ", "")
    plain = "দমকলের সদস্যরা পোড়া যন্ত্র সরান।"
    for when, shown in (
        ("রোববার সকালে দেয়াল মেরামত করেন মিস্ত্রিরা।", True),
        ("পুরোনো ইটের দেয়াল মেরামত করেন মিস্ত্রিরা।", False),
    ):
        assert (when in summarise(f"{lead} {plain} {when}", max_sentences=2)) is shown
