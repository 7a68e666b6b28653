"""The typed settings: /language, /digest, /quiet, /timezone, /pause, /resume."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from delivery.markup import cut
from delivery.timing import opens_at
from handlers.readers import hours, zones
from handlers.readers import setting_panels as panels
from handlers.words.amounts import clock
from handlers.words.phrases import phrase
from news.language.text import clean
from storage import readers

if TYPE_CHECKING:
    from delivery.message import Message
    from handlers.call import Call

LANGUAGES: Final = {
    "bn": "bn",
    "bangla": "bn",
    "bengali": "bn",
    "বাংলা": "bn",
    "en": "en",
    "english": "en",
    "ইংরেজি": "en",
}
_WORDS_LIMIT: Final = 60


async def language(call: Call) -> None:
    """`/language bn|en`; without words, and for a language the bot has not learnt, the panel."""
    chosen = LANGUAGES.get(call.words.casefold())
    if chosen:
        await readers.set_language(call.newsroom.db, call.reader.id, chosen)
        call.reader = replace(call.reader, language=chosen)
        await call.say("language_set")
    else:
        await _show(call, panels.language(call.reader), "language_wrong")


async def pause(call: Call) -> None:
    """`/pause`: nothing is sent until /resume."""
    if call.reader.state == "paused":
        await call.say("already_paused")
        return
    await readers.pause(call.newsroom.db, call.reader.id)
    await call.say("paused")


async def resume(call: Call) -> None:
    """`/resume`: stories come again, what was missed at once or when the reader may be reached."""
    if call.reader.state != "paused":
        await call.say("already_active")
        return
    await readers.resume(call.newsroom.db, call.reader.id, call.now)
    later = opens_at(call.reader, call.now)
    if later > call.now:
        await call.say("resumed_later", time=panels.local_at(call.reader, later))
    else:
        await call.say("resumed")


async def digest(call: Call) -> None:
    """`/digest off|HH:MM…`: stories one by one as they come, or gathered at these times."""
    times = () if hours.off(call.words) else hours.digest(call.words)
    if not times and not hours.off(call.words):
        await _show(call, panels.digest(call.reader), "time_wrong")
        return
    await readers.set_digest(call.newsroom.db, call.reader.id, times, call.now)
    if times:
        await call.say("digest_set", times=panels.digest_words(times, call.language))
    else:
        await call.say("digest_off")


async def quiet(call: Call) -> None:
    """`/quiet off|HH:MM-HH:MM`: hours in which nothing rings."""
    span = hours.quiet(call.words)
    if span is None and not hours.off(call.words):
        await _show(call, panels.quiet(call.reader), "time_wrong")
        return
    await readers.set_quiet(call.newsroom.db, call.reader.id, span, call.now)
    if span is None:
        await call.say("quiet_off")
    else:
        start, end = (clock(moment, call.language) for moment in span)
        await call.say("quiet_set", start=start, end=end)


async def timezone(call: Call) -> None:
    """`/timezone <IANA, city or country>`: where the reader's day begins and ends."""
    zone = zones.zone(call.words)
    if zone:
        await readers.set_timezone(call.newsroom.db, call.reader.id, zone, call.now)
        reader = replace(call.reader, timezone=zone)
        name = zones.zone_name(zone, call.language)
        await call.say("timezone_set", name=name, clock=panels.local_clock(reader, call.now))
    else:
        near = zones.nearest_zone(call.words) if call.words else ""
        await _show(call, panels.timezone(call.reader, call.now), "timezone_wrong", near=near)


async def _show(call: Call, panel: Message, wrong: str, *, near: str = "") -> None:
    """The panel; after words that could not be understood with that said first, and what was `near`."""
    lines = [phrase(wrong, call.language, words=cut(clean(call.words), _WORDS_LIMIT))] if call.words else []
    if near:
        name = zones.zone_name(near, call.language)
        lines.append(phrase("perhaps", call.language, name=name, command=f"/timezone {name}"))
    await call.send(replace(panel, text="\n\n".join([*lines, panel.text])))
