"""/desk: stories of sources that are reviewed; an editor releases or dismisses each."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from delivery import card
from delivery.buttons import number
from delivery.publish import FRESH
from handlers import rights
from handlers.keyboard import press
from handlers.words.phrases import toast
from storage import desk as waiting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from delivery.message import Message
    from handlers.call import Call
    from handlers.tap import Tap
    from news.article import Category
    from storage.posts import Post

SHOWN: Final = 5
"""Cards at once: what an editor decides before asking for more."""


async def desk(call: Call) -> None:
    """`/desk`: the stories that wait, each as the card readers would get, with the two decisions under it."""
    found = await waiting.held(call.newsroom.db, SHOWN)
    if not found:
        await call.say("desk_empty")
    for post in found:
        await call.send(for_editors(post, call.newsroom.categories, call.language))


def for_editors(post: Post, categories: Mapping[str, Category], language: str) -> Message:
    """The card of a held story, with its link and the two decisions."""
    shown = card.compose(post, categories, language)
    link = tuple(row for row in shown.buttons if all(button.url for button in row))
    release = press(toast("desk_release", language), "desk", "go", post.id)
    dismiss = press(toast("desk_dismiss", language), "desk", "drop", post.id)
    return replace(shown, buttons=(*link, (release, dismiss)))


async def decide(tap: Tap) -> None:
    """One of the two buttons, an editor's only; of two editors the first decides."""
    step, post_id = tap.values[0], number(tap.values[1])
    if not rights.is_editor(tap.newsroom, tap.person, tap.message.chat):
        await tap.toast("toast_not_editor")
    elif step not in {"go", "drop"} or post_id is None:
        await tap.toast("stale")
    elif await _done(tap, step, post_id):
        await tap.toast("desk_released" if step == "go" else "desk_dismissed")
        await tap.relabel(())
    else:
        await tap.toast("desk_decided")
        await tap.relabel(())


async def _done(tap: Tap, step: str, post_id: int) -> bool:
    """Whether it was this press that decided."""
    db = tap.newsroom.db
    if step == "drop":
        return await waiting.dismiss(db, post_id, by=tap.person, now=tap.now)
    until = tap.now + FRESH
    return await waiting.release(db, post_id, by=tap.person, now=tap.now, expires_at=until) is not None
