"""A button is pressed: what it asks for, whether they may, who serves it; each is answered exactly once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import telegram

from delivery import buttons
from handlers import rights
from handlers.chats import reader_at, topic_of
from handlers.patience import Verdict
from handlers.table import VERBS
from handlers.tap import Tap, quietly
from handlers.words.phrases import toast

if TYPE_CHECKING:
    from datetime import datetime

    from delivery.buttons import Press
    from handlers.newsroom import Newsroom
    from storage.readers import Reader


async def press(newsroom: Newsroom, query: telegram.CallbackQuery) -> None:
    """Serve one press; forged, stale, foreign and out of reach get a polite answer and nothing else."""
    now = newsroom.clock()
    verdict = newsroom.admit(query.from_user.id, now)
    asked, message = buttons.read(query.data or ""), _reachable(query)
    if verdict is not Verdict.SERVE:
        await quietly(query.answer(toast("too_many", "bn")))
    elif asked is None or not _understood(asked) or message is None:
        await quietly(query.answer(toast("stale", "bn")))
    else:
        reader = await _reader(newsroom, query, message, now)
        tap = Tap(newsroom, query.get_bot(), message, reader, now, query, asked.values)
        await _answered(tap, asked.verb)


async def _reader(
    newsroom: Newsroom, query: telegram.CallbackQuery, message: telegram.Message, now: datetime
) -> Reader:
    """The reader whose chat this is; the press is answered even where the database can't say."""
    try:
        return await reader_at(newsroom, message.chat, now, topic=topic_of(message))
    except Exception:
        await quietly(query.answer(toast("sorry", "bn"), show_alert=True))
        raise


def _reachable(query: telegram.CallbackQuery) -> telegram.Message | None:
    """The message the button stands under, unless Telegram keeps it from us."""
    message = query.message
    # The library makes an inaccessible message a Message of the year 1970: the class alone says nothing.
    return message if isinstance(message, telegram.Message) and message.is_accessible else None


def _understood(asked: Press) -> bool:
    verb = VERBS.get(asked.verb)
    return verb is not None and len(asked.values) >= verb.values


async def _answered(tap: Tap, name: str) -> None:
    """Serve the press, and answer it even if that fails."""
    verb = VERBS[name]
    try:
        if verb.changes and not await rights.may_press(tap.bot, tap.message.chat, tap.person):
            await tap.toast("only_admins", alert=True)
        else:
            await verb.serve(tap)
    except Exception:
        await tap.toast("sorry", alert=True)
        raise
    await tap.nod()
