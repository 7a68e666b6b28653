"""One table shows how all sources are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.health import Row, answered, failed, table, width
from news.article import Entry
from news.finding.listing import Listing

NOW = datetime(2026, 3, 10, 6, 0, tzinfo=UTC)


def test_the_columns_stand_under_one_another_in_bengali_too():
    rows = [
        Row("নদীর ওপার", works=True, state="ok", served="feed https://a.example/", stories=12, newest=NOW),
        Row("x", works=False, state="blocked", sentence="the site does not let us in"),
    ]
    head, first, second = table(rows, NOW + timedelta(hours=2))
    places = [
        width(line[: line.index(word)]) for line, word in ((head, "state"), (first, "ok"), (second, "bl"))
    ]
    assert len(set(places)) == 1
    assert "2 hours ago" in first
    assert second.endswith("the site does not let us in")


def test_a_source_that_answers_with_nothing_is_not_well():
    assert not answered("x", None, Listing((), "feed u")).works
    row = answered("x", None, Listing((Entry("u", published_at=NOW), Entry("v")), "feed u"))
    assert (row.works, row.stories, row.newest) == (True, 2, NOW)
    assert failed("x", None, "gone", "s").state == "gone"
