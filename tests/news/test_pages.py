"""Every stored page is read as a person has said it reads; on the whole, as well as trafilatura reads it."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import trafilatura

from news.article import Selectors
from news.page.article_page import read_page
from news.page.decoding import decode
from news.reading import article_json

PAGES = sorted((Path(__file__).parent / "pages").glob("*.json"))


@dataclass(frozen=True)
class Stored:
    """A page as it was served, and what is expected of it."""

    html: bytes
    expected: dict[str, Any]

    @classmethod
    def at(cls, path: Path) -> Stored:
        expected = json.loads(path.read_text("utf-8"))
        return cls(path.with_suffix(".html").read_bytes(), expected)

    def read(self) -> dict[str, Any]:
        chosen = dict(self.expected["selectors"])
        article = read_page(
            self.html,
            self.expected["url"],
            now=datetime.fromisoformat(self.expected["read_at"]),
            charset=self.expected["charset"],
            selectors=Selectors(**chosen | {"remove": tuple(chosen.get("remove", ()))}),
        )
        return article_json(article)


@pytest.mark.parametrize("path", PAGES, ids=[path.stem for path in PAGES])
def test_a_stored_page_reads_as_reviewed(path):
    stored = Stored.at(path)
    reading = stored.read()
    assert {key: reading[key] for key in stored.expected["reading"]} == stored.expected["reading"]


def test_the_stored_pages_are_of_many_makes_and_languages():
    assert len(PAGES) >= 20


def letters(text):
    return "".join(unicodedata.normalize("NFC", text).split())


def score(text, wanted, unwanted):
    """(found, wrongly found, missed) of the texts that must and must not be in `text`."""
    found = sum(letters(one) in letters(text) for one in wanted)
    return found, sum(letters(one) in letters(text) for one in unwanted), len(wanted) - found


def f1(scores):
    found, wrong, missed = (sum(column) for column in zip(*scores, strict=True))
    return 2 * found / (2 * found + wrong + missed)


def test_the_text_and_its_surroundings_are_told_apart_as_well_as_trafilatura_does():
    ours, theirs = [], []
    for stored in map(Stored.at, PAGES):
        wanted, unwanted = stored.expected["reading"]["body"], stored.expected["without"]
        ours.append(score("\n".join(stored.read()["body"]), wanted, unwanted))
        theirs.append(score(trafilatura.extract(decode(stored.html)) or "", wanted, unwanted))
    assert f1(ours) >= f1(theirs)
    assert f1(ours) > 0.98
