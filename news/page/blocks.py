"""An HTML page as its readers see it: blocks of text and pictures in their order, with where each stands.

Says nothing of what a block is for; headline, body, related and the others decide that.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Final

from news.language.text import clean
from news.page import roles
from news.page.lines import BREAK, Piece, lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

_SKIPPED: Final = frozenset({
    "script", "style", "noscript", "template", "svg", "iframe", "button", "select", "option",
    "input", "textarea", "object", "canvas", "map", "audio", "video", "head", "title", "meta",
    "link", "dialog", "datalist",
})  # fmt: skip
_INLINE: Final = frozenset({
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em", "font",
    "i", "ins", "kbd", "label", "mark", "nobr", "q", "rp", "rt", "ruby", "s", "samp", "small",
    "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr", "amp-img",
    "picture",
})  # fmt: skip
_PARTS: Final = frozenset({"a", "span", "small", "time", "label", "cite"})
"""Inline elements that may hold a thing of their own, such as a date after a name."""
PARAGRAPHS: Final = frozenset(
    ["p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "blockquote", "td", "dd", "dt", "pre", "figcaption"]
)
HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_NAMES: Final = ("class", "id", "itemprop", "rel", "aria-label")
"""Attributes whose words tell what an element is for."""
_NONE: Final[frozenset[str]] = frozenset()
DEEPEST: Final = 250
"""Levels of nesting that are walked; below stands nothing a reader would find."""


@dataclass(slots=True)
class Part:
    """A piece of a block's text, the element right around it, and where it links."""

    text: str
    element: int
    link: str = ""


@dataclass(slots=True)
class Block:
    """A run of text that stands by itself, in the parts that inline elements divide it into.

    `link` is the address most of it links to, `linked` the share of its letters that are links.
    """

    text: str
    line: list[Piece]
    element: int
    link: str
    linked: float
    index: int = 0

    @property
    def parts(self) -> tuple[Part, ...]:
        """The things in it, one by one; worked out when asked for, since few blocks are."""
        return tuple(_parts(self.line))


@dataclass(slots=True)
class Picture:
    """An `<img>`, standing before block number `at`, inside a link to `link` if there is one."""

    node: LexborNode
    element: int
    at: int
    alt: str
    link: str


@dataclass(slots=True)
class Layout:
    """The page: blocks and pictures in order, and the elements they stand in (by number; 0 is body)."""

    tags: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    own_roles: list[frozenset[str]] = field(default_factory=list)
    all_roles: list[frozenset[str]] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    times: list[tuple[int, str]] = field(default_factory=list)  # (before which block, datetime="…")

    def ancestors(self, element: int) -> Iterator[int]:
        """`element` and all it stands in, up to body."""
        while element >= 0:
            yield element
            element = self.parents[element]

    def around(self, index: int) -> set[int]:
        """The elements that block number `index` stands in; body alone for a block that is not there (-1)."""
        return set(self.ancestors(self.blocks[index].element)) if index >= 0 else {0}

    def within(self, element: int, container: int) -> bool:
        """Whether `element` is `container` or stands in it."""
        # Numbers grow in document order, so nothing before the container can be inside it.
        while element > container:
            element = self.parents[element]
        return element == container

    def roles(self, element: int) -> frozenset[str]:
        """What the names of `element` and of all around it say it is."""
        return self.all_roles[element]

    def near_roles(self, element: int, levels: int = 3) -> frozenset[str]:
        """The same for `element` and the nearest `levels` - 1 around it."""
        return frozenset().union(*(self.own_roles[one] for one in islice(self.ancestors(element), levels)))

    def common(self, one: int, other: int) -> int:
        """The innermost element that holds both."""
        above = set(self.ancestors(one))
        return next(element for element in self.ancestors(other) if element in above)

    def text_at(self, index: int) -> str:
        """The text of block number `index`; "" behind the last."""
        return self.blocks[index].text if index < len(self.blocks) else ""

    def tag(self, block: Block) -> str:
        """The tag of the block-level element that `block` stands in."""
        return self.tags[block.element]


def lay_out(body: LexborNode) -> Layout:
    """The blocks and pictures of `body`."""
    walk = _Walk(Layout())
    walk.visit(body)
    return walk.layout


@dataclass(slots=True)
class _Walk:
    """One pass through a page: the run of text being gathered, and where the walk is."""

    layout: Layout
    run: list[Piece] = field(default_factory=list)
    element: int = -1
    link: str = ""

    def visit(self, root: LexborNode) -> None:
        """Everything in `root`; iterative, because hostile pages nest without end."""
        self._enter("body", root.attributes)
        stack = [(root.iter(include_text=True), "body", -1, "")]
        while stack:
            children, tag, outer, link = stack[-1]
            node = next(children, None)
            if node is None:
                self._leave(tag, outer, link)
                stack.pop()
            elif (found := self._take(node)) and len(stack) < DEEPEST:
                tag, attributes = found
                stack.append((node.iter(include_text=True), tag, self.element, self.link))
                self._enter(tag, attributes)

    def _take(self, node: LexborNode) -> tuple[str, dict[str, str | None]] | None:
        """Tag and attributes of an element to go into; text, breaks and pictures are taken on the spot."""
        tag = node.tag or ""
        if tag == "-text":
            text = node.text_content or ""
            if self.run or not text.isspace():
                self.run.append(Piece(text, self.element, self.link))
        elif tag == "br":
            self.run.append(Piece(BREAK, self.element, self.link))
        elif tag in {"img", "amp-img"}:
            self._picture(node)
        elif tag and tag[0] not in "-!" and tag not in _SKIPPED:
            attributes = node.attributes
            return None if attributes and roles.is_hidden(attributes) else (tag, attributes)
        return None

    def _enter(self, tag: str, attributes: dict[str, str | None]) -> None:
        """Number an element among the others and stand in it."""
        self._divide(tag)
        names = " ".join(filter(None, map(attributes.get, _NAMES))).strip() if attributes else ""
        layout = self.layout
        layout.tags.append(tag)
        layout.names.append(names)
        layout.parents.append(self.element)
        own = roles.of(tag, names) if names or tag in roles.TAGS else _NONE
        above = layout.all_roles[self.element] if self.element >= 0 else _NONE
        layout.own_roles.append(own)
        layout.all_roles.append(above | own if own else above)
        self.element = len(layout.tags) - 1
        if tag == "time" and (when := attributes.get("datetime")):
            layout.times.append((len(layout.blocks), when))
        if tag == "a":
            self.link = (attributes.get("href") or "").strip() or self.link

    def _leave(self, tag: str, outer: int, link: str) -> None:
        self._divide(tag)
        self.element, self.link = outer, link

    def _divide(self, tag: str) -> None:
        """At the border of an element: a new block, a new part, or nothing."""
        if tag not in _INLINE:
            self._flush()
        elif tag in _PARTS and self.run:
            self.run.append(Piece("", self.element, self.link))

    def _picture(self, node: LexborNode) -> None:
        at = len(self.layout.blocks) + any(piece.text.strip() for piece in self.run)
        alt = clean(node.attributes.get("alt") or "")
        self.layout.pictures.append(Picture(node, self.element, at, alt, self.link))

    def _flush(self) -> None:
        """The run so far becomes blocks: one, or several where line breaks divide it."""
        run, self.run = self.run, []
        if not any(piece.text and not piece.text.isspace() for piece in run):
            return
        for line in self._lines(run) if any(piece.text == BREAK for piece in run) else (run,):
            if text := clean("".join([piece.text for piece in line])):
                self.layout.blocks.append(self._block(text, line))

    def _lines(self, run: list[Piece]) -> Iterator[list[Piece]]:
        around = self.layout.ancestors(run[0].element)
        return lines(run, heading=any(self.layout.tags[one] in HEADINGS for one in around))

    def _block(self, text: str, line: list[Piece]) -> Block:
        letters = linked = longest = 0
        element, link = -1, ""
        for piece in line:
            if size := len(piece.text.strip()):
                letters += size
                element = piece.element if element < 0 else element
                if piece.link:
                    linked += size
                    if size > longest:
                        longest, link = size, piece.link
        layout = self.layout
        while layout.tags[element] in _INLINE and layout.parents[element] >= 0:
            element = layout.parents[element]
        return Block(text, line, element, link, linked / letters, len(layout.blocks))


def _parts(line: list[Piece]) -> Iterator[Part]:
    """The pieces of one block, joined but where an inline element or a line break divides them."""
    text, element, link = "", -1, ""
    for piece in [*line, Piece("", -1, "")]:
        if not piece.text and (cleaned := clean(text)):
            yield Part(cleaned, element, link)
            text = ""
        if piece.text.strip() and not text.strip():
            element, link = piece.element, piece.link
        text += piece.text
