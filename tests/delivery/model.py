"""What the database must say of readers, posts and receipts: no SQL, no batches, no locks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

from delivery.live import REMEMBERED
from storage import due

if TYPE_CHECKING:
    from collections.abc import Iterable

    from storage.due import Settlement

BEDTIME: Final = time(20)
MORNING: Final = time(7)


@dataclass
class Person:
    """A reader: what they want, how far they are, and whose they are at the moment."""

    id: int
    chat_id: int
    since: int = 0
    cursor: int = 0
    state: str = "active"
    follows: dict[str, int] = field(default_factory=dict)
    due_at: datetime | None = None
    urgency: int = 0
    again: bool = False
    unsure: int = 0
    holder: str | None = None
    until: datetime | None = None
    held_for: int = 0
    epoch: int = 0
    begun: int = 0
    sleeps: bool = False
    had: set[int] = field(default_factory=set)
    once: int | None = None

    @property
    def active(self) -> bool:
        return self.state == "active"

    @property
    def rank(self) -> int:
        """Who is urgent goes first, then whose turn had come before."""
        return 0 if self.urgency else 2 - self.again

    def row(self) -> tuple[Any, ...]:
        doing = (self.id, self.state, self.cursor, self.due_at, self.urgency, self.again, self.unsure)
        return (*doing, self.begun, self.holder, self.held_for, self.epoch)

    def due_from(self, moment: datetime, urgency: int = 0) -> None:
        """Due then, or earlier where they are already; nobody who is not active is due."""
        self.due_at = min(self.due_at or moment, moment) if self.active else None
        self.urgency = max(self.urgency, urgency) if self.active else 0

    def wakes(self, now: datetime) -> datetime:
        """When they may be reached: now, or the end of their night (all live in UTC)."""
        if not self.sleeps or BEDTIME > now.time() >= MORNING:
            return now
        day = now.date() + timedelta(days=now.time() >= BEDTIME)
        return datetime.combine(day, MORNING, UTC)

    def claimed(self, owner: str, until: datetime) -> None:
        self.held_for, self.due_at, self.urgency, self.again = self.urgency, None, 0, False
        self.holder, self.until, self.epoch = owner, until, self.epoch + 1

    def is_held(self, owner: str, epoch: int) -> bool:
        return (self.holder, self.epoch) == (owner, epoch)

    def let_go(self) -> None:
        self.holder, self.until, self.held_for = None, None, 0

    def becomes(self, state: str) -> None:
        self.state = state
        if not self.active:
            self.due_at, self.urgency, self.again = None, 0, False


@dataclass
class Item:
    """A post: whom it is for (None: everyone), until when, and how far its readers are marked."""

    id: int
    key: str | None
    urgency: int
    hold: bool
    published_at: datetime
    expires_at: datetime
    state: str = "live"
    readers: int = 0
    marked: bool = False
    marked_to: int = 0
    pruned: bool = False

    @property
    def live(self) -> bool:
        return self.state == "live"

    def row(self) -> tuple[Any, ...]:
        return (self.id, self.state, self.readers, self.marked)

    def is_for(self, who: Person) -> bool:
        return (who.since if self.key is None else who.follows.get(self.key, self.id)) < self.id

    def marked_for(self, who: Person) -> bool:
        return self.marked or who.id <= self.marked_to

    def to_be_had(self, now: datetime) -> bool:
        return self.live and self.expires_at > now


@dataclass
class Model:
    """Everybody, everything published, and what has become of each post for each reader."""

    people: dict[int, Person] = field(default_factory=dict)
    posts: dict[int, Item] = field(default_factory=dict)
    receipts: dict[tuple[int, int], tuple[str, int | None]] = field(default_factory=dict)
    elsewhere: set[tuple[int, int | None]] = field(default_factory=set)
    """Readers and messages in chats that they have left."""

    def tables(self) -> list[set[tuple[Any, ...]]]:
        """Readers, receipts and posts as rows."""
        written = {(*place, *told) for place, told in self.receipts.items()}
        return [
            {one.row() for one in self.people.values()},
            written,
            {one.row() for one in self.posts.values()},
        ]

    @property
    def newest(self) -> int:
        return max(self.posts, default=0)

    def due(self, now: datetime) -> list[tuple[int, datetime]]:
        """Rank and moment of all who may be claimed, in the order in which they are."""
        free = [one for one in self.people.values() if one.due_at is not None and one.holder is None]
        return sorted((one.rank, one.due_at) for one in free if one.due_at <= now)

    @property
    def unmarked(self) -> Item | None:
        """Of the posts that still have readers to mark an urgent one, else the oldest."""
        unmarked = (one for one in self.posts.values() if one.live and not one.marked)
        return min(unmarked, key=lambda one: (-one.urgency, one.id), default=None)

    def mark(self, size: int, now: datetime) -> None:
        """The next `size` readers of a post, if there is one."""
        post = self.unmarked
        if post is None:
            return
        ahead = [one for one in sorted(self.people) if one > post.marked_to and self._listed(post, one)]
        last = ahead[size - 1] if len(ahead) >= size else None
        for who in self.people.values():
            within = post.marked_to < who.id and (last is None or who.id <= last)
            meant = who.active and post.is_for(who)
            if within and meant:
                _mark(who, post, now)
            post.readers += within and (meant or (post.id, who.id) in self.receipts)
        post.marked, post.marked_to = last is None, last or post.marked_to

    def _listed(self, post: Item, reader_id: int) -> bool:
        return post.key is None or post.key in self.people[reader_id].follows

    def free(self, people: Iterable[Person], now: datetime) -> None:
        """Leases end without a word: whoever is active is due at once, as urgently as before."""
        for who in people:
            who.due_from(now, who.held_for)
            who.again, who.unsure = who.active, 1
            who.let_go()

    def settle(self, owner: str, said: Settlement) -> bool:
        """Whether `owner` held the reader by that claim; if not, only what may have arrived counts."""
        who = self.people.get(said.reader_id)
        if who is None:
            return False
        held = who.is_held(owner, said.epoch)
        if held or said.may_have_arrived:
            self._write(said)
            cursor = said.cursor if said.cursor is not None else self.newest
            who.had |= {one.post_id for one in said.receipts if one.post_id > cursor}
        if held:
            _settled(who, said)
        elif said.may_have_arrived and who.epoch <= said.epoch + 1 and who.cursor < said.cursor:
            who.cursor, who.unsure = said.cursor, said.unsure
        elif who.epoch == said.epoch:
            who.unsure = max(who.unsure, said.unsure)
        return held

    def _write(self, said: Settlement) -> None:
        for one in said.receipts:
            place = (one.post_id, said.reader_id)
            if self.receipts.get(place, ("",))[0] != "sent":
                self.receipts[place] = (one.outcome, one.message_id)

    def ended(self, owner: str, now: datetime) -> list[Person]:
        """Whose lease has run out; of those whom `owner` holds itself, only who must have been overlooked."""
        held = [who for who in self.people.values() if who.until is not None]
        return [who for who in held if who.until < now - due.OVERLOOKED * (who.holder == owner)]

    def between(self, who: Person, cursor: int, now: datetime) -> list[Item]:
        """The posts for a reader, from their cursor to another; without what senders have forgotten."""
        ahead = [post for post in self.posts.values() if who.cursor < post.id <= cursor and post.is_for(who)]
        return [post for post in ahead if post.id not in who.had and not _forgotten(post, now)]

    def ahead(self, who: Person, now: datetime) -> list[Item]:
        """What a reader may still be shown."""
        return [post for post in self.between(who, self.newest, now) if post.to_be_had(now)]

    def merge(self, old: Person, new: Person, now: datetime) -> None:
        """Two are one: as far as the one behind was, without what the other one had."""
        for (post_id, reader_id), told in list(self.receipts.items()):
            if reader_id in {old.id, new.id} and told[0] in {"sent", "unknown"}:
                new.had |= {post_id} - set(range(min(old.cursor, new.cursor) + 1))
            if reader_id == old.id:
                self.elsewhere.add((new.id, told[1]))
                self.receipts.setdefault((post_id, new.id), told)
        new.had |= old.had
        new.once = self.newest
        for who in (old, new):
            who.follows = {key: max(since, who.since) for key, since in who.follows.items()}
        for key, since in old.follows.items():
            new.follows[key] = min(since, new.follows.get(key, since))
        _merged(old, new, now)
        self.forget(old)

    def forget(self, who: Person) -> None:
        del self.people[who.id]
        self.receipts = {at: told for at, told in self.receipts.items() if at[1] != who.id}

    def prune(self, now: datetime, kept: timedelta) -> None:
        """What was over so long ago, with all that came in the same message as some of it."""
        old = {at for at in self.receipts if self.posts[at[0]].expires_at <= now - kept}
        told = {(who, self.receipts[post_id, who][1]) for post_id, who in old} - self.elsewhere
        old |= {at for at, (_, number) in self.receipts.items() if number and (at[1], number) in told}
        for post_id, who in old:
            self.posts[post_id].pruned = True
            del self.receipts[post_id, who]
        for who in self.people.values():
            who.had = {post_id for post_id in who.had if post_id > who.cursor}
            who.once = who.once if who.once is not None and who.once > who.cursor else None

    def fate(self, post: Item, who: Person, now: datetime) -> str:
        """What has become of a post for a reader: empty where it is not theirs; never `lost`."""
        if (post.id, who.id) in self.receipts:
            return self.receipts[post.id, who.id][0]
        if not post.is_for(who) or post.id <= who.since or post.pruned:
            return ""
        if who.state == "gone":
            return "gone"
        if who.cursor < post.id:
            return "pending"
        return "" if _forgotten(post, now) else "lost"


def _forgotten(post: Item, now: datetime) -> bool:
    return post.expires_at + REMEMBERED <= now


def _mark(who: Person, post: Item, now: datetime) -> None:
    """An ordinary post leaves alone who is due already, now or later; an urgent one fetches them."""
    has = who.cursor >= post.id or (post.urgency and post.id in who.had)
    if not has and (post.urgency or who.due_at is None):
        who.due_from(min(now, post.published_at), post.urgency)


def _merged(old: Person, new: Person, now: datetime) -> None:
    """Due now at the latest; in nobody's hand, and nothing said late counts."""
    both = (old, new)
    urgency = max(max(who.urgency, who.held_for) for who in both)
    new.begun = max(who.begun * (who.begun > who.cursor) for who in both)
    new.since, new.cursor = min(who.since for who in both), min(who.cursor for who in both)
    new.unsure = max(max(who.unsure, int(who.holder is not None)) for who in both)
    new.epoch = max(who.epoch for who in both) + 2
    new.due_at, new.urgency = min(old.due_at or now, new.due_at or now, now), urgency
    new.again = False
    new.becomes(old.state if new.state == "gone" else new.state)
    new.let_go()


def _settled(who: Person, said: Settlement) -> None:
    given_back = said.due_at is not None and said.cursor is None
    who.becomes(said.state or who.state)
    if who.due_at or said.due_at:
        who.due_from(said.due_at or who.due_at, who.held_for if given_back else said.urgency)
    who.again = said.again and who.active
    who.cursor, who.unsure, who.begun = max(who.cursor, said.cursor or 0), said.unsure, 0
    who.let_go()
