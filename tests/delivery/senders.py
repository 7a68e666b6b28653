"""What senders do and what happens to them, on a real database and its model alike.

They work as `delivery.catch_up` does, with its own decisions: they claim, send, settle, are frozen, die and
are followed by others. Only Telegram and the time are invented.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain, cycle
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, update

from delivery import outcome
from delivery.answers import Closed, Gone, Later, Missing, Refused, Sent, Unsent, Unsure
from delivery.audience import Begun, Nothing, Show, Wait, plan
from delivery.catch_up import LEASE, SPARE
from delivery.live import LivePosts
from storage import due, readers, tables
from tests.delivery.people import People, pick

if TYPE_CHECKING:
    from storage.database import Database
    from storage.due import Claimed, Settlement
    from tests.delivery.model import Item, Person

HOSTS: Final = ("here", "there")
NO_TIME: Final = timedelta()
HOUR: Final = timedelta(hours=1)

ANSWERS: Final = {
    "unsure": Unsure("connection reset"),
    "refused": Refused("Bad Request: no"),
    "missing": Missing("Bad Request: chat not found"),
    "blocked": Gone("Forbidden: bot was blocked by the user"),
    "closed": Closed("Bad Request: not enough rights"),
    "later": Later(20.0),
    "unsent": Unsent("connection refused"),
}
"""What Telegram may say, besides "sent"."""
FATES: Final = {"sent": "sent", "refused": "refused", "blocked": "gone"}
"""What is then written down at once; of "unsure" it depends on what was sent and how often."""


@dataclass(eq=False)
class Task:
    """A reader in a sender's hand, with what they are to be shown, and whether for the last time."""

    claimed: Claimed
    show: Show
    claimed_at: datetime
    last: bool
    begun: bool = False


@dataclass
class Sender:
    """One process: what it holds, and what it has not saved yet."""

    owner: str
    live: LivePosts
    tasks: list[Task] = field(default_factory=list)
    outbox: list[Settlement] = field(default_factory=list)


@dataclass(eq=False)
class Copy:
    """A message that has arrived, or may have: under whose which claim, and why another one may follow."""

    claim: tuple[int, int]
    excuse: str = ""


class Senders(People):
    """One sender on each of two machines; `copies` and `issued` are what Telegram knows."""

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self.processes: Counter[str] = Counter()
        self.dead: set[str] = set()
        self.copies: dict[tuple[int, int], list[Copy]] = defaultdict(list)
        self.issued: dict[int, set[tuple[int, int]]] = {}
        self.now_is: dict[int, int] = {}
        self.merged: set[tuple[int, int]] = set()
        self.senders = {host: self._started(host) for host in HOSTS}

    def _started(self, host: str) -> Sender:
        self.processes[host] += 1
        return Sender(f"{host}/{self.processes[host]}/x", LivePosts(self.db))

    async def send(self, *, host: str, limit: int, said: list[str], saved: bool) -> None:
        """Claim more, send what is in hand, hear what Telegram says, and save it; or as far as it comes.

        What "waits" has not left, what "begins" has left, and is not answered yet.
        """
        sender = self.senders[host]
        await self._claim(sender, limit)
        for task, told in zip(list(sender.tasks), cycle(said), strict=False):
            if told != "waits" and await self._begins(sender, task) and told != "begins":
                self._hear(sender, task, told)
        if saved:
            await self._save(sender)

    async def _claim(self, sender: Sender, limit: int) -> None:
        first = self.model.due(self.now)[:limit]
        claimed = await due.claim(self.db, sender.owner, now=self.now, lease=LEASE, limit=limit)
        of = [self.model.people[one.reader.id] for one in claimed]
        assert sorted((who.rank, who.due_at) for who in of) == first
        recent = await sender.live.refresh(self.now) if claimed else ()
        for one, who in zip(claimed, of, strict=True):
            assert who.holder is None
            who.claimed(sender.owner, self.now + LEASE)
            _is_as_known(one, who)
            self._take(sender, one, plan(one, recent, self.now))

    def _take(self, sender: Sender, claimed: Claimed, decided: Any) -> None:
        who = self.model.people[claimed.reader.id]
        if isinstance(decided, Show):
            sender.tasks.append(Task(claimed, decided, self.now, self._is_last(who, decided)))
        else:
            sender.outbox.append(outcome.settled_without_sending(claimed, decided, self.now))
        if not isinstance(decided, Begun):
            ahead = self.model.ahead(who, self.now)
            asleep = who.wakes(self.now) > self.now and not any(post.urgency for post in ahead)
            assert isinstance(decided, Wait if asleep and ahead else (Show if ahead else Nothing))
        if isinstance(decided, Wait):
            assert decided.until == who.wakes(self.now)
        else:
            self._nothing_is_left_out(who, decided)

    def _is_last(self, who: Person, show: Show) -> bool:
        """Whether it may have arrived before, or is never repeated: for them, or for anybody."""
        posts = [self.model.posts[post.id] for post in show.posts]
        return who.unsure > 0 or posts[0].id <= (who.once or 0) or any(post.hold for post in posts)

    def _nothing_is_left_out(self, who: Person, decided: Show | Nothing | Begun) -> None:
        """Where the cursor is to go, everything for the reader is shown or passed, and no more."""
        shown = {post.id for post in getattr(decided, "posts", ())}
        passed = {post.id for post in decided.passed}
        mine = self.model.between(who, decided.cursor, self.now)
        if isinstance(decided, Show) and decided.cursor == who.cursor:
            self._may_go_first(who, decided)
        else:
            assert shown | passed == {post.id for post in mine}
        if isinstance(decided, Show) and decided.cursor > who.cursor:
            assert shown == {post.id for post in mine if post.to_be_had(self.now)}
        if not isinstance(decided, Nothing):
            ahead = self.model.ahead(who, self.now)
            left = [post for post in ahead if post.id > decided.cursor and post.id not in shown]
            assert decided.urgency == max((post.urgency for post in left), default=0)

    def _may_go_first(self, who: Person, decided: Show) -> None:
        """What is sent before older posts is the oldest that is urgent, and all that waited is in order."""
        ahead = self.model.ahead(who, self.now)
        urgent = [post.id for post in ahead if post.urgency and not post.hold and post.id > (who.once or 0)]
        assert [post.id for post in decided.posts] == urgent[: len(decided.posts)] != []
        assert ahead[0].urgency == who.unsure == 0
        assert not decided.passed

    async def _begins(self, sender: Sender, task: Task) -> bool:
        """Whether the request has left."""
        if task.begun:
            return True
        late = self.now >= task.claimed_at + LEASE - SPARE
        if late or (outcome.is_last(task.claimed, task.show) and not await self._writes_down(sender, task)):
            self._give_back(sender, task)
            return False
        task.begun = True
        for copies, post in self._copies(task):
            if _claim_of(task) not in self.merged:
                _may_be_sent(copies, post)
                copies.append(Copy(_claim_of(task)))
            elif not copies:
                copies.append(Copy(_claim_of(task), "lost"))
        return True

    async def _writes_down(self, sender: Sender, task: Task) -> bool:
        """Whether it is written down that it leaves for the last time."""
        reader_id, epoch = task.claimed.reader.id, task.claimed.epoch
        who = self.model.people.get(reader_id)
        held = who is not None and who.is_held(sender.owner, epoch)
        last = task.show.posts[-1].id
        beginning = due.Beginning(reader_id, last, epoch)
        assert await due.begin(self.db, sender.owner, [beginning]) == (set() if held else {reader_id})
        if held:
            who.begun = last
        return held

    def _copies(self, task: Task) -> list[tuple[list[Copy], Item]]:
        reader_id = self._is_now(task.claimed.reader.id)
        return [(self.copies[post.id, reader_id], self.model.posts[post.id]) for post in task.show.posts]

    def _is_now(self, reader_id: int) -> int:
        while reader_id in self.now_is:
            reader_id = self.now_is[reader_id]
        return reader_id

    def _give_back(self, sender: Sender, task: Task) -> None:
        sender.tasks.remove(task)
        sender.outbox.append(outcome.given_back(task.claimed, self.now))

    def _hear(self, sender: Sender, task: Task, said: str) -> None:
        sender.tasks.remove(task)
        answer = Sent(len(self.issued) + 1) if said == "sent" else ANSWERS[said]
        for copies, _ in self._copies(task):
            _told(copies, _claim_of(task), said)
        shown = {post.id for post in task.show.posts}
        if isinstance(answer, Sent):
            self.issued[answer.message_id] = {(post_id, task.claimed.reader.id) for post_id in shown}
        settlement = outcome.settled(task.claimed, task.show, answer, self.now)
        fate = FATES.get(said, "unknown" if said == "unsure" and task.last else "")
        told = {one.post_id: one.outcome for one in settlement.receipts if one.post_id in shown}
        assert told == (dict.fromkeys(shown, fate) if fate else {})
        sender.outbox.append(settlement)

    async def _save(self, sender: Sender) -> None:
        said, sender.outbox = sender.outbox, []
        lost = {one.reader_id for one in said if not self.model.settle(sender.owner, one)}
        assert await due.settle(self.db, sender.owner, said, now=self.now) == lost

    async def drain(self, *, host: str) -> None:
        """What is not begun is given back, the rest is finished, and another process begins."""
        sender = self.senders[host]
        for task in list(sender.tasks):
            if task.begun:
                self._hear(sender, task, "sent")
            else:
                self._give_back(sender, task)
        await self._save(sender)
        self.senders[host] = self._started(host)

    async def crash(self, *, host: str, seen: bool) -> None:
        """All that was not saved is lost; another process begins, and may see at once whose lease is free."""
        self.dead.add(self.senders[host].owner)
        self.senders[host] = self._started(host)
        if seen:
            held = {who.holder for who in self.model.people.values() if who.holder in self.dead}
            dead = {owner for owner in held if owner.startswith(f"{host}/")}
            assert set(await due.release_dead(self.db, host, self.dead.__contains__, self.now)) == dead
            self._free([who for who in self.model.people.values() if who.holder in dead])

    async def time_passes(self, *, seconds: int, host: str, seen: bool) -> None:
        """And the sender on `host` may see which leases have ended meanwhile."""
        self.now += timedelta(seconds=seconds)
        if seen:
            owner = self.senders[host].owner
            ended = self.model.ended(owner, self.now)
            await self._tell_the_time()
            assert await due.reclaim(self.db, self.now, but=owner) == Counter(who.holder for who in ended)
            self._free(ended)

    async def _tell_the_time(self) -> None:
        """PostgreSQL's own clock can't be moved: the ends of leases are, far enough from now to be sure."""
        if self.db.is_sqlite:
            return
        async with self.db.write() as connection:
            for who in self.model.people.values():
                if who.until is not None:
                    ends = func.statement_timestamp() + _far(who.until - self.now)
                    await connection.execute(
                        update(tables.readers).where(tables.readers.c.id == who.id).values(lease_until=ends)
                    )

    def _free(self, people: list[Person]) -> None:
        self._lost(people)
        self.model.free(people, self.now)

    def _lost(self, people: list[Person]) -> None:
        claims = {(who.id, who.epoch) for who in people if who.holder is not None}
        for copy in chain.from_iterable(self.copies.values()):
            if copy.claim in claims:
                copy.excuse = "lost"

    async def two_become_one(self, *, number: int) -> None:
        """A group that was a reader twice: what is on its way to either from before may still arrive."""
        if len(self.model.people) == 1:
            return
        old = pick(self.model.people, number)
        new = pick(self.model.people, number + 1)
        await readers.move(self.db, old.chat_id, new.chat_id, self.now)
        self.merged |= {(who.id, who.epoch) for who in (old, new) if who.holder is not None}
        self._lost([old, new])
        self.model.merge(old, new, self.now)
        self.now_is[old.id] = new.id
        for post_id in self.model.posts:
            both = (self.copies.pop((post_id, old.id), []), self.copies[post_id, new.id])
            self.copies[post_id, new.id] = max(both, key=_weight)
        for told in self.issued.values():
            told |= {(post_id, new.id) for post_id, reader_id in told if reader_id == old.id}


def _is_as_known(claimed: Claimed, who: Person) -> None:
    noted = {f"had:{post_id}": post_id for post_id in who.had}
    noted |= {} if who.once is None else {"once:": who.once}
    assert claimed.follows == {f"category:{key}": since for key, since in who.follows.items()} | noted
    assert (claimed.reader.cursor, claimed.reader.state, claimed.begun) == (who.cursor, "active", who.begun)
    assert (claimed.urgency, claimed.unsure, claimed.epoch) == (who.held_for, who.unsure, who.epoch)


def _may_be_sent(copies: list[Copy], post: Item) -> None:
    """A copy more needs a reason, and nobody gets a third; of what must not be repeated not even a second."""
    assert all(copy.excuse for copy in copies)
    assert len(copies) < (1 if post.hold else outcome.TRIES)


def _weight(copies: list[Copy]) -> tuple[bool, int]:
    """What two had of one post counts as what the one has who may get less of it."""
    return any(not copy.excuse for copy in copies), len(copies)


def _claim_of(task: Task) -> tuple[int, int]:
    return task.claimed.reader.id, task.claimed.epoch


def _told(copies: list[Copy], claim: tuple[int, int], said: str) -> None:
    """A copy that did not arrive is none; of one that may have, another may follow."""
    for copy in [copy for copy in copies if copy.claim == claim]:
        if said not in {"sent", "unsure"}:
            copies.remove(copy)
        elif said == "unsure":
            copy.excuse = copy.excuse or said


def _far(left: timedelta) -> timedelta:
    """As far from the limits as can be, on the same side: a slow machine's seconds don't count."""
    if left > NO_TIME:
        return HOUR
    return -HOUR if left < -due.OVERLOOKED else -due.OVERLOOKED / 2
