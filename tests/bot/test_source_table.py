"""One table shows how all sources are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.commands.source_table import COLUMNS, Row, answered, failed, table, width
from news.article import Entry, Source
from news.finding.listing import Listing

NOW = datetime(2026, 3, 10, 6, 0, tzinfo=UTC)
SOURCE = Source("x", "https://x.example/feed", "probash")


def test_the_columns_stand_under_one_another_in_bengali_too():
    rows = [
        Row("নদীর ওপার", works=True, state="ok", served="feed https://a.example/", stories=12, newest=NOW),
        Row(
            "x",
            works=False,
            state="blocked",
            url="https://b.example/",
            sentence="the site does not let us in",
        ),
    ]
    head, first, second, refused, sum_up = table(rows, NOW + timedelta(hours=2))
    places = [
        width(line[: line.index(word)]) for line, word in ((head, "state"), (first, "ok"), (second, "bl"))
    ]
    assert len(set(places)) == 1
    assert "2 hours ago" in first
    assert refused == "    https://b.example/: the site does not let us in"
    assert sum_up == "1 of 2 sources work"


def test_a_source_that_answers_with_nothing_is_not_well():
    assert not answered(SOURCE, None, Listing((), "feed u")).works
    row = answered(SOURCE, None, Listing((Entry("u", published_at=NOW), Entry("v")), "feed u"))
    assert (row.works, row.stories, row.newest) == (True, 2, NOW)
    assert failed(SOURCE, None, "gone", "s").state == "gone"


def test_the_table_fits_an_ordinary_terminal_whatever_a_source_is_called():
    name = "দূরদেশের প্রবাসী বাংলাদেশিদের একমাত্র সাপ্তাহিক কাগজ"
    sentence = "the site cannot be reached (no.such.example: Name or service not known) " * 2
    row = Row(name, works=False, state="blocked", served="section u", last_ok=NOW, sentence=sentence)
    assert max(map(width, table([row], NOW + timedelta(days=364)))) <= COLUMNS


def test_what_does_not_work_stands_last():
    rows = [Row(name, works=name == "b", state="") for name in "abc"]
    assert [line[2] for line in table(rows, NOW)[1:4]] == ["b", "a", "c"]
