"""Several stories in one message."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.demo.telegram.markup import parsed
from delivery import buttons, card, roundup
from delivery.compose import Composer
from delivery.markup import units
from tests.delivery.stories import CATEGORIES, announcement, story
from tests.delivery.test_card import ARTICLES


def shown(posts, language="bn", **more) -> str:
    return parsed(roundup.compose(posts, CATEGORIES, language, **more).text).text


def test_a_roundup_is_a_numbered_list_of_linked_headlines_with_a_line_each():
    posts = [
        story(7),
        story(9, title="মালয়েশিয়ায় বইমেলা", url="https://a.example/৯", summary=("মেলা শুরু।",), places=("MY",)),
    ]
    message = roundup.compose(posts, CATEGORIES, "bn")
    assert parsed(message.text).text == (
        "🗞 আপনার জন্য ২টি খবর\n\n"
        "১. রোমে প্রবাসী শিল্পীদের চিত্র প্রদর্শনী শুরু\n"
        "🇮🇹\u00a0ইতালির রাজধানী রোমে প্রবাসী বাংলাদেশি শিল্পীদের তিন দিনের চিত্র প্রদর্শনী শুরু হয়েছে।\n\n"
        "২. মালয়েশিয়ায় বইমেলা\n"
        "🇲🇾\u00a0মেলা শুরু।\n\n"
        "👇 কোনো খবর খুলতে তার নম্বরে চাপ দিন।"
    )
    links = [entity.url for entity in parsed(message.text).entities if entity.type == "text_link"]
    assert links == ["https://probhatbela.example/probash/1207", "https://a.example/%E0%A7%AF"]
    assert not message.preview


def test_each_number_is_a_button_that_opens_its_story_in_rows_alike():
    message = roundup.compose([story(number) for number in range(20, 27)], CATEGORIES, "bn")
    assert [[button.text for button in row] for row in message.buttons] == [list("১২৩৪"), list("৫৬৭")]
    pressed = [buttons.read(button.press) for row in message.buttons for button in row]
    assert pressed == [buttons.Press("open", (str(number),)) for number in range(20, 27)]


def test_a_roundup_holds_ten_and_counts_what_it_holds():
    message = roundup.compose([story(number) for number in range(1, 15)], CATEGORIES, "en")
    assert parsed(message.text).text.startswith("🗞 10 stories for you\n\n1. ")
    assert len(sum(message.buttons, ())) == 10


def test_a_heading_of_ones_own_stands_for_the_usual_one():
    assert shown([story()], heading="“রোম” দিয়ে পাওয়া খবর").startswith("🗞 “রোম” দিয়ে পাওয়া খবর\n\n১. ")


def test_an_urgent_story_is_marked_among_the_others():
    lines = shown([story(1), story(2, urgency=1)]).splitlines()
    assert [line for line in lines if "🔴" in line] == ["২. 🔴 রোমে প্রবাসী শিল্পীদের চিত্র প্রদর্শনী শুরু"]


def test_a_story_without_a_place_shows_its_shelf_and_one_without_summary_its_headline_alone():
    assert shown([story(places=())]).splitlines()[3].startswith("🌍\u00a0ইতালির")
    assert len(shown([story(summary=())]).splitlines()) == 5


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=50)
@given(st.lists(ARTICLES, min_size=1, max_size=12), st.sampled_from(["bn", "en"]))
def test_whatever_the_stories_hold_a_roundup_is_valid_and_within_the_limit(articles, language):
    posts = [
        story(number, **{name: getattr(one, name) for name in one.__slots__})
        for number, one in enumerate(articles, 1)
    ]
    assert units(shown(posts, language)) <= card.TEXT_LIMIT


def test_ten_stories_at_their_longest_still_fit():
    huge = "👨‍👩‍👧‍👦 দীর্ঘ & <নাম> " * 400
    assert (
        units(
            shown([story(n, title=huge, summary=(huge,), places=("AE", "IT"), urgency=1) for n in range(10)])
        )
        < 4096
    )


def test_one_post_is_composed_as_a_card_and_several_as_a_roundup_each_once():
    composer = Composer(CATEGORIES)
    one = composer.message([story(1)], "bn")
    assert one == card.compose(story(1), CATEGORIES, "bn")
    assert composer.message([story(1)], "bn") is one
    assert composer.message([story(1)], "en") != one
    assert composer.message([story(1), story(2)], "bn").text.startswith("🗞")
    assert composer.message([announcement(3)], "bn").copied is not None


def test_a_corrected_post_is_composed_anew():
    composer = Composer(CATEGORIES)
    composer.message([story(1, revision=1)], "bn")
    assert "সংশোধিত" in composer.message([story(1, revision=2, title="সংশোধিত শিরোনাম")], "bn").text
