"""One message to one chat: the right form of it, in its turn, and what became of it.

It does not know readers or cursors; `catch_up` and the handlers do.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Final, TypeVar

from delivery.answers import Answer, BadMarkup, BadPhoto, Later, Sent, Unsent
from delivery.edits import OtherForm
from delivery.pace import always
from delivery.telegram import Form, Telegram, edit, request

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from delivery import edits
    from delivery.message import Message
    from delivery.pace import Allowed, Pace
    from delivery.pictures import Pictures
    from delivery.slot import Slot
    from delivery.telegram import Request

_Answer = TypeVar("_Answer")

REPLY_TRIES: Final = 3
PREPARED: Final = 4_096
"""Prepared bodies held in memory: about 3 kB each."""


@dataclass(frozen=True, slots=True)
class _Turn:
    """One message on its way to one chat."""

    chat_id: int
    topic: int
    message: Message
    reply: bool
    allowed: Allowed
    still: Callable[[], bool]


class _TooLateError(Exception):
    """It was to leave, and may not before so many seconds are over."""

    def __init__(self, after: float = 0.0) -> None:
        super().__init__()
        self.after = after


def _at_any_time() -> bool:
    """Nothing makes it too late."""
    return True


class Sender:
    """Sends messages to chats within the limits."""

    def __init__(self, telegram: Telegram, pace: Pace, pictures: Pictures, *, paid: bool = False) -> None:
        """`paid` lets Telegram charge Stars for more than 30 messages a second."""
        self._telegram = telegram
        self.pace = pace
        self._pictures = pictures
        self._request = lru_cache(PREPARED)(
            lambda message, photo, formatted: request(
                message if photo else message.without_photo(), photo=photo, formatted=formatted, paid=paid
            )
        )
        self._edit = lru_cache(PREPARED)(edit)

    async def send(  # noqa: PLR0913  # whereto, what, and what may still stop it
        self,
        chat_id: int,
        topic: int,
        message: Message,
        *,
        reply: bool = False,
        allowed: Allowed = always,
        still: Callable[[], bool] = _at_any_time,
    ) -> Answer:
        """Send `message`: without a picture that can't be shown, as plain text where its markup is refused.

        `allowed` is asked when the message's turn has come, and whenever it has to come again; where it says
        no, nothing is sent and the answer is Later, as it is for a broadcast whose turn does not come soon.
        `still` is asked once more in the moment in which it leaves, for until then a connection may have been
        opened, or this process frozen.
        """
        turn = _Turn(chat_id, topic, message, reply, allowed, still)
        answer = await self._with_photo(turn) if message.photo else await self._attempt(turn)
        if isinstance(answer, BadPhoto):
            answer = await self._attempt(turn)
        return await self._unformatted(turn, answer) if isinstance(answer, BadMarkup) else answer

    async def answers(self) -> bool:
        """Whether Telegram answers at all."""
        return await self._telegram.answers()

    async def reply(self, chat_id: int, topic: int, message: Message) -> bool:
        """Answer a person at once, before any broadcast; False where Telegram would not have it."""
        answer: Answer = Later(0)
        tries = 0
        while isinstance(answer, Later) and tries < REPLY_TRIES:
            answer = await self.send(chat_id, topic, message, reply=True)
            tries += 1
        return isinstance(answer, Sent)

    async def _unformatted(self, turn: _Turn, refused: BadMarkup) -> Answer:
        """Once as plain text."""
        answer = await self._attempt(turn, formatted=False)
        return replace(answer, unformatted=refused.reason) if isinstance(answer, Sent) else answer

    async def change(self, chat_id: int, message_id: int, message: Message | None) -> edits.Answer:
        """Have a message of ours show `message`, or go (None), when a broadcast might be sent there.

        Its caption is changed where it should have a picture, else its text; the other where that is wrong.
        """
        if message is None:
            return await self._change(chat_id, message_id, None, Form.TEXT)
        first, second = (Form.CAPTION, Form.TEXT) if message.photo else (Form.TEXT, Form.CAPTION)
        answer = await self._change(chat_id, message_id, message, first)
        if isinstance(answer, OtherForm):
            answer = await self._change(chat_id, message_id, message, second)
        return answer

    async def _change(
        self, chat_id: int, message_id: int, message: Message | None, form: Form
    ) -> edits.Answer:
        editing = self._edit(message, form)
        return await self._paced(
            chat_id, lambda slot: self._telegram.edit(editing, chat_id, message_id, leaves=slot.leave)
        )

    async def _with_photo(self, turn: _Turn) -> Answer:
        """With the picture's file id; one that Telegram does not know any more is asked for anew."""
        url = turn.message.photo
        known = await self._pictures.file_id(url)
        if known is not None:
            answer = await self._attempt(turn, photo=known)
            if not known or not isinstance(answer, BadPhoto):
                return answer
            await self._pictures.forget(url, known)
        return await self._with_new_photo(turn)

    async def _with_new_photo(self, turn: _Turn) -> Answer:
        """No file id is known: the first message gets it for the others, who wait for it here."""
        url = turn.message.photo
        async with self._pictures.first(url):
            known = await self._pictures.file_id(url)
            if known is None:
                return self._too_late(turn) or await self._first_time(turn)
        return await self._attempt(turn, photo=known)

    def _too_late(self, turn: _Turn) -> Later | None:
        """What need not be fetched and uploaded: in the end it would be sent away."""
        wait = 0.0 if turn.reply else self.pace.sends_away(turn.chat_id)
        return Later(wait) if wait or not turn.still() else None

    async def _first_time(self, turn: _Turn) -> Answer:
        """Upload the picture, or else have Telegram fetch it; success leaves the file id for the others."""
        url = turn.message.photo
        picture = await self._pictures.fetched(url)
        uploaded: Answer = BadPhoto("its source does not give it")
        if picture is not None:
            uploaded = await self._attempt(turn, photo=url, picture=picture)
        answer = uploaded
        if isinstance(uploaded, BadPhoto | Unsent):  # the line may carry a short request, if not a picture
            answer = await self._attempt(turn, photo=url)
        if isinstance(answer, BadPhoto) and isinstance(uploaded, BadPhoto):
            self._pictures.leave_out(url, answer.reason)
        elif isinstance(answer, Sent) and answer.file_id:
            await self._pictures.keep(url, answer.file_id)
        return answer

    async def _attempt(
        self, turn: _Turn, *, photo: str = "", picture: bytes | None = None, formatted: bool = True
    ) -> Answer:
        sending = self._request(turn.message, photo, formatted)
        if picture is not None:
            return await self._upload(turn, sending, picture)
        return await self._paced(
            turn.chat_id,
            lambda slot: self._telegram.send(
                sending, turn.chat_id, turn.topic, leaves=partial(_leave, slot, turn.still)
            ),
            reply=turn.reply,
            allowed=turn.allowed,
        )

    async def _upload(self, turn: _Turn, sending: Request, picture: bytes) -> Answer:
        """A picture takes its time: its turn comes, and is asked for, when all but the last byte is there."""
        upload = self._telegram.upload(
            sending, turn.chat_id, turn.topic, picture, ends=partial(self._take_turn, turn)
        )
        return await self._heard(turn.chat_id, upload)

    async def _take_turn(self, turn: _Turn) -> None:
        with await self._admitted(turn.chat_id, reply=turn.reply, allowed=turn.allowed) as slot:
            _leave(slot, turn.still)

    async def _paced(
        self,
        chat_id: int,
        carry: Callable[[Slot], Awaitable[_Answer]],
        *,
        reply: bool = False,
        allowed: Allowed = always,
    ) -> _Answer | Later:
        """What `carry` answers when a request to the chat may leave; Later where it may not."""

        async def carried() -> _Answer:
            with await self._admitted(chat_id, reply=reply, allowed=allowed) as slot:
                return await carry(slot)

        return await self._heard(chat_id, carried())

    async def _admitted(self, chat_id: int, *, reply: bool, allowed: Allowed) -> Slot:
        """A slot with which a message may leave at once; _TooLateError where there is none."""
        slot = await self.pace.slot(chat_id, reply=reply)
        if slot is None:
            raise _TooLateError(self.pace.wait_for(chat_id))
        admitted = False
        try:
            admitted = await self.pace.in_time(slot, allowed, reply=reply)
        finally:
            if not admitted:
                slot.give_back()
        if not admitted:
            raise _TooLateError(self.pace.held_for(chat_id))
        return slot

    async def _heard(self, chat_id: int, asked: Awaitable[_Answer]) -> _Answer | Later:
        """The answer; Later where it was too late to ask, or that is what it says."""
        try:
            answer = await asked
        except _TooLateError as late:
            return Later(late.after)
        if isinstance(answer, Later):
            await self.pace.refused(chat_id, answer.after)
        return answer


def _leave(slot: Slot, still: Callable[[], bool]) -> None:
    if not still():
        raise _TooLateError
    slot.leave()
