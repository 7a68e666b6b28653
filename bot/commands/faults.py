"""What is wrong with a page or a source, as the commands say it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from news.errors import FetchError

SENTENCES: Final = {
    "unreachable": "the site cannot be reached",
    "timeout": "the site takes too long",
    "too_large": "there is more of it than a page may have",
    "blocked": "the site does not let us in",
    "gone": "the page is gone for good",
    "refused": "this address, or what it answers, is not accepted",
    "http": "the site answers with an error",
    "private": "the address is private; ALLOW_PRIVATE_HOSTS can let it in",
    "not_an_article": "there is no article on this page",
    "not_a_feed": "this is no feed",
}
"""What went wrong, by `FetchError.kind`."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A page that could not be read: a word for programs, a sentence for people."""

    kind: str
    sentence: str


def fault_of(error: FetchError) -> Fault:
    """The error as it is shown."""
    sentence = SENTENCES[error.kind]
    return Fault(error.kind, f"{sentence} ({error.detail})" if error.detail else sentence)
