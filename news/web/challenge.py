"""Pages that a gate shows instead of the site: the source is blocked, and we go no further."""

from __future__ import annotations

import re
from typing import Final

_MARKS: Final = (
    b"challenges.cloudflare.com",
    b"/cdn-cgi/challenge-platform/h/",
    b"cf-challenge-running",
    b"cf_chl_opt",
    b"cf-browser-verification",
    b"_incapsula_resource",
    b"px-captcha",
    b"geo.captcha-delivery.com",
    b"sucuri_cloudproxy",
    b"aws-waf-token",
    b"awswafintegration",
)
_TITLE: Final = re.compile(
    rb"<title>\s*(?:just a moment|attention required|access denied|please wait\W|ddos-guard"
    rb"|checking your browser|one moment, please|verifying you are human|security check|bot verification"
    rb"|are you a robot|human verification)"
)
_PARAGRAPH: Final = re.compile(rb"<p[\s>]")
_MOST_PARAGRAPHS: Final = 5
"""A page with more text than this is the site itself, which may mention its gate in a script."""


def is_challenge(body: bytes) -> bool:
    """Whether `body` is a gate's page ("Just a moment…") and no story or feed."""
    lower = body.lower()
    marked = any(mark in lower for mark in _MARKS) or _TITLE.search(lower) is not None
    return marked and len(_PARAGRAPH.findall(lower)) <= _MOST_PARAGRAPHS
