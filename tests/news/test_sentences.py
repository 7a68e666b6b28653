"""A sentence ends where a reader of Bengali would end it."""

from __future__ import annotations

import pytest

from news.sentences import split


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("মো. করিম এলেন। ড. রহিম গেলেন।", ["মো. করিম এলেন।", "ড. রহিম গেলেন।"]),
        ("ডা. এম. এ. সালাম বলেন, দাম ৩.৫ শতাংশ কমেছে। কেন?", ["ডা. এম. এ. সালাম বলেন, দাম ৩.৫ শতাংশ কমেছে।", "কেন?"]),
        ("মেলা শেষ।এ সময় বৃষ্টি নামে।", ["মেলা শেষ।", "এ সময় বৃষ্টি নামে।"]),
        ("‘আমরা ফিরব।’ সবাই হাসলেন!", ["‘আমরা ফিরব।’", "সবাই হাসলেন!"]),
        ("‘আমরা ফিরব।’ বলেন তিনি।", ["‘আমরা ফিরব।’ বলেন তিনি।"]),
        ("এক লাইন\nআরেক লাইন", ["এক লাইন", "আরেক লাইন"]),
        (" । \n ।।", []),
    ],
)
def test_text_is_cut_where_sentences_end(text, sentences):
    assert split(text) == sentences
