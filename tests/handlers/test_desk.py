"""Stories of reviewed sources reach readers only when an editor has released them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage import desk, posts
from tests.handlers.conftest import labels, words

if TYPE_CHECKING:
    from bot.demo.telegram.chats import Person
    from tests.handlers.conftest import House

TITLE = "মিলানে নতুন ভাষা শিক্ষাকেন্দ্র"


async def live(house: House) -> list[str]:
    return [post.article.title for post in await posts.latest(house.db) if post.article]


async def test_an_editor_sees_what_waits_as_readers_would_and_releases_it(house: House, editor: Person):
    """Released once, as a new post, so that it is ahead of every reader's cursor."""
    held = await house.story(TITLE, state="held")
    await house.story("পরে এসেছে, আগে গেছে")
    assert TITLE not in await live(house)
    card = await house.hear(editor, "/desk")
    assert TITLE in words(card)
    assert labels(card)[-2:] == ["✅ প্রকাশ করুন", "✖️ বাদ দিন"]
    pressed = await house.press(editor, card, "✅ প্রকাশ করুন")
    assert pressed.text == "খবরটি প্রকাশ করা হলো।"
    assert not labels(house.again(card))
    assert (await live(house))[0] == TITLE
    assert await posts.newest_id(house.db) == held + 2
    again = await house.press(editor, card, "1|desk|go|1", forge=True)
    assert again.text == "এই খবরের সিদ্ধান্ত আগেই হয়ে গেছে।"
    assert await posts.newest_id(house.db) == held + 2


async def test_a_dismissed_story_reaches_nobody(house: House, editor: Person):
    await house.story(TITLE, state="held")
    card = await house.hear(editor, "/desk")
    assert (await house.press(editor, card, "✖️ বাদ দিন")).text.startswith("খবরটি বাদ দেওয়া হলো")
    assert not await live(house)
    assert not await desk.held(house.db)
    assert "কোনো খবর নেই" in words(await house.hear(editor, "/desk"))


async def test_a_reader_decides_nothing(house: House, rahim: Person, editor: Person):
    """Neither by command nor by a forged press."""
    await house.story(TITLE, state="held")
    assert "আমার জানা নেই" in words(await house.hear(rahim, "/desk"))
    greeting = await house.hear(rahim, "/start")
    pressed = await house.press(rahim, greeting, "1|desk|go|1", forge=True)
    assert pressed.text == "এই বোতামটি শুধু সম্পাদকদের জন্য।"
    assert TITLE in words(await house.hear(editor, "/desk"))


async def test_a_forged_number_is_stale(house: House, editor: Person):
    greeting = await house.hear(editor, "/start")
    for data in ("1|desk|go|x", "1|desk|maybe|1", "1|desk|go|" + "9" * 30):
        pressed = await house.press(editor, greeting, data, forge=True)
        assert "পুরোনো" in pressed.text
