"""What a summary points at in the middle of a sentence, it has told."""

from __future__ import annotations

import pytest

from news.language.keys import keys
from news.summarise import summarise
from news.summary import pointing as at_work

LEAD = "পোর্তো শহরে শনিবার রাতে একটি পোশাক কারখানায় আগুন লেগে তিন বাংলাদেশি শ্রমিক আহত হয়েছেন।"
NOTICE = "মালিকপক্ষ সোমবার একটি নোটিশ টাঙায়।"
POINTING = "পোর্তো শহরের বাংলাদেশি শ্রমিক নেতারা {} নোটিশের ভাষায় আহত শ্রমিকদের অপমান দেখছেন।"
END = "দমকল আসে রাত একটায়।"


@pytest.mark.parametrize("pointer", ["ওই", "সেই", "এই", "এ"])
@pytest.mark.parametrize("most", [1, 2, 3])
def test_a_thing_that_is_pointed_at_has_been_told(pointer, most):
    pointing = POINTING.format(pointer)
    summary = summarise(f"{LEAD} {END} {NOTICE} {pointing}", max_sentences=most)
    assert summary[0] == LEAD
    assert pointing not in summary or summary[summary.index(pointing) - 1] == NOTICE


def test_with_room_for_both_the_thing_and_what_points_at_it_are_told():
    pointing = POINTING.format("ওই")
    assert summarise(f"{LEAD} {END} {NOTICE} {pointing}", max_sentences=3) == [LEAD, NOTICE, pointing]


@pytest.mark.parametrize(
    "pointing",
    [
        "দুজন শ্রমিক হাসপাতালে নেওয়ার পরও ওই কারখানার আহত শ্রমিকেরা পোর্তো শহরে বিক্ষোভ করেন।",
        "পোর্তো শহরে আহত শ্রমিকদের জন্য একটি তহবিল খোলা হয়েছে, আর ওই তহবিল থেকে টাকা পাবেন তিন শ্রমিক।",
        "পোর্তো শহরের কারখানা পরিদর্শক এ এইচ মাহমুদ বলেন, তিন শ্রমিক আহত হন আগুন নেভাতে গিয়ে।",
        "পোর্তো শহরের আহত বাংলাদেশি শ্রমিকেরা সেই মহড়ার কথা বলেন, যা পোশাক কারখানায় কখনো হয়নি।",
        "পোর্তো শহরের শ্রমিক নেতা রুই বলেন, ‘আহত শ্রমিকেরা এই মালিককে ক্ষমা করবেন না।’",
        "পোর্তো শহরে বাংলাদেশি শ্রমিক আহত হওয়ার এই ঘটনার তদন্ত চলছে।",
    ],
)
def test_what_the_summary_or_the_sentence_itself_tells_may_be_pointed_at(pointing):
    assert summarise(f"{LEAD} {NOTICE} {pointing}", max_sentences=2) == [LEAD, pointing]


def test_what_the_headline_tells_may_be_pointed_at():
    pointing = POINTING.format("ওই")
    text = f"{LEAD} {END} {NOTICE} {pointing}"
    assert summarise(text, title="নোটিশ নিয়ে ক্ষোভ", max_sentences=2) == [LEAD, pointing]


def test_a_summary_does_not_open_with_what_points_at_something_untold():
    text = f"ক্ষোভ। {POINTING.format('ওই')} {LEAD}"
    assert summarise(text.replace("ক্ষোভ।", "তবে নোটিশ ছোট।"), max_sentences=1) == [LEAD]


BROTHER = "একজনের ভাই সেলিম ফটকে ছিলেন।"
TAKEN = "পোর্তো শহরের পোশাক কারখানায় আগুন লাগার পর {} শ্রমিকেরা আহত হাত নিয়ে হাসপাতালে নেন।"


@pytest.mark.parametrize("somebody", ["তাঁকে", "তাকে", "তাঁদের"])
@pytest.mark.parametrize("most", [1, 2, 3])
def test_whom_a_sentence_means_the_one_before_it_in_its_paragraph_has_told(somebody, most):
    taken = TAKEN.format(somebody)
    summary = summarise(f"{LEAD}\n{END}\n{BROTHER} {taken}", max_sentences=most)
    assert taken not in summary or summary[summary.index(taken) - 1] == BROTHER


@pytest.mark.parametrize(
    "sentence",
    [
        TAKEN.format("সেলিম ও তাঁর ভাইকে"),
        TAKEN.format("সেলিম জানান, তাঁকে"),
    ],
)
def test_somebody_whom_the_sentence_names_is_known(sentence):
    assert summarise(f"{LEAD}\n{BROTHER} {sentence}", max_sentences=2) == [LEAD, sentence]


def test_a_new_paragraph_means_somebody_of_the_whole_story():
    taken = TAKEN.format("তাঁদের")
    assert summarise(f"{LEAD}\n{BROTHER}\n{taken}", max_sentences=2) == [LEAD, taken]


def test_a_text_without_paragraphs_does_not_say_who_is_meant():
    taken = TAKEN.format("তাঁদের")
    assert summarise(f"{LEAD} {BROTHER} {taken}", max_sentences=2) == [LEAD, taken]


def test_somebody_is_known_through_sentences_that_mean_the_same_person():
    text = f"{LEAD} তাঁদের নাম জানা যায়নি। {TAKEN.format('তাঁদের')}\n{END}"
    assert summarise(text, max_sentences=2) == [LEAD, TAKEN.format("তাঁদের")]


def test_a_sentence_that_points_a_thousand_times_is_read_once(monkeypatch):
    read: list[str] = []
    monkeypatch.setattr(at_work, "keys", lambda text: read.append(text) or keys(text))
    sentence = "শহরে " + "ওই নোটিশ আর এই বৈঠক " * 500
    assert at_work.points_at(sentence) == (frozenset(keys("নোটিশ")), frozenset(keys("বৈঠক")))
    assert sum(map(len, read)) <= len(sentence)
