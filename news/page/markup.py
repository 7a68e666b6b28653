"""HTML fragments, as feeds carry them, into paragraphs and pictures; and what a link looks like."""

from __future__ import annotations

import re
from html import unescape
from typing import Final
from urllib.parse import parse_qs, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from news.language.text import clean
from news.web.address import linked, path

_BREAKS: Final = re.compile(
    r"<(?:/?(?:p|div|li|ul|ol|h[1-6]|blockquote|section|article|table|tr|figure|figcaption)\b[^>]*|br\s*/?)>",
    re.IGNORECASE,
)
_DROPPED: Final = re.compile(
    r"<(script|style|iframe|figure|noscript|svg|form)\b.*?</\1\s*>|<!--.*?-->", re.IGNORECASE | re.DOTALL
)
_ENTITY: Final = re.compile(r"&(?:#\d{1,12}|#[xX][0-9a-fA-F]{1,12}|[a-zA-Z]\w{1,31});")
_WILD_REFERENCE: Final = re.compile(r"&#[xX]?[0-9a-fA-F]{13,};?")
"""Longer than any character's number; Python refuses to read some of them."""
_OPENING: Final = re.compile(r"<(?=[/a-zA-Z!?])")
_ESCAPED: Final = 4
"""Times that a text may have been escaped too often."""
_TAG: Final = re.compile(r"<[/a-zA-Z!?][^<>]*>")
_NO_PICTURE: Final = re.compile(
    r"^(?:data:|#)|\.svg(?:[?#]|$)|\[timestamp\]|/(?:icons?|emoji|smil(?:ies|eys)|avatars?|(?:download_)?buttons?|themes?/[\w.-]+)/"
    r"|^(?:https?:)?//(?:[\w.-]+\.)?(?:doubleclick\.net|scorecardresearch\.com|quantserve\.com|google-analytics\.com"
    r"|smartadserver\.com|gravatar\.com|feedburner\.com|facebook\.com/tr"
    r"|vgwort\.de|ioam\.de|adnxs\.com|chartbeat\.net)",
    re.IGNORECASE,
)
"""Drawings, buttons and what counts visitors."""
_PLACEHOLDER: Final = re.compile(
    r"(?:^|[_.-])(?:logo|placeholder|default|blank|spacer|pixel|loading|loader|lazy|dummy|no-?image|no-?photo|noimg"
    r"|nopic|1x1|1px|transparent|avatar|gravatar|favicon|sprite|emoji|icons?|null|undefined)(?:[_.\d-]|$)"
    # A photograph may be called print-works.jpg; what is drawn for a button is no JPEG.
    r"|(?:^|[_.-])(?:share|sharing|facebook|twitter|whatsapp|rss|buttons?|btn|badge|donate|counter|captcha|clear|social"
    r"|subscribe|arrow|bullet|rating|print|ornament|get_flash_player|qzone|qr-?code|wechat|weibo|linkedin|pinterest)(?:[_\d-][^/]*)?\.(?:png|gif|webp)$",
    re.IGNORECASE,
)
"""Names of files that stand where a picture may come."""
_SOURCES: Final = (
    "data-src", "data-original", "data-lazy-src", "data-full-url", "data-large-file", "data-orig-file",
    "data-lazy", "data-hi-res-src", "data-image", "data-url", "src",
)  # fmt: skip
_SETS: Final = ("srcset", "data-srcset", "data-lazy-srcset")
_CANDIDATE: Final = re.compile(r"\s*(\S*[^\s,])(?:\s+([\d.]+)([wx]))?\s*(?:,|$)")
LARGEST: Final = 2560
"""Pixels: wider pictures are too heavy to be sent."""
_SIZE: Final = re.compile(r"^(\d+)(?:px)?$")
SMALLEST: Final = 120
"""Pixels: a picture narrower or lower than this is an icon or a tracking pixel."""


def paragraphs(html: str) -> tuple[str, ...]:
    """The visible paragraphs of a fragment, plain text, in order."""
    pieces = _BREAKS.sub("\n", _DROPPED.sub("\n", _WILD_REFERENCE.sub("", html))).split("\n")
    return tuple(text for piece in pieces if (text := visible(clean(unescape(_TAG.sub("", piece))))))


def visible(text: str) -> str:
    """`text` without the tags and entities of what was escaped twice; a < that opens no tag stays."""
    text = clean(_WILD_REFERENCE.sub("", text)) if "&#" in text else text
    for _ in range(_ESCAPED):
        if "<" not in text and "&" not in text:
            return text
        bare = _TAG.sub("", _ENTITY.sub(lambda match: unescape(match[0]), text))
        if bare == text:
            break
        text = clean(bare)
    return _OPENING.sub("< ", text)


def plain(html: str) -> str:
    """All of a fragment on one line."""
    return clean(" ".join(paragraphs(html)))


def first_picture(html: str, base: str) -> str:
    """The address of the first real picture in a fragment, as `linked`; empty if there is none."""
    if "<img" not in html.casefold():
        return ""
    images = LexborHTMLParser(html).css("img")
    return next((url for image in images if (url := picture(image, base))), "")


def picture(image: LexborNode, base: str) -> str:
    """The absolute address of an `<img>` that a reader would call a picture, at its largest; else empty."""
    attributes = image.attributes
    for side in ("width", "height"):
        size = _SIZE.match((attributes.get(side) or "").strip())
        if size and int(size[1]) < SMALLEST:
            return ""
    plain = [attributes.get(name) or "" for name in _SOURCES]
    shown = next((url for source in plain if (url := picture_address(source, base))), "")
    largest = picture_address(_largest(image), base)
    url = largest or shown
    return "" if url.partition("?")[0].casefold().endswith(".gif") else url


def picture_address(source: str, base: str) -> str:
    """`source` as `linked`, out of a Next.js image proxy; empty for logos, placeholders and drawings."""
    if not source.strip() or _NO_PICTURE.search(source.strip()):
        return ""
    url = linked(base, source)
    if _PLACEHOLDER.search(path(url).rpartition("/")[2]):
        return ""
    if "/_next/image" in url:
        inner = parse_qs(urlsplit(url).query).get("url", [""])[0]
        return picture_address(inner, base) if inner else ""
    return url


def _largest(image: LexborNode) -> str:
    """The widest picture of the srcset of an `<img>` and the `<source>`s around it that isn't too wide."""
    nodes = [image]
    if image.parent is not None and image.parent.tag == "picture":
        nodes += image.parent.css("source")
    found = [
        candidate for node in nodes for name in _SETS for candidate in _candidates(node.attributes.get(name))
    ]
    fitting = [candidate for candidate in found if candidate[0] <= LARGEST]
    return max(fitting, key=lambda candidate: candidate[0], default=(0.0, ""))[1]


def _candidates(srcset: str | None) -> list[tuple[float, str]]:
    """(width, address) of each picture in a srcset; a density counts as so many hundred pixels."""
    matches = _CANDIDATE.finditer(srcset or "")
    return [(_number(match[2]) * (1 if match[3] == "w" else 100), match[1]) for match in matches]


def _number(text: str | None) -> float:
    try:
        return float(text or 1)
    except ValueError:
        return 0.0
