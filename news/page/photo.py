"""The story's picture: the one its page shows with it, its caption and its credit apart."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from news.article import Photo
from news.language.labels import BYLINE, DATE_LABEL, caption_and_credit, is_caption, is_noise
from news.language.text import latin_digits, same
from news.page import markup
from news.page.body import is_outside
from news.page.related import is_prose
from news.web.address import key, linked

if TYPE_CHECKING:
    from collections.abc import Iterable

    from news.page.blocks import Block, Layout, Picture

_LEVELS: Final = 4
_LONGEST: Final = 400
"""Characters of a caption."""
_LONG: Final = 100
"""Characters of a text beside a picture in one <p> that is a paragraph and no caption."""
_SENTENCES: Final = re.compile(r"[।?!.]\s+\S.{20,}[।?!.]$")
"""Two of them are a paragraph, however short, unless a credit follows."""
_MOST_LINES: Final = 2
_HEADINGS: Final = frozenset({"h1", "h2", "h3"})
_AROUND: Final = 8
"""Blocks before and after a picture that are looked at: a caption has no more."""
_NEAR: Final = 3
"""Blocks between a picture and a credit that is still its own."""
_IMAGE: Final = re.compile(r"\.(?:jpe?g|png|webp|avif)(?:[?/#]|$)", re.IGNORECASE)
_NAMED: Final = re.compile(r"(.{10,}?)\s*\(((?:[A-Z][\w.'’-]*)(?:[ /]+[A-Z][\w.'’-]*){1,4})\)\.?")
"""A caption with a name behind it: that of the photographer."""
_SIZES: Final = re.compile(r"[-_](?:\d{2,4}x\d{2,4}|scaled|thumb(?:nail)?|small|medium|large|\d{3,4}w?)$")
_WIDTH: Final = re.compile(r"[?&/](?:w|width)[=_](\d{2,4})|[-_](\d{2,4})x\d{2,4}\.")
_MARK: Final = re.compile(r"(?=.*\d)[0-9a-z]{7,}")
_NO_MARK: Final = re.compile(r"(?:19|20)\d{6,12}|\d+x\d+")
_ALIKE: Final = 10
"""Letters that two names of files have in common if they are of one picture."""
_BEFORE: Final = 6
"""Blocks above the headline where the story's picture may stand."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture on the page, and the blocks that are its caption."""

    picture: Picture
    url: str
    captions: tuple[Block, ...]
    elsewhere: bool = False  # it links to another page


def shown(layout: Layout, title_at: int, title: str, excluded: frozenset[int], base: str) -> list[Shown]:
    """The story's pictures in order, from just above the headline on; not other stories', no faces."""
    last = max(excluded, default=-1)
    around = layout.around(title_at)
    found = []
    for picture in layout.pictures:
        own = title_at - _BEFORE <= picture.at and picture.at not in excluded and not (0 <= last < picture.at)
        if (
            own
            and not is_outside(layout, picture.element, around)
            and (url := markup.picture(picture.node, base))
        ):
            captions = _captions(layout, picture, title)
            if not _is_face(layout, picture, captions):
                own_words = tuple(c for c in captions if not _is_line(c))
                found.append(Shown(picture, url, own_words, _leads_elsewhere(picture.link, base)))
    return found


def _leads_elsewhere(link: str, base: str) -> bool:
    """Whether a picture's link goes to another page and not to the picture itself."""
    other = linked(base, link) if link else ""
    return bool(other) and key(other) != key(base) and not _IMAGE.search(other)


def choose(pictures: list[Shown], loose: Iterable[Block], said: str, said_caption: str) -> Photo | None:
    """The best picture; `loose` are captions without one, `said` and `said_caption` the page's head's.

    The one both shown and `said`, else the one `said`: a paper knows best which is the story's. Where the
    head says none, the first with a caption, else the first.
    """
    ways = (
        [one for one in pictures if said and _is_same(one.url, said)],
        [one for one in pictures if one.captions and (not said or _is_like(one.url, said))],
        [] if said else [one for one in pictures if not one.elsewhere] or pictures,
    )
    best = next((found[0] for found in ways if found), None)
    if best is None:
        return _photo(said, " ".join(block.text for block in loose) or said_caption) if said else None
    url = _larger(best.url, said) if said else best.url
    text = " ".join(block.text for block in best.captions or loose)
    return _photo(url, text or said_caption)


def _photo(url: str, text: str) -> Photo:
    caption, credit = caption_and_credit(text)
    if not credit and (match := _NAMED.fullmatch(caption)):
        caption, credit = match.groups()
    return Photo(url, caption, credit)


def _is_same(one: str, other: str) -> bool:
    """Whether two addresses are of one picture in two sizes: by its file's name, or by a long number."""
    return _name(one) == _name(other) or not _marks(one).isdisjoint(_marks(other))


def _is_like(one: str, other: str) -> bool:
    """Whether two files' names begin alike: one picture in two cuts, each with a number of its own behind."""
    names = _name(one), _name(other)
    alike = next((at for at, (a, b) in enumerate(zip(*names, strict=False)) if a != b), min(map(len, names)))
    return alike >= _ALIKE and alike * 2 >= min(map(len, names))


def _marks(url: str) -> set[str]:
    """The long numbers and hashes in a picture's path, but for dates and sizes: no other picture has them."""
    words = re.split(r"[^0-9a-z]+", urlsplit(url).path.casefold())
    return {word for word in words if _MARK.fullmatch(word) and not _NO_MARK.fullmatch(word)}


def _name(url: str) -> str:
    """What stays the same of a picture's address when its size changes."""
    file = urlsplit(url).path.rsplit("/", 1)[-1].casefold()
    return _SIZES.sub("", file.rpartition(".")[0] or file)


def _larger(shown: str, said: str) -> str:
    """The address with the greater width in it; that of the head where they don't say."""
    one, other = _width(shown), _width(said)
    return shown if other and (not one or one > other) else said


def _width(url: str) -> int:
    match = _WIDTH.search(url)
    return int(next(filter(None, match.groups()))) if match else 0


def _is_face(layout: Layout, picture: Picture, captions: list[Block]) -> bool:
    """Whether a picture is the writer's: named so, or with a name or a date for a caption."""
    names = (
        f"{picture.node.attributes.get('class') or ''} {picture.node.attributes.get('src') or ''}".casefold()
    )
    if "author" in layout.near_roles(picture.element) or any(
        word in names for word in ("avatar", "author", "auteur", "autor")
    ):
        return True
    bylines = BYLINE.search(picture.alt) is not None and len(picture.alt) < 40
    return bylines or (bool(captions) and all(_is_line(block) for block in captions))


def _is_line(block: Block) -> bool:
    """Whether a block is a byline, a date or a button."""
    short = len(block.text) < 60 and not is_caption(block.text)
    dated = DATE_LABEL.match(block.text) is not None or any(c.isdigit() for c in latin_digits(block.text))
    return short and (
        is_noise(block.text) or BYLINE.search(block.text) is not None or (dated and not is_prose(block))
    )


def _captions(layout: Layout, picture: Picture, title: str) -> list[Block]:
    """The blocks that are this picture's caption: in its figure, alone beside it, or credited below it."""
    around = [
        b
        for b in layout.blocks[max(0, picture.at - _AROUND) : picture.at + _AROUND]
        if not same(b.text, title)
    ]
    for level, element in enumerate(layout.ancestors(picture.element)):
        inside = [b for b in around if layout.within(b.element, element)]
        if layout.tags[element] == "figure":
            return inside
        if level >= _LEVELS or inside or element == 0:
            break
    else:
        return []
    if (
        inside
        and element
        and _is_own(layout, picture, inside, element)
        and not _holds(layout, element, title)
    ):
        return inside
    near = layout.blocks[picture.at : picture.at + _NEAR]
    return [b for b in near if is_caption(b.text) or "caption" in layout.near_roles(b.element)][:2]


def _holds(layout: Layout, element: int, title: str) -> bool:
    return any(same(block.text, title) for block in layout.blocks if layout.within(block.element, element))


def _is_own(layout: Layout, picture: Picture, inside: list[Block], element: int) -> bool:
    """Whether the text that shares the wrapper `element` with a picture is its caption and not the story."""
    length = sum(len(block.text) for block in inside)
    if length > _LONGEST or len(inside) > _MOST_LINES or any(block.linked > 0.5 for block in inside):
        return False
    before = inside[0].index < picture.at
    if any(is_caption(block.text) for block in inside):
        return True
    # A picture set into a paragraph of the story, a formula between its words, a picture below a heading.
    sentences = any(_SENTENCES.search(block.text) for block in inside)
    in_paragraph = layout.tags[element] == "p" and (length > _LONG or before or sentences)
    return not in_paragraph and not (before and layout.tag(inside[0]) in _HEADINGS)
