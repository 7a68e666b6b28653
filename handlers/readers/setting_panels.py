"""One panel for each setting: what it is now, how it is typed, and buttons for the usual choices. Pure.

The same panel answers the command without words and stands in /settings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from delivery.message import Message
from handlers import keyboard
from handlers.readers import hours, zones
from handlers.words.amounts import at, clock
from handlers.words.phrases import phrase, toast

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, time

    from delivery.message import Button
    from handlers.keyboard import Rows
    from storage.readers import Reader

DIGESTS: Final = {
    "": "button_at_once",
    "08:00": "button_morning",
    "20:00": "button_evening",
    "08:00 20:00": "button_twice",
}
QUIETS: Final = ("23:00-07:00", "22:00-06:00")
LANGUAGES: Final = {"bn": "বাংলা", "en": "English"}


def digest(reader: Reader) -> Message:
    """When stories come: one by one, or gathered at some hours."""
    buttons = [
        keyboard.switch(
            toast(key, reader.language), "set", "digest", times, on=hours.digest(times) == reader.digest
        )
        for times, key in DIGESTS.items()
    ]
    value = digest_words(reader.digest, reader.language)
    text = phrase("panel_digest", reader.language, value=value, most=hours.MOST_DIGESTS)
    return Message(text, buttons=_rows(buttons, reader))


def quiet(reader: Reader) -> Message:
    """The hours in which nothing rings."""
    language = reader.language
    spans = {value: hours.quiet(value) for value in QUIETS}
    buttons = [
        keyboard.switch(quiet_words(span, language), "set", "quiet", value, on=span == reader.quiet)
        for value, span in spans.items()
    ]
    none = toast("button_no_quiet", language)
    buttons.append(keyboard.switch(none, "set", "quiet", "", on=reader.quiet is None))
    text = phrase("panel_quiet", language, value=quiet_words(reader.quiet, language))
    return Message(text, buttons=_rows(buttons, reader))


def timezone(reader: Reader, now: datetime) -> Message:
    """Where the reader's day begins and ends."""
    language = reader.language
    buttons = [
        keyboard.switch(zones.zone_name(zone, language), "set", "zone", zone, on=zone == reader.timezone)
        for zone in zones.ZONES
    ]
    value = zones.zone_name(reader.timezone, language)
    text = phrase("panel_timezone", language, value=value, clock=local_clock(reader, now))
    return Message(text, buttons=_rows(buttons, reader))


def language(reader: Reader) -> Message:
    """The language the bot speaks; said in both, for whoever landed in the wrong one."""
    buttons = [
        keyboard.switch(name, "set", "lang", code, on=code == reader.language)
        for code, name in LANGUAGES.items()
    ]
    return Message(phrase("panel_language", reader.language), buttons=_rows(buttons, reader))


def digest_words(times: tuple[time, ...], language: str) -> str:
    """`প্রকাশের সঙ্গে সঙ্গে`, or `প্রতিদিন সকাল ৮টায়, দুপুর ১টায় ও রাত ৮টায়`."""
    if not times:
        return toast("at_once", language)
    *first, last = [at(moment, language) for moment in times]
    joined = toast("and", language).join(part for part in (", ".join(first), last) if part)
    return toast("daily_at", language, times=joined)


def quiet_words(span: tuple[time, time] | None, language: str) -> str:
    """`রাত ১১টা থেকে সকাল ৭টা`, or `নেই`."""
    if span is None:
        return toast("none", language)
    return toast("from_to", language, start=clock(span[0], language), end=clock(span[1], language))


def local_clock(reader: Reader, now: datetime) -> str:
    """What the clock says where the reader is."""
    return clock(now.astimezone(ZoneInfo(reader.timezone)).time(), reader.language)


def local_at(reader: Reader, moment: datetime) -> str:
    """When something happens by the clock where the reader is: `সকাল ৭টায়`."""
    return at(moment.astimezone(ZoneInfo(reader.timezone)).time(), reader.language)


def _rows(buttons: Sequence[Button], reader: Reader) -> Rows:
    return (*keyboard.rows(buttons, ticked=True), (keyboard.back(reader.language),))
