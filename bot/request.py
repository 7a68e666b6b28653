"""python-telegram-bot over the one aiohttp session, and its messages in their turn."""

from __future__ import annotations

import asyncio
import os
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import aiohttp
from telegram.error import NetworkError, RetryAfter, TimedOut
from telegram.ext import BaseRateLimiter
from telegram.request import BaseRequest, RequestData

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from delivery.pace import Pace

CONNECT: Final = 5.0
READ: Final = 25.0
TRIES: Final = 3
PATIENCE: Final = 30.0
"""Seconds that a 429 may ask us to wait; a person has gone by then, and what is longer is for the caller."""
_MESSAGES: Final = (
    "sendMessage", "sendPhoto", "sendMediaGroup", "sendDocument", "copyMessage", "forwardMessage",
)  # fmt: skip
"""What counts against Telegram's limits for one chat, too."""
_LOOKS: Final = "get"
"""What only asks about a chat begins with it: nothing appears on anybody's screen, and no limit counts it."""


def nobody_counts() -> None:
    """Nobody wants to know."""


class AiohttpRequest(BaseRequest):
    """Carries requests over a session that its owner opens and closes."""

    def __init__(
        self, session: aiohttp.ClientSession, turned_away: Callable[[], None] = nobody_counts
    ) -> None:
        """`turned_away` hears of each 429."""
        self._session = session
        self._turned_away = turned_away

    @property
    def read_timeout(self) -> float:
        """Seconds that an answer may take."""
        return READ

    async def initialize(self) -> None:
        """Nothing to open: the session is its owner's."""

    async def shutdown(self) -> None:
        """Nothing to close: the session is its owner's."""

    async def do_request(  # noqa: PLR0913, PLR0917  (the signature is python-telegram-bot's)
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002  (the signature is python-telegram-bot's)
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002  (the signature is python-telegram-bot's)
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002  (the signature is python-telegram-bot's)
    ) -> tuple[int, bytes]:
        """The status and body of the answer; NetworkError or TimedOut where there is none."""
        read = read_timeout if isinstance(read_timeout, int | float) else READ
        timeout = aiohttp.ClientTimeout(sock_connect=CONNECT, sock_read=read)
        try:
            async with self._session.request(method, url, timeout=timeout, **_body(request_data)) as answer:
                if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
                    self._turned_away()
                return answer.status, await answer.read()
        except TimeoutError as error:
            raise TimedOut from error
        except aiohttp.ClientError as error:
            raise NetworkError(f"{type(error).__name__}") from error


def _body(request_data: RequestData | None) -> dict[str, Any]:
    if request_data is None:
        return {}
    if not request_data.contains_files:
        return {"json": request_data.parameters}
    form = aiohttp.FormData()
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime) in (request_data.multipart_data or {}).items():
        form.add_field(name, content, filename=filename, content_type=mime)
    return {"data": form}


class InTurn(BaseRateLimiter[dict[str, Any]]):
    """Lets what people are answered go before broadcasts, within the same limits; waits out a 429.

    An edit has its place among all that leaves within a second, and waits where its chat is to get nothing.
    """

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        # python-telegram-bot's switch to what RetryAfter will hold in its next version; without it, it warns.
        os.environ.setdefault("PTB_TIMEDELTA", "1")

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to end."""

    async def process_request(  # noqa: PLR0913, PLR0917  (the signature is python-telegram-bot's)
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: dict[str, Any] | None,  # noqa: ARG002  (the signature is python-telegram-bot's)
    ) -> Any:
        """Make the request when its turn has come; RetryAfter after three 429s."""
        chat_id = data.get("chat_id")
        chat = chat_id if isinstance(chat_id, int) else None
        for tries_left in range(TRIES - 1, -1, -1):
            if chat is not None:
                await self._turn(endpoint, chat)
            try:
                return await callback(*args, **kwargs)
            except RetryAfter as error:
                if chat is not None:
                    await self._pace.refused(chat, seconds(error))
                if not tries_left or seconds(error) > PATIENCE:
                    raise
                await asyncio.sleep(seconds(error))
        return None

    async def _turn(self, endpoint: str, chat: int) -> None:
        if endpoint in _MESSAGES:
            await self._pace.turn(chat, reply=True)
        elif not endpoint.startswith(_LOOKS):
            await self._pace.room(chat)


def seconds(error: RetryAfter) -> float:
    """How long Telegram asks us to wait."""
    after = error.retry_after
    return after.total_seconds() if isinstance(after, timedelta) else float(after)
