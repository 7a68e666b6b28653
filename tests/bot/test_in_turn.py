"""What is not a message leaves in its turn too, and waits while Telegram lets nothing through."""

from __future__ import annotations

from contextlib import asynccontextmanager
from time import monotonic
from typing import TYPE_CHECKING

import aiohttp
from telegram.ext import Application

from bot.request import AiohttpRequest, InTurn
from delivery.pace import Pace

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from telegram import Bot, Message

PAUSE = 0.5
LONG = 3600.0


@asynccontextmanager
async def panel(server, pace: Pace) -> AsyncIterator[tuple[Bot, Message]]:
    """A bot in that pace, and the message that an editor has from it."""
    server.person(900, "সম্পাদক", started=True)
    async with aiohttp.ClientSession() as session:
        application = (
            Application.builder()
            .token(server.token)
            .base_url(f"{server.base_url}/bot")
            .request(AiohttpRequest(session))
            .rate_limiter(InTurn(pace))
            .updater(None)
            .build()
        )
        async with application:
            yield application.bot, await application.bot.send_message(900, "বাকি: ৯")


async def test_a_panel_is_not_edited_while_everything_pauses(server):
    pace = Pace(1000, monotonic)
    async with panel(server, pace) as (_, message):
        began = monotonic()
        for chat in (1, 2):
            await pace.refused(chat, PAUSE)
        await message.edit_text("বাকি: ১")
    assert monotonic() - began >= PAUSE
    assert server.messages(900)[-1]["text"] == "বাকি: ১"


async def test_nor_while_its_chat_is_to_get_nothing(server):
    pace = Pace(1000, monotonic)
    async with panel(server, pace) as (_, message):
        began = monotonic()
        await pace.refused(900, PAUSE)
        await message.edit_text("বাকি: ১")
    assert monotonic() - began >= PAUSE


async def test_edits_have_their_places_among_all_that_leaves_and_looks_need_none(server):
    pace = Pace(10, monotonic)
    async with panel(server, pace) as (bot, message):
        began = monotonic()
        for left in range(6):
            await message.edit_text(f"বাকি: {left}")
        assert monotonic() - began >= 0.5
        for chat in (1, 2):
            await pace.refused(chat, LONG)
        assert (await bot.get_chat(900)).id == 900
