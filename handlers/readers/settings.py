"""/settings: everything a reader has chosen on one message, and a panel for each thing behind its buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from delivery.message import Message
from handlers import catalogue, keyboard
from handlers.chats import called
from handlers.readers import follow, hours, zones
from handlers.readers import setting_panels as panels
from handlers.words.phrases import phrase, toast
from storage import readers

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from delivery.message import Button
    from handlers.call import Call
    from handlers.catalogue import Subject
    from handlers.keyboard import Rows
    from handlers.newsroom import Newsroom
    from handlers.tap import Tap
    from storage.readers import Reader


async def settings(call: Call) -> None:
    """`/settings`: the overview."""
    await call.send(await overview(call.newsroom, call.reader, call.now))


async def change(tap: Tap) -> None:
    """A button of the settings: opens a panel, or sets what it says and shows that."""
    what, *values = tap.values
    if not values:
        await _open(tap, what)
    elif await _set(tap, what, values[0]):
        await _changed(tap, what)
    else:
        await tap.toast("stale")


async def _open(tap: Tap, what: str) -> None:
    shown = await _panel(tap.newsroom, tap.reader, what, tap.now)
    if shown is None:
        await tap.toast("stale")
        return
    await tap.nod()
    await tap.edit(shown)


async def _changed(tap: Tap, what: str) -> None:
    reader = await readers.reader_by_id(tap.newsroom.db, tap.reader.id)
    if reader is None:
        return
    tap.reader = reader
    await tap.toast("toast_set")
    shown = await _panel(tap.newsroom, reader, what, tap.now)
    await tap.edit(shown or await overview(tap.newsroom, reader, tap.now))


async def _panel(newsroom: Newsroom, reader: Reader, what: str, now: datetime) -> Message | None:
    """The panel of that name; None where there is none."""
    if what == "back":
        return await overview(newsroom, reader, now)
    if what == "categories":
        return await follow.choice(newsroom, reader, in_settings=True)
    if what == "zone":
        return panels.timezone(reader, now)
    panel = {"digest": panels.digest, "quiet": panels.quiet, "lang": panels.language}.get(what)
    return panel(reader) if panel else None


async def _set(tap: Tap, what: str, value: str) -> bool:
    """Set one thing; False where the press asks for what there is not (it may come from anybody)."""
    db, reader = tap.newsroom.db, tap.reader.id
    times, quiet = hours.digest(value), hours.quiet(value)
    if what == "lang" and value in panels.LANGUAGES:
        await readers.set_language(db, reader, value)
    elif what == "digest" and (times or not value):
        await readers.set_digest(db, reader, times, tap.now)
    elif what == "quiet" and (quiet or not value):
        await readers.set_quiet(db, reader, quiet, tap.now)
    elif what == "zone" and value in zones.ZONES:
        await readers.set_timezone(db, reader, value, tap.now)
    elif what == "state" and value in {"pause", "resume"}:
        await (readers.pause(db, reader) if value == "pause" else readers.resume(db, reader, tap.now))
    else:
        return False
    return True


async def overview(newsroom: Newsroom, reader: Reader, now: datetime) -> Message:
    """What the reader has chosen, and the buttons that change it."""
    followed = await follow.following(newsroom, reader)
    return Message(_text(newsroom, reader, followed, now), buttons=_buttons(reader))


def _text(newsroom: Newsroom, reader: Reader, followed: Sequence[Subject], now: datetime) -> str:
    language = reader.language
    names = ", ".join(catalogue.name(subject, newsroom.categories, language) for subject in followed)
    zone, clock = zones.zone_name(reader.timezone, language), panels.local_clock(reader, now)
    head = phrase("settings" if reader.kind == "private" else "settings_here", language, name=called(reader))
    lines = (
        phrase("set_follows", language, names=names or toast("none", language)),
        phrase("set_digest", language, value=panels.digest_words(reader.digest, language)),
        phrase("set_quiet", language, value=panels.quiet_words(reader.quiet, language)),
        phrase("set_timezone", language, value=zone, clock=clock),
        phrase("set_language", language),
        phrase("set_paused" if reader.state == "paused" else "set_active", language),
    )
    return "\n\n".join((head, "\n".join(lines)))


def _buttons(reader: Reader) -> Rows:
    language, paused = reader.language, reader.state == "paused"
    return keyboard.rows(
        [
            _button(language, "button_categories", "categories"),
            _button(language, "button_digest", "digest"),
            _button(language, "button_quiet", "quiet"),
            _button(language, "button_timezone", "zone"),
            _button(language, "button_language", "lang"),
            _button(language, "button_resume", "state", "resume")
            if paused
            else _button(language, "button_pause", "state", "pause"),
        ]
    )


def _button(language: str, key: str, *values: str) -> Button:
    return keyboard.press(toast(key, language), "set", *values)
