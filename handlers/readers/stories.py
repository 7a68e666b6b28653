"""Reading: /latest, /saved, one story as a card, its related stories, and keeping it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from delivery import card, roundup
from delivery.buttons import Press, number
from delivery.card import web_address
from delivery.markup import cut, escape, link
from delivery.message import Message
from handlers import catalogue, keyboard
from handlers.catalogue import Subject
from handlers.readers import follow
from handlers.words.phrases import phrase, toast
from storage import posts, readers, saved

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.asker import Asker
    from handlers.call import Call
    from handlers.tap import Tap
    from news.article import Related
    from storage.posts import Post

SHOWN: Final = 8
"""Stories in one list: what a telephone shows without much scrolling."""
_TITLE_LIMIT: Final = 160
_BLURB_LIMIT: Final = 120


async def latest(call: Call) -> None:
    """`/latest [slug or name]`: the newest stories as one list, each a tap away from its card."""
    subjects = catalogue.find(call.words, call.newsroom.categories)
    if call.words and not subjects:
        await _not_found(call)
    else:
        await call.send(await _newest(call, subjects))


async def tap_latest(tap: Tap) -> None:
    """A button that shows the newest stories: all, or of the category or place it carries."""
    found = [catalogue.subject(value, tap.newsroom.categories) for value in tap.values]
    if None in found:
        await tap.toast("toast_no_category")
        return
    await tap.nod()
    await tap.send(await _newest(tap, [subject for subject in found if subject]))


async def _not_found(call: Call) -> None:
    """The words name nothing: the nearest there is, and a button for each category's latest stories."""
    room, language = call.newsroom, call.language
    near = catalogue.closest(call.words, room.categories)
    lines = follow.unknown_name(call, "no_such_category", near)
    lines.append(phrase("latest_below", language))
    offered = [Subject("category", slug) for slug in room.categories]
    if near and near not in offered:
        offered.insert(0, near)
    buttons = [
        keyboard.press(catalogue.name(subject, room.categories, language), "latest", subject.key)
        for subject in offered
    ]
    await call.send(Message("\n\n".join(lines), buttons=keyboard.rows(buttons)))


async def kept(call: Call) -> None:
    """`/saved`: the stories this person keeps; a private matter."""
    if not call.private:
        await call.say("saved_in_private")
        return
    found = await saved.saved(call.newsroom.db, call.reader.id, SHOWN)
    found = [post for post in found if post.state == "live"]
    if not found:
        await call.say("no_saved")
        return
    await call.send(_listed(call, found, toast("saved_list", call.language)))


async def show(call: Call, post_id: str) -> None:
    """Open the story of a link as a card."""
    post = await _story(call, post_id)
    if post is None:
        await call.say("story_gone")
    else:
        await call.send(card.compose(post, call.newsroom.categories, call.language))


async def show_related(call: Call, post_id: str) -> None:
    """The related stories of a link's story, as a list."""
    post = await _story(call, post_id)
    related = post.article.related if post and post.article else ()
    await (call.send(_related(related, call.language)) if related else call.say("story_gone"))


async def open_card(tap: Tap) -> None:
    """A numbered button: the story as a card, in private wherever it was pressed."""
    post = await _story(tap, tap.values[0])
    if post is None:
        await tap.toast("story_gone")
    elif not tap.private:
        await tap.lead(f"s_{post.id}")
    else:
        await tap.nod()
        await tap.send(card.compose(post, tap.newsroom.categories, tap.language))


async def more(tap: Tap) -> None:
    """আরও দেখুন: the story's related ones, in private wherever it was pressed."""
    post = await _story(tap, tap.values[0])
    related = post.article.related if post and post.article else ()
    if post is None:
        await tap.toast("story_gone")
    elif not related:
        await tap.toast("toast_no_related")
    elif not tap.private:
        await tap.lead(f"m_{post.id}")
    else:
        await tap.nod()
        await tap.send(_related(related, tap.language))


async def keep(tap: Tap) -> None:
    """সংরক্ষণ: keeps the story for whoever pressed, wherever that was."""
    post = await _story(tap, tap.values[0])
    if post is None:
        await tap.toast("story_gone")
        return
    owner = tap.reader if tap.private else await readers.reader(tap.newsroom.db, tap.person)
    if owner is None:  # a stranger in a group has no list yet: the story opens where they can start one
        await tap.lead(f"s_{post.id}")
        return
    new = await saved.save(tap.newsroom.db, owner.id, post.id, tap.now)
    await tap.toast("toast_saved" if new else "toast_already_saved")
    if tap.private:
        await tap.relabel(_buttons(tap, post, kept=True))


async def let_go(tap: Tap) -> None:
    """সংরক্ষিত: the same button once the story is kept; keeps it no longer."""
    post = await _story(tap, tap.values[0])
    if post is None:
        await tap.toast("story_gone")
        return
    await saved.unsave(tap.newsroom.db, tap.reader.id, post.id)
    await tap.toast("toast_unsaved")
    await tap.relabel(_buttons(tap, post, kept=False))


def _buttons(tap: Tap, post: Post, *, kept: bool) -> keyboard.Rows:
    """The buttons of the story's card; the one that keeps it shows that it is kept."""
    rows = card.compose(post, tap.newsroom.categories, tap.language).buttons
    if not kept:
        return rows
    save = Press("save", (str(post.id),)).data()
    done = keyboard.press(toast("saved_button", tap.language), "unsave", post.id)
    return tuple(tuple(done if button.press == save else button for button in row) for row in rows)


async def _newest(asker: Asker, subjects: Sequence[Subject] = ()) -> Message:
    room, language = asker.newsroom, asker.language
    found = await posts.latest(room.db, keys=[subject.key for subject in subjects], limit=SHOWN)
    name = ", ".join(catalogue.plain_name(subject, room.categories, language) for subject in subjects)
    if not found:
        key = "no_stories_of" if name else "no_stories"
        return Message(phrase(key, language, name=f"‘{name}’", words=name))
    return _listed(asker, found, toast("latest_of" if name else "latest", language, name=name))


def _listed(asker: Asker, found: Sequence[Post], heading: str) -> Message:
    return roundup.compose(found, asker.newsroom.categories, asker.language, heading=heading)


async def _story(asker: Asker, post_id: str) -> Post | None:
    """The live story of that id; whatever else `post_id` holds is no story."""
    known = number(post_id)
    post = await posts.post(asker.newsroom.db, known) if known is not None else None
    return post if post and post.state == "live" and post.article else None


def _related(related: Sequence[Related], language: str) -> Message:
    """A numbered list of links with age and blurb."""
    items = [_item(place, story, language) for place, story in enumerate(related[:SHOWN], 1)]
    return Message("\n\n".join([phrase("related", language), *items]))


def _item(place: int, story: Related, language: str) -> str:
    title = cut(story.title, _TITLE_LIMIT)
    headline = link(title, web_address(story.url)) if story.url else escape(title)
    notes = " · ".join(part for part in (story.age, cut(story.blurb, _BLURB_LIMIT)) if part)
    return f"{roundup.number(place, language)}. {headline}" + (f"\n{escape(notes)}" if notes else "")
