"""A page is read for its story and nothing else, however it is marked up."""

# ruff: noqa: E501 - markup and tables are written as they are read

from __future__ import annotations

import json
import random
import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from news.article import Entry, Photo, Selectors
from news.errors import FetchError
from news.page.article_page import read_page
from news.page.decoding import decode
from news.reading import article_json
from news.time.dates import DHAKA
from tests.news import assembled

SITE = "https://nodir-khobor.example"


def nfc(text):
    return unicodedata.normalize("NFC", text)


def check(article, story, day):
    """Everything `story` has is in `article`, and nothing else."""
    assert article.title == nfc(story.title)
    assert article.byline == nfc(story.byline)
    assert article.section == nfc(story.section)
    assert article.published_at.astimezone(DHAKA).date().isoformat() == day
    assert list(article.paragraphs) == [nfc(paragraph) for paragraph in story.paragraphs]
    shown = [(one.title, one.blurb, one.age) for one in article.related if "inline" not in one.url]
    assert shown == [(nfc(one.title), nfc(one.blurb), one.age) for one in story.offers]


def check_photo(article, story):
    assert article.photo.url == SITE + story.photo
    assert article.photo.caption == nfc(story.caption)
    assert article.photo.credit == nfc(story.credit)


def test_every_part_of_a_story_is_read_from_any_markup(markup, story, now):
    html = markup(story)
    article = read_page(html.encode(), story.url, now=now)
    check(article, story, "2026-03-07")
    if story.photo in html:
        check_photo(article, story)


def test_the_story_of_the_seed_is_read_from_any_markup(markup, seed, now):
    html = markup(seed)
    article = read_page(html.encode(), seed.url, now=now)
    check(article, seed, "2025-06-23")
    assert article.byline == "বিডিজেন ডেস্ক"
    assert len(article.related) == 4 + ("inline" in html)
    if seed.photo in html:
        check_photo(article, seed)
        assert article.photo.credit == "এএফপি"


def choices(count):
    """`count` assembled pages, every option in many of them."""
    dice = random.Random(count)  # noqa: S311 - a reproducible choice, no secret
    return [{name: dice.choice(list(ways)) for name, ways in assembled.OPTIONS.items()} for _ in range(count)]


def test_the_ways_papers_set_their_parts_can_be_combined(story, now):
    for choice in choices(250):
        article = read_page(assembled.page(story, choice), story.url, now=now)
        check(article, story, "2026-03-07")
        check_photo(article, story)


def test_the_seed_can_be_set_in_all_these_ways_too(seed, now):
    for choice in choices(100):
        check(read_page(assembled.page(seed, choice), seed.url, now=now), seed, "2025-06-23")


def test_related_stories_carry_their_addresses(story, now):
    choice = choices(1)[0] | {"card": "picture linked"}
    article = read_page(assembled.page(story, choice), story.url, now=now)
    assert [one.url for one in article.related] == [SITE + one.url for one in story.offers]


def test_an_offer_between_paragraphs_does_not_end_the_story(story, now):
    first, *rest = (f"<p>{paragraph}</p>" for paragraph in story.paragraphs)
    offer = '<p>আরও পড়ুন</p><p><a href="/other">অন্য এক খবরের শিরোনাম এখানে</a></p>'
    html = f"<title>{story.title}</title><h1>{story.title}</h1><div>{first}{offer}{''.join(rest)}</div>"
    article = read_page(html, story.url, now=now)
    assert list(article.paragraphs) == [nfc(paragraph) for paragraph in story.paragraphs]
    assert [one.url for one in article.related] == [f"{SITE}/other"]


def test_the_summary_is_two_or_three_sentences_of_the_text_in_a_cards_room(story, now):
    article = read_page(assembled.page(story, choices(1)[0]), story.url, now=now)
    assert 2 <= len(article.summary) <= 3
    assert len(" ".join(article.summary)) <= 450
    assert all(any(sentence in paragraph for paragraph in article.paragraphs) for sentence in article.summary)
    assert article.places[0] == "PT"


def test_json_ld_gives_the_time_of_day_and_the_text_of_a_page_drawn_by_a_script(story, now):
    said = {
        "@type": "NewsArticle",
        "headline": story.title,
        "datePublished": "2026-03-07T09:30:00+06:00",
        "articleBody": "\n".join(story.paragraphs),
        "author": [{"@type": "Person", "name": story.byline}],
    }
    html = f'<script type="application/ld+json">{json.dumps(said)}</script><div id="root">…</div>'
    article = read_page(html, story.url, now=now)
    assert article.published_at == datetime(2026, 3, 7, 3, 30, tzinfo=UTC)
    assert list(article.paragraphs) == [nfc(paragraph) for paragraph in story.paragraphs]
    assert article.byline == story.byline


def test_what_the_page_leaves_out_is_taken_from_the_feed(story, now):
    entry = Entry(story.url, published_at=datetime(2026, 3, 7, 3, 30, tzinfo=UTC))
    html = f"<h1>{story.title}</h1><div>{''.join(f'<p>{p}</p>' for p in story.paragraphs)}</div>"
    assert read_page(html, story.url, now=now, entry=entry).published_at == entry.published_at


def test_the_stored_page_reads_as_expected(shared, now):
    expected = json.loads((shared / "pages/ukbdnews.expected.json").read_text("utf-8"))
    article = read_page((shared / "pages/ukbdnews.html").read_bytes(), expected["url"], now=now)
    text = "\n".join(article.paragraphs)
    assert article.title == nfc(expected["title"])
    assert article.published_at.astimezone(DHAKA).date().isoformat() == expected["date"]
    assert all(nfc(part) in text for part in expected["with"])
    assert not any(nfc(part) in text for part in expected["without"])
    assert article.byline == expected["author"]
    assert article.photo.url == "https://ukbdnews.com/files/uploads/2020/08/11-2.jpg"
    assert not any(one.blurb for one in article.related)


def test_a_challenge_page_is_a_blocked_source(shared, now):
    with pytest.raises(FetchError) as caught:
        read_page((shared / "pages/blocked.html").read_bytes(), "https://x.example/1", now=now)
    assert caught.value.kind == "blocked"


@pytest.mark.parametrize(
    "html",
    ["", "<html>", "<h1>শিরোনাম আছে, লেখা নেই</h1>", "<p>১২</p>", "\x00", "<a href='/1'>একটি খবর</a>" * 40],
)
def test_a_page_without_a_story_is_no_article(html, now):
    with pytest.raises(FetchError) as caught:
        read_page(html, "https://x.example/1", now=now)
    assert caught.value.kind == "not_an_article"


TAGS = (
    "div",
    "p",
    "a href='/x'",
    "h1",
    "h2",
    "img src=/p.jpg",
    "figure",
    "time datetime=৯",
    "li",
    "script",
    "!--",
    "/div",
    "/p",
    "/a",
)


@settings(deadline=None)
@given(st.lists(st.one_of(st.sampled_from([f"<{tag}>" for tag in TAGS]), st.text(max_size=30)), max_size=40))
def test_no_markup_breaks_the_reading_or_leaks_into_it(pieces):
    try:
        article = read_page("".join(pieces), "https://x.example/1", now=datetime(2026, 3, 10, tzinfo=UTC))
    except FetchError:
        return
    assert json.dumps(article_json(article))


def test_a_front_page_full_of_blurbs_is_no_article(now):
    cards = "".join(
        f'<div><h3><a href="/p/{n}">অনেক বড় খবরের শিরোনাম নম্বর {n}</a></h3><p>তার ছোট্ট বর্ণনা।</p></div>'
        for n in range(30)
    )
    with pytest.raises(FetchError) as caught:
        read_page(f"<title>নদীর খবর</title>{cards}", "https://x.example/", now=now)
    assert caught.value.kind == "not_an_article"


def test_a_page_out_of_a_file_gives_its_own_address(story, now):
    html = f'<link rel="canonical" href="{story.url}">' + assembled.page(story, choices(1)[0])
    article = read_page(html, "page.html", now=now)
    assert (article.url, article.photo.url) == (story.url, SITE + story.photo)


def test_a_page_that_nobody_knows_the_address_of_keeps_its_relative_links(markup, story, now):
    html = markup(story)
    article = read_page(html.encode(), "", now=now)
    known = read_page(html.encode(), story.url, now=now)
    assert article.url == ""
    assert [one.url and SITE + one.url for one in article.related] == [one.url for one in known.related]
    if known.photo and known.photo.url.startswith(SITE):
        assert SITE + article.photo.url == known.photo.url
        assert (article.photo.caption, article.photo.credit) == (known.photo.caption, known.photo.credit)
    assert article.paragraphs == known.paragraphs


def test_what_is_offered_below_a_short_story_is_not_taken_for_its_text(now):
    """A story so short that trafilatura is asked too, which takes the blurbs for paragraphs."""
    text = "<p>শহরের প্রবাসীদের উদ্যোগে একটি পাঠাগার চালু হয়েছে। শুক্রবার বিকেলে এর উদ্বোধন করা হয়।</p>" * 2
    blurb = "রোমের বাংলা স্কুলে আগামী সপ্তাহ থেকে নতুন শিক্ষার্থী ভর্তি শুরু হবে, জানান শিক্ষকেরা।"
    card = f'<div><a href="/2"><h4>রোমে বাংলা স্কুলে ভর্তি</h4></a><p>{blurb}</p><span>৪ দিন আগে</span></div>'
    html = f"<h1>মিলানে নতুন পাঠাগার</h1>{text}<h3>আরও দেখুন</h3>{card}"
    article = read_page(html, "https://x.example/1", now=now)
    assert [one.blurb for one in article.related] == [nfc(blurb)]
    assert not any(nfc(blurb) in paragraph for paragraph in (*article.paragraphs, *article.summary))


def test_what_a_source_removes_is_not_read_by_any_other_way(now):
    text = "<p>রিয়াদে নতুন নিয়ম চালু হচ্ছে আগামী মাস থেকে, জানিয়েছে দূতাবাস।</p>" * 4
    html = (
        f"<h1>রিয়াদে নতুন নিয়ম</h1><div>{text}<p class='poll'>আপনি কি এই নিয়মের সঙ্গে একমত, জানান আমাদের।</p></div>"
    )
    article = read_page(html, "https://x.example/1", now=now, selectors=Selectors(remove=(".poll",)))
    assert len(article.paragraphs) == 4


@pytest.mark.parametrize(
    "content", [b"", bytes(range(256)) * 20, b"\x89PNG\r\n\x1a\n" + b"\x00\x01IHDR" * 200]
)
def test_what_is_no_text_is_no_article(content, now):
    with pytest.raises(FetchError) as caught:
        read_page(content, "https://x.example/1", now=now)
    assert caught.value.kind == "not_an_article"


def test_the_feeds_headline_finds_the_pages_own(now):
    text = "<p>আগামী মাস থেকে নিয়মটি চালু হবে বলে জানানো হয়েছে।</p>" * 2
    html = f"<title>নদীর খবর</title><h1>নদীর খবর</h1><div>রিয়াদে নতুন নিয়ম</div>{text}"
    entry = Entry("https://x.example/1", "রিয়াদে নতুন নিয়ম")
    assert read_page(html, entry.url, now=now, entry=entry).title == entry.title


def test_deep_nesting_is_no_danger(story, now):
    html = "<div>" * 5000 + f"<h1>{story.title}</h1>" + "".join(f"<p>{p}</p>" for p in story.paragraphs)
    with pytest.raises(FetchError):
        read_page(html, story.url, now=now)


def test_a_page_is_decoded_as_it_declares():
    assert decode("খবর".encode()) == "খবর"
    assert decode('<meta charset="utf-16-le">খ'.encode("utf-16-le"), "utf-16-le").endswith("খ")
    assert decode(b"\xff\xfe\x80", "no-such-charset")


def test_an_article_is_printed_with_exactly_the_promised_keys(story, now):
    printed = article_json(read_page(assembled.page(story, choices(1)[0]), story.url, now=now))
    assert list(printed) == [
        "url", "title", "byline", "section", "published_at", "photo", "body", "summary", "related", "places", "categories",
    ]  # fmt: skip
    assert printed["published_at"].startswith("2026-03-0")
    assert set(printed["photo"]) == {"url", "caption", "credit"}
    assert set(printed["related"][0]) == {"title", "url", "blurb", "age"}


TEXT = "<p>রিয়াদে নতুন নিয়ম চালু হচ্ছে আগামী মাস থেকে, জানিয়েছে দূতাবাস।</p>" * 5


def photo_of(markup, now, head=""):
    html = f"<head>{head}</head><h1>রিয়াদে নতুন নিয়ম</h1>{markup}<div>{TEXT}</div>"
    return read_page(html, "https://x.example/1", now=now).photo


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="/a.jpg">',
        '<img src="/blank.png" data-src="/a.jpg">',
        '<img src="data:image/gif;base64,R0" data-lazy-src="/a.jpg">',
        '<img src="/small.jpg" srcset="/small.jpg 300w, /a.jpg 1200w, /huge.jpg 6000w">',
        '<picture><source srcset="/s.jpg 1x, /a.jpg 2x"><img src="/s.jpg"></picture>',
        '<img src="/logo.png"><img src="/pixel.gif"><img src="/x.jpg" width="1" height="1"><img src="/a.jpg">',
        '<a href="/other-story"><img src="/other.jpg"></a><img src="/a.jpg">',
        '<img class="avatar" src="/face.jpg"><img src="/a.jpg">',
        '<a href="/a.jpg"><img src="/a.jpg"></a>',
    ],
)
def test_the_storys_picture_is_found_and_what_stands_around_it_is_not_taken_for_it(markup, now):
    assert photo_of(markup, now).url == "https://x.example/a.jpg"


@pytest.mark.parametrize(
    ("source", "is_picture"),
    [
        ("/sites/default/files/a.jpg", True),
        ("/social/2025/print-works.jpg", True),
        ("/a.jpg?ref=facebook", True),
        ("/img/share-facebook.png", False),
        ("/icons/a.png", False),
        ("/img/default.jpg", False),
        ("/img/site_logo.png?v=2", False),
        ("//b.scorecardresearch.com/p?c1=2", False),
    ],
)
def test_buttons_and_placeholders_are_no_pictures_but_folders_may_be_called_so(source, is_picture, now):
    assert (photo_of(f'<img src="{source}">', now) is not None) is is_picture


def test_the_picture_of_the_head_is_taken_where_none_is_shown_and_never_a_logo(now):
    shared = '<meta property="og:image" content="/share/{}">'
    assert photo_of("", now, shared.format("a.jpg")).url == "https://x.example/share/a.jpg"
    assert photo_of("", now, shared.format("logo.png")) is None


@pytest.mark.parametrize(
    ("line", "caption", "credit"),
    [
        ("উৎসবে দর্শক। ছবি: এএফপি", "উৎসবে দর্শক।", "এএফপি"),
        ("উৎসবে দর্শক। ছবি/রয়টার্স", "উৎসবে দর্শক।", "রয়টার্স"),
        ("উৎসবে দর্শক (সংগৃহীত)", "উৎসবে দর্শক", "সংগৃহীত"),
        ("সংগৃহীত ছবি", "", "সংগৃহীত"),
        ("The audience. Photo: Ada Nowhere", "The audience.", "Ada Nowhere"),
        ("The audience © Ada Nowhere", "The audience", "Ada Nowhere"),
        ("The audience on Friday (Ada Nowhere)", "The audience on Friday", "Ada Nowhere"),
        ("উৎসবে দর্শক", "উৎসবে দর্শক", ""),
    ],
)
def test_a_caption_and_its_credit_are_told_apart(line, caption, credit, now):
    photo = photo_of(f'<figure><img src="/a.jpg"><figcaption>{line}</figcaption></figure>', now)
    assert photo == Photo("https://x.example/a.jpg", nfc(caption), nfc(credit))


ODD = """<h1>নদীর খবর</h1><div class="x1">রিয়াদে নতুন নিয়ম</div><b class="x2">প্রতিবেদক: মাহিন সরকার</b><i class="x3">২৩ জুন ২০২৫</i>
<div class="x4"><img src="/a.jpg"></div><div class="x5"><p>প্রথম অনুচ্ছেদ যথেষ্ট বড় বলে ধরা যাক।</p><div class="x6">বিজ্ঞাপনের বাক্য, যা খবরের অংশ নয়।</div></div>
<div class="x5"><p>দ্বিতীয় অনুচ্ছেদ আরেক জায়গায়।</p></div><div class="x7"><p>অন্য কোনো লেখা, যা খবরের চেয়ে অনেক বড় হলেও খবর নয়, কেউ তা পড়তেও আসেনি এখানে।</p></div>"""


def test_a_sources_own_selectors_say_where_everything_stands(now):
    chosen = Selectors(".x5", ".x1", ".x2", ".x3", ".x4", (".x6", "p..broken"))
    article = read_page(ODD, "https://x.example/1", now=now, selectors=chosen)
    assert (article.title, article.byline) == (nfc("রিয়াদে নতুন নিয়ম"), nfc("মাহিন সরকার"))
    assert article.published_at.date().isoformat() == "2025-06-23"
    assert article.photo.url == "https://x.example/a.jpg"
    assert article.paragraphs == (
        nfc("প্রথম অনুচ্ছেদ যথেষ্ট বড় বলে ধরা যাক।"),
        nfc("দ্বিতীয় অনুচ্ছেদ আরেক জায়গায়।"),
    )


def test_selectors_that_match_nothing_any_more_leave_the_page_to_be_read_as_any_other(story, now):
    html = assembled.page(story, choices(1)[0])
    chosen = Selectors(".gone", ".gone", ".gone", ".gone", ".gone", (".gone",))
    assert read_page(html, story.url, now=now, selectors=chosen) == read_page(html, story.url, now=now)


@pytest.mark.parametrize(
    ("html", "detail"),
    [
        (f"<div>{TEXT}</div>", "no headline"),
        ("<h1>রিয়াদে নতুন নিয়ম চালু</h1>", "no text below the headline"),
        ("<a href='/1'>একটি খবরের শিরোনাম এখানে আছে</a><p>" * 40, "a list of stories"),
    ],
)
def test_a_page_without_a_story_says_what_is_missing(html, detail, now):
    with pytest.raises(FetchError) as caught:
        read_page(html, "https://x.example/1", now=now)
    assert (caught.value.kind, caught.value.detail) == ("not_an_article", detail)


@pytest.mark.parametrize(
    ("head", "url", "day"),
    [
        ('<meta name="parsely-pub-date" content="2025-06-23T10:00:00Z">', "/1", "2025-06-23"),
        ('<meta itemprop="datePublished" content="2025-06-23">', "/1", "2025-06-23"),
        ('<meta property="article:modified_time" content="2025-06-23T10:00:00Z">', "/1", "2025-06-23"),
        ("", "/2025/06/23/story", "2025-06-23"),
        ("", "/news/20250623-story", "2025-06-23"),
        ("", "/1", None),
    ],
)
def test_the_date_is_looked_for_in_many_places(head, url, day, now):
    html = f"<head>{head}</head><h1>রিয়াদে নতুন নিয়ম চালু</h1><div>{TEXT}</div>"
    moment = read_page(html, f"https://x.example{url}", now=now).published_at
    assert (moment and moment.date().isoformat()) == day


def test_the_day_of_a_page_in_another_language_is_found_in_its_words(now):
    text = "<p>Der Laden im Dorf hat nach zwei Jahren wieder geöffnet, und alle kamen.</p>" * 5
    html = f"<html><h1>Der Dorfladen öffnet wieder</h1><p>Von Ada Niemand, 23. Juni 2025</p><div>{text}</div>"
    assert read_page(html, "https://x.example/1", now=now).published_at.date().isoformat() == "2025-06-23"


def test_what_was_escaped_twice_is_shown_once(now):
    html = f"<title>x</title><h1>Fisch &amp;amp; &amp;lt;b&amp;gt;Brot&amp;lt;/b&amp;gt;, 1 &lt; 2</h1><div>{TEXT}</div>"
    assert read_page(html, "https://x.example/1", now=now).title == "Fisch & Brot, 1 < 2"
