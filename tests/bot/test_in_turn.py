"""What is not a message waits too while Telegram lets nothing through."""

from __future__ import annotations

from time import monotonic

import aiohttp
from telegram.ext import Application

from bot.request import AiohttpRequest, InTurn
from delivery.pace import Pace

PAUSE = 0.5


async def test_a_panel_is_not_edited_while_everything_pauses(server):
    server.person(900, "সম্পাদক", started=True)
    pace = Pace(1000, monotonic)
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
            panel = await application.bot.send_message(900, "বাকি: ২")
            began = monotonic()
            for chat in (1, 2):
                await pace.refused(chat, PAUSE)
            await panel.edit_text("বাকি: ১")
    assert monotonic() - began >= PAUSE
    assert server.messages(900)[-1]["text"] == "বাকি: ১"
