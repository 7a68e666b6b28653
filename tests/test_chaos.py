"""Real senders are killed, frozen and cut off under load; the judge of the chaos suite sees what is wrong.

What slowness alone can do is never judged here: `python -m scripts.chaos` is stricter.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from time import monotonic

import pytest
from sqlalchemy import update

from scripts.chaos import answers, journal, leases
from scripts.chaos.campaign import Plan, run
from scripts.chaos.journal import Deed, Request
from scripts.chaos.leases import Ended
from scripts.chaos.ledger import Ledger, Post, Reader, Receipt
from scripts.chaos.sender import SAFEGUARDS
from scripts.chaos.stage import ROOT, Terms
from scripts.chaos.verdict import Evidence, Promise, breaches, figures
from storage import readers, tables
from storage.database import Database

RATE = 60.0
UNHURRIED = Promise(RATE, unsaved=1.0, jitter=0.5, recovery=120, drain=60)
KILLS = {"sqlite": 10, "postgresql": 10}


def one(kind: str, seed: int) -> Plan:
    return Plan(kind, KILLS[kind], readers=120, deliveries=0, seed=seed, outage=1.5)


async def test_twenty_kills_lose_nothing_and_repeat_little(postgres_server):
    """SQLite and PostgreSQL side by side, ten kills each, and every other deed once."""
    terms = Terms(RATE, lease=4)
    sqlite, postgresql = await asyncio.gather(
        run(one("sqlite", 11), terms, UNHURRIED, None),
        run(one("postgresql", 12), terms, UNHURRIED, postgres_server),
    )
    assert postgresql.ended["of the dead"] > 0
    for evidence in (sqlite, postgresql):
        assert breaches(evidence) == [], figures(evidence)
        assert sum(deed.what == "kill" for deed in evidence.deeds) == 10
        assert evidence.fates["sent"] > 0


READER = Reader(1, 501, 0, "active", 3, waits=False, arrived=0, since=0)
POSTS = tuple(
    Post(number, f"s{number}", everyone=False, hold=False, readers=1, marked=True) for number in (1, 2, 3)
)
SENT = {(number, 1): Receipt("sent", 10 * number) for number in (1, 2, 3)}


def message(number: int, at: float, **changes) -> Request:
    """The post of that number, arrived as the message of ten times that number."""
    usual = Request(at, at + 0.02, "s1", 501, 0, (f"s{number}",), "ok", True, 10 * number, 0)
    return replace(usual, **changes)


GOOD = (message(1, 1.0), message(2, 3.0), message(3, 5.0))


def judged(
    *requests: Request, deeds=(), readers=(READER,), posts=POSTS, receipts=SENT, ended=(), **promise
) -> list[str]:
    ledger = Ledger(readers, posts, receipts, ended)
    evidence = Evidence(requests, deeds, ledger, Promise(**{"rate": 30} | promise))
    assert figures(evidence)
    return breaches(evidence)


def test_where_all_went_well_nothing_is_broken():
    assert judged(*GOOD) == []


def test_a_post_passed_without_a_receipt_is_lost():
    assert judged(*GOOD, receipts={key: SENT[key] for key in list(SENT)[:2]}) == [
        "1 posts lost: the cursor has passed them without a receipt"
    ]


@pytest.mark.parametrize(
    ("changes", "broken"),
    [
        ({"waits": True}, []),
        ({"state": "paused"}, []),
        ({"state": "gone"}, []),
        ({"since": None}, []),
        ({}, [1]),
    ],
    ids=["due", "paused", "gone", "unfollowed", "forgotten"],
)
def test_a_pending_post_must_have_somebody_who_is_due(changes, broken):
    reader = replace(READER, cursor=2, **changes)
    found = judged(*GOOD[:2], readers=(reader,), receipts={key: SENT[key] for key in list(SENT)[:2]})
    assert found == [f"{number} posts forgotten: pending, and their reader is not due" for number in broken]


@pytest.mark.parametrize(
    "changes",
    [{"message_id": 31}, {"chat": 502}, {"topic": 7}, {"posts": ("s9",)}, {"clear": False}],
    ids=["another message", "another chat", "another topic", "another post", "the answer did not say so"],
)
def test_a_receipt_must_name_a_message_that_was_issued_there_and_for_that_post(changes):
    assert judged(*GOOD[:2], message(3, 5.0, **changes)) == [
        "1 receipts of messages that the server never issued, there and for that post"
    ]


def test_what_has_arrived_was_not_passed_over():
    passed = SENT | {(3, 1): Receipt("passed", None)}
    (said,) = judged(*GOOD, receipts=passed)
    assert said == "1 posts said to have been passed over had arrived, as s3 in chat 501"
    assert judged(*GOOD[:2], receipts=passed) == []


AGAIN = message(3, 6.5, message_id=31, sender="s2")


def test_a_second_copy_needs_a_reason():
    assert judged(*GOOD, AGAIN) == ["1 messages came twice, of nothing"]
    assert judged(*GOOD, AGAIN, deeds=[Deed("end", 5.1, "s1", 0.2)]) == ["1 messages came twice, of end"]


def test_after_a_kill_or_an_unclear_answer_a_second_copy_is_excused():
    assert judged(*GOOD, AGAIN, deeds=[Deed("kill", 5.1, "s1", heir="s2")]) == []
    unclear = replace(GOOD[2], clear=False, answer="reset", message_id=29)
    assert judged(*GOOD[:2], unclear, message(3, 6.5)) == []


def test_a_kill_may_repeat_a_tenth_of_a_second_of_sending():
    kill = Deed("kill", 5.1, "s1", heir="s2")
    found = judged(*GOOD, AGAIN, message(2, 8.0, message_id=22, sender="s2"), deeds=[kill], rate=10)
    assert found == ["2 messages came twice of one kill (s1): 1 are promised"]


def test_a_third_copy_and_a_second_of_what_is_never_repeated_are_never_excused():
    kills = [Deed("kill", 5.1, "s1", heir="s2"), Deed("kill", 6.6, "s2", heir="s3")]
    third = message(3, 9.0, message_id=32, sender="s3")
    assert judged(*GOOD, AGAIN, third, deeds=kills) == ["1 posts came three times or more, of kill and kill"]
    held = (*POSTS[:2], replace(POSTS[2], hold=True))
    assert judged(*GOOD, AGAIN, deeds=kills[:1], posts=held) == [
        "1 posts came again that are never to be sent twice, of kill"
    ]


@pytest.mark.parametrize(
    ("deed", "broken"),
    [
        (Deed("kill", 5.5, "s2", heir="s1"), []),
        (Deed("end", 5.5, "s2", 0.2), []),
        (Deed("freeze", 5.5, "s2", 0.2), [1]),
        (Deed("kill", 6.5, "s2", heir="s1"), [1]),
        (Deed("kill", 5.5, "s1", heir="s1"), [1]),
    ],
    ids=["killed", "ended", "frozen", "killed later", "somebody else killed"],
)
def test_while_its_holder_lives_nobody_else_ends_a_lease(deed, broken):
    found = judged(*GOOD, deeds=[deed], ended=(Ended(6.0, "s2", "s3"),))
    assert found == [f"{number} leases were ended by somebody else than their holder" for number in broken]


END = "UPDATE readers SET lease_owner = NULL, lease_until = NULL"
TAKE = "UPDATE readers SET lease_owner = 'here/2.2/cd/s2', lease_epoch = lease_epoch + 1"
LEAVE = "UPDATE readers SET lease_owner = lease_owner, lease_until = NULL, cursor = cursor + 1"


async def noted(url: str, change: str, by: str, left: int) -> list[Ended]:
    """What PostgreSQL notes of a change by the sender `by` to a lease of `s1`, of which seconds are left."""
    now = datetime.now(UTC)
    values = {"lease_owner": "here/1.1/ab/s1", "lease_until": now + timedelta(seconds=left)}
    db = Database(url)
    await leases.watch(db)
    await readers.arrive(db, 501, kind="private", title="পাঠক", timezone="Europe/Rome", now=now)
    async with db.write() as connection:
        await connection.execute(update(tables.readers).values(values))
    async with db.write() as connection:
        if by:
            await connection.exec_driver_sql(f"SET LOCAL {leases.WHOSE} = '{by}'")
        await connection.exec_driver_sql(change)
    found = await leases.ended(db)
    await db.close()
    return list(found)


@pytest.mark.parametrize(("change", "by"), [(END, "s2"), (TAKE, "s2"), (END, "1"), (END, "")])
async def test_postgresql_notes_who_else_ends_a_lease_before_its_time(postgres_url, change, by):
    before = monotonic()
    (ended,) = await noted(postgres_url, change, by, 60)
    assert (ended.holder, ended.by) == ("s1", by)
    assert before < ended.at < monotonic()


@pytest.mark.parametrize(
    ("change", "by", "left"),
    [(END, "s1", 60), (END, "s2", -1), (LEAVE, "s2", 60)],
    ids=["by its holder", "over", "left alone"],
)
async def test_postgresql_notes_nothing_of_leases_that_end_as_they_should(postgres_url, change, by, left):
    assert await noted(postgres_url, change, by, left) == []


def test_each_limit_is_held_against_every_window():
    crowd = [message(3, 20 + number / 40, chat=600 + number, message_id=0) for number in range(40)]
    assert judged(*GOOD, *crowd) == ["38 requests within a second: 30 are allowed"]
    assert judged(*GOOD, message(3, 5.5, message_id=0)) == [
        "1 requests within a second of one to the same chat by the same sender"
    ]
    group = [message(3, 20 + 2 * number, chat=-7, message_id=0) for number in range(25)]
    assert judged(*GOOD, *group) == [
        "25 requests to a group within a minute by one sender: 20 are allowed",
        "25 requests to a group within a minute by all senders: 20 are allowed",
    ]


def test_after_a_429_nothing_may_come_too_soon():
    busy = message(3, 7.0, message_id=0, answer="429", retry_after=3)
    assert judged(*GOOD, busy, message(3, 10.5, message_id=0)) == []
    assert judged(*GOOD, busy, message(3, 9.0, message_id=0)) == [
        "1 requests to a chat that had said to wait longer, by the same sender"
    ]
    dead = Deed("kill", busy.done_at - 0.01, "s1", heir="s2")
    heir = message(3, 9.0, message_id=0, sender="s2")
    assert judged(*GOOD, busy, heir, deeds=[dead]) == [], "it did not live to hear that"
    others = [replace(busy, chat=502, at=7.1, done_at=7.1), message(3, 9.5, chat=503, message_id=0)]
    assert judged(*GOOD, busy, *others) == ["1 requests while everybody was to wait"]


def test_the_times_of_recoveries_and_ends_are_held():
    kill, end = Deed("kill", 5.1, "s1", heir="s2"), Deed("end", 15.0, "s2", 11.0, status=1)
    late = message(3, 12.0, message_id=31, sender="s2")
    assert judged(*GOOD, late, deeds=[kill, end]) == [
        "1 recoveries over 5 s",
        "1 ends over 10 s",
        "1 ends with another status than 0",
    ]


def test_a_recovery_does_not_count_what_telegram_wanted_to_wait():
    kill = Deed("kill", 5.1, "s1", heir="s2")
    busy = {"message_id": 0, "answer": "429", "retry_after": 5, "sender": "s3"}
    told = [message(3, 5.0 + chat / 5_000, chat=chat, **busy) for chat in (1_000, 2_000)]
    back = message(3, 12.0, message_id=31, sender="s2")
    assert judged(*GOOD, *told, back, deeds=[kill]) == []


def test_every_fault_comes_up_and_most_requests_have_none():
    chance = Random(1)  # noqa: S311  (a fault need not be a secret)
    names = [answers.passing(chance).name for _ in range(20_000)]
    assert names.count("ok") > 19_000
    assert {"reset", "cut off", "502 HTML", "200 not ok", "no answer"} < set(names)
    assert any(name.startswith("429") for name in names)


def test_ten_times_the_rate_has_as_many_faults_a_second():
    def faults(rate: float) -> int:
        chance = Random(1)  # noqa: S311  (a fault need not be a secret)
        return sum(answers.passing(chance, rate) != answers.OK for _ in range(20_000))

    assert faults(30) == faults(60)
    assert faults(600) * 10 == pytest.approx(faults(60), rel=0.3)


def test_a_request_is_read_from_the_journal_as_it_was_written(tmp_path):
    path = tmp_path / "journal"
    path.write_text(GOOD[1].line() + GOOD[0].line(), encoding="utf-8")
    assert journal.read(path) == list(GOOD[:2])


WITHOUT = """
from sqlalchemy.dialects import sqlite
from delivery import outbox, outcome
from scripts.chaos.sender import SAFEGUARDS
from storage import due, settling

def parts():
    settle = settling._SETTLE["sqlite"].compile(dialect=sqlite.dialect())
    return outbox.FLUSH, "owner" in settle.params, outcome._unsure, due.begin

before = parts()
SAFEGUARDS[{name!r}]()
assert [one != other for one, other in zip(before, parts())] == {changed}
"""


@pytest.mark.parametrize(
    ("name", "part"), [(name, part) for part, name in enumerate(["flush", "owner", "caution", "begun"])]
)
def test_each_safeguard_can_be_taken_out(name: str, part: int):
    """And nothing else with it; in another process, for what is taken out stays out."""
    assert set(SAFEGUARDS) == {"flush", "owner", "caution", "begun"}
    code = WITHOUT.format(name=name, changed=[number == part for number in range(4)])
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
