"""One story has one key, however it was linked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news.web.address import absolute, key, linked


@pytest.mark.parametrize(
    "other",
    [
        "https://nodir-khobor.example/probash/1",
        "http://www.Nodir-Khobor.example/probash/1/",
        "https://nodir-khobor.example:443/probash/1?utm_source=fb&fbclid=x#top",
        "https://nodir-khobor.example./probash/1?gclid=3",
    ],
)
def test_the_ways_to_link_a_story_have_the_same_key(other):
    assert key(other) == "nodir-khobor.example/probash/1"


def test_a_query_that_names_the_story_and_another_port_stay_in_the_key():
    assert key("http://x.example:8081/news?id=7&utm_medium=z") == "x.example:8081/news?id=7"


@pytest.mark.parametrize(
    "href", ["javascript:void(0)", "mailto:a@b.example", "ftp://x.example/", "http://", "http://[x"]
)
def test_only_web_addresses_are_addresses(href):
    assert absolute("https://x.example/a/", href) == ""


def test_relative_links_are_made_absolute_without_fragment():
    assert absolute("https://x.example/a/b", "../c d#top") == "https://x.example/c%20d"


@pytest.mark.parametrize("href", ["../media/1.jpg?w=800", "rome", "/probash/2", "?id=7"])
def test_where_a_page_lies_is_needed_only_for_what_is_relative_to_it(href):
    assert linked("", href) == linked("page.html", f" {href}\n") == href
    assert linked("https://x.example/a/b", href) == absolute("https://x.example/a/b", href)
    assert linked("", "//cdn.example/1.jpg") == "https://cdn.example/1.jpg"


@pytest.mark.parametrize(
    "href", ["", "javascript:void(0)", "mailto:a@b.example", "ftp://x.example/", "a\x00b"]
)
def test_what_leads_to_no_page_is_no_link_anywhere(href):
    assert linked("", href) == ""


@given(st.text(max_size=80))
def test_no_text_breaks_an_address(text):
    key(text)
    assert absolute("https://x.example/", text) == "" or absolute("https://x.example/", text).startswith(
        "http"
    )
