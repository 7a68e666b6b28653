"""`/metrics`: what this process has counted, and what the database says of all, in Prometheus' text format.

Every process has a registry of its own. A database that does not answer takes its own figures off the page,
not the others: those are wanted most when something is wrong.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from importlib.metadata import version
from platform import python_version
from time import monotonic
from typing import TYPE_CHECKING, Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from bot.monitoring.counting import Deliveries, Requests
from bot.monitoring.question import Question
from storage import limits
from storage.errors import Unavailable
from storage.figures import MOST, Figures, figures
from storage.sources import SourceState, all_sources

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from prometheus_client.metrics_core import Metric

    from storage.copies import Outcome
    from storage.database import Database

PATIENCE: Final = 1.0
"""Seconds that the database has to answer: whoever scrapes waits ten at most, and often two."""
SAMPLE: Final = 0.1
"""Seconds between two looks at how late the event loop is."""
_LAGS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5)


class Metrics:
    """The figures of one process."""

    def __init__(self, db: Database, clock: Callable[[], datetime]) -> None:
        """`clock` gives aware UTC."""
        disable_created_metrics()  # type: ignore[no-untyped-call]  # the library's; a line less for each figure
        self._registry = CollectorRegistry()
        self._db = db
        self._clock = clock
        self._database = _OfDatabase(clock())
        self._registry.register(self._database)
        self._looking = Question(self._look)
        self.requests = Requests(self._registry)
        self.deliveries = Deliveries(clock, self._registry)
        self._lag = Histogram(
            "khobor_loop_lag_seconds",
            "How late the event loop is, sampled ten times a second.",
            buckets=_LAGS,
            registry=self._registry,
        )
        self._copies = Counter(
            "khobor_copies",
            "Copies of corrected and retracted posts, by what became of them.",
            ("outcome",),
            registry=self._registry,
        )
        self._senders = Gauge(
            "khobor_senders", "Senders that this process knows to be at work.", registry=self._registry
        )
        self._stopped = Counter(
            "khobor_senders_stopped",
            "Senders of which this process told the editors.",
            registry=self._registry,
        )
        build = Info("khobor_build", "What is running.", registry=self._registry)
        build.info({"version": version("khobor"), "python": python_version()})
        ProcessCollector(registry=self._registry)

    def copies_done(self, counted: Mapping[Outcome, int]) -> None:
        """So many copies that readers had of corrected and retracted posts are done."""
        for outcome, number in counted.items():
            self._copies.labels(outcome).inc(number)

    def senders(self, at_work: Callable[[], float]) -> None:
        """`at_work` tells how many senders are, in all processes; not a number where that is not known."""
        self._senders.set_function(at_work)

    def senders_stopped(self, number: int) -> None:
        """The editors are told of so many senders that have stopped."""
        self._stopped.inc(number)

    async def page(self) -> bytes:
        """All figures, within a little more than `PATIENCE`."""
        self._database.seen = await self._looking.answer(PATIENCE)
        return generate_latest(self._registry)

    async def watch_loop(self) -> None:
        """Measure how late the event loop is, until cancelled."""
        while True:
            expected = monotonic() + SAMPLE
            await asyncio.sleep(SAMPLE)
            self._lag.observe(max(0.0, monotonic() - expected))

    async def close(self) -> None:
        """Ask the database no longer."""
        await self._looking.close()

    async def _look(self) -> _Seen | None:
        now = self._clock()
        try:
            pause = max(0.0, await limits.held(self._db, now))
            return _Seen(now, await figures(self._db, now), pause, await all_sources(self._db))
        except Unavailable:
            return None


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the database said, and when."""

    at: datetime
    figures: Figures
    pause: float
    sources: Sequence[SourceState]


class _OfDatabase(Collector):
    """What the database said last, if it has answered."""

    def __init__(self, began: datetime) -> None:
        self._began = began
        self.seen: _Seen | None = None

    def collect(self) -> Iterator[Metric]:
        yield GaugeMetricFamily("khobor_database_up", "Whether the database answers.", int(bool(self.seen)))
        if self.seen is not None:
            yield from _of_all(self.seen)
            yield from _of_sources(self.seen, self._began)


def _of_all(seen: _Seen) -> Iterator[Metric]:
    counted, capped = seen.figures, f" Counted up to {MOST}."
    waited = (seen.at - counted.due_since).total_seconds() if counted.due_since else 0.0
    for name, told, value in (
        ("due_readers", "Readers for whom something waits." + capped, counted.due),
        ("leased_readers", "Readers in the hands of a sender that gets on." + capped, counted.held),
        (
            "oldest_due_seconds",
            "How long the reader has waited who has waited longest, due or not marked yet.",
            waited,
        ),
        ("pause_seconds", "For how long Telegram wants nothing from anybody, as it has said.", seen.pause),
        ("inbox_pending", "Updates of Telegram not handled yet." + capped, counted.inbox),
        ("corrections_open", "Corrections that have not reached every copy." + capped, counted.corrections),
        ("posts_unmarked", "Posts whose readers are not all due yet." + capped, counted.unmarked),
    ):
        yield GaugeMetricFamily(f"khobor_{name}", told, value)


def _of_sources(seen: _Seen, began: datetime) -> Iterator[Metric]:
    """By address: two sources may have one name, and two lines of one label make the page invalid.

    One that was never read well has been known since the process `began` at the latest; if it is not to be
    read any more, it is not late.
    """
    labels = ("source", "url")
    state = GaugeMetricFamily("khobor_source_state", "1 with the state it is in.", labels=(*labels, "state"))
    age = GaugeMetricFamily("khobor_source_last_ok_seconds", "Since the last good poll.", labels=labels)
    failures = GaugeMetricFamily("khobor_source_failures", "Failed polls in a row.", labels=labels)
    for source in seen.sources:
        who = (source.name, source.url)
        state.add_metric((*who, source.state), 1)
        failures.add_metric(who, source.failures)
        if source.last_ok_at is not None or source.state != "paused":
            age.add_metric(who, (seen.at - (source.last_ok_at or began)).total_seconds())
    yield from (state, age, failures)
