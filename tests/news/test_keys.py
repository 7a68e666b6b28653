"""A word that a reader types finds the same word in whatever form a paper printed it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from news.language.keys import is_stop, key, keys

SAME = """
মালয়েশিয়া মালয়েশিয়ায় মালয়েশিয়ার মালয়েশিয়াতে মালয়েশিয়াকে মালেশিয়া
গ্রেপ্তার গ্রেফতার গ্রেপ্তারের গ্রেফতারে
১০ 10 ১০টি ১০টা ১০টায় ১০জন ১০ম
ঘণ্টা ঘন্টা ঘণ্টায় ঘন্টার
জানুয়ারি জানুয়ারী জানুয়ারির জানুয়ারিতে
আমেরিকা যুক্তরাষ্ট্র মার্কিন আমেরিকার যুক্তরাষ্ট্রে আমেরিকায়
আগস্ট আগষ্ট আগস্টে
ঢাকা ঢাকায় ঢাকার ঢাকাতে ঢাকাকে ঢাকাও ঢাকারও
ইতালি ইতালিতে ইতালির ইটালি ইতালী
কুয়েত কুয়েতে কুয়েতের কুয়েতেও
দুবাই দুবাইয়ে দুবাইয়ের দুবাইতে
চীন চীনে চীনের চীনকে
রোম রোমে রোমের
দেশ দেশে দেশের দেশটি দেশটির দেশগুলো দেশগুলোর দেশগুলোতে
প্রবাসী প্রবাসীর প্রবাসীরা প্রবাসীদের প্রবাসীদেরকে প্রবাসীরাও
শ্রমিক শ্রমিকেরা শ্রমিকরা শ্রমিকদের শ্রমিককে শ্রমিকের
সরকার সরকারের সরকারকে সরকারও সরকারই
বাংলাদেশি বাংলাদেশী বাংলাদেশির বাংলাদেশিদের বাংলাদেশীরা
ভিসা ভিসায় ভিসার ভিসাও
কমিটি কমিটির কমিটিতে
আদালত আদালতে আদালতের
ব্যাংক ব্যাংকে ব্যাঙ্ক ব্যাংকটি
নরওয়ে নরওয়েতে নরওয়ের
মালে মালেতে
নিউইয়র্ক নিউইয়র্কে
দূতাবাস দুতাবাস দূতাবাসে
পুলিশ পুলিস পুলিশকে
করেছেন করিয়াছেন
হয়েছে হইয়াছে
তার তাঁর তাহার
বাঙালি বাঙ্গালি বাঙালী
কার্য কার্য্য
জেদ্দা জেদ্দাহ জেদ্দায়
টোকিও টোকিওতে টোকিওর
নেতা নেতারা নেতাদের নেতাকে
visa Visa VISA
শনিবার শনিবারে শনিবারের শনিবারও শনিবারই
এবার এবারের এবারও
কারখানা কারখানায় কারখানার কারখানাটি
আমিরাত আমিরাতে আমিরাতের আমিরাতেও
ডাক্তার ডাক্তারের ডাক্তারেরা ডাক্তারদের
মিরপুর মিরপুরে মিরপুরের
কিউবা কিউবার কিউবায়
সেবা সেবার সেবায়
পাসপোর্ট পাসপোর্টসহ পাসপোর্টের
প্রবাসী প্রবাসীসহ প্রবাসীদের প্রবাসীদেরসহ
উদ্‌যাপন উদযাপন উদ্‌যাপনের
শ্রমিক শ্রমিকগণ শ্রমিকবৃন্দ শ্রমিকগণের
নেতা নেতাগণ নেতাবৃন্দ
করতে করিতে
করবে করিবে
বললেন বলিলেন
যাবেন যাইবেন
এসেছে আসিয়াছে
দিয়েছেন দিয়াছেন
চাকরি চাকুরি চাকুরির চাকরিতে
চাকরিজীবী চাকুরিজীবীদের
হজ হজ্ব হজ্ব হজের
রমজান রমযান রমযানে
কানাডা ক্যানাডা ক্যানাডায়
জর্ডান জর্দান জর্দানে
ইউরোপ ইওরোপ ইওরোপের
আমেরিকা অ্যামেরিকা অ্যামেরিকায়
ড্রাগন ড্রাগনের
রিয়াদ রিয়াদের রিয়াদে
পরিষদ পরিষদের
নাহিদ নাহিদের নাহিদকে নাহিদও
জুনায়েদ জুনায়েদের
মোহাম্মদ মোহাম্মদের
সৈয়দ সৈয়দের
জালালাবাদ জালালাবাদে জালালাবাদের
জাতীয়তাবাদ জাতীয়তাবাদের
সাংসদ সাংসদের সাংসদেরা
আনন্দ আনন্দের
চাদ চাদের
নওগাঁ নওগাঁর নওগাঁয়
বাংলাদেশি বাংলাদেশিসহ বাংলাদেশী
"""
OTHER = """
জন জনগণ
বাড়িতে বাড়তে
মালে মাল
বার বারে
আশা আসা
কাল কালো
বাংলাদেশ বাংলাদেশি
কর করে
জেল জেলে
কমিটি কমি
সঙ্গীত সঙ্গী
আমির আমি
ভাই ভা
কোটি কোট
হাত হাতি
১০ ১০০
৩.৫ ৩৫
চাকা চাকরি
ইরান ইরাক
বাঁধ বাধা
গাজা গাজী
ভিডিও ভিডি
খাত খাতা
মালিক মালি
জাপান জাপানি
ঘর ঘড়ি
ওমান মান
বাড়ি বাড়
কারখানা কার
আমিরাতে আমি
মিনার মিনা
হাজির হাজি
আটকে আট
মারা মা
ক্যামেরা ক্যাম
শনিবার শনি
সহ স
দুঃসহ দুঃখ
বাড়িয়ে বাড়ি
রিয়াদ রিয়া
হাদিদ হাদি
রসদের রস
দরদ দর
শব্দ শব
"""


@pytest.mark.parametrize("line", SAME.split("\n")[1:-1])
def test_a_word_is_found_in_all_its_endings_and_spellings(line):
    assert len({key(word) for word in line.split()}) == 1


@pytest.mark.parametrize("line", OTHER.split("\n")[1:-1])
def test_words_that_only_look_alike_stay_apart(line):
    one, other = line.split()
    assert key(one) != key(other)


def test_signs_that_nobody_sees_make_no_difference():
    assert key("র\u200d্যাব") == key("র্যাব")
    assert key("অ\u200cভিবাসী\u200b") == key("অভিবাসী")


def test_two_code_points_of_one_letter_make_no_difference():
    assert key("সময\u09bc") == key("সম\u09df")


def test_hard_spaces_and_hyphens_part_words_but_an_ending_stays_with_its_word():
    assert keys("ছাত্র-ছাত্রী\u00a0এলেন") == [key("ছাত্র"), key("ছাত্রী"), key("এলেন")]
    assert keys("নদীবাংলা-র") == keys("নদীবাংলা’র") == keys("নদীবাংলা")


def test_numbers_are_read_in_either_digits_with_their_points_and_without_their_commas():
    assert keys("১২,৩৪,৫৬৭ টাকা, ৩.৫ শতাংশ, 1,250 জন") == [
        "1234567", key("টাকা"), "3.5", key("শতাংশ"), "1250", key("জন"),
    ]  # fmt: skip


def test_words_that_say_nothing_are_known_as_such():
    assert is_stop(key("এবং"))
    assert not is_stop(key("প্রবাসী"))


@pytest.mark.parametrize("endless", ["ক", "এর", "কে", "য়ের", "র-", "১,"])
def test_a_word_without_end_is_no_trap(endless):
    assert all(len(one) <= 60 for one in keys(endless * 100_000))


@settings(deadline=None)
@given(st.text(alphabet=st.characters(min_codepoint=0x980, max_codepoint=0x9FF), max_size=12))
def test_the_key_of_a_key_is_itself(word):
    assert key(key(word)) == key(word)


@settings(deadline=None)
@given(st.text())
def test_no_text_breaks_it_and_no_key_is_empty(text):
    assert all(keys(text))


@pytest.mark.parametrize("text", ["নিউ ইয়র্কে মেলা", "নিউ-ইয়র্কে মেলা", "নিউইয়র্কে মেলা"])
def test_a_city_that_some_papers_write_as_two_words_is_one(text):
    assert keys(text) == keys("নিউইয়র্ক মেলা")
