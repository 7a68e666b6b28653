"""One run: senders work under load, and one deed after the other is done to them and to their database.

open ─> [ all deliver again ─> a random moment ─> a deed ] … ─> calm ─> rest ─> end ─> evidence

Some kills are followed by one of the heir, the moment it delivers: what was in flight may be so again.
"""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from time import monotonic
from typing import TYPE_CHECKING, Final

from delivery.catch_up import LEASE
from scripts.chaos import journal, ledger, stage
from scripts.chaos.journal import Deed
from scripts.chaos.newsroom import Newsroom
from scripts.chaos.verdict import Evidence, Promise, breaches
from storage.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from scripts.chaos.stage import Sender, Stage
    from tests import postgres

OTHERS: Final = {
    "sqlite": ("end", "freeze", "full", "lock"),
    "postgresql": ("end", "freeze", "restart", "lock"),
}
"""What is done beside killing, once in every `SELDOM` kills."""
SELDOM: Final = 10
SOON_AGAIN: Final = 1 / 3
"""How likely a kill that follows another one comes right after it."""
SENDERS: Final = {"sqlite": 1, "postgresql": 2}
"""SQLite is one process's; of PostgreSQL's two, one is killed while the other goes on."""
PATIENCE: Final = 120.0
"""Seconds after which something that does not come will not come."""
ROUNDS: Final = 10
"""Messages to everybody that may be waiting in the end."""
LOCKED: Final = 2.0
LOOK: Final = 0.05
STORM: Final = "storm?seconds=0.3&wait=2"


class StandstillError(Exception):
    """Something that must come does not."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much of what. `deliveries` are spread evenly over the deeds; `outage`: seconds at most of each."""

    kind: str
    kills: int
    readers: int
    deliveries: int
    seed: int
    outage: float = 2.0


class Campaign:
    """One run on one stage."""

    def __init__(self, plan: Plan, here: Stage) -> None:
        self._plan = plan
        self._here = here
        self._chance = Random(plan.seed)  # noqa: S311  (a moment need not be a secret)
        self._newsroom = Newsroom(here.db, self._chance, plan.readers, here.pictures)
        self._senders: list[Sender] = []
        self._deeds: list[Deed] = []
        self._do: dict[str, Callable[[Sender], Awaitable[None]]] = {
            "kill": self._kill,
            "end": self._end,
            "freeze": self._freeze,
            "full": self._fill,
            "lock": self._lock,
            "restart": self._restart,
        }

    async def run(self, promise: Promise) -> Evidence:
        """Do all deeds, let everything come to rest, and gather the evidence."""
        await self._newsroom.open()
        publishing = asyncio.create_task(self._newsroom.run())
        try:
            for _ in range(SENDERS[self._plan.kind]):
                self._senders.append(await self._here.start())
            await self._campaign()
            publishing.cancel()
            await asyncio.gather(publishing, return_exceptions=True)
            await self._come_to_rest()
            for sender in list(self._senders):
                await self._ended(sender)
        finally:
            publishing.cancel()
            await self._clear()
            await self._here.ask("counts")  # and the journal is on the disk
        requests = journal.read(self._here.folder / "journal")
        return Evidence(requests, self._deeds, await ledger.read(self._here.db), promise)

    async def _campaign(self) -> None:
        deck = ["kill"] * self._plan.kills
        deck += list(OTHERS[self._plan.kind]) * max(1, self._plan.kills // SELDOM)
        self._chance.shuffle(deck)
        for number, deed in enumerate(deck, 1):
            if deed == "kill" == self._last and self._chance.random() < SOON_AGAIN:
                await self._kill_the_heir()
                continue
            await self._all_deliver(self._plan.deliveries * number // len(deck))
            if self._chance.random() < 1 / 4:
                await self._here.ask(STORM)
            await asyncio.sleep(self._chance.uniform(0.0, 0.8))
            await self._do[deed](self._chance.choice(self._senders))
        await self._all_deliver(self._plan.deliveries)

    @property
    def _last(self) -> str:
        """What was done last."""
        return self._deeds[-1].what if self._deeds else ""

    async def _kill_the_heir(self) -> None:
        """Whoever was started last, when it has delivered one message."""
        heir = self._senders[-1]

        async def delivers() -> bool:
            return bool((await self._here.ask("counts"))["clear"].get(heir.name, 0))

        await self._until(delivers, PATIENCE)
        await self._kill(heir)

    async def _all_deliver(self, so_far: int) -> None:
        """Wait until every sender has delivered something from now on, and all as much as planned."""
        before = (await self._here.ask("counts"))["clear"]

        async def moves() -> bool:
            told = await self._here.ask("counts")
            clear = told["clear"]
            return told["sent"] >= so_far and all(
                clear.get(one.name, 0) > before.get(one.name, 0) for one in self._senders
            )

        await self._until(moves, PATIENCE + so_far)

    async def _kill(self, sender: Sender) -> None:
        at = monotonic()
        sender.signal(signal.SIGKILL)
        await self._succeed("kill", sender, at)

    async def _end(self, sender: Sender) -> None:
        at = monotonic()
        sender.signal(signal.SIGTERM)
        await self._succeed("end", sender, at)

    async def _succeed(self, what: str, sender: Sender, at: float) -> None:
        """As an init system does: what ends is started again."""
        status = await sender.process.wait()
        took = monotonic() - at
        self._senders.remove(sender)
        heir = await self._here.start()
        self._senders.append(heir)
        self._deeds.append(Deed(what, at, sender.name, took, heir.name, status))

    async def _freeze(self, sender: Sender) -> None:
        """Past its leases; where somebody else is there to take them, to the moment when they have."""
        await self._until(lambda: self._here.held_by(sender), PATIENCE)
        at = monotonic()
        sender.signal(signal.SIGSTOP)
        try:
            await self._taken_over(sender)
        finally:
            sender.signal(signal.SIGCONT)
        self._deeds.append(Deed("freeze", at, sender.name, monotonic() - at))

    async def _taken_over(self, sender: Sender) -> None:
        """Its leases are over, and another sender has claimed one of the readers it held."""
        lease = self._here.terms.lease or LEASE.total_seconds()
        held = await self._here.held_by(sender)

        if len(self._senders) == 1 or not held:
            await asyncio.sleep(lease + 1)
            return

        async def taken() -> bool:
            return bool(held & await self._here.held_by_others(sender))

        with suppress(StandstillError):
            await self._until(taken, 3 * lease + 5)

    async def _fill(self, sender: Sender) -> None:
        await self._lasts("full", self._here.fill(sender, self._chance.uniform(0.5, self._plan.outage)))

    async def _lock(self, _: Sender) -> None:
        # On PostgreSQL no longer than leases last: another sender takes over what is not settled by then.
        most = self._plan.outage if len(self._senders) == 1 else min(self._plan.outage, LOCKED)
        await self._lasts("lock", self._here.shut(self._chance.uniform(0.5, most)))

    async def _restart(self, _: Sender) -> None:
        await self._lasts("restart", self._here.restart(self._chance.uniform(0.0, self._plan.outage)))

    async def _lasts(self, what: str, deed: Awaitable[None]) -> None:
        at = monotonic()
        await deed
        self._deeds.append(Deed(what, at, took=monotonic() - at))

    async def _come_to_rest(self) -> None:
        """Nothing fails any more; wait until nobody is to get anything within the next minutes."""
        await self._here.ask("calm")

        async def rests() -> bool:
            return not await self._here.waiting()

        await self._until(rests, PATIENCE + ROUNDS * self._plan.readers / self._here.terms.rate)

    async def _until(self, condition: Callable[[], Awaitable[object]], patience: float) -> None:
        until = monotonic() + patience
        while monotonic() < until:
            with suppress(Unavailable):
                if await condition():
                    return
            for sender in self._senders:
                if sender.process.returncode is not None:
                    raise StandstillError(f"{sender.name} has ended of itself: {self._here.folder}")
            await asyncio.sleep(LOOK)
        raise StandstillError(f"nothing moves: see {self._here.folder}")

    async def _ended(self, sender: Sender) -> None:
        at = monotonic()
        sender.signal(signal.SIGTERM)
        status = await sender.process.wait()
        self._senders.remove(sender)
        self._deeds.append(Deed("end", at, sender.name, monotonic() - at, status=status))

    async def _clear(self) -> None:
        """Whatever went wrong, no process of ours is left."""
        for sender in self._senders:
            with suppress(ProcessLookupError):
                sender.signal(signal.SIGKILL)
            await sender.process.wait()


async def run(plan: Plan, terms: stage.Terms, promise: Promise, server: postgres.Server | None) -> Evidence:
    """One campaign on a stage of its own; its folder stays where a promise was broken."""
    async with stage.opened(plan.kind, terms, plan.seed, server) as here:
        evidence = await Campaign(plan, here).run(promise)
        if broken := breaches(evidence):
            here.keep(evidence, broken)
    return evidence
