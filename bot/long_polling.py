"""Long polling: asks Telegram for updates and acknowledges only what is saved."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import TYPE_CHECKING, Any, Final

import aiohttp

from delivery.catch_up import TokenRevokedError
from storage.errors import Unavailable

if TYPE_CHECKING:
    from bot.inbox import Inbox

log = logging.getLogger(__name__)

WAIT: Final = 30
"""Seconds Telegram may hold the question open while there is nothing new."""
TIMEOUT: Final = aiohttp.ClientTimeout(sock_connect=5, sock_read=WAIT + 10)
AGAIN: Final = 2.0
CONFLICT: Final = 5.0
WANTED: Final = ("message", "channel_post", "callback_query", "my_chat_member")


class Polling:
    """The road of updates where no webhook is set."""

    def __init__(self, session: aiohttp.ClientSession, api_url: str, token: str, inbox: Inbox) -> None:
        self._session = session
        self._url = f"{api_url}/bot{token}/getUpdates"
        self._inbox = inbox
        self._offset = 0

    async def run(self) -> None:
        """Poll until cancelled; TokenRevokedError where the token opens nothing."""
        while True:
            try:
                await self._once()
            except (aiohttp.ClientError, TimeoutError, ValueError) as error:
                log.warning("updates can't be fetched", extra={"reason": type(error).__name__})
                await asyncio.sleep(AGAIN)
            except Unavailable as error:
                log.warning("updates can't be saved", extra={"reason": str(error)})
                await asyncio.sleep(AGAIN)

    async def _once(self) -> None:
        """One question; the next one's offset acknowledges what is saved by then."""
        asked = {"offset": self._offset, "timeout": WAIT, "allowed_updates": list(WANTED)}
        async with self._session.post(self._url, json=asked, timeout=TIMEOUT) as answer:
            said = json.loads(await answer.read())
        if not isinstance(said, dict):
            raise ValueError("no answer of the Bot API")  # noqa: TRY004  (the sender's fault, not the type's)
        if not said.get("ok"):
            await self._refused(said)
            return
        updates = [one for one in said.get("result") or () if isinstance(one.get("update_id"), int)]
        await self._inbox.receive(
            [(one["update_id"], json.dumps(one, ensure_ascii=False)) for one in updates]
        )
        if updates:
            self._offset = max(one["update_id"] for one in updates) + 1

    async def _refused(self, said: dict[str, Any]) -> None:
        code, reason = said.get("error_code"), str(said.get("description", ""))
        if code in {401, 404}:
            raise TokenRevokedError(reason)
        log.warning("updates refused", extra={"code": code, "reason": reason})
        after = (said.get("parameters") or {}).get("retry_after")
        await asyncio.sleep(after or (CONFLICT if code == 409 else AGAIN))
