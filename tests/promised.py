"""What a hard kill may repeat in tests: five times what docs/reliability.md promises, in this one place."""

from __future__ import annotations

from typing import Final

from scripts.chaos.verdict import Promise

FORGIVEN: Final = 5
"""So many times what is promised: a busy machine is no fault. `scripts.chaos` judges the promise itself."""


def repeated(rate: float, in_flight: int = 0) -> int:
    """How many messages one kill may repeat at `rate` a second, of which so many are on their way at once."""
    return in_flight + Promise(FORGIVEN * rate).repeated


def repeated_by(hands: int, answer: float) -> int:
    """The same of a sender whose hands are all full, where Telegram takes `answer` seconds to answer."""
    return repeated(hands / answer, in_flight=hands)
