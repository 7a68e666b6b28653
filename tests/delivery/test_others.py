"""The line of a card that names the other papers."""

from __future__ import annotations

from delivery import card
from delivery.markup import plain, units
from storage.posts import Other
from tests.delivery.stories import CATEGORIES, story


def test_the_other_papers_are_named_and_lead_to_their_pages():
    others = (Other("সাঁঝের কথা", "https://a.example/1"), Other("দূর <দেশ>", "https://b.example/?x=1&y=2"))
    text = card.compose(story(others=others), CATEGORIES, "bn").text
    assert "আরও সূত্র: সাঁঝের কথা, দূর <দেশ>" in plain(text)
    assert 'href="https://b.example/?x=1&amp;y=2">দূর &lt;দেশ&gt;</a>' in text


def test_readers_of_english_see_them_too():
    text = card.compose(story(others=(Other("Dur Desh", "https://b.example/"),)), CATEGORIES, "en").text
    assert "Also in: Dur Desh" in plain(text)


def test_a_story_of_one_paper_names_no_others():
    assert "আরও সূত্র" not in card.compose(story(), CATEGORIES, "bn").text


def test_many_papers_with_long_names_leave_a_card_within_the_limit():
    others = tuple(Other(f"{number} " + "পত্রিকা " * 40, "https://a.example/") for number in range(30))
    message = card.compose(story(others=others, summary=("বাক্য। " * 300,)), CATEGORIES, "bn")
    assert units(plain(message.text)) <= card.CAPTION_LIMIT
