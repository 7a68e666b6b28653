"""The typed settings: /language, /digest, /quiet, /timezone, /pause, /resume."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from delivery.markup import cut
from delivery.message import Message
from handlers import hours
from handlers.amounts import clock
from handlers.keyboard import press
from handlers.phrases import phrase
from handlers.settings import times_words, zone_buttons, zone_name
from storage import readers

if TYPE_CHECKING:
    from handlers.call import Call
    from handlers.tap import Tap

LANGUAGES: Final = {
    "bn": "bn",
    "bangla": "bn",
    "bengali": "bn",
    "বাংলা": "bn",
    "en": "en",
    "english": "en",
    "ইংরেজি": "en",
}
_BOTH: Final = (press("বাংলা", "lang", "bn"), press("English", "lang", "en"))
_WORDS_LIMIT: Final = 60


async def language(call: Call) -> None:
    """`/language bn|en`; without words, two buttons."""
    chosen = LANGUAGES.get(call.words.casefold())
    if chosen:
        await readers.set_language(call.newsroom.db, call.reader.id, chosen)
        await replace(call, reader=replace(call.reader, language=chosen)).say("language_set")
    elif call.words:
        await call.say("language_wrong")
    else:
        await call.say("language_which", buttons=(_BOTH,))


async def tap_language(tap: Tap) -> None:
    """One of the two language buttons."""
    chosen = tap.values[0]
    if chosen not in {"bn", "en"}:
        await tap.toast("stale")
        return
    await readers.set_language(tap.newsroom.db, tap.reader.id, chosen)
    tap.reader = replace(tap.reader, language=chosen)
    await tap.nod()
    await tap.edit(Message(phrase("language_set", chosen)))


async def pause(call: Call) -> None:
    """`/pause`: nothing is sent until /resume."""
    if call.reader.state == "paused":
        await call.say("already_paused")
        return
    await readers.pause(call.newsroom.db, call.reader.id)
    await call.say("paused")


async def resume(call: Call) -> None:
    """`/resume`: stories come again, what was missed at once."""
    if call.reader.state != "paused":
        await call.say("already_active")
        return
    await readers.resume(call.newsroom.db, call.reader.id, call.now)
    await call.say("resumed")


async def digest(call: Call) -> None:
    """`/digest off|HH:MM…`: stories one by one as they come, or gathered at these times."""
    times = hours.digest(call.words)
    if not times and not hours.off(call.words):
        await call.say("digest_wrong", most=hours.MOST_DIGESTS)
        return
    times = () if hours.off(call.words) else times
    await readers.set_digest(call.newsroom.db, call.reader.id, times, call.now)
    if times:
        await call.say("digest_set", times=times_words(times, call.language))
    else:
        await call.say("digest_off")


async def quiet(call: Call) -> None:
    """`/quiet off|HH:MM-HH:MM`: hours in which nothing rings."""
    span = hours.quiet(call.words)
    if span is None and not hours.off(call.words):
        await call.say("quiet_wrong")
        return
    await readers.set_quiet(call.newsroom.db, call.reader.id, span, call.now)
    if span is None:
        await call.say("quiet_off")
    else:
        start, end = (clock(moment, call.language) for moment in span)
        await call.say("quiet_set", start=start, end=end)


async def timezone(call: Call) -> None:
    """`/timezone <IANA>`: where the reader's day begins and ends; without words, buttons."""
    zone = hours.zone(call.words)
    if not call.words:
        await call.say("timezone_which", buttons=zone_buttons(call.language))
    elif not zone:
        await _no_such_zone(call)
    else:
        await readers.set_timezone(call.newsroom.db, call.reader.id, zone, call.now)
        local = call.now.astimezone(ZoneInfo(zone)).time()
        await call.say("timezone_set", name=zone_name(zone, call.language), clock=clock(local, call.language))


async def _no_such_zone(call: Call) -> None:
    lines = [phrase("timezone_wrong", call.language, words=cut(call.words, _WORDS_LIMIT))]
    near = hours.nearest_zone(call.words)
    if near:
        lines.append(phrase("perhaps", call.language, name=near, command=f"/timezone {near}"))
    await call.send(Message("\n\n".join(lines), buttons=zone_buttons(call.language)))
