"""What editors see of the newsroom: /sources with their health, /stats."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from delivery.card import web_address
from delivery.markup import cut, link, units
from delivery.message import Message
from handlers.editors.source_health import block as source_block
from handlers.words.amounts import ago
from handlers.words.causes import cause
from handlers.words.phrases import Html, phrase
from storage import due, figures, posts, readers, receipts, sources

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from handlers.call import Call
    from storage.posts import Post
    from storage.readers import ReaderCounts
    from storage.sources import SourceState

PAGE: Final = 4096
"""UTF-16 units of a message (Bot API, sendMessage); markup counts here too, to be on the safe side."""
DAY: Final = timedelta(hours=24)
POSTS_SHOWN: Final = 15
_POSTS_READ: Final = 500
_TITLE_LIMIT: Final = 60


async def list_sources(call: Call) -> None:
    """`/sources`: each source with its state, its last success and what went wrong."""
    found = await sources.all_sources(call.newsroom.db)
    if not found:
        await call.say("no_sources")
        return
    head = phrase("sources", call.language, number=len(found))
    await _send(call, [head, *(_source(call, state) for state in found)])


def _source(call: Call, state: SourceState) -> str:
    category = call.newsroom.categories.get(state.category)
    return source_block(state, category.emoji if category else "", call.language, call.now)


async def stats(call: Call) -> None:
    """`/stats`: readers, what they follow, who is waiting, and what reached whom in the last day."""
    counted = await readers.counts(call.newsroom.db)
    await _send(call, [await _readers(call, counted), *_categories(call, counted), *await _posts(call)])


async def _readers(call: Call, counted: ReaderCounts) -> str:
    # Readers are counted to the last one: `figures` stops at some, and an editor asks how many are left.
    waiting, leased, _ = await due.due_counts(call.newsroom.db, call.now)
    found = await figures.figures(call.newsroom.db, call.now)
    said = phrase(
        "stats",
        call.language,
        active=counted.active,
        paused=counted.paused,
        gone=counted.gone,
        due=waiting,
        leased=leased,
    )
    later = await due.asleep(call.newsroom.db, call.now)
    asleep = phrase("stats_later", call.language, number=later) if later else ""
    going = phrase("stats_going", call.language, number=found.unmarked) if found.unmarked else ""
    oldest = ago(call.now - found.due_since, call.language) if found.due_since else ""
    late = phrase("stats_oldest", call.language, age=oldest) if oldest else ""
    return "\n".join(line for line in (said, going, asleep, late) if line)


def _categories(call: Call, counted: ReaderCounts) -> list[str]:
    language, followers = call.language, counted.by_category
    lines = [
        phrase("stats_category", language, name=category.label(language), number=followers.get(slug, 0))
        for slug, category in call.newsroom.categories.items()
    ]
    return ["\n".join([phrase("stats_categories", language), *lines])] if lines else []


async def _posts(call: Call) -> list[str]:
    recent = await _published_since(call, call.now - DAY)
    if not recent:
        return [phrase("stats_no_posts", call.language)]
    lines = [await _post(call, post) for post in recent[:POSTS_SHOWN]]
    if len(recent) > POSTS_SHOWN:
        lines.append(phrase("stats_more_posts", call.language, number=len(recent) - POSTS_SHOWN))
    return ["\n".join([phrase("stats_posts", call.language), *lines])]


async def _published_since(call: Call, since: datetime) -> list[Post]:
    """Newest first."""
    found = await posts.newest_first(call.newsroom.db, _POSTS_READ)
    # What was released at the desk is listed as the post that it became.
    return [post for post in found if post.published_at >= since and post.reason != "released"]


async def _post(call: Call, post: Post) -> str:
    outcomes = await receipts.outcomes(call.newsroom.db, post.id)
    title = _title(post, call.language)
    going = post.state == "live" and not post.marked
    # Who was away while it was marked gets it too, on coming back.
    meant = max(post.readers, sum(outcomes.values()))
    key = "stats_post_going" if going else "stats_post"
    line = phrase(key, call.language, title=title, sent=outcomes.get("sent", 0), readers=meant)
    notes = [_end(post, call.language)] if post.state == "retracted" else []
    if unknown := outcomes.get("unknown", 0):
        notes.append(phrase("stats_unknown", call.language, number=unknown))
    return f"{line} ({'; '.join(notes)})" if notes else line


def _end(post: Post, language: str) -> str:
    """Taken back, or why it went no further."""
    if not post.reason:
        return phrase("retracted", language)
    return phrase("stats_stopped", language, cause=cause(post.reason, language))


def _title(post: Post, language: str) -> str:
    if post.article is None:
        return phrase("announcement", language)
    return Html(link(cut(post.article.title, _TITLE_LIMIT), web_address(post.article.url)))


async def _send(call: Call, blocks: Iterable[str]) -> None:
    for text in pages(blocks):
        await call.send(Message(text))


def pages(blocks: Iterable[str]) -> list[str]:
    """The blocks joined into as few messages as they fit, none of them broken; each must fit by itself."""
    filled: list[str] = []
    for block in blocks:
        longer = f"{filled[-1]}\n\n{block}" if filled else block
        if filled and units(longer) <= PAGE:
            filled[-1] = longer
        else:
            filled.append(block)
    return filled
