"""`make chaos`: does every reader get every post, once, whatever is done to the senders and their database?

    python -m scripts.chaos [--kills N] [--readers N] [--deliveries N] [--sqlite|--postgres] [--seed S]

Exit status 1 where a promise was broken, with a sentence for each.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from contextlib import ExitStack
from time import monotonic

from scripts.chaos import verdict
from scripts.chaos.campaign import SENDERS, Plan, run
from scripts.chaos.sender import SAFEGUARDS
from scripts.chaos.stage import Terms
from scripts.chaos.verdict import Promise
from tests import postgres


def main() -> int:
    """Run what is asked for; print how it went."""
    asked = _parser().parse_args()
    kinds = [kind for kind in SENDERS if asked.only in (None, kind)]
    with ExitStack() as stack:
        programs = postgres.found()
        if "postgresql" in kinds and programs is None:
            sys.stderr.write("chaos: no PostgreSQL server is installed (Debian: postgresql)\n")
            return 2
        server = (
            stack.enter_context(postgres.running(programs)) if programs and "postgresql" in kinds else None
        )
        kept = [_one(kind, asked, server) for kind in kinds]
    return 0 if all(kept) else 1


def _one(kind: str, asked: argparse.Namespace, server: postgres.Server | None) -> bool:
    """One campaign; whether every promise was kept."""
    plan = Plan(kind, asked.kills, asked.readers, asked.deliveries, asked.seed, asked.outage)
    terms = Terms(asked.rate, asked.lease, tuple(asked.without))
    promise = Promise(asked.rate)
    began = monotonic()
    evidence = asyncio.run(run(plan, terms, promise, server))
    broken = verdict.breaches(evidence)
    _say(
        f"{kind}, {asked.readers} readers, {asked.rate:g} a second, seed {asked.seed}:"
        f" {monotonic() - began:.0f} s"
    )
    for name, figure in verdict.figures(evidence).items():
        _say(f"  {name:32} {figure}")
    _say(*[f"  BROKEN: {sentence}" for sentence in broken] or ["  every promise was kept"])
    return not broken


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m scripts.chaos", description="Are the promises kept?")
    parser.add_argument("--kills", type=int, default=60, help="SIGKILLs on each database")
    parser.add_argument("--readers", type=int, default=300)
    parser.add_argument("--deliveries", type=int, default=0, help="at least so many on each database")
    parser.add_argument("--rate", type=float, default=60.0, help="messages a second of all senders together")
    parser.add_argument("--lease", type=float, default=5.0, help="seconds; 0: the bot's own")
    parser.add_argument("--outage", type=float, default=7.0, help="seconds that the database is away at most")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--without", choices=sorted(SAFEGUARDS), action="append", default=[], help="take a safeguard out"
    )
    one = parser.add_mutually_exclusive_group()
    one.add_argument("--sqlite", dest="only", action="store_const", const="sqlite")
    one.add_argument("--postgres", dest="only", action="store_const", const="postgresql")
    return parser


def _say(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
