"""Makes of pages, learnt from papers in many countries; what stands on them is invented."""

# ruff: noqa: E501 - markup is written as it is read

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from news.page.article_page import read_page
from news.page.markup import picture_address, visible

URL = "https://riverside.example/news/1"
NOW = datetime(2026, 6, 10, 12, 0, tzinfo=UTC)
TITLE = "Old shipyard becomes a library"
FIRST = "The old shipyard on the river opens this week as a public library, the town council said on Monday evening."
SECOND = "More than forty thousand books will stand in the hall where ferries were once built, and anyone may read there."
THIRD = "Work on the roof took two years longer than planned because a pair of owls had to be moved to another tower."
LAST = "The first readers are expected on Friday at nine, when the mayor cuts a ribbon made of old sailcloth."
STORY = (FIRST, SECOND, THIRD, LAST)
TEXT = "".join(f"<p>{paragraph}</p>" for paragraph in STORY)


def read(body, head="", title=TITLE):
    return read_page(f"<head><title>{title}</title>{head}</head><body>{body}</body>", URL, now=NOW)


def shown(heading, *, og="", said="", title=TITLE, site=""):
    """The headline read from a page with these words in its heading and its head."""
    meta = {"og:title": og, "og:site_name": site}
    head = "".join(f'<meta property="{name}" content="{text}">' for name, text in meta.items() if text)
    if said:
        thing = json.dumps({"@type": "NewsArticle", "headline": said})
        head += f"<script type='application/ld+json'>{thing}</script>"
    return read(f"<h1>{heading}</h1><div>{TEXT}</div>", head, title).title


def test_paragraphs_that_a_page_builder_wraps_one_by_one_are_one_story():
    def row(inner):
        return f"<div class='vc_row'><div class='wpb_column'><div class='vc_inner'><div class='wpb_wrapper'>{inner}</div></div></div></div>"

    rows = row(f"<p>{FIRST}</p>") + row(f"<p>{SECOND}</p><p>{THIRD}</p>") + row(f"<div><p>{LAST}</p></div>")
    assert read(f"<h1>{TITLE}</h1><div class='entry'>{rows}</div>").paragraphs == STORY


def test_a_builders_own_widgets_hold_the_story_all_the_same():
    widget = f"<div class='elementor-widget-wrap'><div class='elementor-widget'>{TEXT}</div></div>"
    assert read(f"<h1>{TITLE}</h1>{widget}").paragraphs == STORY


def test_the_next_story_that_a_page_loads_below_is_not_read():
    other = "".join(
        f"<p>Quite another story, number {n}, which goes on below as one scrolls down.</p>" for n in range(6)
    )
    page = f"<main><article><h2>{TITLE}</h2>{TEXT}</article><article><h2>Bridge closed for repairs</h2>{other}</article></main>"
    assert read(page).paragraphs == STORY


def test_the_posts_of_a_running_story_below_its_headline_are_all_read():
    posts = "".join(
        f"<article><time>9:0{n}</time><p>{paragraph}</p></article>" for n, paragraph in enumerate(STORY)
    )
    assert read(f"<header><h1>{TITLE}</h1></header><div>{posts}</div>").paragraphs == STORY


def test_a_text_that_stands_twice_for_print_and_for_telephones_is_read_once():
    assert read(f"<h1>{TITLE}</h1><div><div>{TEXT}</div><div>{TEXT}</div></div>").paragraphs == STORY


def test_what_is_said_of_the_writer_below_is_no_part_of_the_story():
    bio = "<div class='author-box'><p>Ada Nowhere writes about rivers and has lived on three of them so far.</p></div>"
    assert read(f"<h1>{TITLE}</h1><div>{TEXT}{bio}</div>").paragraphs == STORY


@pytest.mark.parametrize(
    "line",
    [
        "A post shared by Riverside Library (@riversidelib) on Jun 8, 2026 at 7:30am PDT",
        "— Ada Nowhere (@adanowhere) June 8, 2026",
        "Kommentieren",
    ],
)
def test_signatures_of_embedded_posts_and_buttons_are_no_text(line):
    body = f"<p>{FIRST}</p><p>{SECOND}</p><p>{line}</p><p>{THIRD}</p><p>{LAST}</p>"
    assert read(f"<h1>{TITLE}</h1><div>{body}</div>").paragraphs == STORY


def test_a_heading_that_a_menu_leads_to_stays_in_the_story():
    body = (
        f"<p>{FIRST}</p><p>{SECOND}</p><h3 id='nav_owls__0'>Owls in the roof</h3><p>{THIRD}</p><p>{LAST}</p>"
    )
    assert read(f"<h1>{TITLE}</h1><div>{body}</div>").paragraphs == (
        FIRST,
        SECOND,
        "Owls in the roof",
        THIRD,
        LAST,
    )


def test_a_lead_is_known_by_the_name_of_its_element():
    lead = "Ferries out, books in"
    page = f"<h1>{TITLE}</h1><div class='standfirst'>{lead}</div><div><div>{TEXT}</div></div>"
    assert read(page).paragraphs == (lead, *STORY)


def test_a_picture_set_into_a_long_paragraph_does_not_make_it_a_caption():
    long = f"{SECOND} {THIRD}"
    page = f"<h1>{TITLE}</h1><div><p>{FIRST}</p><p><img src='/a.jpg'>{long}</p><p>{LAST}</p></div>"
    assert read(page).paragraphs == (FIRST, long, LAST)


def test_the_text_declared_in_the_head_is_taken_where_the_page_shows_another():
    declared = json.dumps(
        {"@type": "NewsArticle", "headline": TITLE, "articleBody": "\n".join((*STORY, *STORY[:2]))}
    )
    wall = "".join(
        f"<p>Subscribers of our paper, offer {n}, read every single article for a month.</p>"
        for n in range(9)
    )
    page = read(
        f"<h1>{TITLE}</h1><div>{wall}</div>", f"<script type='application/ld+json'>{declared}</script>"
    )
    assert page.paragraphs[: len(STORY)] == STORY


def test_a_page_that_says_no_more_than_webpage_tells_its_headline_and_date():
    thing = json.dumps({"@type": "WebPage", "headline": TITLE, "datePublished": "2026-06-08T10:00:00+02:00"})
    page = read(f"<h1>{TITLE}</h1><div>{TEXT}</div>", f"<script type='application/ld+json'>{thing}</script>")
    assert page.published_at == datetime(2026, 6, 8, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("heading", "head"),
    [
        (f"<span>Harbour</span> {TITLE}", {"og": TITLE}),  # a kicker in the heading
        (f"Jun 8 {TITLE}", {"og": f"{TITLE} | Riverside Post"}),
        ("Old shipyard<br><br>becomes a library", {"og": TITLE}),  # its first line alone is not the headline
        ("Old shipyard becomes library", {"og": TITLE, "said": TITLE}),  # all of the head says otherwise
        (TITLE, {"og": "You will not believe what this shipyard is now", "said": TITLE}),
        (TITLE, {"og": f"{TITLE} - Riverside Post", "title": f"{TITLE} - Riverside Post"}),
        (TITLE, {"said": "Old shipyard becomes a...", "og": TITLE}),
    ],
)
def test_the_headline_is_what_page_and_head_agree_on(heading, head):
    assert shown(heading, **head) == TITLE


def test_a_headline_keeps_the_punctuation_that_its_lines_on_the_page_lose():
    whole = "Harbour: Old shipyard becomes a library"
    assert (
        shown("<span>Harbour</span> <span>Old shipyard becomes a library</span>", og=whole, title=whole)
        == whole
    )


def test_one_picture_in_two_sizes_is_known_by_its_number_and_keeps_its_caption():
    figure = "<figure><img src='/img/5355bcd169be/600/small.jpg'><figcaption>The hall. Photo: Ada Nowhere</figcaption></figure>"
    other = "<figure><img src='/img/77aa00ffee11/600/owl.jpg'><figcaption>An owl. Photo: Bo Else</figcaption></figure>"
    head = '<meta property="og:image" content="/img/5355bcd169be/1200/large.jpg">'
    photo = read(f"<h1>{TITLE}</h1>{other}{figure}<div>{TEXT}</div>", head).photo
    assert (photo.url, photo.caption, photo.credit) == (
        "https://riverside.example/img/5355bcd169be/1200/large.jpg",
        "The hall.",
        "Ada Nowhere",
    )


@pytest.mark.parametrize(
    "source", ["/img/qzone.png", "/img/qrcode-app.png", "https://met.vgwort.de/na/ca519364"]
)
def test_codes_for_telephones_and_counters_of_readers_are_no_pictures(source):
    assert picture_address(source, URL) == ""


def test_a_character_whose_number_is_too_long_for_any_leaves_no_space_behind():
    assert visible("Ferries out, books in &#" + "9" * 30 + ";") == "Ferries out, books in"
