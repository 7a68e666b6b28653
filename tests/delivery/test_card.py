"""One story on a telephone: complete, within Telegram's limits, a pleasure to read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.demo.telegram.markup import parsed
from delivery import buttons, card
from delivery.markup import plain, units
from delivery.message import Copied, Message
from news.article import Photo, Related
from tests.delivery.stories import CATEGORIES, announcement, article, story

PHOTO = Photo("https://probhatbela.example/media/1.jpg", credit="কামরুল হাসান")
TEXT = st.one_of(
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=120),
    st.lists(
        st.sampled_from(["প্রবাসী ", "👨‍👩‍👧‍👦", "<b>", "&amp;", "। ", "ক্ষ", "🇧🇩", "“", "x" * 50, "\"'"]),
        max_size=200,
    ).map("".join),
)
ARTICLES = st.builds(
    article,
    title=TEXT,
    byline=TEXT,
    summary=st.lists(TEXT, max_size=6).map(tuple),
    places=st.lists(st.sampled_from(["IT", "SA", "MY", "AE", "GB", "US"]), max_size=6).map(tuple),
    photo=st.one_of(st.none(), st.builds(Photo, url=st.just(PHOTO.url), caption=TEXT, credit=TEXT)),
    published_at=st.one_of(st.none(), st.datetimes(timezones=st.just(UTC))),
    categories=st.sampled_from([(), ("probash",), ("khela", "probash"), ("unknown",)]),
)  # fmt: skip


def shown(message: Message) -> str:
    return parsed(message.text).text


def labels(message: Message) -> list[list[str]]:
    return [[button.text for button in row] for row in message.buttons]


def test_a_card_has_shelf_place_headline_summary_source_byline_date_and_credit():
    message = card.compose(story(12, photo=PHOTO), CATEGORIES, "bn")
    assert shown(message) == (
        "🌍 প্রবাসের খবর · 🇮🇹\u00a0ইতালি\n\n"
        "রোমে প্রবাসী শিল্পীদের চিত্র প্রদর্শনী শুরু\n\n"
        "ইতালির রাজধানী রোমে প্রবাসী বাংলাদেশি শিল্পীদের তিন দিনের চিত্র প্রদর্শনী শুরু হয়েছে। "
        "প্রদর্শনীতে ২৪ জন শিল্পীর ৬০টি ছবি স্থান পেয়েছে। আগামী বুধবার পর্যন্ত সবার জন্য এটি খোলা থাকবে।\n\n"
        "📰 প্রভাতবেলা · নাসরিন আক্তার, রোম থেকে\n"
        "🗓 ২৩ জুন ২০২৫ · 📷 কামরুল হাসান"
    )
    assert [entity.type for entity in parsed(message.text).entities] == ["bold", "text_link"]
    assert message.photo == PHOTO.url
    assert not message.preview


def test_its_buttons_read_copy_save_and_lead_on():
    message = card.compose(story(12), CATEGORIES, "bn")
    assert labels(message) == [["📖 পুরো খবর পড়ুন"], ["🔗 লিংক কপি", "🔖 সংরক্ষণ"], ["📰 আরও দেখুন"]]
    read, copy, save, more = (button for row in message.buttons for button in row)
    assert read.url == copy.copy == "https://probhatbela.example/probash/1207"
    assert buttons.read(save.press) == buttons.Press("save", ("12",))
    assert buttons.read(more.press) == buttons.Press("more", ("12",))


def test_a_story_without_related_ones_has_no_button_for_them():
    assert "📰 আরও দেখুন" not in labels(card.compose(story(related=()), CATEGORIES, "bn"))[-1]
    assert labels(card.compose(story(related=(Related("আরেকটি"),)), CATEGORIES, "bn"))[-1] == ["📰 আরও দেখুন"]


def test_a_card_in_english_has_english_labels_around_the_bengali_story():
    message = card.compose(story(12, photo=PHOTO), CATEGORIES, "en")
    assert shown(message).startswith("🌍 Diaspora · 🇮🇹\u00a0Italy\n\nরোমে প্রবাসী")
    assert shown(message).endswith("🗓 23 June 2025 · 📷 কামরুল হাসান")
    assert labels(message) == [["📖 Read the story"], ["🔗 Copy link", "🔖 Save"], ["📰 Related"]]


@pytest.mark.parametrize(("language", "sign"), [("bn", "🔴 জরুরি · "), ("en", "🔴 Urgent · ")])
def test_what_is_urgent_says_so_first(language: str, sign: str):
    assert shown(card.compose(story(urgency=1), CATEGORIES, language)).startswith(sign)


def test_a_date_is_the_date_in_dhaka_wherever_it_is_read():
    late = datetime(2025, 6, 30, 18, 0, tzinfo=UTC)
    assert "🗓 ১ জুলাই ২০২৫" in shown(card.compose(story(published_at=late), CATEGORIES, "bn"))


def test_what_is_unknown_leaves_no_gap():
    bare = story(byline="", published_at=None, photo=None, places=(), categories=(), summary=(), source="")
    assert shown(card.compose(bare, CATEGORIES, "bn")) == "রোমে প্রবাসী শিল্পীদের চিত্র প্রদর্শনী শুরু"
    assert not card.compose(bare, CATEGORIES, "bn").text.startswith("\n")


def test_a_byline_that_is_the_paper_itself_is_not_said_twice():
    text = shown(card.compose(story(byline="প্রভাতবেলা"), CATEGORIES, "bn"))
    assert text.count("প্রভাতবেলা") == 1


def test_a_photo_of_the_paper_itself_is_not_credited_to_it_again():
    text = shown(card.compose(story(photo=replace(PHOTO, credit="প্রভাতবেলা")), CATEGORIES, "bn"))
    assert text.count("প্রভাতবেলা") == 1
    assert "📷" not in text


def test_a_story_of_many_places_names_two():
    text = shown(card.compose(story(places=("IT", "SA", "MY", "AE")), CATEGORIES, "bn"))
    assert text.startswith("🌍 প্রবাসের খবর · 🇮🇹\u00a0ইতালি · 🇸🇦\u00a0সৌদি আরব\n")


def test_without_a_photo_the_link_shows_its_preview():
    message = card.compose(story(photo=None), CATEGORIES, "bn")
    assert message.photo == ""
    assert message.preview


def test_without_its_photo_a_card_has_no_credit_and_room_for_the_whole_summary():
    long = tuple(f"বাক্য নম্বর {number} বলে দেয় যে মেলাটি আরও এক দিন চলবে।" for number in range(40))
    message = card.compose(story(12, photo=PHOTO, summary=long), CATEGORIES, "bn")
    bare = message.without_photo()
    assert "কামরুল হাসান" not in shown(bare)
    assert long[-1] in shown(bare)
    assert long[-1] not in shown(message)
    assert (bare.photo, bare.buttons) == ("", message.buttons)
    assert message.without_photo() == bare.without_photo()


def test_an_announcement_is_the_editors_own_message_copied():
    assert card.compose(announcement(), CATEGORIES, "bn") == Message(copied=Copied(900, 77))


@pytest.mark.parametrize("title", ["টম & জেরি", "<b>গাঢ়</b> নয়", "&amp; দেখা যায়", "'একক' ও \"যুগল\""])
def test_markup_typed_in_a_title_shows_as_typed(title: str):
    assert f"\n\n{title}\n\n" in shown(card.compose(story(title=title), CATEGORIES, "bn"))


def test_an_address_with_spaces_bengali_and_a_bengali_host_is_one_that_telegram_takes():
    message = card.compose(story(url="https://সংবাদ.বাংলা:8443/প্রবাস/খবর ১?q=ক&amp=%20"), CATEGORIES, "bn")
    assert message.buttons[0][0].url == (
        "https://xn--54b6era0c6a.xn--54b7fta0cc:8443/%E0%A6%AA%E0%A7%8D%E0%A6%B0%E0%A6%AC%E0%A6%BE%E0%A6%B8/"
        "%E0%A6%96%E0%A6%AC%E0%A6%B0%20%E0%A7%A7?q=%E0%A6%95&amp=%20"
    )
    assert parsed(message.text).entities[1].url == message.buttons[0][0].url


@pytest.mark.parametrize(("length", "rows"), [(256, 3), (257, 3), (2048, 3), (2049, 2)])
def test_an_address_too_long_for_a_button_costs_only_that_button(length: int, rows: int):
    url = "https://a.example/".ljust(length, "x")
    message = card.compose(story(url=url), CATEGORIES, "bn")
    assert len(message.buttons) == rows
    assert ("🔗 লিংক কপি" in str(labels(message))) is (length <= 256)


def test_a_long_summary_is_cut_between_sentences():
    sentences = tuple(
        f"এটি সারসংক্ষেপের {number} নম্বর বাক্য, যা যথেষ্ট দীর্ঘ করে লেখা হয়েছে।" for number in "১২৩৪৫৬৭৮৯" * 3
    )
    text = shown(card.compose(story(photo=PHOTO, summary=sentences), CATEGORIES, "bn"))
    body = text.split("\n\n")[2]
    assert units(text) <= card.CAPTION_LIMIT
    assert " ".join(sentences).startswith(body)
    assert body.endswith("।")
    assert units(text) > card.CAPTION_LIMIT - 70


def test_a_first_sentence_too_long_for_a_caption_is_shown_in_part():
    text = shown(card.compose(story(photo=PHOTO, summary=("প্রবাসী " * 300,)), CATEGORIES, "bn"))
    assert units(text) <= card.CAPTION_LIMIT
    assert "প্রবাসী…" in text


def test_without_a_photo_a_card_has_room_for_the_whole_summary():
    sentences = tuple(f"বাক্য {number} শেষ।" for number in range(100))
    assert " ".join(sentences) in shown(card.compose(story(photo=None, summary=sentences), CATEGORIES, "bn"))


@pytest.mark.parametrize("photo", [PHOTO, None])
def test_everything_at_its_longest_still_fits(photo: Photo | None):
    huge = "👨‍👩‍👧‍👦 দীর্ঘ & <নাম> " * 400
    credit = Photo(photo.url, huge, huge) if photo else None
    worst = story(
        title=huge,
        byline=huge,
        summary=(huge,),
        source=huge,
        photo=credit,
        places=("AE", "BA", "CF"),
        urgency=1,
    )
    text = shown(card.compose(worst, CATEGORIES, "en"))
    assert units(text) <= (card.CAPTION_LIMIT if photo else card.TEXT_LIMIT)
    assert "দীর্ঘ & <নাম>" in text.split("\n\n")[2]


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(ARTICLES, TEXT, st.integers(0, 1), st.sampled_from(["bn", "en"]))
def test_whatever_a_story_holds_its_card_is_valid_and_within_the_limits(found, source, urgency, language):
    fields = {name: getattr(found, name) for name in found.__slots__}
    message = card.compose(story(source=source, urgency=urgency, **fields), CATEGORIES, language)
    text = parsed(message.text).text
    assert units(plain(message.text)) <= (card.CAPTION_LIMIT if message.photo else card.TEXT_LIMIT)
    assert units(text) <= (card.CAPTION_LIMIT if message.photo else card.TEXT_LIMIT)


def test_a_post_of_nothing_is_a_fault_of_ours():
    with pytest.raises(ValueError, match="neither article nor announcement"):
        card.compose(replace(story(), article=None), CATEGORIES, "bn")
