"""The bot as people speak with it: its name, its commands, and the road of what they say."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, Final

from telegram.error import BadRequest, InvalidToken, RetryAfter, TelegramError
from telegram.ext import Application

from bot.inbox import Inbox
from bot.leader import Leader
from bot.long_polling import WANTED, Polling
from bot.request import AiohttpRequest, InTurn, seconds
from bot.settings import SettingsError
from delivery.catch_up import TokenRevokedError
from handlers import newsroom as newsrooms
from handlers import routes
from handlers.editors import broadcast_progress, correction_progress
from handlers.newsroom import Newsroom
from storage.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.parts import Parts

log = logging.getLogger(__name__)

FIRST_WAIT: Final = 1.0
LONGEST_WAIT: Final = 60.0


class Conversation:
    """Receives what people say, whether Telegram brings it or we fetch it, and has the handlers answer."""

    def __init__(self, parts: Parts) -> None:
        """Nothing is asked of Telegram before `run`."""
        self._parts = parts
        request = AiohttpRequest(parts.telegram_session, parts.metrics.requests.turned_away)
        self._application: Application[Any, Any, Any, Any, Any, Any] = (
            Application.builder()
            .token(parts.settings.bot_token.get_secret_value())
            .base_url(f"{parts.settings.bot_api_url}/bot")
            .base_file_url(f"{parts.settings.bot_api_url}/file/bot")
            .request(request)
            .get_updates_request(request)
            .rate_limiter(InTurn(parts.sender.pace))
            .updater(None)
            .build()
        )
        self.inbox = Inbox(
            parts.db,
            self._application,
            parts.owner,
            parts.clock,
            lambda update_id: routes.handed_back(self._application, update_id),
        )

    async def run(self) -> None:
        """Converse until cancelled; TokenRevokedError where the token opens nothing."""
        await self._introduce()
        newsroom = self._open_doors()
        try:
            await self._converse(newsroom)
        finally:
            await routes.close(self._application)

    async def _converse(self, newsroom: Newsroom) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self.inbox.run())
            group.create_task(self._tell_commands(newsroom))
            group.create_task(self._take_up_panels(newsroom))
            if self._parts.settings.webhook_url:
                group.create_task(self._ask_for_updates())
            else:
                group.create_task(self._leader().run())

    async def _introduce(self) -> None:
        """Learn the bot's own name."""
        await _sooner_or_later(self._application.initialize)
        log.info("introduced", extra={"bot": self._application.bot.username})

    def _open_doors(self) -> Newsroom:
        parts = self._parts
        newsroom = Newsroom(
            db=parts.db,
            categories=parts.categories,
            sender=parts.sender,
            admins=parts.settings.admin_ids,
            timezone=parts.settings.default_timezone,
            send_rate=parts.settings.send_rate,
            clock=parts.clock,
            username=self._application.bot.username,
            corrected=parts.correcting.wake,
        )
        newsrooms.keep(self._application, newsroom)
        routes.add(self._application, newsroom)
        return newsroom

    async def _tell_commands(self, newsroom: Newsroom) -> None:
        """Menus are a comfort: where Telegram does not take them, the bot works all the same."""
        try:
            await routes.announce_commands(self._application.bot, newsroom)
        except TelegramError as error:
            log.warning("commands not announced", extra={"reason": str(error)})

    async def _take_up_panels(self, newsroom: Newsroom) -> None:
        """Panels are a comfort too: what they show is in the database, and comes with a press."""
        try:
            await broadcast_progress.resume(newsroom, self._application.bot)
            await correction_progress.resume(newsroom, self._application.bot)
        except Unavailable as error:
            log.warning("panels not taken up", extra={"reason": str(error)})

    async def _ask_for_updates(self) -> None:
        """Have Telegram bring what people say; SettingsError where it does not like the address."""
        settings, bot = self._parts.settings, self._application.bot
        await self.inbox.take_over()
        secret = settings.webhook_secret.get_secret_value()
        try:
            await _sooner_or_later(
                lambda: bot.set_webhook(
                    settings.webhook_url, secret_token=secret, allowed_updates=list(WANTED)
                )
            )
        except BadRequest as error:
            raise SettingsError([f"WEBHOOK_URL: Telegram refuses it: {error.message}"]) from error
        log.info("webhook set", extra={"url": settings.webhook_url})

    def _leader(self) -> Leader:
        """Only one process may fetch updates: Telegram answers 409 to the second."""
        parts = self._parts
        return Leader(parts.db, "updates", parts.owner, parts.clock, self._fetch_updates)

    async def _fetch_updates(self) -> None:
        parts = self._parts
        await self.inbox.take_over()
        await _sooner_or_later(self._application.bot.delete_webhook)
        token = parts.settings.bot_token.get_secret_value()
        await Polling(parts.telegram_session, parts.settings.bot_api_url, token, self.inbox).run()


async def _sooner_or_later(ask: Callable[[], Awaitable[object]]) -> None:
    """Ask until Telegram answers: it may be out of reach for as long as it likes.

    TokenRevokedError where it does not know the token, BadRequest where it does not like the question.
    """
    wait = FIRST_WAIT
    while True:
        try:
            await ask()
        except InvalidToken:
            # Not chained: the library's own text shows the token.
            raise TokenRevokedError("Telegram does not know it") from None
        except BadRequest:
            raise
        except TelegramError as error:
            pause = max(wait, seconds(error) if isinstance(error, RetryAfter) else 0.0)
            log.warning("telegram can't be reached", extra={"reason": str(error), "again_in": pause})
            await asyncio.sleep(pause)
            wait = min(wait * 2, LONGEST_WAIT)
        else:
            return
