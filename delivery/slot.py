"""Room for one message within the overall rate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from delivery.chats import Chat
    from delivery.rate import Rate


class Slot:
    """Room for one message. As a context it is given back at the end where the message has not left."""

    __slots__ = ("_open", "_rate", "chat", "taken_at")

    def __init__(self, rate: Rate, chat: Chat, now: float) -> None:
        """As the chat has it, it has got the message from now on."""
        self._rate = rate
        self.chat = chat
        self.taken_at = now
        self._open = True
        chat.sent(now)
        chat.slots += 1

    def is_over(self, now: float) -> bool:
        """Whether it is too late to use it."""
        return now - self.taken_at > self._rate.lasts

    def renew(self, fresh: Slot) -> None:
        """It has been given back, and stands for `fresh` from now on."""
        self.taken_at, self._open = fresh.taken_at, True

    def leave(self) -> None:
        """The message leaves now, if it has not left already."""
        if self._close():
            self.chat.sent(self._rate.left())

    def give_back(self) -> None:
        """The message does not leave, if it has not already: another may."""
        if self._close():
            self._rate.given_back()

    def _close(self) -> bool:
        """Whether it was open until now."""
        was_open, self._open = self._open, False
        if was_open:
            self.chat.slots -= 1
            self.chat.forget(self.taken_at)
        return was_open

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.give_back()
