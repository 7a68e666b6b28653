"""A sentence ends where a reader of Bengali would end it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from news.language.sentences import split


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("মো. করিম এলেন। ড. রহিম গেলেন।", ["মো. করিম এলেন।", "ড. রহিম গেলেন।"]),
        ("ডা. এম. এ. সালাম বলেন, দাম ৩.৫ শতাংশ কমেছে। কেন?", ["ডা. এম. এ. সালাম বলেন, দাম ৩.৫ শতাংশ কমেছে।", "কেন?"]),
        ("নীলনদ প্রা. লি. ও কথা লি. মিলে গেল। আর?", ["নীলনদ প্রা. লি. ও কথা লি. মিলে গেল।", "আর?"]),
        ("তিনি এম.এ. পাস। প্রফে. বারী এলেন।", ["তিনি এম.এ. পাস।", "প্রফে. বারী এলেন।"]),
        ("রাত ১০.৩০ মিনিটে শেষ।", ["রাত ১০.৩০ মিনিটে শেষ।"]),
        ("মেলা শেষ।এ সময় বৃষ্টি নামে।", ["মেলা শেষ।", "এ সময় বৃষ্টি নামে।"]),
        ("মেলা শেষ| বৃষ্টি নামে।", ["মেলা শেষ|", "বৃষ্টি নামে।"]),
        ("কী (!) কাণ্ড। কেন?! জানি না...", ["কী (!) কাণ্ড।", "কেন?!", "জানি না..."]),
        ("১. পাসপোর্ট। ২. ছবি।", ["১. পাসপোর্ট।", "২. ছবি।"]),
        ("১। পাসপোর্ট লাগবে।\n২। ছবি লাগবে।", ["১। পাসপোর্ট লাগবে।", "২। ছবি লাগবে।"]),
        ("• পাসপোর্ট • ছবি", ["পাসপোর্ট", "ছবি"]),
        (
            "The U.S. envoy said no. Then he left. No. 5 won!",
            ["The U.S. envoy said no.", "Then he left.", "No. 5 won!"],
        ),
        ("এক লাইন\nআরেক লাইন", ["এক লাইন", "আরেক লাইন"]),
        ("ঠিকানা: www.khobor.example। চিঠি দিন।", ["ঠিকানা: www.khobor.example।", "চিঠি দিন।"]),
        (" । \n ।।", []),
    ],
)
def test_text_is_cut_where_sentences_end(text, sentences):
    assert split(text) == sentences


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("‘আমরা ফিরব।’ সবাই হাসলেন!", ["‘আমরা ফিরব।’", "সবাই হাসলেন!"]),
        ("‘আমরা ফিরব।’ বলেন তিনি।", ["‘আমরা ফিরব।’ বলেন তিনি।"]),
        ("‘আমরা ফিরব।’ তিনি বলেন। কেউ শোনেনি।", ["‘আমরা ফিরব।’ তিনি বলেন।", "কেউ শোনেনি।"]),
        ("‘আমরা ফিরব।’ তিনি বলেন, ‘দেরি নেই।’", ["‘আমরা ফিরব।’", "তিনি বলেন, ‘দেরি নেই।’"]),
        ("তিনি বলেন, “আমরা ফিরব। দেরি নেই।” সবাই হাসে।", ["তিনি বলেন, “আমরা ফিরব। দেরি নেই।”", "সবাই হাসে।"]),
        ('তিনি বলেন, "ফিরব। দেরি নেই"। সবাই হাসে।', ['তিনি বলেন, "ফিরব। দেরি নেই"।', "সবাই হাসে।"]),
        ("“আমরা ফিরব। দেরি নেই,” বলেন তিনি। শেষ।", ["“আমরা ফিরব। দেরি নেই,” বলেন তিনি।", "শেষ।"]),
        ("মা’র কাছে যাই। ও’নিল আসেন।", ["মা’র কাছে যাই।", "ও’নিল আসেন।"]),
        ("“খোলা রইল। আর বন্ধ হয়নি।", ["“খোলা রইল।", "আর বন্ধ হয়নি।"]),
    ],
)
def test_what_somebody_says_stays_with_who_says_it(text, sentences):
    assert split(text) == sentences


def test_a_speech_too_long_for_one_sentence_is_cut():
    assert len(split(f"তিনি বলেন, “{'আমরা আবার ফিরে আসব। ' * 40}”")) > 30


@settings(deadline=None)
@given(st.text(alphabet="কখ ।.!?\"'“”‘’()১২,…|\n", max_size=80))
def test_nothing_but_spaces_and_bare_marks_is_lost(text):
    kept = "".join(split(text))
    assert [c for c in kept if c.isalnum()] == [c for c in text if c.isalnum()]


@pytest.mark.parametrize("piece", ['"', "‘ক", "a.", '"ক ', "(", "'ক ", "“ক।", "ক|", "|"])
def test_no_repetition_makes_it_hang(piece):
    """Each takes a fraction of a second where a slip of a pattern would take hours."""
    assert len(split(piece * (100_000 // len(piece)))) <= 100_000
