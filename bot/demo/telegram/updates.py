"""The updates a bot has not taken yet, and the two ways it takes them."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from aiohttp import ClientError, ClientSession, ClientTimeout

from bot.demo.telegram.errors import ApiError, bad_request

if TYPE_CHECKING:
    from collections.abc import Sequence

ON_REQUEST: Final = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
"""Kinds that come only when asked for by name (Bot API, getUpdates)."""
MOST: Final = 100
TERMINATED: Final = "terminated by other getUpdates request; make sure that only one bot instance is running"
ACTIVE: Final = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
PAUSE: Final = 0.2
"""Before a refused webhook is tried again, in seconds; Telegram waits longer and longer."""


@dataclass(slots=True)
class Updates:
    """The queue of one bot: an update stays until it is confirmed."""

    pending: deque[dict[str, Any]] = field(default_factory=deque)
    allowed: frozenset[str] = frozenset()
    next_id: int = 480_000_001
    _waiting: asyncio.Future[None] | None = None

    def push(self, kind: str, shape: dict[str, Any]) -> int:
        """Queue an update if the bot asked for its kind; its id, 0 when it did not."""
        wanted = kind in self.allowed if self.allowed else kind not in ON_REQUEST
        if not wanted:
            return 0
        self.pending.append({"update_id": self.next_id, kind: shape})
        self.next_id += 1
        self.wake()
        return self.next_id - 1

    def allow(self, kinds: Sequence[str] | None) -> None:
        """Remember which kinds the bot wants; None changes nothing, an empty list is the default."""
        if kinds is not None:
            self.allowed = frozenset(map(str, kinds))

    async def take(self, offset: int, limit: int, seconds: float) -> list[dict[str, Any]]:
        """A long poll: confirm what lies before `offset`, then the next updates, waiting for the first."""
        self._confirm(offset)
        if self._waiting and not self._waiting.done():
            self._waiting.set_exception(ApiError(409, f"Conflict: {TERMINATED}"))
        if not self.pending and seconds > 0:
            await self.arrival(seconds)
        return list(self.pending)[: min(max(limit, 1), MOST)]

    async def arrival(self, seconds: float) -> None:
        """Until an update comes, or the seconds are over."""
        self._waiting = asyncio.get_running_loop().create_future()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._waiting

    def wake(self) -> None:
        """Let whoever waits look again."""
        if self._waiting and not self._waiting.done():
            self._waiting.set_result(None)

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            offset = self.next_id + offset
        while self.pending and self.pending[0]["update_id"] < offset:
            self.pending.popleft()


@dataclass(slots=True)
class Webhook:
    """Where updates are posted to, one after another; nothing is lost while the bot does not take them."""

    updates: Updates
    url: str = ""
    secret: str = ""
    most: int = 40
    failed_at: int = 0
    failure: str = ""
    _task: asyncio.Task[None] | None = None

    def set(self, url: str, secret: str) -> None:
        """Start posting to `url`; an empty one stops."""
        self.stop()
        if url and not url.startswith(("https://", "http://127.0.0.1", "http://localhost", "http://[::1]")):
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        self.url, self.secret, self.failed_at, self.failure = url, secret, 0, ""
        if url:
            self._task = asyncio.create_task(self._deliver())

    def stop(self) -> None:
        """Post no more; the address is kept."""
        if self._task:
            self._task.cancel()
            self._task = None

    def refuse_polling(self) -> None:
        """Updates go one way only: ApiError 409 while an address is set."""
        if self.url:
            raise ApiError(409, f"Conflict: {ACTIVE}")

    def api(self) -> dict[str, Any]:
        """The state as a WebhookInfo."""
        shape: dict[str, Any] = {
            "url": self.url,
            "has_custom_certificate": False,
            "pending_update_count": len(self.updates.pending),
            "max_connections": self.most,
        }
        if self.failure:
            shape |= {"last_error_date": self.failed_at, "last_error_message": self.failure}
        if self.updates.allowed:
            shape["allowed_updates"] = sorted(self.updates.allowed)
        return shape

    async def _deliver(self) -> None:
        async with ClientSession(timeout=ClientTimeout(total=30), trust_env=False) as session:
            while True:
                if not self.updates.pending:
                    await self.updates.arrival(1)
                elif await self._post(session, self.updates.pending[0]):
                    self.updates.pending.popleft()
                else:
                    await asyncio.sleep(PAUSE)

    async def _post(self, session: ClientSession, update: dict[str, Any]) -> bool:
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.secret} if self.secret else {}
        try:
            async with session.post(self.url, json=update, headers=headers) as answer:
                if answer.ok:
                    return True
                self.failure = f"Wrong response from the webhook: {answer.status} {answer.reason}"
        except (ClientError, TimeoutError, OSError):
            self.failure = "Connection refused"
        self.failed_at = int(time.time())
        return False
