"""sources.toml is checked whole, and says all that is wrong with it at once."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from news.article import Selectors
from news.errors import SourcesError
from news.sources import interval, load, parse

GOOD = """
[[category]]
slug = "probash"
bn = "প্রবাসের খবর"
en = "Diaspora"

[[source]]
name = "নদীর খবর"
url = "https://nodir-khobor.example/feed"
category = "probash"
"""


def test_a_source_needs_no_more_than_a_name_an_address_and_a_category(tmp_path):
    (tmp_path / "s.toml").write_text(GOOD, "utf-8")
    source = load(tmp_path / "s.toml").sources[0]
    assert (source.every, source.only, source.review, source.first) == (timedelta(minutes=10), (), False, 1)


def test_a_source_may_say_how_it_wants_to_be_asked_and_read():
    said = parse(
        'contact = "https://t.me/khobor_bot"\n'
        + GOOD
        + """
slowest = "1h"
user_agent = "KhoborBot/0.1 (agreed with the editors)"
[source.selectors]
body = "div.story > p"
photo = "figure img"
remove = [".also-read", "aside"]
"""
    )
    source = said.sources[0]
    assert (said.contact, source.slowest) == ("https://t.me/khobor_bot", timedelta(hours=1))
    assert source.user_agent.startswith("KhoborBot/")
    assert source.selectors == Selectors(
        body="div.story > p", photo="figure img", remove=(".also-read", "aside")
    )


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('slowest = "often"', "slowest “often”"),
        ('user_agent = "খবর"', "user_agent must be"),
        ('selectors = "p"', "selectors must be a table"),
        ("[source.selectors]\nbody = 'div['", "body “div[” is no CSS selector"),
        ("[source.selectors]\nlead = 'p'", "unknown key “lead”"),
        ("[source.selectors]\nremove = [7]", "remove is a list of texts"),
    ],
)
def test_a_wish_that_can_not_be_met_is_a_fault(line, words):
    with pytest.raises(SourcesError) as caught:
        parse(f"{GOOD}{line}\n")
    assert words in caught.value.faults[0]


def test_every_fault_is_named_at_once(tmp_path):
    text = (
        GOOD
        + GOOD.replace("[[category]]", "[[category]]\ncolour = 1")
        + '[[source]]\nurl = "ftp://x"\ncategory = "no"\nevery = "5x"\n'
    )
    (tmp_path / "s.toml").write_text(text, "utf-8")
    with pytest.raises(SourcesError) as caught:
        load(tmp_path / "s.toml")
    told = "\n".join(caught.value.faults)
    for words in ("colour", "there twice", "name is missing", "ftp://x", "“no”", "5x"):
        assert words in told


@pytest.mark.parametrize("content", [b"[[source", b"\xff\xfe", None])
def test_a_file_that_is_no_toml_or_not_there_is_one_clear_fault(tmp_path, content):
    if content is not None:
        (tmp_path / "s.toml").write_bytes(content)
    with pytest.raises(SourcesError) as caught:
        load(tmp_path / "s.toml")
    assert len(caught.value.faults) == 1


@pytest.mark.parametrize(
    ("text", "seconds"), [("2s", 2), ("5m", 300), ("1h", 3600), ("0s", None), ("5", None), ("-1m", None)]
)
def test_intervals_are_written_as_a_number_and_a_unit(text, seconds):
    assert interval(text) == (None if seconds is None else timedelta(seconds=seconds))


def test_the_shipped_sources_are_sound():
    shipped = load(Path(__file__).resolve().parents[2] / "sources.toml")
    assert {
        "probash",
        "visa",
        "remittance",
        "jobs",
        "embassy",
        "accident",
        "crime",
        "community",
        "world",
        "bangladesh",
        "sports",
    } == {category.slug for category in shipped.categories}
    assert len(shipped.sources) > 10
