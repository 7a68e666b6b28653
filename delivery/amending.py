"""A message that a reader has is made to show what its posts say now; or it goes, or says what was retracted.

It knows neither corrections nor what is counted: `correcting` does.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from delivery import edits, showing
from delivery.compose import retraction
from delivery.edits import Changed, Lost, OtherForm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from delivery.compose import Composer
    from delivery.message import Message
    from delivery.send import Sender
    from storage.copies import Copy
    from storage.posts import Post

log = logging.getLogger(__name__)

UNSHOWN: Final = Lost("refused", showing.UNSHOWN)


class Amending:
    """Changes copies, one at a time."""

    def __init__(self, sender: Sender, composer: Composer) -> None:
        """Nothing has been composed in vain so far."""
        self._sender = sender
        self._composer = composer
        self._unshown: set[int] = set()

    async def change(self, copy: Copy, shown: Sequence[Post], *, tried: bool) -> edits.Answer:
        """Have a copy show what the posts in it, `shown`, say now; where all are retracted, it goes.

        Where that was `tried` before, and it is not there any more, it was we who deleted it.
        """
        if not copy.active:
            return Lost("gone", "the reader is gone")
        live = [post for post in shown if post.state != "retracted"]
        if live:
            message = self._message(copy, live)
            return await self._asked(copy, message) if message else UNSHOWN
        answer = await self._asked(copy, None)
        if tried and edits.is_not_there(answer):
            return Changed()
        if shown and edits.is_too_old(answer):
            return await self._said_of(copy, retraction(shown, copy.language))
        return answer

    def _message(self, copy: Copy, live: Sequence[Post]) -> Message | None:
        """None where nobody can compose it: other copies are to go on, and it is said once of each post."""
        try:
            return self._composer.message(live, copy.language, together=len(copy.posts) > 1)
        except Exception:
            unsaid = {post.id for post in live} - self._unshown
            if unsaid:
                log.exception("posts can't be composed", extra={"posts": sorted(unsaid)})
                self._unshown |= unsaid
            return None

    async def _said_of(self, copy: Copy, message: Message) -> edits.Answer:
        """Telegram deletes for two days only, but changes words for ever; a copy without words stays."""
        answer = await self._asked(copy, message)
        return Lost("too_old", "it stays") if isinstance(answer, Changed | OtherForm) else answer

    async def _asked(self, copy: Copy, message: Message | None) -> edits.Answer:
        return await self._sender.change(copy.chat_id, copy.message_id, message)
