"""Which posts an editor means: those that the message of ours shows to which they reply."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from delivery import buttons
from delivery.markup import cut
from delivery.message import Message
from delivery.roundup import number as place_in
from handlers import keyboard
from handlers.words.phrases import phrase, toast
from storage import announcements, corrections, posts, receipts
from storage.posts import Post

if TYPE_CHECKING:
    from collections.abc import Iterable

    import telegram

    from delivery.message import Button
    from handlers.asker import Asker
    from handlers.call import Call

Choice = tuple[Post, tuple[str, ...]]
"""A post, and the press that goes on with it."""
POST_LAST: Final = frozenset({"open", "more", "save", "unsave", "desk", "fix", "retract"})
"""Verbs of buttons whose last value is the id of a post."""
_LABEL_LIMIT: Final = 48


async def meant(call: Call) -> list[Post]:
    """The posts in the order in which the message shows them; whoever replies to none is told how to."""
    source = call.message.reply_to_message
    if source is None:
        await call.say("reply_to_story", command=call.command)
        return []
    found = await _shown(call, source)
    if not found:
        await call.say("no_post_there", command=call.command)
    return found


async def _shown(call: Call, source: telegram.Message) -> list[Post]:
    """By its buttons, which answers have too; else by its receipt, or as what tells of announcements."""
    db, chat_id = call.newsroom.db, call.reader.chat_id
    ids = list(dict.fromkeys(_on_buttons(source)))
    ids = ids or await receipts.post_of(db, chat_id, source.message_id)
    ids = ids or await announcements.shown_by(db, chat_id, source.message_id)
    ids = ids or await corrections.shown_on(db, chat_id, source.message_id)
    known = {post.id: post for post in await posts.by_ids(db, ids)}
    return [known[one] for one in ids if one in known]


def _on_buttons(source: telegram.Message) -> Iterable[int]:
    rows = source.reply_markup.inline_keyboard if source.reply_markup else ()
    for button in (button for row in rows for button in row):
        press = buttons.read(button.callback_data) if isinstance(button.callback_data, str) else None
        if press is not None and press.verb in POST_LAST and press.values:
            post_id = buttons.number(press.values[-1])
            if post_id is not None:
                yield post_id


async def ask_which(asker: Asker, chosen: Iterable[Choice]) -> None:
    """Have one of several posts chosen by its number and headline."""
    rows = [(_choice(place, post, asker.language, press),) for place, (post, press) in enumerate(chosen, 1)]
    await asker.send(Message(phrase("which_story", asker.language), buttons=tuple(rows)))


def _choice(place: int, post: Post, language: str, press: tuple[str, ...]) -> Button:
    return keyboard.press(f"{place_in(place, language)}. {cut(title(post, language), _LABEL_LIMIT)}", *press)


def title(post: Post, language: str) -> str:
    """What to call a post."""
    return post.article.title if post.article else toast("announcement", language)


async def readers_having(asker: Asker, *post_ids: int) -> int:
    """How many readers have a copy of the post, or of one of several."""
    return (await receipts.outcomes(asker.newsroom.db, *post_ids)).get("sent", 0)
