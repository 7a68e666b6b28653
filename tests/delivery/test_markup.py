"""Telegram HTML: escaped once, measured in UTF-16 units, cut where a reader would pause."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.demo.telegram.markup import parsed
from delivery.markup import bold, cut, escape, link, plain, units, visible

regex = pytest.importorskip("regex", reason="without it nobody else tells grapheme clusters")

FAMILY = "👨‍👩‍👧‍👦"
WALES = "🏴\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f"
PIECES = st.sampled_from(
    ["ক্ষ", "প্রবাসী", "র‍্যাব", "ক", "কি", "।", "!", "?", " ", "”", "’", "a", "<b>", "&amp;", FAMILY, WALES,
     "🇧🇩", "🇮🇹", "👍🏽", "❤️", "1️⃣", "…", "ঢাকা", "é", "नमस्ते"]
)  # fmt: skip
WILD = st.one_of(
    st.lists(PIECES, max_size=60).map("".join), st.text(st.characters(exclude_categories=["Cs", "Cc"]))
)
HASANTA = "\u09cd"


@pytest.mark.parametrize("typed", ["টম & জেরি", "<b>গাঢ়</b>", "&amp; নয়", "'\"", "a < b > c", "&#x27;"])
def test_what_is_typed_is_what_is_seen(typed: str):
    for markup in (escape(typed), bold(typed), link(typed, "https://a.example/?a=1&b=2")):
        assert plain(markup) == typed
        assert parsed(markup).text == typed


def test_a_link_leads_where_it_should_even_with_quotes_and_ampersands():
    entity = parsed(link("খবর", 'https://a.example/?a=1&b="2"')).entities[0]
    assert (entity.type, entity.url) == ("text_link", 'https://a.example/?a=1&b="2"')


@pytest.mark.parametrize(("text", "length"), [("ক", 1), ("কি", 2), ("🇧🇩", 4), (FAMILY, 11), ("", 0)])
def test_length_is_counted_as_telegram_counts_it(text: str, length: int):
    assert units(text) == visible(bold(text)) == length


def test_a_text_that_fits_stays_as_it_is():
    assert cut("ঢাকা থেকে রোম।", 14) == "ঢাকা থেকে রোম।"


@pytest.mark.parametrize("end", ["।", "!", "?", "।”", "?’"])
def test_a_cut_falls_at_the_end_of_a_sentence_where_one_is_near(end: str):
    first = f"প্রবাসীরা দেশে ফিরছেন{end}"
    assert cut(f"{first} তাঁদের স্বাগত জানানো হয়েছে।", units(first) + 10) == first


def test_a_sentence_end_very_early_does_not_throw_the_text_away():
    shown = cut("না। কিন্তু এরপর যা ঘটেছে তা কেউ আগে থেকে ভাবতে পারেননি", 40)
    assert shown.endswith("…")
    assert units(shown) > 30


def test_a_decimal_point_or_an_abbreviation_is_no_sentence_end():
    assert cut("ড. মো. রফিক ৩.৫ কোটি টাকা দিয়েছেন আজ সকালে", 26) == "ড. মো. রফিক ৩.৫ কোটি…"


def test_without_a_sentence_end_the_cut_falls_between_words_and_shows_itself():
    assert cut("রোমে প্রবাসী শিল্পীদের প্রদর্শনী", 20) == "রোমে প্রবাসী…"


@pytest.mark.parametrize("whole", [FAMILY, WALES, "🇧🇩", "👍🏽", "ক্ষ্ম", "র‍্যা", "❤️", "1️⃣", "क्ष"])
def test_what_is_seen_as_one_character_is_never_split(whole: str):
    for limit in range(1, units(whole) + 1):
        assert cut(whole + "খ" * 40, limit) in {"", "…"} | {whole + "খ" * n + "…" for n in range(20)}


@given(WILD, st.integers(-3, 120))
@example("ক্ক্ক্ক্ক", 3)
def test_a_cut_keeps_the_limit_and_splits_no_character(text: str, limit: int):
    shown = cut(text, limit)
    assert units(shown) <= max(limit, 0)
    if shown == text:
        return
    kept = shown.removesuffix("…") if not text.startswith(shown) else shown
    assert text.startswith(kept)
    clusters = regex.findall(r"\X", text)
    ends = {0}
    for cluster in clusters:
        ends.add(max(ends) + len(cluster))
    assert len(kept) in ends
    assert not (kept.endswith(HASANTA) and text[len(kept)].isalpha())


@given(WILD)
def test_any_text_survives_telegrams_parser_as_it_was(text: str):
    shown = parsed(bold(f"ক{text}খ")).text
    assert unicodedata.normalize("NFC", shown) == unicodedata.normalize("NFC", f"ক{text}খ")
