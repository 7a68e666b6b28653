"""Alarms to the editors: which incidents are news to them, and how they are told. Each is told once."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from typing import TYPE_CHECKING, Final

from delivery.answers import Later, Sent, Unsent, Unsure
from delivery.message import Message
from handlers.editors.alarms import Alarm, sentence
from handlers.editors.overview import pages
from storage import readers
from storage.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from delivery.send import Sender
    from storage.database import Database
    from storage.posts import Post

log = logging.getLogger(__name__)

GATHERED_FOR: Final = 2.0
"""Seconds: what happens to several sources at once is one message."""
AGAIN: Final = 30.0
"""Seconds, at most, until a message is tried again that has not left, or may not have arrived."""
COPIES: Final = 3
"""How often a message leaves of which it is not known whether it arrived: better twice than not at all."""
MOST: Final = 100
"""What an editor is still to be told, and no more of it: who was away for days reads the newest."""
_GOOD_NEWS: Final = frozenset({"recovered", "moving"})
_WORTH_RECOVERING: Final = frozenset({"blocked", "failing"})


def news_of(
    known: frozenset[str], seen: Iterable[Alarm], over: Collection[str]
) -> tuple[tuple[Alarm, ...], frozenset[str]]:
    """Of the incidents `seen` those that are not `known` yet, and what is known from now on.

    `over` are the kinds that have ended; they will be news again the next time.
    """
    incidents = tuple(seen)
    told = tuple(alarm for alarm in incidents if alarm.kind not in known)
    return told, (known - frozenset(over)) | {alarm.kind for alarm in incidents}


def has_recovered(known: frozenset[str]) -> bool:
    """Whether a source that answers again had failed so that the editors knew of it."""
    return bool(known & _WORTH_RECOVERING)


class Editors:
    """Tells every editor, in their own language, in as few messages as possible."""

    def __init__(self, db: Database, sender: Sender, ids: Collection[int]) -> None:
        """`ids` are the editors' chats with the bot."""
        self._editors = [_Editor(db, sender, chat_id) for chat_id in ids]

    def tell(self, alarm: Alarm) -> None:
        """Tell of `alarm` soon; never waits, never fails."""
        if alarm.kind in _GOOD_NEWS:
            log.info("alarm", extra=_values(alarm))
        else:
            log.warning("alarm", extra=_values(alarm))
        for editor in self._editors:
            editor.tell(alarm)

    def tell_stopped(self, post: Post, reason: str) -> None:
        """Tell that `post` goes no further, and why."""
        self.tell(Alarm("stopped", post.article.title if post.article else "", detail=reason))

    async def all_told(self) -> None:
        """Return when nothing is left to be told."""
        await asyncio.gather(*(editor.telling for editor in self._editors if editor.telling))


def _values(alarm: Alarm) -> dict[str, object]:
    """What the log says of `alarm`: that of it which says something."""
    seconds = round(alarm.silence.total_seconds()) if alarm.silence else 0
    told = {
        "subject": alarm.subject,
        "error": alarm.error,
        "reason": alarm.detail,
        "number": alarm.number,
        "seconds": seconds,
        "url": alarm.url,
    }
    return {"alarm": alarm.kind} | {name: value for name, value in told.items() if value}


class _Editor:
    """One editor, and what they are still to be told: kept until Telegram has it, or will not have it."""

    def __init__(self, db: Database, sender: Sender, chat_id: int) -> None:
        self._db = db
        self._sender = sender
        self._chat_id = chat_id
        self._alarms: deque[Alarm] = deque(maxlen=MOST)
        self._texts: deque[str] = deque(maxlen=MOST)
        self._unsure = 0
        self.telling: asyncio.Task[None] | None = None

    def tell(self, alarm: Alarm) -> None:
        self._alarms.append(alarm)
        if self.telling is None or self.telling.done():
            self.telling = asyncio.create_task(self._tell())

    async def _tell(self) -> None:
        wait = GATHERED_FOR
        while self._alarms or self._texts:
            await asyncio.sleep(wait)
            reason = await self._try()
            wait = min(2 * wait, AGAIN) if reason else GATHERED_FOR
            if reason:
                known = {"editor": self._chat_id, "reason": reason, "again_in": wait}
                log.warning("editor not told", extra=known)

    async def _try(self) -> str:
        """Tell all of it; or why that is to be tried again."""
        try:
            await self._compose()
            while self._texts:
                text = self._texts.popleft()
                if reason := await self._send(text):
                    self._texts.appendleft(text)
                    return reason
        except Unavailable as error:
            return str(error)
        except Exception:  # what can't be told must not keep anything else from it
            log.exception("editor not told", extra={"editor": self._chat_id})
        return ""

    async def _compose(self) -> None:
        reader = await readers.reader(self._db, self._chat_id) if self._alarms else None
        language = reader.language if reader else "bn"
        alarms = [self._alarms.popleft() for _ in range(len(self._alarms))]
        self._texts.extend(pages(sentence(alarm, language) for alarm in alarms))

    async def _send(self, text: str) -> str:
        """As `_try`. What may have arrived is said again once Telegram answers, and not for ever."""
        if self._unsure and not await self._sender.answers():
            return "Telegram does not answer"
        answer = await self._sender.send(self._chat_id, 0, Message(text), reply=True)
        if isinstance(answer, Unsent):
            return answer.reason
        if isinstance(answer, Later):
            return f"not before {answer.after:.0f} s are over"
        self._unsure = self._unsure + 1 if isinstance(answer, Unsure) else 0
        if isinstance(answer, Unsure) and self._unsure < COPIES:
            return answer.reason
        self._unsure = 0
        if not isinstance(answer, Sent):
            log.warning("editor not told", extra={"editor": self._chat_id, "reason": str(answer)})
        return ""
