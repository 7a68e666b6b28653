"""Feeds are read item by item; what is no feed is said to be none."""

# ruff: noqa: E501 - markup and tables are written as they are read

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news.errors import FetchError
from news.feed import entries

BASE = "https://nodir-khobor.example/"
NOW = datetime(2026, 3, 10, 6, 0, tzinfo=UTC)


def rss(*items, head='<?xml version="1.0" encoding="utf-8"?>'):
    body = "".join(f"<item>{item}</item>" for item in items)
    spaces = (
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/"'
    )
    return (
        f'{head}<rss version="2.0" {spaces}><channel><title>নদীর খবর</title>{body}</channel></rss>'.encode()
    )


ITEM = "<title>একটি খবর</title><link>/probash/1</link>"


def test_an_item_has_title_address_time_photo_and_blurb():
    photo = '<enclosure url="/m/1.jpg" type="image/jpeg"/>'
    date = "<pubDate>Tue, 10 Mar 2026 10:00:00 BDT</pubDate>"
    (entry,) = entries(
        rss(f"{ITEM}{photo}{date}<description>&lt;p&gt;ছোট করে&lt;/p&gt;</description>"), BASE, NOW
    )
    assert (entry.url, entry.title, entry.blurb) == (BASE + "probash/1", "একটি খবর", "ছোট করে")
    assert entry.published_at == datetime(2026, 3, 10, 4, 0, tzinfo=UTC)
    assert entry.photo.url == BASE + "m/1.jpg"


def test_full_text_is_taken_as_paragraphs_and_a_teaser_is_not():
    text = "".join(f"<p>{'এটি পুরো খবরের একটি অনুচ্ছেদ। ' * 8}</p>" for _ in range(3))
    whole, teaser = entries(
        rss(
            f"{ITEM}<content:encoded><![CDATA[<img src='/m/2.jpg'>{text}]]></content:encoded>",
            ITEM.replace("/1", "/2"),
        ),
        BASE,
        NOW,
    )
    assert len(whole.paragraphs) == 3
    assert whole.photo.url == BASE + "m/2.jpg"
    assert teaser.paragraphs == ()


@pytest.mark.parametrize(
    "date",
    [
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "Fri, 31 Dec 9999 00:00:00 GMT",
        "Wed, 11 Mar 2026 10:00:00 +0600",
        "কাল",
    ],
)
def test_an_absurd_or_future_date_is_no_date(date):
    assert entries(rss(f"{ITEM}<pubDate>{date}</pubDate>"), BASE, NOW)[0].published_at is None


def test_links_that_are_not_of_the_web_cost_their_item_only():
    bad = "<title>x</title><link>javascript:alert(1)</link>"
    assert [entry.title for entry in entries(rss(bad, ITEM, "<title>no link</title>"), BASE, NOW)] == [
        "একটি খবর"
    ]


def test_atom_and_rdf_are_feeds_too():
    atom = f'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>ক</title><link href="{BASE}a"/><updated>2026-03-10T01:00:00Z</updated></entry></feed>'
    rdf = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
        f'<item rdf:about="{BASE}b"><title>খ</title><link>{BASE}b</link></item></rdf:RDF>'
    )
    assert [entry.title for entry in entries(atom.encode(), BASE, NOW)] == ["ক"]
    assert [entry.title for entry in entries(rdf.encode(), BASE, NOW)] == ["খ"]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "not_a_feed"),
        (b"<html><body>hello</body></html>", "not_a_feed"),
        (b"\x89PNG\x00", "not_a_feed"),
        (b"<title>Just a moment...</title>", "blocked"),
    ],
)
def test_what_is_no_feed_is_said_to_be_none(body, kind):
    with pytest.raises(FetchError) as caught:
        entries(body, BASE, NOW)
    assert caught.value.kind == kind


def test_entity_bombs_wild_references_and_endless_comments_do_no_harm():
    bomb = '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    wild = ITEM.replace("একটি খবর", "&b; &#xFFFFFFFF; একটি খবর")
    comments = f"{ITEM.replace('/1', '/2')}<description><![CDATA[{'<!--' * 100_000}]]></description>"
    many = " ".join(f'a{n}="1"' for n in range(50_000))
    attributes = f"<x {many}/>{ITEM.replace('/1', '/3')}"
    assert len(entries(rss(wild, comments, attributes, head=bomb), BASE, NOW)) == 3


@given(st.text(max_size=200))
def test_no_text_inside_a_feed_breaks_it(text):
    with suppress(FetchError):
        assert entries(rss(ITEM, text), BASE, NOW) is not None


def test_a_stored_feed_gives_all_its_items_with_their_pictures(shared):
    found = entries(
        (shared / "feeds/jugantor.xml").read_bytes(),
        "https://jugantor.com/",
        datetime(2026, 8, 23, tzinfo=UTC),
    )
    assert len(found) == 30
    assert all(entry.photo and entry.title and entry.published_at for entry in found)


def test_a_feed_of_bare_links_keeps_them_to_be_completed_from_their_pages(shared):
    found = entries((shared / "feeds/dhakapost.xml").read_bytes(), "https://dhakapost.com/", NOW)
    assert len(found) == 11
    assert not any(entry.title for entry in found)
