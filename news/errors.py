"""What can go wrong between an address and an article.

NewsError
├── FetchError     one page or feed could not be had, or is not what it should be: a value to record
└── SourcesError   sources.toml is wrong: every fault at once
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import timedelta

Kind = Literal[
    "unreachable",  # no connection: DNS, refused, TLS, cut off
    "timeout",  # connected too slowly, or drip fed
    "too_large",  # more bytes than such a thing may have, packed or unpacked
    "blocked",  # 403, or a challenge page: the site does not want us
    "gone",  # 410: switch the source off
    "refused",  # an address or an answer that we do not accept: scheme, credentials, encoding, redirects
    "http",  # any other status; `retry_after` when the site says when
    "private",  # an address inside somebody's network, or a port that is no web server's
    "not_an_article",  # a page, but no story on it
    "not_a_feed",  # an answer, but no feed in it
]


class NewsError(Exception):
    """Everything this package raises on purpose."""


class FetchError(NewsError):
    """One address failed. `kind` decides what follows; `detail` is for the log, without secrets.

    `status` is the HTTP status where there was an answer, else 0.
    """

    def __init__(
        self, kind: Kind, detail: str = "", retry_after: timedelta | None = None, *, status: int = 0
    ) -> None:
        super().__init__(f"{kind}: {detail}" if detail else kind)
        self.kind: Kind = kind
        self.detail = detail
        self.retry_after = retry_after
        self.status = status


class SourcesError(NewsError):
    """sources.toml can't be used; `faults` lists every reason, each one line."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults
