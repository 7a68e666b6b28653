"""Every command and every button, in one table each: what serves it and who may use it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from handlers.editors import broadcast, correct, desk, overview, retract
from handlers.readers import follow, forget, guide, preferences, settings, start, stories

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from handlers.call import Call
    from handlers.tap import Tap


@dataclass(frozen=True, slots=True)
class Command:
    """What serves a command.

    `changes`: outside private chats for administrators only; `editors`: for editors only, in private.
    """

    serve: Callable[[Call], Awaitable[None]]
    changes: bool = False
    editors: bool = False


@dataclass(frozen=True, slots=True)
class Verb:
    """What serves a button whose press carries at least so many values. `changes` as with commands."""

    serve: Callable[[Tap], Awaitable[None]]
    values: int = 1
    changes: bool = False


COMMANDS: Final = {
    "start": Command(start.start),
    "follow": Command(follow.follow, changes=True),
    "unfollow": Command(follow.unfollow, changes=True),
    "latest": Command(stories.latest),
    "saved": Command(stories.kept),
    "settings": Command(settings.settings),
    "digest": Command(preferences.digest, changes=True),
    "quiet": Command(preferences.quiet, changes=True),
    "timezone": Command(preferences.timezone, changes=True),
    "language": Command(preferences.language, changes=True),
    "pause": Command(preferences.pause, changes=True),
    "resume": Command(preferences.resume, changes=True),
    "forget": Command(forget.forget, changes=True),
    "help": Command(guide.guide),
    "desk": Command(desk.desk, editors=True),
    "broadcast": Command(broadcast.broadcast, editors=True),
    "correct": Command(correct.correct, editors=True),
    "retract": Command(retract.retract, editors=True),
    "sources": Command(overview.list_sources, editors=True),
    "stats": Command(overview.stats, editors=True),
}

VERBS: Final = {
    "f": Verb(follow.switch, changes=True),
    "latest": Verb(stories.tap_latest, values=0),
    "open": Verb(stories.open_card),
    "more": Verb(stories.more),
    "save": Verb(stories.keep),
    "unsave": Verb(stories.let_go),
    "set": Verb(settings.change, changes=True),
    "forget": Verb(forget.decide, changes=True),
    "bc": Verb(broadcast.decide),
    "desk": Verb(desk.decide, values=2),
    "fix": Verb(correct.decide, values=2),
    "retract": Verb(retract.decide, values=2),
}
