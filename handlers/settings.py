"""/settings: everything a reader has chosen, on one message with buttons."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from delivery.message import Button, Message
from handlers import catalogue, follow, hours, keyboard
from handlers.amounts import clock
from handlers.keyboard import press
from handlers.phrases import phrase, toast
from storage import readers

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, time

    from handlers.call import Call
    from handlers.catalogue import Subject
    from handlers.newsroom import Newsroom
    from handlers.tap import Tap
    from storage.readers import Reader

MORNING: Final = "08:00"
TWICE: Final = "08:00 20:00"
NIGHT: Final = "23:00-07:00"
ZONES: Final = {
    "Asia/Dhaka": ("ঢাকা", "Dhaka"),
    "Asia/Riyadh": ("রিয়াদ", "Riyadh"),
    "Asia/Dubai": ("দুবাই", "Dubai"),
    "Asia/Qatar": ("দোহা", "Doha"),
    "Asia/Muscat": ("মাসকাট", "Muscat"),
    "Asia/Kuala_Lumpur": ("কুয়ালালামপুর", "Kuala Lumpur"),
    "Asia/Singapore": ("সিঙ্গাপুর", "Singapore"),
    "Europe/Rome": ("রোম", "Rome"),
    "Europe/London": ("লন্ডন", "London"),
    "America/New_York": ("নিউইয়র্ক", "New York"),
    "America/Toronto": ("টরন্টো", "Toronto"),
    "Australia/Sydney": ("সিডনি", "Sydney"),
}
"""Where most Bangladeshis abroad live; every other zone can be typed."""


async def settings(call: Call) -> None:
    """`/settings`: the overview."""
    await call.send(await overview(call.newsroom, call.reader, call.now))


async def change(tap: Tap) -> None:
    """A button of the overview: changes what it says and shows the overview again."""
    what, value = (*tap.values, "", "")[:2]
    if what == "shelves":
        await tap.nod()
        await tap.edit(await follow.choice(tap.newsroom, tap.reader))
    elif what == "zones":
        await tap.nod()
        await tap.edit(Message(phrase("timezone_which", tap.language), buttons=zone_buttons(tap.language)))
    elif await _set(tap, what, value):
        await _changed(tap)
    else:
        await tap.toast("stale")


async def _changed(tap: Tap) -> None:
    reader = await readers.reader_by_id(tap.newsroom.db, tap.reader.id)
    if reader is not None:
        tap.reader = reader
        await tap.toast("toast_set")
        await tap.edit(await overview(tap.newsroom, reader, tap.now))


async def _set(tap: Tap, what: str, value: str) -> bool:
    """Set one thing; False where the press asks for what there is not (it may come from anybody)."""
    db, reader = tap.newsroom.db, tap.reader.id
    times, quiet, zone = hours.digest(value), hours.quiet(value), hours.zone(value)
    if what == "lang" and value in {"bn", "en"}:
        await readers.set_language(db, reader, value)
    elif what == "digest" and (times or not value):
        await readers.set_digest(db, reader, times, tap.now)
    elif what == "quiet" and (quiet or not value):
        await readers.set_quiet(db, reader, quiet, tap.now)
    elif what == "zone" and zone:
        await readers.set_timezone(db, reader, zone, tap.now)
    elif what == "state" and value in {"pause", "resume"}:
        await (readers.pause(db, reader) if value == "pause" else readers.resume(db, reader, tap.now))
    else:
        return what == "back"
    return True


async def overview(newsroom: Newsroom, reader: Reader, now: datetime) -> Message:
    """What the reader has chosen, and the buttons that change it."""
    followed = await follow.following(newsroom, reader)
    return Message(_text(newsroom, reader, followed, now), buttons=_buttons(reader))


def _text(newsroom: Newsroom, reader: Reader, followed: Sequence[Subject], now: datetime) -> str:
    language = reader.language
    names = ", ".join(catalogue.name(subject, newsroom.categories, language) for subject in followed)
    local = now.astimezone(ZoneInfo(reader.timezone)).time()
    zone = zone_name(reader.timezone, language)
    head = phrase("settings" if reader.kind == "private" else "settings_here", language, name=reader.title)
    lines = (
        phrase("set_follows", language, names=names or toast("none", language)),
        phrase("set_digest", language, value=_digest_words(reader.digest, language)),
        phrase("set_quiet", language, value=_quiet_words(reader.quiet, language)),
        phrase("set_timezone", language, value=zone, clock=clock(local, language)),
        phrase("set_language", language),
        phrase("set_paused" if reader.state == "paused" else "set_active", language),
    )
    return "\n\n".join((head, "\n".join(lines)))


def _digest_words(times: tuple[time, ...], language: str) -> str:
    if not times:
        return toast("at_once", language)
    return toast("daily_at", language, times=times_words(times, language))


def times_words(times: tuple[time, ...], language: str) -> str:
    """`সকাল ৮টা, দুপুর ১টা ও রাত ৮টা`."""
    *first, last = [clock(moment, language) for moment in times]
    return toast("and", language).join(part for part in (", ".join(first), last) if part)


def _quiet_words(quiet: tuple[time, time] | None, language: str) -> str:
    if quiet is None:
        return toast("none", language)
    return toast("from_to", language, start=clock(quiet[0], language), end=clock(quiet[1], language))


def zone_name(zone: str, language: str) -> str:
    """A zone as its people call it, else its IANA name."""
    bengali, english = ZONES.get(zone, (zone, zone))
    return english if language == "en" else bengali


def zone_buttons(language: str) -> keyboard.Rows:
    """The zones of most readers, and the way back to the overview."""
    zones = [press(zone_name(zone, language), "set", "zone", zone) for zone in ZONES]
    return (*keyboard.rows(zones, 3), (_button(language, "button_back", "back"),))


def _buttons(reader: Reader) -> keyboard.Rows:
    language, paused = reader.language, reader.state == "paused"
    button, choice = partial(_button, language), partial(_choice, reader)
    rest = button("button_resume", "state", "resume") if paused else button("button_pause", "state", "pause")
    return (
        (button("button_shelves", "shelves"), button("button_timezone", "zones")),
        (choice("button_at_once", "digest", ""), choice("button_morning", "digest", MORNING)),
        (choice("button_twice", "digest", TWICE),),
        (choice("button_night", "quiet", NIGHT), choice("button_no_quiet", "quiet", "")),
        (button("button_language", "lang", "bn" if language == "en" else "en"), rest),
    )


def _choice(reader: Reader, key: str, what: str, value: str) -> Button:
    """A button for one of several values, ✅ where it is the reader's."""
    chosen = hours.digest(value) == reader.digest if what == "digest" else hours.quiet(value) == reader.quiet
    return press(f"{'✅ ' if chosen else ''}{toast(key, reader.language)}", "set", what, value)


def _button(language: str, key: str, *values: str) -> Button:
    return press(toast(key, language), "set", *values)
