"""Were the promises kept? Pure: from the server's journal, the database in the end, and what we did.

breaches   what a promise says must not be, each a sentence
figures    how it went
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property
from math import ceil, inf
from statistics import median
from typing import TYPE_CHECKING

from delivery.chats import PER_GROUP
from scripts.chaos import limits
from scripts.chaos.copies import EXCUSES, UNCLEAR, Repeat, copies, repeats

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scripts.chaos.copies import Copies, Place
    from scripts.chaos.journal import Deed, Request
    from scripts.chaos.ledger import Ledger, Post, Reader
    from scripts.chaos.limits import Pair


@dataclass(frozen=True, slots=True)
class Promise:
    """What is promised. `rate`: messages a second, of all senders; `unsaved`: seconds of them a kill repeats.

    `recovery` and `drain` are seconds, `jitter` that of `limits`.
    """

    rate: float
    unsaved: float = 0.1
    jitter: float = 0.05
    recovery: float = 5.0
    drain: float = 10.0

    @property
    def repeated(self) -> int:
        """How many messages a kill or a freeze may repeat."""
        return ceil(self.rate * self.unsaved)


@dataclass(frozen=True)
class Evidence:
    """All that is known of a run."""

    journal: Sequence[Request]
    deeds: Sequence[Deed]
    ledger: Ledger
    promise: Promise

    @cached_property
    def repeats(self) -> list[Repeat]:
        """Every copy but the first."""
        return list(repeats(self.copies, self.deeds))

    @cached_property
    def copies(self) -> Copies:
        """What arrived, by reader and post."""
        return copies(self.journal)

    @cached_property
    def chats(self) -> dict[int, list[Request]]:
        """The requests of each chat."""
        return limits.by_chat(self.journal)

    @cached_property
    def journal_of_each(self) -> list[list[Request]]:
        """The requests of each sender."""
        senders: defaultdict[str, list[Request]] = defaultdict(list)
        for request in self.journal:
            senders[request.sender].append(request)
        return list(senders.values())

    @cached_property
    def fates(self) -> Counter[str]:
        """What became of each post for each reader it was for."""
        found: Counter[str] = Counter()
        for post in self.ledger.posts:
            found.update(self.fate(post, reader) for reader in self.ledger.readers if post.is_for(reader))
        return found

    def fate(self, post: Post, reader: Reader) -> str:
        """sent, refused, gone, passed, unknown, pending; or forgotten, or lost."""
        receipt = self.ledger.receipts.get((post.id, reader.id))
        if receipt is not None:
            return receipt.outcome
        if reader.state == "gone":
            return "gone"
        if reader.cursor >= post.id:
            return "lost"
        return "pending" if reader.waits or reader.state == "paused" or not post.marked else "forgotten"

    @cached_property
    def repeated(self) -> Counter[Deed]:
        """How many messages each kill and each freeze repeated."""
        again = {one.message_id: one.deed for one in self.repeats if one.cause in EXCUSES and one.deed}
        return Counter(again.values())

    @cached_property
    def causes(self) -> Counter[str]:
        """How many messages came again, by cause."""
        return Counter({one.message_id: one.cause for one in self.repeats}.values())

    @cached_property
    def ended(self) -> Counter[str]:
        """How many leases ended before their time by somebody else: of the dead, of the living."""
        dead = {deed.sender: deed.at for deed in self.deeds if deed.what in {"kill", "end"}}
        return Counter(
            "of the dead" if dead.get(one.holder, inf) <= one.at else "of the living"
            for one in self.ledger.ended
        )

    def took(self, what: str) -> list[float]:
        """How long each deed of a kind lasted."""
        return [deed.took for deed in self.deeds if deed.what == what]

    @cached_property
    def recoveries(self) -> list[float]:
        """Seconds from each kill to the first message that its heir sent, whatever was answered.

        Without those in which Telegram wanted nothing from anybody.
        """
        first = {life[0].sender: life[0].at for life in self.journal_of_each}
        pauses = [pause for life in self.journal_of_each for pause in limits.pauses(life)]
        return [
            first[deed.heir]
            - max([deed.at, *(ends for _, ends in pauses if deed.at < ends < first[deed.heir])])
            for deed in self.deeds
            if deed.what == "kill" and deed.heir in first
        ]


def breaches(evidence: Evidence) -> list[str]:
    """Every promise that was not kept, in a sentence."""
    parts = (_accounts, _receipts, _passed, _repeats, _leases, _limits, _times)
    return [sentence for part in parts for sentence in part(evidence)]


def _accounts(evidence: Evidence) -> Iterator[str]:
    """Nothing lost."""
    yield from _any(evidence.fates["lost"], "posts lost: the cursor has passed them without a receipt")
    yield from _any(evidence.fates["forgotten"], "posts forgotten: pending, and their reader is not due")
    yield from _any(sum(not post.marked for post in evidence.ledger.posts), "posts not marked to the end")
    everybody = len(evidence.ledger.readers)
    yield from _any(
        sum(post.readers > everybody for post in evidence.ledger.posts),
        "posts counted for more than there are",
    )


def _receipts(evidence: Evidence) -> Iterator[str]:
    """No false "sent": the server issued that message id, there, for that post."""
    issued = {request.message_id: request for request in evidence.journal if request.message_id}
    readers = {reader.id: reader for reader in evidence.ledger.readers}
    posts = {post.id: post for post in evidence.ledger.posts}
    false = 0
    for (post_id, reader_id), receipt in evidence.ledger.receipts.items():
        if receipt.outcome == "sent":
            message, reader = issued.get(receipt.message_id or 0), readers[reader_id]
            shown = message is not None and message.clear and posts[post_id].name in message.posts
            false += not (shown and message and (message.chat, message.topic) == (reader.chat, reader.topic))
    yield from _any(false, "receipts of messages that the server never issued, there and for that post")


def _passed(evidence: Evidence) -> Iterator[str]:
    """Nothing that has arrived is said to have been passed over."""
    at = {reader.id: (reader.chat, reader.topic) for reader in evidence.ledger.readers}
    names = {post.id: post.name for post in evidence.ledger.posts}
    told = [place for place, one in evidence.ledger.receipts.items() if one.outcome == "passed"]
    arrived = [(post, reader) for post, reader in told if (*at[reader], names[post]) in evidence.copies]
    some = ", ".join(f"{names[post]} in chat {at[reader][0]}" for post, reader in arrived[:3])
    yield from _any(len(arrived), f"posts said to have been passed over had arrived, as {some}")


def _repeats(evidence: Evidence) -> Iterator[str]:
    """Few duplicates, each with its reason."""
    for cause, number in evidence.causes.items():
        if cause not in EXCUSES | {UNCLEAR}:
            yield f"{number} messages came twice, of {cause}"
    for deed, number in evidence.repeated.items():
        if number > evidence.promise.repeated:
            most = evidence.promise.repeated
            yield f"{number} messages came twice of one {deed.what} ({deed.sender}): {most} are promised"
    yield from _thrice(evidence)
    held = {post.name for post in evidence.ledger.posts if post.hold}
    twice = Counter(one.cause for one in evidence.repeats if one.place[2] in held)
    for cause, number in twice.items():
        yield f"{number} posts came again that are never to be sent twice, of {cause}"


def _thrice(evidence: Evidence) -> Iterator[str]:
    """Nobody gets a third copy."""
    causes: defaultdict[Place, list[str]] = defaultdict(list)
    for one in evidence.repeats:
        causes[one.place].append(one.cause)
    thrice = Counter(" and ".join(sorted(one)) for one in causes.values() if len(one) > 1)
    for cause, number in thrice.items():
        yield f"{number} posts came three times or more, of {cause}"


def _leases(evidence: Evidence) -> Iterator[str]:
    """What somebody holds who lives, nobody else ends."""
    yield from _any(evidence.ended["of the living"], "leases were ended by somebody else than their holder")


def _limits(evidence: Evidence) -> Iterator[str]:
    """Limits kept."""
    promise = evidence.promise
    most = limits.busiest(evidence.journal, 1.0 - promise.jitter)
    if most > promise.rate:
        yield f"{most} requests within a second: {promise.rate:g} are allowed"
    yield from _pairs(
        limits.crowded(evidence.chats, promise.jitter), "requests within a second of one to the same chat"
    )
    for whose, requests in (("one sender", evidence.journal_of_each), ("all senders", [evidence.journal])):
        group = max(limits.busiest_group(limits.by_chat(one), promise.jitter) for one in requests)
        if group > PER_GROUP:
            yield f"{group} requests to a group within a minute by {whose}: {PER_GROUP} are allowed"
    died = {deed.sender: deed.at for deed in evidence.deeds if deed.what == "kill"}
    impatient = limits.impatient(evidence.chats, died)
    yield from _pairs(impatient, "requests to a chat that had said to wait longer,")
    yield from _any(
        len(limits.undeterred(evidence.journal_of_each, promise.jitter)),
        "requests while everybody was to wait",
    )


def _pairs(found: Sequence[Pair], what: str) -> Iterator[str]:
    """What a process should have known, and what it could not see."""
    alone = sum(before.sender == again.sender for before, again in found)
    yield from _any(alone, f"{what} by the same sender")
    yield from _any(len(found) - alone, f"{what} by another sender")


def _times(evidence: Evidence) -> Iterator[str]:
    """Back soon, and gone soon."""
    promise = evidence.promise
    kills = sum(deed.what == "kill" for deed in evidence.deeds)
    yield from _any(kills - len(evidence.recoveries), "kills after which nothing was sent again")
    yield from _any(
        sum(one > promise.recovery for one in evidence.recoveries), f"recoveries over {promise.recovery:g} s"
    )
    yield from _any(
        sum(one > promise.drain for one in evidence.took("end")), f"ends over {promise.drain:g} s"
    )
    yield from _any(
        sum(deed.what == "end" and deed.status != 0 for deed in evidence.deeds),
        "ends with another status than 0",
    )


def _any(number: int, what: str) -> Iterator[str]:
    if number:
        yield f"{number} {what}"


def figures(evidence: Evidence) -> dict[str, str]:
    """How it went, for people to read."""
    deeds = Counter(deed.what for deed in evidence.deeds)
    promise = evidence.promise
    return {
        "deliveries": f"{sum(len(request.posts) for request in evidence.journal if request.message_id):,}",
        "requests": f"{len(evidence.journal):,}",
        "answers other than ok": _counted(
            Counter(_kind(one) for one in evidence.journal if one.answer != "ok")
        ),
        "posts × readers": _counted(evidence.fates),
        "deeds": _counted(deeds),
        "came twice, by cause": _counted(evidence.causes) or "0",
        "by one kill or freeze": _of(max(evidence.repeated.values(), default=0), promise.repeated),
        "leases ended by others": _counted(evidence.ended) or "0",
        "recovery after a kill": _seconds(evidence.recoveries),
        "orderly end": _seconds(evidence.took("end")),
        "most within a second": _of(limits.busiest(evidence.journal, 1.0), promise.rate),
        "most to a group in a minute": _of(limits.busiest_group(evidence.chats, 0.0), PER_GROUP),
    }


def _of(number: int, most: float) -> str:
    return f"{number} of {most:g} at most"


def _kind(request: Request) -> str:
    return request.answer if request.answer[:3] not in {"429", "400", "403"} else request.answer[:3]


def _counted(counts: Counter[str]) -> str:
    return " · ".join(f"{what} {number:,}" for what, number in counts.most_common())


def _seconds(values: Sequence[float]) -> str:
    return f"{median(values):.1f} s, at most {max(values):.1f} s" if values else "none"
