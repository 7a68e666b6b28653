"""Makes of pages, learnt from papers in many countries; what stands on them is invented."""

# ruff: noqa: E501 - markup is written as it is read

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from news.errors import FetchError
from news.page.article_page import read_page
from news.page.markup import picture_address, visible
from news.page.second_opinion import choose

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


@pytest.mark.parametrize(
    ("behind", "kept"),
    [
        (
            "<p>See you on the quay</p><p>Yours, the librarians</p>",
            ["See you on the quay", "Yours, the librarians"],
        ),
        (
            "<ul><li>Rooms on two floors</li><li>A reading garden</li></ul>",
            ["Rooms on two floors", "A reading garden"],
        ),
        ("<p>Riverside Post/Arif</p>", []),
        ("<p>desk@riverside.example and others</p>", []),
        ("<p>By Nora Whitlock</p>", []),
        ("<p>Published 9 June 2026</p>", []),
        ("<p>Our page <a href='https://facebook.com/riverside'>on the network</a></p>", []),
        ("<div class='share'><p>Tell the neighbours</p></div>", []),
        ("<p>More of the harbour:</p><ul><li><a href='/news/2'>Bridge closed for repairs</a></li></ul>", []),
        (
            "<p>What the readers brought:</p><ul><li><a href='https://shop.example/1'>A lamp with two arms</a></li></ul>",
            ["What the readers brought:", "A lamp with two arms"],
        ),
    ],
)
def test_the_short_lines_that_close_a_story_are_of_it_and_what_is_printed_below_is_not(behind, kept):
    page = f"<h1>{TITLE}</h1><div class='entry'>{TEXT}{behind}</div>"
    assert read(page).paragraphs == (*STORY, *kept)


@pytest.mark.parametrize(
    ("link", "kept"),
    [
        ("mailto:books@riverside.example", True),
        ("https://shipyards.example/history", True),
        ("https://facebook.com/events/77", True),
        ("https://facebook.com/riverside", False),
        ("https://whatsapp.com/channel/77", False),
        ("https://www.riverside.example/news/2", False),
        ("/news/2", False),
    ],
)
def test_a_line_that_is_a_link_is_of_the_text_if_it_leads_away_from_the_paper(link, kept):
    line = f"<p><a href='{link}'>Where to ask for a reading card</a></p>"
    page = f"<h1>{TITLE}</h1><div><p>{FIRST}</p><p>{SECOND}</p>{line}<p>{THIRD}</p><p>{LAST}</p></div>"
    assert ("Where to ask for a reading card" in read(page).paragraphs) is kept


def test_lists_tables_code_and_quotations_within_a_story_are_read():
    inner = (
        "<ul><li>Forty thousand books</li></ul><dl><dt>Open</dt><dd>daily from nine</dd></dl>"
        "<table><tr><td>Ferry hall</td><td>novels</td></tr></table><pre>shelf 7 row 2</pre><blockquote>Bring a coat</blockquote>"
    )
    page = f"<h1>{TITLE}</h1><div><p>{FIRST}</p><p>{SECOND}</p>{inner}<p>{THIRD}</p><p>{LAST}</p></div>"
    assert read(page).paragraphs[2:-2] == (
        "Forty thousand books", "Open", "daily from nine", "Ferry hall", "novels", "shelf 7 row 2", "Bring a coat",
    )  # fmt: skip


def test_the_heading_right_above_the_first_sentence_is_the_storys():
    page = f"<h1>{TITLE}</h1><p>9 June 2026</p><div class='entry'><h3>What the council says:</h3>{TEXT}</div>"
    assert read(page).paragraphs == ("What the council says:", *STORY)


CARD_LINK = "<h3><a href='/p/{n}'>The long headline of story {n}</a></h3>"
CARD_TEXT = (
    "What happened in story {n}, told in a line or two, so that one may know what it is about before reading."
)
CARDS = {
    "headline, blurb": f"<div>{CARD_LINK}<p>{CARD_TEXT}</p></div>",
    "headline, section, writer, date, blurb": f"<div>{CARD_LINK}<div><a href='/c'>City</a></div><div>Nora Whitlock</div><div>9 June 2026</div><p>{CARD_TEXT}</p></div>",
    "all one link": f"<a href='/p/{{n}}'><h3>The long headline of story {{n}}</h3><p>{CARD_TEXT}</p></a>",
    "long blurbs": f"<article>{CARD_LINK}<p>{CARD_TEXT} {CARD_TEXT} {CARD_TEXT}</p></article>",
    "headlines": f"<li>{CARD_LINK}</li>",
}


@pytest.mark.parametrize("card", CARDS.values(), ids=CARDS)
@pytest.mark.parametrize("head", ["", "<h1>City news</h1>"], ids=["bare", "titled"])
def test_a_section_page_is_no_article_however_its_cards_are_set(card, head):
    cards = "".join(card.format(n=n) for n in range(20))
    with pytest.raises(FetchError, match="a list of stories"):
        read(f"{head}<div class='list'>{cards}</div>", title="City news | Riverside Post")


def test_a_story_with_many_links_between_its_short_paragraphs_is_an_article():
    links = "".join(f"<p><a href='/t/{n}'>What is said of part {n}</a></p>" for n in range(12))
    lines = "".join(f"<p>Part {n} of the hall was measured and found to be in order.</p>" for n in range(9))
    page = f"<h1>{TITLE}</h1><div><p>{FIRST}</p>{lines}{links}<p>{LAST}</p></div>"
    assert read(page).paragraphs[0] == FIRST


FIGURE = "<figure><img src='/m/{}'><figcaption>The hall on Monday. Photo: Ada Nowhere</figcaption></figure>"


@pytest.mark.parametrize(
    ("shown_file", "said_file", "taken"),
    [
        ("quay.jpg", "hall.jpg", "hall.jpg"),
        ("quay.jpg", "logo.png", "quay.jpg"),
        ("ferry-hall-70db515a.jpg", "ferry-hall-38f5579b.jpg", "ferry-hall-38f5579b.jpg"),
    ],
)
def test_the_picture_that_the_head_names_is_taken_unless_it_is_a_logo(shown_file, said_file, taken):
    head = f'<meta property="og:image" content="/m/{said_file}">'
    article = read(f"<h1>{TITLE}</h1>{FIGURE.format(shown_file)}<div>{TEXT}</div>", head)
    assert article.photo.url == f"https://riverside.example/m/{taken}"


def test_two_cuts_of_one_picture_have_one_caption():
    head = '<meta property="og:image" content="/m/ferry-hall-38f5579b.jpg">'
    article = read(f"<h1>{TITLE}</h1>{FIGURE.format('ferry-hall-70db515a.jpg')}<div>{TEXT}</div>", head)
    assert (article.photo.caption, article.photo.credit) == ("The hall on Monday.", "Ada Nowhere")


@pytest.mark.parametrize(
    "paragraph",
    [
        "The width <img src='/math/w'> is said to be that of four ferries side by side.",
        "<img src='/m/a.jpg'>Were you there? Then tell us what you saw on that evening!",
        f"<img src='/m/a.jpg'>{SECOND}",
    ],
)
def test_a_paragraph_with_a_picture_in_it_is_no_caption(paragraph):
    page = read(f"<h1>{TITLE}</h1><div><p>{FIRST}</p><p>{paragraph}</p><p>{THIRD}</p><p>{LAST}</p></div>")
    assert len(page.paragraphs) == 4


def test_a_drawing_of_the_sites_theme_is_no_picture():
    assert picture_address("/wp-content/themes/riverside/anchor.png", URL) == ""


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ('<time datetime="2026-06-03T10:18:46Z">Published 29 May 2026</time>', 29),
        ('<time datetime="2026-06-03T23:50:00Z">4 June 2026</time>', 3),
        ('<time datetime="2026-06-03T10:18:46Z">on Wednesday</time>', 3),
        ('<time datetime="2026-06-03T00:00:00+02:00">on Wednesday</time>', 3),
    ],
)
def test_the_day_that_is_shown_is_believed_before_another_for_machines(line, day):
    assert read(f"<h1>{TITLE}</h1><p>{line}</p><div>{TEXT}</div>").published_at.day == day


def test_a_word_such_as_today_is_a_date_only_right_below_the_headline():
    menu = "".join(f"<div>Line {name}</div>" for name in "abcdefgh")
    assert read(f"<h1>{TITLE}</h1><div>today</div><div>{TEXT}</div>").published_at.day == NOW.day
    assert read(f"<h1>{TITLE}</h1>{menu}<div>Riverside today</div><div>{TEXT}</div>").published_at is None


def test_of_two_readings_ours_stays_where_the_other_is_found_in_it():
    own = (f"{FIRST} {SECOND}", THIRD, "A reading garden")
    assert choose(own, (FIRST, SECOND, THIRD)) == own
    assert choose((FIRST,), STORY) == STORY


@pytest.mark.parametrize(
    ("address", "day"),
    [("/2025/3/7/library", "2025-03-07"), ("/2026/06/01/library", "2026-06-02"), ("/news/1", "2026-06-02")],
)
def test_a_story_brought_again_is_as_old_as_the_folders_in_its_address(address, day):
    head = '<meta property="article:published_time" content="2026-06-02T10:00:00Z">'
    html = f"<head><title>{TITLE}</title>{head}</head><h1>{TITLE}</h1><div>{TEXT}</div>"
    moment = read_page(html, f"https://riverside.example{address}", now=NOW).published_at
    assert moment.date().isoformat() == day


def test_an_agenda_is_read_from_its_first_line_on():
    inner = f"<li>Doors at nine</li><li>Talks<ol><li>{FIRST}</li><li>{SECOND}</li></ol></li><li>Tea</li>"
    page = f"<h1>{TITLE}</h1><div><ol>{inner}</ol></div>"
    assert read(page).paragraphs == ("Doors at nine", "Talks", FIRST, SECOND, "Tea")


def test_a_line_of_date_writer_and_counters_is_no_lead():
    line = "<p>Tuesday | 9 June 2026 | 15:49 from Nora Whitlock in Town and Harbour | 0 comments</p>"
    assert read(f"<h1>{TITLE}</h1><div>{line}</div><div>{TEXT}</div>").paragraphs == STORY
