"""Several senders, one rate: whatever each of them does, all together keep it, and use it."""

from __future__ import annotations

import asyncio
from itertools import count, pairwise
from random import Random

import pytest

from delivery.ledger import EVERYBODY
from delivery.shared_rate import OtherClock
from scripts.figures import most_within
from storage.errors import Unavailable
from storage.slots import Reserved, Told
from tests.delivery.jumping import run
from tests.delivery.road import Road, clock


class Row:
    """The row of the rate, in a time that jumps; `tests/storage/test_limits.py` has the real one.

    Its clock is another machine's; an answer takes up to `slow` seconds, half of it there and half back.
    """

    def __init__(self, slow: float = 0.004, seed: int = 1) -> None:
        self._chance = Random(seed)  # noqa: S311  (a delay need not be a secret)
        self._slow = slow
        self._free_at = 0.0
        self.held_until: float | None = None
        self.answered: tuple[tuple[int, float], ...] = ()
        self.away = False
        self.ahead = 12_345.0
        self.reserved = self.asked = 0

    def now(self) -> float:
        return clock() + self.ahead

    async def reserve(self, seconds: float, ahead: float) -> Reserved:
        self.asked += 1
        await self._way()
        begins = max(self._free_at, self.now() + ahead, self.held_until or 0.0)
        self._free_at, now = begins + seconds, self.now()
        await self._way()
        return Reserved(begins, now, self.held_until, self.answered)

    async def hold(self, chat_id: int, seconds: float) -> None:
        if chat_id == EVERYBODY:
            self.held_until = max(self.held_until or 0.0, self.now() + seconds)

    async def count(self, _chat_id: int, *, reply: bool) -> Told:  # noqa: ARG002  (as the ledger has it)
        return Told()

    async def _way(self) -> None:
        await asyncio.sleep(self._chance.uniform(self._slow / 8, self._slow / 2))
        if self.away:
            raise Unavailable("The database is away")


def sharing(row: Row, rate: float, senders: int, **more: float) -> list[Road]:
    return [Road(rate, ledger=row, shared=True, **more) for _ in range(senders)]


def together(roads: list[Road]) -> list[float]:
    return sorted(moment for road in roads for moment in road.times)


@pytest.mark.parametrize(
    ("rate", "senders", "hands"),
    [(30, 1, 16), (30, 2, 16), (30, 5, 16), (1000, 2, 200), (1, 2, 4), (100, 3, 30)],
)
def test_of_all_senders_together_no_second_has_more_than_the_rate_and_hardly_anything_is_wasted(
    rate: float, senders: int, hands: int
):
    async def story() -> list[Road]:
        roads = sharing(Row(), rate, senders)
        each = int(rate * 20 / senders) + 1
        await asyncio.gather(*(road.all(range(each), hands=hands) for road in roads))
        return roads

    roads = run(story())
    times = together(roads)
    both_work = min(road.times[-1] for road in roads)
    used = [moment for moment in times if moment <= both_work]
    assert most_within(times, 1.0) <= rate
    assert len(used) / both_work >= 0.98 * rate
    assert all(len(road.times) * senders > 0.9 * len(times) for road in roads)


def test_where_the_others_are_silent_one_has_all_of_it():
    async def story() -> list[float]:
        busy, idle = sharing(Row(), 30, 2)
        await idle.all(range(60))
        await busy.all(range(600))
        return busy.times

    times = run(story())
    assert len(times) / (times[-1] - times[0]) >= 0.98 * 30


def test_who_has_nothing_to_send_reserves_nothing():
    async def story() -> tuple[int, int]:
        row = Row()
        road, _ = sharing(row, 30, 2)
        await road.send(1)
        asked = row.asked
        await asyncio.sleep(30)
        return asked, row.asked

    assert run(story()) == (1, 1)


@pytest.mark.parametrize("hands", [60, 200])
def test_few_questions_buy_many_slots(hands: int):
    async def story() -> int:
        row, people = Row(), iter(range(5000))
        (road,) = sharing(row, 1000, 1)

        async def hand() -> None:
            for person in people:
                await road.send(person)
                await asyncio.sleep(0.005)

        await asyncio.gather(*(hand() for _ in range(hands)))
        return row.asked

    assert run(story()) <= 5000 / 15


def test_a_slow_database_costs_hardly_anything_of_the_rate():
    async def story() -> tuple[list[float], float]:
        roads = sharing(Row(slow=0.12), 100, 2)
        await asyncio.gather(*(road.all(range(1000), hands=40) for road in roads))
        return together(roads), min(road.times[-1] for road in roads)

    times, until = run(story())
    # Two clocks can't be compared more exactly than an answer takes to come back.
    assert most_within(times, 1.0 - 0.06) <= 100
    assert len([moment for moment in times if moment <= until]) / until >= 0.95 * 100


def test_a_busy_process_loses_its_slots_and_takes_none_of_the_others():
    """What it could not use in time is over: the second it would be made up for in belongs to all."""

    async def story() -> list[float]:
        roads = sharing(Row(), 100, 2)
        loop = asyncio.get_running_loop()

        async def blocks() -> None:
            while True:
                await asyncio.sleep(0.3)
                loop._moment += 0.06  # type: ignore[attr-defined]  # both are held up for so long

        busy = asyncio.create_task(blocks())
        await asyncio.gather(*(road.all(range(500), hands=30) for road in roads))
        busy.cancel()
        return together(roads)

    assert most_within(run(story()), 1.0) <= 100


def test_what_leaves_long_after_its_slot_costs_later_ones():
    async def story() -> list[float]:
        row, times, chats = Row(), [], count(1)
        roads = sharing(row, 100, 2)

        async def hand(road: Road, delay: float) -> None:
            while len(times) < 1500:
                slot = await road.pace.slot(next(chats))
                assert slot is not None
                with slot:
                    await asyncio.sleep(delay if len(times) < 500 else 0.005)
                    slot.leave()
                    times.append(clock())

        await asyncio.gather(*(hand(road, 0.05 + number / 300) for road in roads for number in range(30)))
        return times

    times = run(story())
    # What was held up longest may meet one or two on time while the slots that pay for it are still to come.
    assert most_within(times, 1.0) <= 105
    later = [moment for moment in times if moment > times[0] + 9]
    assert 0 < most_within(later, 1.0) <= 100
    assert len(later) / (later[-1] - later[0]) >= 0.97 * 100


def test_what_was_held_up_for_a_second_does_not_leave_in_that_of_another():
    async def story() -> list[float]:
        (held_up, other), free, times = sharing(Row(), 30, 2), asyncio.Event(), []

        async def hand(chat: int) -> None:
            slot = await held_up.pace.slot(chat)
            assert slot is not None
            with slot:
                await free.wait()
                assert await held_up.pace.in_time(slot)
                slot.leave()
                times.append(clock())

        hands = [asyncio.create_task(hand(chat)) for chat in range(1, 31)]
        await asyncio.sleep(1.1)
        asyncio.get_running_loop().call_later(0.5, free.set)
        await other.all(range(100, 160))
        await asyncio.gather(*hands)
        return sorted([*times, *(other.start + moment for moment in other.times)])

    times = run(story())
    assert len(times) == 90
    assert most_within(times, 1.0) <= 30


def test_whom_another_answers_is_let_go_of_as_soon_as_that_is_heard():
    """The other one waits for that: what waits for its turn waits no longer, what comes does not begin."""

    async def story() -> tuple[list[bool], float, float]:
        row = Row()
        (road,) = sharing(row, 1, 1)
        await road.send(1)
        others = [asyncio.create_task(road.send(chat)) for chat in (2, 3)]
        waits = asyncio.create_task(road.pace.turn(4))
        await asyncio.sleep(0.5)
        at, row.answered = clock(), ((4, row.now()),)
        let_go = [not await waits, not await road.pace.turn(4)]
        heard_after = clock() - at
        until = heard_after + road.pace.wait_for(4)
        await asyncio.gather(*others)
        row.answered = ()
        assert await road.send(4)
        return let_go, heard_after, until

    let_go, heard_after, until = run(story())
    assert let_go == [True, True]
    assert heard_after < 0.6, "it reserves for the next one"
    assert until >= 1.1, "the answer may leave a little after it was told of"


def test_whom_a_process_has_answered_it_answers_again_when_a_second_has_passed():
    async def story() -> float:
        row = Row()
        (road,) = sharing(row, 30, 1)
        at, row.answered = clock(), ((4, row.now()),)
        await road.send(1)
        await road.send(4, reply=True)
        return clock() - at

    assert 1.0 <= run(story()) < 1.1


def test_who_is_always_held_up_sends_all_the_same():
    async def story() -> float:
        loop = asyncio.get_running_loop()
        (road,) = sharing(Row(), 30, 1)

        async def crawls() -> None:
            while True:
                await asyncio.sleep(0.001)
                loop._moment += 0.2  # type: ignore[attr-defined]

        crawling = asyncio.create_task(crawls())
        slot = await road.pace.slot(1)
        assert slot is not None
        await asyncio.sleep(0.1)
        assert await road.pace.in_time(slot)
        crawling.cancel()
        return clock() - road.start

    assert run(story()) < 5


def test_a_reply_waits_for_the_next_slot_of_its_process_and_not_for_broadcasts():
    async def story() -> list[float]:
        waits = []
        roads = sharing(Row(), 1000, 2)
        broadcasts = asyncio.gather(*(road.all(range(10, 10_000), hands=250) for road in roads))
        for person in range(100_000, 100_100):
            await asyncio.sleep(0.04)
            before = clock()
            await roads[0].send(person, reply=True)
            waits.append(clock() - before)
        await broadcasts
        return waits

    assert sorted(run(story()))[98] < 0.05


def test_a_process_that_only_replies_waits_little_behind_the_broadcasts_of_others():
    async def story() -> list[float]:
        waits = []
        *senders, replies = sharing(Row(), 30, 4)
        broadcasts = asyncio.gather(*(road.all(range(10, 210), hands=16) for road in senders))
        for person in range(1000, 1040):
            await asyncio.sleep(0.35)
            before = clock()
            await replies.send(person, reply=True)
            waits.append(clock() - before)
        await broadcasts
        return waits

    assert max(run(story())) < 0.3


def test_who_is_told_to_stop_stops_all_and_the_rate_comes_back_from_four_fifths():
    async def story() -> tuple[float, list[list[float]]]:
        one, other = sharing(Row(), 100, 2)

        async def refuse() -> float:
            await asyncio.sleep(3)
            await one.pace.refused(1, 5)
            await one.pace.refused(2, 5)
            return clock() - one.start

        at, *_ = await asyncio.gather(
            refuse(), *(road.all(range(10, 1000), hands=40) for road in (one, other))
        )
        return at, [one.times, other.times]

    at, (mine, others) = run(story())
    assert not [moment for moment in mine if at < moment < at + 5]
    # The other one has slots in hand when it happens.
    assert not [moment for moment in others if at + 0.15 < moment < at + 5]
    resumed = sorted(moment - at - 5 for moment in (*mine, *others) if moment >= at + 5)
    assert 75 <= most_within(resumed[:75], 1.0) <= 82


def test_a_pause_of_all_is_heard_of_by_who_starts_during_it():
    async def story() -> float:
        row = Row()
        await row.hold(EVERYBODY, 20)
        (road,) = sharing(row, 30, 1)
        refused = clock()
        assert await asyncio.gather(*(road.pace.turn(chat) for chat in range(3))) == [False] * 3
        assert road.pace.pause_left() > 19
        await road.send(9, reply=True)
        return clock() - refused

    assert run(story()) >= 20


def test_without_the_database_people_are_answered_slowly_and_afterwards_all_goes_on():
    async def story() -> tuple[list[float], list[float]]:
        row = Row()
        (road,) = sharing(row, 30, 1)
        row.away = True
        await road.all(range(20), hands=5, reply=True)
        away = list(road.times)
        assert row.asked <= 2 + 2 * (away[-1] - away[0]), "it is not asked all the time"
        row.away = False
        await road.all(range(100, 400), hands=16)
        return away, road.times[len(away) :]

    away, back = run(story())
    assert away[0] < 1
    assert 2 <= most_within(away, 1.0) <= 4
    silence = max(later - earlier for earlier, later in pairwise([away[-1], *back[:5]]))
    assert silence >= 1.0, "a crash may have taken back what was reserved last"
    assert len(back) - 5 >= 0.97 * 30 * (back[-1] - back[5])


def test_a_database_that_says_nothing_leaves_people_their_tenth_of_the_rate():
    async def story() -> list[float]:
        row = Row(slow=2.0)
        row.away = True
        (road,) = sharing(row, 30, 1)
        await road.all(range(31), hands=5, reply=True)
        assert row.asked > 5, "it is asked again and again"
        return road.times

    times = run(story())
    assert most_within(times, 1.0) <= 4
    assert 30 / (times[-1] - times[0]) >= 0.95 * 3


def test_another_clock_that_is_set_is_understood_anew():
    other = OtherClock()
    assert other.learn(10.0, 10.5, 110.1) == pytest.approx(-99.6)
    assert other.learn(20.0, 20.1, 120.05) == pytest.approx(-99.95), "nearer to the truth"
    assert other.learn(21.0, 21.9, 121.1) == pytest.approx(-99.95, abs=0.002), "a late answer tells nothing"
    assert other.learn(22.0, 22.1, 4000.0) == pytest.approx(-3977.9), "set forward"
    assert other.learn(23.0, 23.1, 50.0) == pytest.approx(-26.9), "set back"
