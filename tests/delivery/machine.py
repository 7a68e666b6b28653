"""A newsroom in which anything may happen at any moment, held against its model after every step."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any, Final

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import select

from storage import due, tables
from tests.delivery.senders import ANSWERS, HOSTS, Senders

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Coroutine

    from storage.database import Database
    from tests.delivery.model import Item, Person

SECONDS: Final = (5, 10, 30, 30, 30, 60, 60, 60, 3600, 43_200, 172_800)
"""30 are longer than a lease, 60 than one that its holder must have overlooked; no sum is exactly as long."""
SAID: Final = ["sent"] * 6 + ["begins"] * 5 + ["waits", "unsure", *ANSWERS]

keys = st.sampled_from(("probash", "khela"))
numbers = st.integers(0, 9)
hosts = st.sampled_from(HOSTS)
often = st.integers(0, 3).map(bool)
seldom = st.integers(0, 3).map(lambda number: number == 3)
post = {"hours": st.sampled_from((1, 48)), "urgent": seldom, "hold": seldom, "marked": often}
answers = st.lists(st.sampled_from(SAID), min_size=1, max_size=3)

EVENTS: Final[dict[str, tuple[int, dict[str, st.SearchStrategy[Any]]]]] = {
    "send": (16, {"host": hosts, "limit": st.integers(1, 3), "said": answers, "saved": often}),
    "time_passes": (10, {"seconds": st.sampled_from(SECONDS), "host": hosts, "seen": often}),
    "story": (8, {"key": keys, **post}),
    "announcement": (4, post),
    "crash": (4, {"host": hosts, "seen": often}),
    "changes": (6, {"number": numbers, "deed": st.sampled_from(("pauses", "resumes", "blocks", "comes"))}),
    "wants": (3, {"number": numbers, "deed": st.sampled_from(("follows", "unfollows")), "key": keys}),
    "is_forgotten": (1, {"number": numbers, "key": keys}),
    "two_become_one": (1, {"number": numbers}),
    "goes_to_bed": (2, {"number": numbers, "early": often}),
    "mark": (1, {"size": st.integers(1, 2)}),
    "retract": (1, {"number": numbers}),
    "drain": (1, {"host": hosts}),
    "prune": (1, {"size": st.integers(1, 3)}),
    "everybody_is_served": (1, {}),
}
"""What may happen, how often, and with what: methods of `Anything` and its bases."""
names = st.sampled_from([name for name, (times, _) in EVENTS.items() for _ in range(times)])
events = names.flatmap(lambda name: st.tuples(st.just(name), st.fixed_dictionaries(EVENTS[name][1])))

TABLES: Final = tuple(
    select(*(table.c[name] for name in columns.split()))
    for table, columns in (
        (
            tables.readers,
            "id state cursor due_at urgency again unsure begun lease_owner lease_urgency lease_epoch",
        ),
        (tables.receipts, "post_id reader_id outcome message_id"),
        (tables.posts, "id state readers marked"),
    )
)
"""What of the database the model knows, as `Model.tables` has it."""


class Anything(Senders):
    """Everything together, and what must be true whatever has happened."""

    async def everybody_is_served(self) -> None:
        """Both senders die; a new one serves whoever is due, until nobody is, now or later."""
        for host in HOSTS:
            await self.crash(host=host, seen=True)
        for who in self.model.people.values():
            if who.state == "paused":
                await self._resumes(who)
        await self.mark_all()
        for _ in range(3 * self.number):
            moments = [who.due_at for who in self.model.people.values() if who.due_at is not None]
            self.now = max([self.now, *moments])
            if moments:
                await self.send(host="here", limit=3, said=["sent"], saved=True)
        assert await due.due_counts(self.db, self.now) == (0, 0, None)
        assert not [post for post, who in self._all() if self._waits(post, who)]

    async def is_well(self) -> None:
        async with self.db.read() as connection:
            for table, meant in zip(TABLES, self.model.tables(), strict=True):
                found = {tuple(row) for row in await connection.execute(table)}
                assert found == meant, (found - meant, meant - found)
        self._nobody_is_forgotten()
        self._what_is_said_to_be_sent_is_a_message()
        self._what_is_passed_over_has_not_been_sent()

    def _nobody_is_forgotten(self) -> None:
        """What was for somebody is written down or waits; for whom it waits and is marked is due or held."""
        for post, who in self._all():
            assert self.model.fate(post, who, self.now) != "lost"
            if self._waits(post, who) and who.active and post.marked_for(who):
                assert who.due_at is not None or who.holder is not None

    def _what_is_said_to_be_sent_is_a_message(self) -> None:
        for (post_id, reader_id), (fate, message_id) in self.model.receipts.items():
            assert (fate == "sent") == (message_id is not None)
            assert message_id is None or (post_id, reader_id) in self.issued[message_id]

    def _what_is_passed_over_has_not_been_sent(self) -> None:
        """Of two who have become one each may have had what the other one was spared."""
        for place, (fate, _) in self.model.receipts.items():
            if place[1] not in self.now_is.values():
                assert fate != "passed" or not self.copies[place]

    def _waits(self, post: Item, who: Person) -> bool:
        return post.to_be_had(self.now) and self.model.fate(post, who, self.now) == "pending"

    def _all(self) -> list[tuple[Item, Person]]:
        return list(product(self.model.posts.values(), self.model.people.values()))


class Newsroom(RuleBasedStateMachine):
    """Draws what happens; one event loop for all of it."""

    def __init__(self, runner: asyncio.Runner, db: Database) -> None:
        super().__init__()
        self.runner, self.life = runner, Anything(db)
        self.broken = False

    def do(self, work: Coroutine[Any, Any, None]) -> None:
        self.broken = True
        self.runner.run(work)
        self.broken = False

    @initialize(follow=st.lists(st.sets(keys, min_size=1), min_size=2, max_size=3))
    def begin(self, follow: list[set[str]]) -> None:
        self.do(self.life.begin(follow))

    @rule(what=events)
    def happens(self, what: tuple[str, dict[str, Any]]) -> None:
        name, how = what
        self.do(getattr(self.life, name)(**how))

    @invariant()
    def all_is_well(self) -> None:
        self.do(self.life.is_well())

    def teardown(self) -> None:
        if not self.broken:
            self.do(self.life.everybody_is_served())
            self.do(self.life.is_well())
