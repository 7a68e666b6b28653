"""Addresses of stories: absolute, and one key for each however it was linked."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import SplitResult, parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

_TRACKING: Final = re.compile(
    r"(?:utm_\w+|fbclid|gclid|dclid|gbraid|wbraid|yclid|msclkid|twclid|igshid|igsh|mc_[ce]id|mibextid|_ga|_gl"
    r"|ref_src|ref_url|ncid|cmpid|fb_action_\w+|fb_source|amp_js_v|spm|s_cid|soc_src|soc_trk)",
    re.IGNORECASE,
)
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_NO_STORY: Final = re.compile(
    r"/(?:tags?|topics?|authors?|writer|category|categories|archives?|page|search|login|register|about|contact|privacy"
    r"|terms|advertise|video-gallery|photo-gallery|all-news|feed|rss|epaper|converter)(?:/|$)|\.(?:pdf|jpe?g|png|mp4|xml)$",
    re.IGNORECASE,
)
_SHORTEST_NAME: Final = 12
"""Characters from which the last part of an address is a story's name and not a section's."""
_BREAKS: Final = re.compile(r"[\t\r\n]")
"""What a browser takes out of an address."""
_ANYWHERE: Final = "https://anywhere.invalid/"
"""Where a page may lie that doesn't say so: what is relative to it stays on it."""
LONGEST: Final = 2048
"""Characters of an address; longer ones are no story's (and no browser's)."""


def absolute(base: str, href: str) -> str:
    """`href` as linked from `base`, without fragment; empty unless it is a sound http(s) address."""
    try:
        joined = urljoin(base, _BREAKS.sub("", href).strip())
        parts = urlsplit(joined)
        sound = parts.scheme in _DEFAULT_PORTS and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return ""
    if not sound or len(joined) > LONGEST or re.search(r"[\x00-\x1f\x7f]", joined):
        return ""
    return urlunsplit(parts._replace(path=parts.path.replace(" ", "%20"), fragment=""))


def linked(base: str, href: str) -> str:
    """`href` as linked from `base`; on a page whose own address nobody knows, a relative one as it stands."""
    if absolute("", base):
        return absolute(base, href)
    found = absolute(_ANYWHERE, href)
    return _BREAKS.sub("", href).strip() if found.startswith(_ANYWHERE) else found


def host(url: str) -> str:
    """The host of `url` in lower case without `www.`; empty where there is none."""
    try:
        name = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return name.rstrip(".").removeprefix("www.")


def path(url: str) -> str:
    """The path of `url` without a trailing slash; empty for a front page."""
    try:
        return urlsplit(url).path.rstrip("/")
    except ValueError:
        return ""


def is_home(href: str) -> bool:
    """Whether a link as written leads to a site's front page."""
    return re.fullmatch(r"(?:https?://[^/?#]+)?/?", href.strip()) is not None and bool(href.strip())


def is_story(url: str, base: str) -> bool:
    """Whether an address can be a story's: on the site of `base`, and deep, numbered or with a long name."""
    if not url or not same_site(url, base) or _NO_STORY.search(path(url)) or key(url) == key(base):
        return False
    segments = [segment for segment in path(url).split("/") if segment]
    return bool(segments) and (
        len(segments) > 1
        or "?" in url
        or re.search(r"\d", segments[-1]) is not None
        or len(segments[-1]) >= _SHORTEST_NAME
    )


def same_site(url: str, other: str) -> bool:
    """Whether two addresses are of one site or of a part of it (nagorik.paper.com, paper.com)."""
    one, two = host(url), host(other)
    return one == two or one.endswith("." + two) or two.endswith("." + one)


def key(url: str) -> str:
    """What two addresses of the same page have in common: `site/path?query` without scheme, www, tracking."""
    try:
        parts = urlsplit(url.strip())
        port = _port(parts)
    except ValueError:
        return url.strip()
    tail = parts.path.rstrip("/")
    query = urlencode([(n, v) for n, v in parse_qsl(parts.query, keep_blank_values=True) if not _tracks(n)])
    return f"{host(url)}{port}{tail}" + (f"?{query}" if query else "")


def _port(parts: SplitResult) -> str:
    """`:8081` unless the port is its scheme's own."""
    return "" if parts.port in {None, _DEFAULT_PORTS.get(parts.scheme)} else f":{parts.port}"


def _tracks(name: str) -> bool:
    return _TRACKING.fullmatch(name) is not None
