"""What this process counts of its own sending: plain numbers, put into Prometheus' shape when it asks.

Counting is on the road of every message: a dictionary costs a tenth of what the library's own counters do.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from itertools import accumulate
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, TypeVar

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

from delivery.answers import Later, Sent
from delivery.telegram import Telegram

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator, Sequence
    from datetime import datetime

    import aiohttp
    from prometheus_client import CollectorRegistry
    from prometheus_client.metrics_core import Metric

    from delivery.answers import Answer, Unsent, Unsure
    from delivery.audience import Show
    from storage.due import Claimed
    from storage.posts import Post
    from storage.readers import Reader

RECENT: Final = 20
"""Posts that are told of one by one: a day's."""
_ROUND_TRIPS: Final = (0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15)
_DELAYS: Final = (1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 10800)
"""Seconds: the first reader is reached within one, the last of 108,000 within an hour at 30 a second."""

_Read = TypeVar("_Read")


def word(kind: type[object]) -> str:
    """The name of a kind of answer as a label: `bad_photo`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()


class _Durations:
    """How many took how long, by the upper `bounds` of what is told apart (seconds)."""

    def __init__(self, name: str, told: str, bounds: Sequence[float]) -> None:
        self._name, self._told, self._bounds = name, told, bounds
        self._numbers = [0] * (len(bounds) + 1)
        self._sum = 0.0

    def add(self, seconds: float) -> None:
        self._numbers[bisect_left(self._bounds, seconds)] += 1
        self._sum += seconds

    def family(self) -> Metric:
        """As Prometheus wants it: each bucket holds those below, too."""
        bounds = [str(float(bound)) for bound in self._bounds] + ["+Inf"]
        buckets = list(zip(bounds, accumulate(self._numbers), strict=True))
        return HistogramMetricFamily(self._name, self._told, buckets, self._sum)


class Requests(Collector):
    """Requests to Telegram for the many and for answers to people: under way, ended, and how."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.under_way = 0
        self._turned_away = 0
        self._ended: Counter[tuple[str, type[object]]] = Counter()
        self._took = _Durations(
            "khobor_telegram_request_seconds", "How long Telegram takes to answer.", _ROUND_TRIPS
        )
        registry.register(self)

    def ended(self, method: str, answer: object, seconds: float) -> None:
        """One was answered, or broke off, after so long."""
        self._ended[method, type(answer)] += 1
        self._took.add(seconds)

    def turned_away(self) -> None:
        """One that is not counted here was answered with 429."""
        self._turned_away += 1

    def collect(self) -> Iterator[Metric]:
        """As Prometheus wants it."""
        yield GaugeMetricFamily(
            "khobor_telegram_requests_under_way", "Requests not answered yet.", self.under_way
        )
        ended = CounterMetricFamily(
            "khobor_telegram_requests", "Requests by method and answer.", labels=("method", "answer")
        )
        for (method, kind), number in self._ended.items():
            ended.add_metric((method, word(kind)), number)
        yield ended
        too_many = sum(number for (_, kind), number in self._ended.items() if kind is Later)
        too_many += self._turned_away
        yield CounterMetricFamily("khobor_telegram_429", "Times Telegram said: too many requests.", too_many)
        yield self._took.family()


class CountedTelegram(Telegram):
    """The road to Telegram, with somebody who counts beside it."""

    def __init__(self, session: aiohttp.ClientSession, api_url: str, token: str, requests: Requests) -> None:
        """As Telegram, counted in `requests`."""
        super().__init__(session, api_url, token)
        self._requests = requests

    async def answered(
        self,
        method: str,
        asked: Coroutine[Any, Any, tuple[int, bytes]],
        read: Callable[[int, bytes], _Read],
    ) -> _Read | Unsent | Unsure:
        """As Telegram's, counted."""
        began = monotonic()
        self._requests.under_way += 1
        try:
            answer = await super().answered(method, asked, read)
        finally:
            self._requests.under_way -= 1
        self._requests.ended(method, answer, monotonic() - began)
        return answer


@dataclass(slots=True)
class _Reach:
    """How far a post has come: seconds to the first and to the last reader so far, and how many.

    `first` is None where the post is older than this process: somebody else may have reached readers before.
    """

    first: float | None
    last: float
    readers: int = 1

    def add(self, seconds: float) -> None:
        self.first = None if self.first is None else min(self.first, seconds)
        self.last = max(self.last, seconds)
        self.readers += 1


class Deliveries(Collector):
    """Messages that carry posts, by what became of them, and how long posts take to their readers.

    Who has a digest or quiet hours gets a post when they want it, and says nothing about us; neither does who
    had paused when it was published, or could not be written to, and gets it now.
    """

    def __init__(self, clock: Callable[[], datetime], registry: CollectorRegistry) -> None:
        """`clock` gives aware UTC."""
        self._clock = clock
        self._began = clock()
        self._outcomes: Counter[type[object]] = Counter()
        self._reach: dict[int, _Reach] = {}
        self._delay = _Durations(
            "khobor_delivery_seconds",
            "From a post's publication to a reader who takes news at once.",
            _DELAYS,
        )
        registry.register(self)

    def heard(self, claimed: Claimed, show: Show, answer: Answer) -> None:
        """What became of one message."""
        self._outcomes[type(answer)] += 1
        if isinstance(answer, Sent) and _takes_news_at_once(claimed.reader):
            now = self._clock()
            for post in show.posts:
                if claimed.changed_at is None or claimed.changed_at <= post.published_at:
                    self._reached(post, (now - post.published_at).total_seconds())

    def sent(self) -> int:
        """How many messages have arrived."""
        return self._outcomes[Sent]

    def _reached(self, post: Post, seconds: float) -> None:
        self._delay.add(seconds)
        if (reach := self._reach.get(post.id)) is not None:
            reach.add(seconds)
            return
        self._reach[post.id] = _Reach(seconds if post.published_at >= self._began else None, seconds)
        if len(self._reach) > RECENT:
            del self._reach[min(self._reach)]

    def collect(self) -> Iterator[Metric]:
        """As Prometheus wants it."""
        messages = CounterMetricFamily(
            "khobor_messages", "Messages that carry posts, by what became of them.", labels=("outcome",)
        )
        for kind, number in self._outcomes.items():
            messages.add_metric((word(kind),), number)
        yield messages
        yield self._delay.family()
        yield self._of_posts("first_reader_seconds", "From publication to the first reader.", "first")
        yield self._of_posts("last_reader_seconds", "From publication to the last reader so far.", "last")
        yield self._of_posts("readers_reached", "Readers reached by this process.", "readers")

    def _of_posts(self, name: str, told: str, field: str) -> Metric:
        family = GaugeMetricFamily(f"khobor_post_{name}", told, labels=("post",))
        for post_id, reach in self._reach.items():
            if (value := getattr(reach, field)) is not None:
                family.add_metric((str(post_id),), value)
        return family


def _takes_news_at_once(reader: Reader) -> bool:
    return not reader.digest and reader.quiet is None
