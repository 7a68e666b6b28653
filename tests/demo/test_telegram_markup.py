"""Telegram's HTML becomes text and entities, and entities become a safe page."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.demo.telegram.errors import ApiError
from bot.demo.telegram.formatted import Entity, Formatted, units
from bot.demo.telegram.markup import parsed, plain
from bot.demo.telegram.render import rendered

REFUSED = {
    "<b>খবর": 'Can\'t find end tag corresponding to start tag "b"',
    "<p>খবর</p>": 'Unsupported start tag "p" at byte offset 0',
    "খবর <br> আরও": 'Unsupported start tag "br" at byte offset 10',
    "<b>ক<i>খ</b></i>": 'Unmatched end tag at byte offset 12, expected "</i>", found "</b>"',
    "ক</b>": "Unexpected end tag at byte offset 3",
    "৩ < ৪": "Unclosed start tag at byte offset 4",
    "<span>ক</span>": 'Unsupported start tag "span" at byte offset 0',
}


def found(html: str) -> list[tuple[str, str]]:
    """The entities of a text, each with the words it covers."""
    formatted = parsed(html)
    encoded = formatted.text.encode("utf-16-le")
    return [(e.type, encoded[2 * e.offset : 2 * e.end].decode("utf-16-le")) for e in formatted.entities]


def test_every_tag_that_telegram_knows_becomes_an_entity():
    html = (
        "<b>ক</b> <strong>খ</strong> <i>গ</i> <em>ঘ</em> <u>ঙ</u> <ins>চ</ins> <s>ছ</s> <del>জ</del> "
        '<tg-spoiler>ঝ</tg-spoiler> <span class="tg-spoiler">ঞ</span> <code>ট</code> <pre>ঠ</pre> '
        "<blockquote>ড</blockquote> <blockquote expandable>ঢ</blockquote> <a href='https://a.bd/?x=1&amp;y=2'>ণ</a>"
    )
    assert [kind for kind, _ in found(html)] == [
        *("bold", "bold", "italic", "italic", "underline", "underline", "strikethrough", "strikethrough"),
        *("spoiler", "spoiler", "code", "pre", "blockquote", "expandable_blockquote", "text_link"),
    ]
    assert parsed(html).entities[-1].url == "https://a.bd/?x=1&y=2"


def test_offsets_are_counted_in_utf_16_units_after_parsing():
    formatted = parsed("🌍 &amp; <b>প্রবাস 🇧🇩</b>")
    assert formatted.text == "🌍 & প্রবাস 🇧🇩"
    assert formatted.entities == (Entity("bold", 5, 11),)


def test_nested_tags_are_nested_entities_with_the_outer_one_first():
    assert found("<blockquote><b>শিরোনাম</b> আরও</blockquote>") == [
        ("blockquote", "শিরোনাম আরও"),
        ("bold", "শিরোনাম"),
    ]


def test_white_space_around_a_text_is_trimmed_and_its_entities_with_it():
    assert parsed("\n <b> খবর </b>\n") == Formatted("খবর", (Entity("bold", 0, 3),))


@pytest.mark.parametrize("html", REFUSED)
def test_what_telegram_can_not_parse_is_refused_in_its_own_words(html: str):
    with pytest.raises(ApiError) as refused:
        parsed(html)
    assert refused.value.description == f"Bad Request: can't parse entities: {REFUSED[html]}"


def test_only_four_named_and_all_numbered_references_are_read():
    assert parsed("&lt;&gt;&amp;&quot;&nbsp;&#2453;&#x996;&#xFFFFFFFF;&#0;").text == (
        '<>&"&nbsp;কখ&#xFFFFFFFF;&#0;'
    )


def test_a_link_that_is_none_stays_as_text():
    assert found('<a href="javascript:alert(1)">পড়ুন</a>') == []


def test_code_with_a_language_inside_pre_is_one_entity():
    formatted = parsed('<pre><code class="language-python">x = 1</code></pre>')
    assert formatted.entities == (Entity("pre", 0, 5, language="python"),)


def test_links_commands_and_bengali_hashtags_are_found_without_markup():
    formatted = plain("/start এখন, https://khobor.example/a?b=১। #প্রবাসের_খবর @bangla_news")
    assert [e.type for e in formatted.entities] == ["bot_command", "url", "hashtag", "mention"]
    assert formatted.entities[0] == Entity("bot_command", 0, 6)


@pytest.mark.parametrize("text", ["<b>খবর</b>", "a/b", "/b/", "//b", "/b>"])
def test_what_stands_in_a_tag_or_a_path_is_no_command(text: str):
    assert plain(text).entities == ()


def test_a_page_gets_escaped_text_with_links_that_open_apart():
    html = parsed('<b>ক &lt;script&gt;</b>\n<a href="https://a.bd/?a=1&amp;b=&quot;">পড়ুন</a>')
    assert rendered(html) == (
        "<b>ক &lt;script&gt;</b><br>"
        '<a href="https://a.bd/?a=1&amp;b=&quot;" target="_blank" rel="noopener">পড়ুন</a>'
    )


def test_crossing_entities_of_a_sender_still_make_well_formed_html():
    crossing = Formatted("abcdef", (Entity("bold", 0, 4), Entity("italic", 2, 4), Entity("url", 9, 9)))
    assert rendered(crossing) == "<b>ab<i>cd</i></b>ef"


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"])))
def test_any_escaped_text_arrives_as_it_was_and_shows_as_it_was(text: str):
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    formatted = parsed(f"<i>{escaped}</i>")
    assert formatted.text == text.strip()
    assert unescape(re.sub(r"<[^>]*>", "", rendered(formatted))) == text.strip()
    assert all(e.end <= units(formatted.text) for e in formatted.entities)


@given(st.text(alphabet="<>/biapre&;#= \"'lthref0x।🌍"))
def test_any_html_is_either_read_or_refused(html: str):
    try:
        formatted = parsed(html)
    except ApiError:
        return
    assert all(0 <= e.offset < e.end <= units(formatted.text) for e in formatted.entities)
    assert rendered(formatted).count("<a ") == rendered(formatted).count("</a>")
