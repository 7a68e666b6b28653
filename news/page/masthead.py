"""What stands around a headline: who wrote it, in which section."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from news.geography import atlas
from news.geography.places import codes
from news.language.labels import BYLINE, BYLINE_LABEL, DATE_LABEL, HOME, SENTENCE_END, is_caption, is_noise
from news.language.text import bengali_share, letters_of, same
from news.time import dates
from news.web.address import is_home

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from news.page.blocks import Block, Layout, Part

_BEFORE: Final = 5
"""Blocks above the headline that may belong to it."""
_LONGEST_LINE: Final = 160
_LONGEST_NAME: Final = 70
_LONGEST_SECTION: Final = 40
_MENU: Final = 4
"""So many links side by side are a menu, not a section."""
_WEEKDAYS: Final = re.compile(r"(?:শনি|রবি|সোম|মঙ্গল|বুধ|বৃহস্পতি|শুক্র)(?:বার)?\s*[,।|]?")
OTHERS: Final = frozenset({"side", "related", "comments"})
LINKED: Final = 0.8
HEADLINE: Final = 25
"""Characters of a link that is another story's headline."""
_FROM: Final = re.compile(r"[^,।]{3,40},(?P<place>[^।]{2,40}) থেকে")
"""A writer and where he writes from."""
_PATH: Final = re.compile(r"[>»›]")
"""What stands between a section and what is in it."""
_EDGES: Final = " \t,;:|/·•–—-()[]।ঃ>»«<&"
_NAME_WORD: Final = re.compile(r"[^\W\d_][\w.'’-]*")
_NAME_WORDS: Final = 12
_PARTICLES: Final = frozenset({
    "de", "von", "van", "der", "den", "la", "le", "du", "di", "da", "del", "dos", "e", "y", "et", "und",
    "and", "og", "och", "bin", "al", "el", "ter", "zu", "af", "av", "with", "in", "at", "for", "of",
})  # fmt: skip
"""Words of names that are written small."""
_NO_NAME: Final = re.compile(
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|lundi|mardi"
    r"|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|miércoles|jueves|viernes|sábado|domingo"
    r"|january|february|march|april|june|july|august|september|october|november|december"
    r"|first|last|updated?|published|posted|actualizado|publicado|aktualisiert|veröffentlicht|mis à jour"
    r"|publié"
    r"|e[sd]t|gmt|am|pm|uhr|share|print|email|comments?|kommentare?|read|views?|follow|subscribe|privacy|terms"
    r"|all rights|copyright|by submitting|click|here|more|photo|foto|image|video)\b|기사입력",
    re.IGNORECASE,
)
_LOGIN_NAME: Final = re.compile(r"[a-z0-9_.@-]+|admin.*|https?:.*|www\..*", re.IGNORECASE)


@dataclass(slots=True)
class Masthead:
    """The blocks between headline and story (`below`) and the few before the headline (`above`)."""

    layout: Layout
    below: list[Block]
    above: list[Block]
    title: str


def around(layout: Layout, title_at: int, title: str, first: int, captions: set[int]) -> Masthead:
    """The masthead of a story that begins at block `first`, captions left out."""
    blocks = layout.blocks
    own = layout.roles(blocks[title_at].element) if title_at >= 0 else frozenset()

    def lines(start: int, end: int) -> list[Block]:
        near = [b for b in blocks[max(0, start) : end] if not layout.roles(b.element) & OTHERS - own]
        return [b for b in near if b.index not in captions and not is_other(b, title)]

    return Masthead(
        layout, lines(title_at + 1, first), lines(title_at - _BEFORE, max(title_at, 0))[::-1], title
    )


def is_other(block: Block, title: str) -> bool:
    """Whether a block is no line of a masthead: a paragraph, a caption, the headline `title` once more."""
    return len(block.text) > _LONGEST_LINE or same(block.text, title) or is_caption(block.text)


def _agree(one: str, other: str) -> bool:
    """Whether two headlines are one, of which the other may be cut off."""
    shorter, longer = sorted((letters_of(one), letters_of(other)), key=len)
    return bool(shorter) and shorter in longer


def is_card(layout: Layout, block: Block, title: str) -> bool:
    """Whether a line stands right below the linked headline of another story than `title`."""
    above = layout.blocks[block.index - 1] if block.index else block
    linked = above.linked > LINKED and len(above.text) >= HEADLINE
    return linked and not _agree(above.text, title)


def byline(head: Masthead, said: str, site: str, now: datetime, after: list[Block]) -> str:
    """Who wrote it, once: as shown, else as `said` in the head; not the `site`'s own name or a login.

    `after`: the blocks below the story, where papers elsewhere name the writer.
    """
    said = _tidy(BYLINE_LABEL.sub("", said))
    sound = said and not _LOGIN_NAME.fullmatch(said) and len(said) <= _LONGEST_NAME and not same(said, site)
    foreign = bengali_share(head.title) == 0
    if sound and foreign:
        return said  # elsewhere the head names people; in Bengali papers as often whoever typed the story
    shown = _names(head, now, head.below) or _names(head, now, head.above)
    if foreign:
        shown += _names(head, now, after)
    if shown:
        return shown[0]
    return said if sound else _beside_date(head, now)


def _names(head: Masthead, now: datetime, blocks: list[Block]) -> list[str]:
    """The names in `blocks` that say so themselves: by their element, by a word, by a date glued on."""
    names = (_name(head, part, now) for block in blocks for part in block.parts)
    return [name for name in names if name]


def _name(head: Masthead, part: Part, now: datetime) -> str:
    rest, glued = without_date(part.text, now)
    name = _tidy(BYLINE_LABEL.sub("", rest))
    if not _is_name(name):
        return ""
    labelled = BYLINE_LABEL.match(rest) is not None
    role = "author" in head.layout.near_roles(part.element)
    dated = glued and _PATH.search(part.text) is None
    sure = role or labelled or dated or BYLINE.search(name) is not None or _is_from(name)
    return name if sure else ""


def without_date(text: str, now: datetime) -> tuple[str, bool]:
    """`text` without its dates, and whether something but a label was glued to one."""
    found = dates.find(text, now)
    if found is None:
        return text, False
    rest = text[: found.start] + " " + text[found.end :]
    if dates.find(rest, now):
        rest = without_date(rest, now)[0]
    rest = _WEEKDAYS.sub(" ", DATE_LABEL.sub(" ", rest))
    return rest, len(letters_of(rest)) > 3


def _tidy(name: str) -> str:
    """A name without the marks around it, and once where it was there twice."""
    name = re.sub(r"\s+", " ", name).strip(_EDGES)
    half = len(name) // 2
    for cut in (half, half + 1):
        if len(name) > 7 and same(name[:cut], name[cut:]):
            return name[:cut].strip(_EDGES)
    return name


def _is_from(name: str) -> bool:
    """Whether a line is a name and a town: কামাল হোসেন, লিসবন থেকে."""
    match = _FROM.fullmatch(name)
    return match is not None and _is_place(match["place"])


def _is_place(name: str) -> bool:
    """Whether `name` is of places and nothing else, as in ঢাকা, মঙ্গলবার."""
    words = atlas.tokens(name)
    (found,) = atlas.mentions([words], frozenset(codes()))
    return bool(words) and sum(one.last - one.first + 1 for one in found) == len(words)


def _is_name(name: str) -> bool:
    plain = not SENTENCE_END.search(name) and not is_noise(name) and not HOME.fullmatch(name)
    fits = plain and 3 <= len(name) <= _LONGEST_NAME and not re.search(r"[\d০-৯]{2}", name)
    return fits and (not _is_place(name) if bengali_share(name) > 0 else _is_latin_name(name))


def _is_latin_name(name: str) -> bool:
    """Whether a name in another script is written like one, and is no weekday, place in time or button."""
    words = _NAME_WORD.findall(name)
    proper = all(word[0].isupper() or not word[0].islower() or word in _PARTICLES for word in words)
    return bool(words) and proper and len(words) <= _NAME_WORDS and not _NO_NAME.search(name)


def _beside_date(head: Masthead, now: datetime) -> str:
    """The short text right before the date, which is by custom the writer."""
    before = ""
    for part in (part for block in head.below for part in block.parts):
        if dates.find(part.text, now):
            return before
        before = _tidy(part.text)
        before = before if _is_name(before) and len(before) <= 40 and not DATE_LABEL.fullmatch(before) else ""
    return ""


def section(head: Masthead, said: str, crumbs: Sequence[str], site: str) -> str:
    """The shelf the paper itself put the story on."""
    if said and bengali_share(said) > 0.5 and len(said) <= _LONGEST_SECTION:
        return said
    named = [name for name in crumbs if _is_section(name, head.title, site)]
    if named:
        return named[-1]
    return _shown_section(head, site) or said[:_LONGEST_SECTION]


def _shown_section(head: Masthead, site: str) -> str:
    """The last crumb or the label right above the headline; below it only what calls itself a section."""
    for block in head.above:
        if bengali_share(head.title) == 0 and not {"crumbs", "section"} & head.layout.roles(block.element):
            continue  # elsewhere what stands there is as often a date or another story
        parts = [part for part in block.parts if not is_home(part.link)]
        names = [part.text for part in parts if _is_section(part.text, head.title, site)]
        if names and not _in_menu(head.layout, block):
            return names[-1].strip(_EDGES)
    for block in head.below:
        if "section" in head.layout.near_roles(block.element, 2) and _is_section(
            block.text, head.title, site
        ):
            return block.text
    return ""


def _is_section(name: str, title: str, site: str) -> bool:
    tidy = name.strip(_EDGES)
    fits = 1 < len(tidy) <= _LONGEST_SECTION and not HOME.fullmatch(tidy) and not is_noise(tidy)
    sound = not same(tidy, title) and not same(tidy, site) and not SENTENCE_END.search(tidy)
    return fits and sound and not re.search(r"[\d০-৯]", tidy) and not BYLINE.search(tidy)


def _in_menu(layout: Layout, block: Block) -> bool:
    """Whether a block is one of many links side by side."""
    if "crumbs" in layout.roles(block.element):
        return False
    if {"nav", "side", "foot"} & layout.roles(block.element):
        return True
    box = layout.parents[layout.parents[block.element]] if layout.parents[block.element] > 0 else -1
    if box <= 0:
        return False
    near = layout.blocks[max(0, block.index - _MENU) : block.index + _MENU + 1]
    return sum(bool(b.link) and layout.within(b.element, box) for b in near) >= _MENU
