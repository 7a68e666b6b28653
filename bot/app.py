"""The running bot: which parts work in which role, from the first step to an orderly end."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from contextlib import AsyncExitStack, suppress
from datetime import timedelta
from functools import partial
from threading import Timer
from typing import TYPE_CHECKING, Final

from bot import owner, web
from bot.conversation import Conversation
from bot.introduction import user_agent
from bot.leader import Leader
from bot.monitoring.reach import Reach
from bot.monitoring.readiness import Readiness
from bot.monitoring.rests import Rests
from bot.monitoring.roll_call import RollCall
from bot.monitoring.standstill import Standstill
from bot.only_sender import only_sender
from bot.parts import Parts, assemble
from bot.poller import Poller
from bot.scheduler import keep_timetable
from delivery.catch_up import TokenRevokedError
from news.parser.worker import Parser
from storage import due

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence
    from typing import Any

    from bot.settings import Settings
    from handlers.editors.alarms import Alarm

log = logging.getLogger(__name__)

POLLS: Final = frozenset({"all", "poll"})
SENDS: Final = frozenset({"all", "send"})
CONVERSES: Final = frozenset({"all", "web"})
TIMETABLE: Final = "timetable"
"""The lease of the process that polls."""
CORRECTIONS: Final = "corrections"
"""The lease of the one that corrects the copies readers have."""
DRAINS_IN: Final = 8.0
"""Seconds that an orderly end may take: what is in flight is finished, the rest given back."""
TELLS_IN: Final = 3.0
"""Seconds of them, at most, for what editors are still to be told: more than alarms are gathered for."""
ENDS_IN: Final = 9.5
"""Seconds after which the process is no more: a database that does not answer may hold it for minutes."""


async def run(settings: Settings, role: str = "all", *, stop: asyncio.Event | None = None) -> int:
    """Run until SIGTERM or SIGINT (or `stop`); the exit status: 0, or 1 where Telegram refuses the token.

    StorageError where the database can't be used, and where on SQLite another process sends already.
    """
    stop = stop or stopped_by_signals()
    async with AsyncExitStack() as stack:
        if role in SENDS:
            stack.enter_context(only_sender(settings.database_url.get_secret_value()))
        parts = await assemble(settings, stack)
        if role in SENDS and parts.db.is_sqlite:
            # Whoever sent before is no more, wherever it ran: we have the lock.
            await due.release_all(parts.db, parts.clock())
        log.info("started", extra={"role": role, "owner": parts.owner, "sources": len(parts.listed.sources)})
        status, shift = 0, _Shift(parts, role)
        try:
            await shift.work(stop)
        except* TokenRevokedError as refused:
            sys.stderr.write(f"khobor: BOT_TOKEN: {_first(refused)}\n")
            status = 1
        await shift.leave()
    log.info("stopped")
    return status


def stopped_by_signals() -> asyncio.Event:
    """Set once the process is asked to end, by SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, _end, stop)
    return stop


def _end(stop: asyncio.Event) -> None:
    if not stop.is_set():
        stop.set()
        last = Timer(ENDS_IN, _end_anyway)
        last.daemon = True
        last.start()


def _end_anyway() -> None:
    """As if killed: whatever was in flight may come twice, and nothing is lost."""
    log.error("end takes too long")
    os._exit(1)


class _Shift:
    """The work of one process, from start to orderly end."""

    def __init__(self, parts: Parts, role: str) -> None:
        self._parts = parts
        self._role = role
        self._reach = Reach(parts.sender.answers, parts.clock)
        sent = parts.metrics.deliveries.sent
        self._rests = Rests(lambda: parts.catch_up.well, sent, parts.clock)
        self._readiness = Readiness(
            parts.db,
            parts.clock,
            timetable=TIMETABLE if role in POLLS else None,
            rests=(lambda: self._rests.since) if role in SENDS else None,
            reached=(lambda: self._reach.last) if role in SENDS | CONVERSES else None,
        )
        self._timetable = Leader(parts.db, TIMETABLE, parts.owner, parts.clock, self._keep_timetable)
        self._standstill = Standstill(parts.db, parts.clock, self._tell_if_leading)
        tell = self._tell_stopped
        self._roll_call = RollCall(parts.db, parts.owner, parts.clock, tell, sends=role in SENDS)
        parts.metrics.senders(lambda: self._roll_call.at_work)
        self._conversation = Conversation(parts) if role in CONVERSES else None

    async def work(self, stop: asyncio.Event) -> None:
        """Do the work of the role until `stop`. Whatever dies of its own accord ends the shift loudly.

        Either way what is in flight is finished and saved first: an end without order sends it again.
        """
        stopped = asyncio.create_task(stop.wait())
        sending = asyncio.create_task(self._parts.catch_up.run()) if self._role in SENDS else None
        jobs = [asyncio.create_task(job()) for job in self._jobs()]
        everything = [*jobs, *([sending] if sending else [])]
        await asyncio.wait([stopped, *everything], return_when=asyncio.FIRST_COMPLETED)
        log.info("stopping")
        ends_at = asyncio.get_running_loop().time() + DRAINS_IN
        self._readiness.end()
        self._parts.catch_up.drain()
        await _finish(sending, self._conversation)
        for task in (stopped, *everything):
            task.cancel()
        results = await asyncio.gather(*everything, return_exceptions=True)
        await self._hand_over(ends_at)
        _raise_faults(results)

    async def leave(self) -> None:
        """Say that this was an end in order: a shift that ends by a fault is missed."""
        await self._roll_call.leave()

    async def _hand_over(self, ends_at: float) -> None:
        """Others go on with what is still in hand, and editors hear what they were to hear."""
        endings: list[Coroutine[Any, Any, None]] = [self._tell_the_rest(ends_at)]
        if self._conversation is not None:
            endings.append(self._conversation.inbox.give_up())
        await asyncio.gather(*endings)

    async def _tell_the_rest(self, ends_at: float) -> None:
        """Until `ends_at` by the loop's clock, at the latest: Telegram may be away."""
        with suppress(TimeoutError):
            async with asyncio.timeout_at(min(ends_at, asyncio.get_running_loop().time() + TELLS_IN)):
                await self._parts.editors.all_told()

    def _jobs(self) -> list[Callable[[], Coroutine[Any, Any, None]]]:
        jobs: list[Callable[[], Coroutine[Any, Any, None]]] = [self._roll_call.run]
        if self._parts.settings.web_listen is not None:
            jobs += [self._serve, self._parts.metrics.watch_loop]
            jobs += [self._reach.run] if self._role in SENDS | CONVERSES else []
            jobs += [self._rests.run] if self._role in SENDS else []
        if host := owner.host():
            jobs.append(partial(owner.free_the_dead, self._parts.db, host, self._parts.clock))
        if self._role in SENDS:
            jobs += [self._parts.marking.run, self._correct]
        if self._role in POLLS:
            jobs += [self._timetable.run, self._standstill.run]
        if self._conversation is not None:
            jobs.append(self._conversation.run)
        return jobs

    def _tell_if_leading(self, alarm: Alarm) -> None:
        """Every process that may lead sees what all see; one of them speaks."""
        if self._timetable.leading:
            self._parts.editors.tell(alarm)

    def _tell_stopped(self, alarm: Alarm) -> None:
        self._parts.metrics.senders_stopped(alarm.number)
        self._parts.editors.tell(alarm)

    async def _correct(self) -> None:
        parts = self._parts
        await Leader(parts.db, CORRECTIONS, parts.owner, parts.clock, parts.correcting.run).run()

    async def _keep_timetable(self) -> None:
        parts = self._parts
        fetcher = parts.fetcher.named(await user_agent(parts))
        kept = timedelta(days=parts.settings.receipt_days)
        async with Parser() as parser:
            poller = Poller(
                parts.db,
                fetcher,
                parts.categories,
                parts.clock,
                parts.published,
                parts.editors.tell,
                parser.call,
                parts.summariser,
                parts.correcting.wake,
            )
            await keep_timetable(parts.db, poller, parts.listed.sources, parts.clock, kept)

    async def _serve(self) -> None:
        settings = self._parts.settings
        receive = self._receive if self._conversation is not None and settings.webhook_url else None
        secret, figures = settings.webhook_secret.get_secret_value(), self._parts.metrics.page
        app = web.build(self._readiness, receive=receive, secret=secret, figures=figures)
        assert settings.web_listen is not None  # noqa: S101  (for the type: the caller has checked)
        runner = await web.serve(settings.web_listen, app)
        try:
            await asyncio.Event().wait()
        finally:
            await self._readiness.close()
            await self._parts.metrics.close()
            await runner.cleanup()

    async def _receive(self, update_id: int, payload: str) -> None:
        assert self._conversation is not None  # noqa: S101  (for the type: the caller has checked)
        await self._conversation.inbox.receive([(update_id, payload)])


def _first(error: BaseException) -> BaseException:
    """The first that is in a group, of groups perhaps."""
    return _first(error.exceptions[0]) if isinstance(error, BaseExceptionGroup) else error


def _raise_faults(results: Sequence[BaseException | None]) -> None:
    """What the parts of a shift died of, if of anything."""
    faults = [one for one in results if isinstance(one, Exception)]
    if faults:
        raise ExceptionGroup("parts of the bot died", faults)


async def _finish(sending: asyncio.Task[None] | None, conversation: Conversation | None) -> None:
    """What is in flight and what was said already is finished, within the time that an end may take."""
    endings = [conversation.inbox.drain()] if conversation is not None else []
    tasks = [asyncio.ensure_future(one) for one in endings] + ([sending] if sending is not None else [])
    if tasks:
        _, late = await asyncio.wait(tasks, timeout=DRAINS_IN)
        for task in late:
            task.cancel()
