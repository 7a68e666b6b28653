"""Names are found by whatever people call them, and no message takes long to look through."""

from __future__ import annotations

import pytest

from handlers import catalogue
from handlers.catalogue import LONGEST, MOST, Subject, closest, find
from news.geography.places import codes, place_name
from news.language.keys import keys
from tests.handlers.conftest import CATEGORIES

LISTED = {category.slug: category for category in CATEGORIES}


@pytest.fixture
def spelt(monkeypatch):
    """Every text that is taken apart into words for comparing, which is what looking for names costs."""
    texts: list[str] = []

    def counted(text):
        texts.append(text)
        return keys(text)

    catalogue._countries()  # once and for all
    monkeypatch.setattr(catalogue, "keys", counted)
    find("", LISTED)
    categories = len(texts)

    def spelt(words, looking=find):
        texts.clear()
        looking(words, LISTED)
        return texts[categories:]

    return spelt


@pytest.mark.parametrize("language", ["bn", "en"])
def test_every_country_is_found_by_its_name_alone_and_among_others(language):
    for code in codes():
        name = place_name(code, language)
        assert find(name, LISTED) == [Subject("place", code)]
        several = [Subject("category", "visa"), Subject("place", code), Subject("category", "probash")]
        assert find(f"visa {name} ও প্রবাস", LISTED) == several


@pytest.mark.parametrize("word", ["ক", "চর", "ওমান", "সৌদি আরব"])
def test_each_word_is_compared_once_however_many_there_are(spelt, word):
    typed = (word.split() * MOST)[:MOST]
    assert spelt(" ".join(typed)) == typed


def test_whoever_tells_a_story_names_nothing_and_costs_nothing(spelt):
    story = "visa " * (MOST + 1)
    assert find(story, LISTED) == []
    assert spelt(story) == []
    assert find("visa " * MOST, LISTED) == [Subject("category", "visa")]


def test_what_is_longer_than_any_name_looks_like_none(spelt):
    assert closest("রেমিট্যানস" + " ক" * LONGEST, LISTED) is None
    assert spelt("ক " * (LONGEST + 1), looking=closest) == []
    assert closest("রেমিট্যানস", LISTED) == Subject("category", "remittance")
