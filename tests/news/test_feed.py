"""Feeds are read item by item; what is no feed is said to be none."""

# ruff: noqa: E501 - markup and tables are written as they are read

from __future__ import annotations

import json
import unicodedata
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news.errors import FetchError
from news.finding.feed import entries, wish
from news.finding.listing import kind_of, read
from news.web.address import key
from news.web.fetch import Page

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


def test_a_guid_that_changes_or_is_the_same_for_all_makes_no_other_story():
    """The address is the key: guids come and go."""
    one, other = ITEM, ITEM.replace("/1", "/2")
    polls = [rss(f"{one}<guid>{n}</guid>", f"{other}<guid>{n}</guid>") for n in range(2)]
    keys = [[key(entry.url) for entry in entries(poll, BASE, NOW)] for poll in polls]
    assert keys[0] == keys[1] == ["nodir-khobor.example/probash/1", "nodir-khobor.example/probash/2"]


def test_an_item_without_a_link_has_its_guid_for_one_if_that_is_an_address():
    items = [f"<title>খবর</title><guid>{guid}</guid>" for guid in (BASE + "probash/5", "tag:7", "urn:x:1")]
    assert [entry.url for entry in entries(rss(*items), BASE, NOW)] == [BASE + "probash/5"]


@pytest.mark.parametrize("link", ["probash/1", "/probash/1", "//nodir-khobor.example/probash/1", "?id=1"])
def test_relative_links_are_of_the_feeds_own_address(link):
    (entry,) = entries(rss(f"<title>একটি খবর</title><link>{link}</link>"), BASE, NOW)
    assert entry.url.startswith(BASE)


def test_a_feed_of_two_megabytes_is_read_to_its_five_hundredth_item():
    text = "এটি পুরো খবরের একটি অনুচ্ছেদ। " * 20
    items = [
        f"<title>খবর {n}</title><link>/probash/{n}</link><description>{text}</description>"
        for n in range(1100)
    ]
    body = rss(*items)
    assert 1_500_000 < len(body) < 2_000_000
    found = entries(body, BASE, NOW)
    assert (len(found), found[0].title, found[-1].title) == (500, "খবর 0", "খবর 499")


@pytest.mark.parametrize(
    ("head", "minutes"),
    [
        ("<ttl>45</ttl>", 45),
        ("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>6</sy:updateFrequency>", 240),
        ("<sy:updatePeriod>\n\thourly\t</sy:updatePeriod><sy:updateFrequency>1</sy:updateFrequency>", 0),
        ("<sy:updatePeriod>daily</sy:updatePeriod>", 1440),
        ("<ttl>soon</ttl>", 0),
        ("", 0),
    ],
)
def test_a_feed_says_how_long_it_wants_to_be_left_alone(head, minutes):
    """But WordPress says "hourly" everywhere, and nobody has meant it."""
    body = rss(ITEM).replace(b"<channel>", f"<channel>{head}".encode())
    assert wish(body) == timedelta(minutes=minutes)
    assert wish(rss(f"{ITEM}<ttl>45</ttl>")) == timedelta()


def test_a_json_feed_is_a_feed():
    paragraph = "এটি পুরো খবরের একটি অনুচ্ছেদ। " * 10
    body = {
        "version": "https://jsonfeed.org/version/1.1",
        "items": [
            {
                "id": "1",
                "url": "/probash/1",
                "title": "একটি &amp; খবর",
                "date_published": "2026-03-10T10:00:00+06:00",
                "content_html": f"<img src='/m/1.jpg'><p>{paragraph}</p><p>{paragraph}</p>",
            },
            {"id": BASE + "probash/2", "content_text": "শুধু লেখা আছে", "image": "/m/2.jpg"},
            {"id": 3, "url": "javascript:alert(1)"},
            "no item",
        ],
    }
    first, second = entries(json.dumps(body).encode(), BASE, NOW)
    assert (first.url, first.title, len(first.paragraphs)) == (BASE + "probash/1", "একটি & খবর", 2)
    assert first.published_at == datetime(2026, 3, 10, 4, 0, tzinfo=UTC)
    assert (first.photo.url, second.photo.url) == (BASE + "m/1.jpg", BASE + "m/2.jpg")
    assert (second.url, second.blurb) == (BASE + "probash/2", "শুধু লেখা আছে")


@pytest.mark.parametrize("body", [b"{", b"[]", b"{}", b'{"a": [[[[1]]]]}', b"[" * 100_000])
def test_json_without_stories_is_no_feed(body):
    with pytest.raises(FetchError):
        entries(body, BASE, NOW)


def test_the_list_behind_a_quintype_section_is_read_with_its_dates():
    story = {
        "headline": "লিসবনে প্রবাসীদের নৌকাবাইচ",
        "slug": "durporobash/lisbon-nouka",
        "published-at": 1773115200000,
        "subheadline": "তেজো নদীতে এই প্রথম",
    }
    body = {"slug": "durporobash", "items": [{"type": "story", "story": story}, {"type": "collection"}]}
    (entry,) = entries(json.dumps(body).encode(), BASE + "api/v1/collections/durporobash?limit=30", NOW)
    assert entry.url == BASE + "durporobash/lisbon-nouka"
    assert entry.published_at == datetime(2026, 3, 10, 4, 0, tzinfo=UTC)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda c: (
            st.lists(c)
            | st.dictionaries(
                st.sampled_from(["items", "headline", "title", "url", "slug", "date", "image", "version"])
                | st.text(),
                c,
            )
        ),
        max_leaves=30,
    )
)
def test_no_json_breaks_it(said):
    with suppress(FetchError):
        for entry in entries(json.dumps(said).encode(), BASE, NOW):
            assert entry.url.startswith("http")


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


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_feed_in_utf_16_is_a_feed(encoding, now):
    text = (
        '<?xml version="1.0" encoding="utf-16"?><rss version="2.0"><channel><ttl>30</ttl>'
        "<item><title>লিসবনে বইমেলা</title><link>https://x.example/news/1</link></item></channel></rss>"
    )
    body = text.encode(encoding)
    assert kind_of(Page("https://x.example/rss", 200, "text/xml", "", body)) == "feed"
    listing = read(body, "https://x.example/rss", now, "feed", "")
    assert [entry.title for entry in listing.entries] == [unicodedata.normalize("NFC", "লিসবনে বইমেলা")]
    assert listing.wish == timedelta(minutes=30)
