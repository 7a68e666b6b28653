"""What a page says of itself in its head: JSON-LD, Open Graph and other meta tags, its own address."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from news.language.text import bengali_share, clean
from news.page import jsonld, markup
from news.time import dates
from news.web.address import absolute, host

if TYPE_CHECKING:
    from datetime import datetime

    from selectolax.lexbor import LexborHTMLParser

_DATES: Final = (
    ("article:published_time", "og:published_time", "datepublished", "publishdate", "pubdate", "og:pubdate"),
    ("dc.date.issued", "dcterms.date", "dcterms.created", "dc.date", "dc.date.created", "publish-date"),
    ("sailthru.date", "parsely-pub-date", "cxenseparse:recs:publishtime", "citation_publication_date"),
    ("article:published", "article_date_original", "originalpublicationdate", "published_time"),
    ("date", "datecreated", "created"),
)
"""Names of meta tags, the surest first."""
_CHANGES: Final = ("article:modified_time", "og:updated_time", "last-modified-date", "datemodified")
_IMAGES: Final = (
    "og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src", "image",
    "thumbnail", "sailthru.image.full", "parsely-image-url",
)  # fmt: skip
_AUTHORS: Final = (
    "author", "article:author", "og:article:author", "dc.creator", "dcterms.creator", "parsely-author",
    "sailthru.author", "byl",
)  # fmt: skip
_NO_ZONE: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?")
_MIDNIGHT: Final = re.compile(r"(\d{4}-\d\d-\d\d)[T ]00:00(?::00(?:\.0+)?)?(?:Z|[+-]\d\d:?\d\d)?")


@dataclass(slots=True)
class Head:
    """One page's head."""

    tree: LexborHTMLParser
    meta: dict[str, str] = field(init=False)
    said: dict[str, Any] = field(init=False)
    crumbs: list[str] = field(init=False)
    page_date: str = field(init=False)

    def __post_init__(self) -> None:
        self.meta = {}
        for node in self.tree.css("meta[content]"):
            attributes = node.attributes
            name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop") or ""
            self.meta.setdefault(name.casefold(), clean(attributes.get("content") or ""))
        things = jsonld.things(self.tree)
        self.said = jsonld.article(things)
        self.crumbs = jsonld.crumbs(things)
        self.page_date = jsonld.page_date(things)

    def first(self, *names: str) -> str:
        """The first of the meta tags `names` that says something."""
        return next((value for name in names if (value := self.meta.get(name, ""))), "")

    def is_foreign(self) -> bool:
        """Whether the page is in another language and not of Bangladesh; what lang="" says is often wrong."""
        words = " ".join((*self.titles(), self.first("og:description", "description")))
        return bengali_share(words) == 0 and not host(self.address("")).endswith(".bd")

    def is_article(self) -> bool:
        """Whether the page calls itself a story."""
        return bool(self.said) or self.first("og:type").casefold() == "article"

    def address(self, url: str) -> str:
        """`url`, or for a page out of a file the address it gives itself."""
        if absolute("", url):
            return url
        link = self.tree.css_first('link[rel="canonical"][href]')
        own = (link.attributes.get("href") if link else "") or self.first("og:url")
        return absolute("", own) or url

    def base(self, url: str) -> str:
        """What the page's relative links are relative to."""
        own = self.address(url)
        node = self.tree.css_first("base[href]")
        return absolute(own, (node.attributes.get("href") if node else "") or "") or own

    def titles(self) -> list[str]:
        """What the page calls its headline, the surest first."""
        title = self.tree.css_first("title")
        shown = clean(title.text()) if title else ""
        said = [jsonld.text(self.said.get("headline")), self.first("og:title", "twitter:title"), shown]
        return [text for text in said if text]

    def site(self) -> str:
        """The paper's name."""
        return self.first("og:site_name") or jsonld.text(self.said.get("publisher"))

    def author(self) -> str:
        """Who wrote it, all of them."""
        return jsonld.names(self.said.get("author")) or self.first(*_AUTHORS)

    def section(self) -> str:
        """The shelf it is on."""
        return jsonld.text(self.said.get("articleSection")) or self.first("article:section", "section")

    def published(self, now: datetime) -> datetime | None:
        """When it was published."""
        own = jsonld.text(self.said.get("datePublished"))
        given = (own, *(self.first(*names) for names in _DATES), self.page_date)
        moments = (moment for text in given if text and (moment := self.moment(text, now)))
        return next(moments, None) or self._marked(now)

    def _marked(self, now: datetime) -> datetime | None:
        """The day on which all that is marked as datePublished agrees: comments and cards have theirs."""
        marked = [node.attributes for node in self.tree.css('[itemprop="datePublished"]')]
        given = [one.get("content") or one.get("datetime") or "" for one in marked]
        return dates.on_one_day([moment for text in given if (moment := self.moment(text, now))])

    def modified(self, now: datetime) -> datetime | None:
        """When it was last changed."""
        text = jsonld.text(self.said.get("dateModified")) or self.first(*_CHANGES)
        return self.moment(text, now) if text else None

    def moment(self, text: str, now: datetime) -> datetime | None:
        """The time in a machine's `text`; without a zone it is Dhaka's, but on pages in other languages UTC.

        Midnight sharp, in whatever zone, is what a machine writes that knows the day alone.
        """
        if match := _MIDNIGHT.fullmatch(text):
            text = match[1]
        elif _NO_ZONE.fullmatch(text):
            text += "Z" * self.is_foreign()
        return dates.parse(text, now)

    def picture(self, base: str) -> str:
        """The picture for those who link here."""
        link = self.tree.css_first('link[rel="image_src"][href]')
        given = (
            *(self.first(name) for name in _IMAGES[:5]),
            jsonld.address(self.said.get("image")),
            (link.attributes.get("href") if link else "") or "",
            *(self.first(name) for name in _IMAGES[5:]),
        )
        return next((url for source in given if (url := markup.picture_address(source, base))), "")

    def caption(self) -> str:
        """What JSON-LD says of the picture."""
        image = self.said.get("image")
        first = image[0] if isinstance(image, list) and image else image
        return jsonld.text(first.get("caption")) if isinstance(first, dict) else ""
