"""Whether the holder of a lease still lives is known surely, or not at all."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bot import owner
from storage import leases

ROOT = Path(__file__).resolve().parents[2]
SAYS_ITS_NAME = "import sys; from bot import owner; print(owner.name(), flush=True); sys.stdin.read()"

pytestmark = pytest.mark.skipif(owner.host() is None, reason="this system shows no processes in /proc")


@asynccontextmanager
async def beside_us(*before: str):
    """A process that has told its name, and that name; `before` is what starts it."""
    pipe = asyncio.subprocess.PIPE
    running = await asyncio.create_subprocess_exec(
        *before, sys.executable, "-c", SAYS_ITS_NAME, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe
    )
    said = await running.stdout.readline()
    try:
        yield running, said.decode().strip()
    finally:
        if running.returncode is None:
            running.kill()
        await running.communicate(b"")


async def test_a_process_beside_us_lives_until_it_has_died_even_when_it_is_frozen():
    async with beside_us() as (running, name):
        assert name.startswith(f"{owner.host()}/{running.pid}.")
        assert not owner.is_dead(name)
        running.send_signal(signal.SIGSTOP)
        assert not owner.is_dead(name)
        running.kill()
        await running.wait()
        assert owner.is_dead(name)


def test_a_number_that_was_given_again_does_not_bring_the_dead_to_life():
    """In a container every first process has the same number; only the time of its start is its own."""
    host, own, random = owner.name().split("/")
    number, _, started = own.partition(".")
    assert number == str(os.getpid())
    assert not owner.is_dead(f"{host}/{own}/{random}")
    assert owner.is_dead(f"{host}/{number}.{int(started) - 1}/{random}")


def test_a_process_that_only_its_parent_still_remembers_is_dead():
    """A container without an init may keep such a one for ever."""
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        assert owner.is_dead(f"{owner.host()}/{child.pid}.12345/x")


async def test_a_process_of_another_namespace_is_never_taken_for_dead():
    """Two containers share the kernel, may share the host's name, and count their processes from 1."""
    async with beside_us("unshare", "--pid", "--fork", "--kill-child", "--mount-proc") as (_, name):
        if not name:
            pytest.skip("this system does not let us make a namespace")
        host, own, _ = name.split("/")
        assert own.startswith("1.")
        assert host != owner.host()


async def test_where_the_numbers_shown_are_not_ours_nobody_can_be_told_dead():
    """A namespace that still sees the processes of the one outside."""
    async with beside_us("unshare", "--pid", "--fork", "--kill-child") as (_, name):
        if not name:
            pytest.skip("this system does not let us make a namespace")
        assert "//" in name


async def test_what_the_dead_held_is_free_long_before_its_lease_ends(db, now, monkeypatch):
    monkeypatch.setattr(owner, "LOOK", 0.01)
    async with beside_us() as (running, name):
        await leases.acquire(db, "timetable", name, now=now, ttl=timedelta(hours=1))
        looking = asyncio.create_task(owner.free_the_dead(db, owner.host(), lambda: now))
        await asyncio.sleep(0.1)
        assert await leases.holder(db, "timetable", now) == name
        running.kill()
        async with asyncio.timeout(60):
            while await leases.holder(db, "timetable", now):
                await asyncio.sleep(0.01)
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)
