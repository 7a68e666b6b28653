"""An article page into an Article. Pure: bytes and the time of reading in, a value out.

bytes ─ decode ─ tree ┬ head: JSON-LD, Open Graph           (jsonld, here)
└ body: blocks and pictures in order  (blocks)
├ headline                       (headline)
├ offers of other stories        (related)
├ pictures and captions          (photo)
├ paragraphs                     (body; trafilatura where that finds little)
└ byline, date, section          (masthead)
then summary, places: finish
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import trafilatura
from selectolax.lexbor import LexborHTMLParser

from news import body, dates, headline, jsonld, markup, masthead, photo, related
from news.address import absolute
from news.article import Article, Photo
from news.blocks import Layout, lay_out
from news.challenge import is_challenge
from news.errors import FetchError
from news.labels import is_caption
from news.places import places
from news.summarise import summarise
from news.text import clean, same

if TYPE_CHECKING:
    from datetime import datetime

    from news.article import Entry
    from news.blocks import Block

SUMMARY_SENTENCES: Final = 3
SUMMARY_CHARACTERS: Final = 450
"""What a card holds beside headline, source and buttons."""
_LEAST: Final = 25
"""Characters of text below which a page is no article."""
_MANY_LINKS: Final = 15
"""Headlines linked from a page that make it a list of stories, unless it has a text of its own."""
_LINKS_BETWEEN: Final = 8
"""Headlines linked from between the paragraphs of what is no story but blurbs."""
_HEADLINE: Final = 15
"""Characters of a link that is a headline rather than a menu's word."""
_LITTLE: Final = 250
"""Characters below which other ways to find the text are tried."""
_META_CHARSET: Final = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_URL_DATE: Final = re.compile(r"/((?:19|20)\d\d)/(\d\d?)/(\d\d?)(?:/|$)")
_HEAD: Final = 4096


def decode(content: bytes, charset: str = "") -> str:
    """`content` as text: by `charset` of the HTTP header, by its own <meta>, else UTF-8; never fails."""
    declared = _META_CHARSET.search(content[:_HEAD])
    for name in (charset, declared[1].decode("ascii", "replace") if declared else "", "utf-8"):
        try:
            return content.decode(name or "utf-8")
        except (LookupError, UnicodeDecodeError):
            continue
    return content.decode("utf-8", "replace")


def read_page(content: bytes | str, url: str, *, now: datetime, entry: Entry | None = None) -> Article:
    """The article on a page; `entry` (what the feed said) fills what the page leaves out.

    FetchError: `blocked` for a challenge page, `not_an_article` where there is no headline or no text.
    """
    text = content if isinstance(content, str) else decode(content)
    if is_challenge(text.encode("utf-8", "replace")):
        raise FetchError("blocked", "a challenge page")
    tree = LexborHTMLParser(text)
    if tree.body is None:
        raise FetchError("not_an_article", "an empty page")
    head = _Head(tree)
    page = _Page(head, lay_out(tree.body), head.base(url), now, text, entry.title if entry else "")
    article = page.article()
    if page.is_list(article):
        raise FetchError("not_an_article", "a list of stories")
    return finish(_completed(replace(article, url=head.address(url)), entry))


def finish(article: Article) -> Article:
    """`article` with its summary and places; FetchError(not_an_article) if there is nothing to sum up."""
    if not article.title or sum(map(len, article.paragraphs)) < _LEAST:
        raise FetchError("not_an_article", "no headline, or no text below it")
    return replace(
        article,
        summary=_summary("\n".join(article.paragraphs), article.title),
        places=places(article.title, article.paragraphs),
    )


def _summary(text: str, title: str) -> tuple[str, ...]:
    """Up to three sentences that fit a card; one too long for it where there is no other."""
    fitting = summarise(text, title=title, max_sentences=SUMMARY_SENTENCES, max_characters=SUMMARY_CHARACTERS)
    return tuple(fitting or summarise(text, title=title, max_sentences=1))


def _completed(article: Article, entry: Entry | None) -> Article:
    """`article` with what only the feed knew; its text where the page shows less than half of it."""
    if entry is None:
        return article
    longer = sum(map(len, entry.paragraphs)) > 2 * sum(map(len, article.paragraphs))
    return replace(
        article,
        title=article.title or entry.title,
        published_at=article.published_at or entry.published_at,
        photo=article.photo or entry.photo,
        paragraphs=entry.paragraphs if longer else article.paragraphs,
    )


@dataclass(slots=True)
class _Head:
    """What a page says of itself in its head."""

    tree: LexborHTMLParser
    meta: dict[str, str] = field(init=False)
    said: dict[str, Any] = field(init=False)
    crumbs: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.meta = {}
        for node in self.tree.css("meta[content]"):
            attributes = node.attributes
            name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop") or ""
            self.meta.setdefault(name.casefold(), clean(attributes.get("content") or ""))
        things = jsonld.things(self.tree)
        self.said = jsonld.article(things)
        self.crumbs = jsonld.crumbs(things)

    def first(self, *names: str) -> str:
        """The first of the meta tags `names` that says something."""
        return next((value for name in names if (value := self.meta.get(name, ""))), "")

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
        return self.first("og:site_name") or jsonld.text(self.said.get("publisher"))

    def author(self) -> str:
        return jsonld.text(self.said.get("author")) or self.first("author", "article:author", "dc.creator")

    def section(self) -> str:
        return jsonld.text(self.said.get("articleSection")) or self.first("article:section", "section")

    def published(self, now: datetime) -> datetime | None:
        given = (
            jsonld.text(self.said.get("datePublished")),
            self.first(
                "article:published_time", "og:published_time", "datepublished", "publishdate", "pubdate"
            ),
            self.first("dc.date.issued", "dc.date", "publish-date", "date", "parsely-pub-date"),
        )
        return next((moment for text in given if text and (moment := dates.parse(text, now))), None)

    def picture(self, base: str) -> str:
        given = (
            self.first(
                "og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src"
            ),
            jsonld.address(self.said.get("image")),
        )
        return next((url for source in given if (url := markup.picture_address(source, base))), "")

    def caption(self) -> str:
        image = self.said.get("image")
        first = image[0] if isinstance(image, list) and image else image
        return jsonld.text(first.get("caption")) if isinstance(first, dict) else ""


@dataclass(slots=True)
class _Page:
    """One reading of one page."""

    head: _Head
    layout: Layout
    url: str
    now: datetime
    source: str
    told: str = ""  # the headline as the feed has it

    def article(self) -> Article:
        """Everything but summary and places."""
        layout, head = self.layout, self.head
        title = headline.find(layout, [self.told, *head.titles()])
        offers = related.find(layout, title.at, self.url, self.now)
        pictures = photo.shown(layout, title.at, title.text, offers.blocks, self.url)
        blocks, captions = self._story(title, offers, pictures)
        first = blocks[0].index if blocks else min(title.at + 8, len(layout.blocks))
        top = masthead.around(layout, title.at, title.text, first, captions)
        after = (
            [b for b in layout.blocks[blocks[-1].index + 1 :][:4] if b.index not in offers.blocks]
            if blocks
            else []
        )
        return Article(
            url=self.url,
            title=title.text,
            byline=masthead.byline(top, head.author(), head.site(), self.now),
            section=masthead.section(top, head.section(), head.crumbs, head.site()),
            published_at=self._published(top, after, title.at, first),
            photo=self._photo(pictures, title, first),
            paragraphs=self._paragraphs(blocks, title.text),
            related=offers.stories,
        )

    def is_list(self, article: Article) -> bool:
        """Whether the page offers many stories and tells none: a section or front page."""
        if self.head.said:
            return False
        told = set(article.paragraphs)
        links = [
            b.index for b in self.layout.blocks if b.link and b.linked > 0.8 and len(b.text) >= _HEADLINE
        ]
        text = [block.index for block in self.layout.blocks if block.text in told]
        between = [index for index in links if text and text[0] < index < text[-1]]
        many = len(between) >= max(_LINKS_BETWEEN, len(told) // 2)
        return many or (len(links) > _MANY_LINKS and sum(map(len, told)) < _LITTLE)

    def _story(
        self, title: headline.Headline, offers: related.Offers, pictures: list[photo.Shown]
    ) -> tuple[list[Block], set[int]]:
        """The story's blocks, and the numbers of its captions, which give way where nothing else is left."""
        captions = {block.index for one in pictures for block in one.captions}
        blocks = body.find(self.layout, title.at, title.text, offers.blocks | captions)
        if not blocks and captions:
            return body.find(self.layout, title.at, title.text, offers.blocks), set()
        return blocks, captions

    def _paragraphs(self, blocks: list[Block], title: str) -> tuple[str, ...]:
        """The story's text; that of JSON-LD, or what trafilatura finds, where the blocks hold little."""
        found = tuple(block.text for block in blocks)
        said = self.head.said.get("articleBody")
        declared = markup.paragraphs(said.replace("\n", "<br>")) if isinstance(said, str) else ()
        if sum(map(len, declared)) > 2 * sum(map(len, found)):
            found = declared
        if sum(map(len, found)) >= _LITTLE:
            return found
        text = trafilatura.extract(self.source, include_comments=False, include_tables=False) or ""
        other = tuple(line for raw in text.split("\n") if (line := clean(raw)) and not same(line, title))
        return other if not found and sum(map(len, other)) > _LITTLE else found

    def _published(
        self, top: masthead.Masthead, after: list[Block], title_at: int, first: int
    ) -> datetime | None:
        """JSON-LD and meta, then <time>, then the printed date, then the address."""
        if moment := self.head.published(self.now):
            return moment
        for at, value in self.layout.times:
            if title_at - 3 <= at <= first + 1 and (moment := dates.parse(value, self.now)):
                return moment
        if moment := masthead.printed_date(top, after, self.now):
            return moment
        match = _URL_DATE.search(self.url)
        return (
            dates.parse("-".join(f"{int(part):02}" for part in match.groups()), self.now) if match else None
        )

    def _photo(self, pictures: list[photo.Shown], title: headline.Headline, first: int) -> Photo | None:
        loose = [b for b in self.layout.blocks[title.at + 1 : first] if is_caption(b.text)]
        return photo.choose(pictures, loose, self.head.picture(self.url), self.head.caption())
