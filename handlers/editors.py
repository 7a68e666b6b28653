"""What editors see of the newsroom: /sources with their health, /stats."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from delivery.card import web_address
from delivery.markup import cut, escape, link, units
from delivery.message import Message
from handlers.amounts import ago
from handlers.keyboard import shelf
from handlers.phrases import Html, phrase
from storage import due, posts, readers, receipts, sources

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from handlers.call import Call
    from storage.posts import Post
    from storage.sources import SourceState

PAGE: Final = 4096
"""UTF-16 units of a message (Bot API, sendMessage); markup counts here too, to be on the safe side."""
SIGNS: Final = {"ok": "🟢", "failing": "🟡", "blocked": "🔴", "paused": "⚪️"}
DAY: Final = timedelta(hours=24)
POSTS_SHOWN: Final = 15
_POSTS_READ: Final = 500
_TITLE_LIMIT: Final = 60
_NAME_LIMIT: Final = 80
_ERROR_LIMIT: Final = 200


async def list_sources(call: Call) -> None:
    """`/sources`: each source with its state, its last success and what went wrong."""
    found = await sources.all_sources(call.newsroom.db)
    if not found:
        await call.say("no_sources")
        return
    head = phrase("sources", call.language, number=len(found))
    await _send(call, [head, *(_source(state, call.language, call.now) for state in found)], between="\n\n")


def _source(state: SourceState, language: str, now: datetime) -> str:
    name = link(cut(state.name, _NAME_LIMIT), web_address(state.url))
    notes = [_age("source_ok_at", state.last_ok_at, language, now) or phrase("source_never", language)]
    notes.append(_age("source_new_at", state.last_new_at, language, now))
    if state.failures:
        notes.append(phrase("source_failures", language, number=state.failures))
    lines = [f"{SIGNS.get(state.state, '⚪️')} {name}", " · ".join(note for note in notes if note)]
    if state.last_error:
        lines.append(f"<i>{escape(cut(state.last_error, _ERROR_LIMIT))}</i>")
    return "\n".join(lines)


def _age(key: str, moment: datetime | None, language: str, now: datetime) -> str:
    return phrase(key, language, age=ago(now - moment, language)) if moment else ""


async def stats(call: Call) -> None:
    """`/stats`: readers, what they follow, who is waiting, and what reached whom in the last day."""
    blocks = [await _readers(call), *await _categories(call), *await _posts(call)]
    await _send(call, blocks, between="\n\n")


async def _readers(call: Call) -> str:
    counted = await readers.counts(call.newsroom.db)
    waiting, leased, oldest = await due.due_counts(call.newsroom.db, call.now)
    said = phrase(
        "stats",
        call.language,
        active=counted.active,
        paused=counted.paused,
        gone=counted.gone,
        due=waiting,
        leased=leased,
    )
    late = _age("stats_oldest", oldest, call.language, call.now)
    return f"{said}\n{late}" if late else said


async def _categories(call: Call) -> list[str]:
    _language, counted = call.language, (await readers.counts(call.newsroom.db)).by_category
    lines = [
        phrase(
            "stats_category", call.language, name=shelf(category, call.language), number=counted.get(slug, 0)
        )
        for slug, category in call.newsroom.categories.items()
    ]
    return ["\n".join([phrase("stats_categories", call.language), *lines])] if lines else []


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
    newest = await posts.newest_id(call.newsroom.db)
    found = await posts.posts_after(call.newsroom.db, max(newest - _POSTS_READ, 0), limit=_POSTS_READ)
    return [post for post in reversed(found) if post.published_at >= since]


async def _post(call: Call, post: Post) -> str:
    outcomes = await receipts.outcomes(call.newsroom.db, post.id)
    title = _title(post, call.language)
    line = phrase(
        "stats_post", call.language, title=title, sent=outcomes.get("sent", 0), readers=post.readers
    )
    return f"{line} ({phrase('retracted', call.language)})" if post.state == "retracted" else line


def _title(post: Post, language: str) -> str:
    if post.article is None:
        return phrase("announcement", language)
    return Html(link(cut(post.article.title, _TITLE_LIMIT), web_address(post.article.url)))


async def _send(call: Call, blocks: Iterable[str], *, between: str) -> None:
    for text in pages(blocks, between):
        await call.send(Message(text))


def pages(blocks: Iterable[str], between: str = "\n\n") -> list[str]:
    """The blocks joined into as few messages as they fit, none of them broken; each must fit by itself."""
    filled: list[str] = []
    for block in blocks:
        longer = f"{filled[-1]}{between}{block}" if filled else block
        if filled and units(longer) <= PAGE:
            filled[-1] = longer
        else:
            filled.append(block)
    return filled
