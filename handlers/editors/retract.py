"""/retract: a story or an announcement is taken back, also from those who have it.

In reply to it → panel (what, how many have it) → taken back once, however often it is pressed → progress.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from delivery import card
from delivery.buttons import number
from delivery.message import Message
from handlers import rights
from handlers.editors import correction_progress, replied
from handlers.keyboard import press
from handlers.words.phrases import phrase, toast
from storage import corrections, posts

if TYPE_CHECKING:
    from handlers.asker import Asker
    from handlers.call import Call
    from handlers.tap import Tap
    from storage.posts import Post


async def retract(call: Call) -> None:
    """`/retract`, in reply to a story or an announcement."""
    found = await replied.meant(call)
    if len(found) == 1:
        await _ask(call, found[0])
    elif found:
        await replied.ask_which(call, [(post, ("retract", "ask", str(post.id))) for post in found])


async def _ask(asker: Asker, post: Post) -> None:
    """Say what would go from how many, and have it confirmed."""
    language = asker.language
    if post.state == "held":
        await asker.say("retract_held")
    elif await _is_taken_back(asker, post):
        await asker.say("retract_already")
    else:
        story = await posts.of_story(asker.newsroom.db, post.id)
        go = press(toast("retract_go", language), "retract", "go", post.id)
        leave = press(toast("leave_it", language), "retract", "drop", post.id)
        await asker.say(
            "retract_panel",
            title=await _title(asker, post),
            readers=await replied.readers_having(asker, *story),
            buttons=((go,), (leave,)),
        )


async def _title(asker: Asker, post: Post) -> str:
    """What to call it; an announcement has no headline, and is shown."""
    if post.announcement is not None:
        shown = card.compose(post, asker.newsroom.categories, asker.language)
        if await asker.send(shown):
            return toast("announcement_above", asker.language)
    return replied.title(post, asker.language)


async def _is_taken_back(asker: Asker, post: Post) -> bool:
    """Whether its copies are gone or going: one that was only stopped is still with whom it had reached."""
    done = await corrections.of_post(asker.newsroom.db, post.id)
    return any(one.kind == "retract" for one in done)


async def decide(tap: Tap) -> None:
    """A button of a panel, an editor's only; what it carries is checked like anything people send."""
    if not rights.is_editor(tap.newsroom, tap.person, tap.message.chat):
        await tap.toast("toast_not_editor")
        return
    step, post_id = tap.values[0], number(tap.values[1])
    post = await posts.post(tap.newsroom.db, post_id) if post_id else None
    if post is None or step not in {"ask", "go", "drop"}:
        await tap.toast("stale")
    elif step == "ask":
        await tap.nod()
        await _ask(tap, post)
    elif step == "go":
        await _go(tap, post)
    else:
        await _drop(tap, post)


async def _go(tap: Tap, post: Post) -> None:
    """Take it back once: a second press, or one served again after a crash, only shows how it goes."""
    if await posts.retract(tap.newsroom.db, post.id, tap.now, by=tap.person):
        tap.newsroom.corrected()
        await tap.toast("toast_retracting")
    elif await _is_taken_back(tap, post):
        await tap.toast("retract_already")
    else:
        await tap.toast("stale")
        return
    await correction_progress.begin(tap, post.id)


async def _drop(tap: Tap, post: Post) -> None:
    if await _is_taken_back(tap, post):
        await tap.toast("retract_already")
        await correction_progress.begin(tap, post.id)
    else:
        await tap.nod()
        await tap.edit(Message(phrase("retract_left", tap.language)))
