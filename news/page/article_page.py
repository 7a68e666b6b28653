"""An article page into an Article. Pure: bytes and the time of reading in, a value out.

bytes ─ decode ─ tree ┬ head: JSON-LD, Open Graph           (head)
                      ├ the source's own selectors          (selected)
                      └ body: blocks and pictures in order  (blocks)
                        ├ headline                       (headline)
                        ├ offers of other stories        (related)
                        ├ pictures and captions          (photo)
                        ├ paragraphs                     (body, edges; in doubt carried, second_opinion)
                        ├ byline, section                (masthead)
                        ├ date                           (published, datelines)
                        └ a list, or a missing page?     (no_story)
then summary, places: finish
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from selectolax.lexbor import LexborHTMLParser

from news.article import SUMMARY_CHARACTERS, SUMMARY_SENTENCES, Article, Photo, Selectors
from news.errors import FetchError
from news.geography.places import places
from news.language.labels import is_caption
from news.language.text import bengali_share, letters_of
from news.page import (
    body,
    carried,
    headline,
    markup,
    masthead,
    no_story,
    photo,
    related,
    second_opinion,
    selected,
)
from news.page.blocks import lay_out
from news.page.decoding import decode
from news.page.head import Head
from news.page.markup import visible
from news.page.published import Dates
from news.summarise import summarise
from news.web.challenge import is_challenge

if TYPE_CHECKING:
    from datetime import datetime

    from news.article import Entry
    from news.page.blocks import Block, Layout

_LEAST: Final = 25
"""Characters of text below which a page is no article."""
_LITTLE: Final = 250
"""Characters below which other ways to find the text are tried."""
_HEAD: Final = 4096
_CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1f]")
"""Characters that no page has; of a picture or an archive they are one in ten."""
_BINARY: Final = 0.01


def read_page(  # noqa: PLR0913 - what is known of a page, one by one
    content: bytes | str,
    url: str,
    *,
    now: datetime,
    charset: str = "",
    entry: Entry | None = None,
    selectors: Selectors | None = None,
) -> Article:
    """The article on a page; `entry` (what the feed said) fills what the page leaves out.

    FetchError: `blocked` for a challenge page, `not_an_article` where there is no headline or no text.
    """
    text = content if isinstance(content, str) else decode(content, charset)
    if is_challenge(content.encode("utf-8", "replace") if isinstance(content, str) else content):
        raise FetchError("blocked", "a challenge page")
    tree = LexborHTMLParser(text)
    if tree.body is None or _is_binary(text[:_HEAD]):
        raise FetchError("not_an_article", "not a page of text")
    chosen = selectors or Selectors()
    if chosen.remove:
        selected.remove(tree, chosen.remove)
        text = tree.html or ""
    head = Head(tree)
    page = _Page(head, lay_out(tree.body), head.base(url), now, text, chosen, entry)
    article = page.article()
    if page.is_missing(article):
        raise FetchError("not_an_article", "a page that says it is not there")
    if page.is_list(article):
        raise FetchError("not_an_article", "a list of stories")
    return finish(_completed(replace(article, url=head.address(url)), entry))


def _is_binary(beginning: str) -> bool:
    return len(_CONTROL.findall(beginning)) > len(beginning) * _BINARY


def finish(article: Article) -> Article:
    """`article` with its summary and places; FetchError(not_an_article) if there is nothing to sum up."""
    article = _plain(article)
    if not article.title:
        raise FetchError("not_an_article", "no headline")
    if sum(map(len, article.paragraphs)) < _LEAST:
        raise FetchError("not_an_article", "no text below the headline")
    return replace(
        article,
        summary=_summary("\n".join(article.paragraphs), article.title),
        places=places(article.title, article.paragraphs),
    )


def _plain(article: Article) -> Article:
    """`article` without the markup that some page or feed escaped twice."""
    photo = article.photo
    return replace(
        article,
        title=visible(article.title),
        byline=visible(article.byline),
        section=visible(article.section),
        photo=photo and Photo(photo.url, visible(photo.caption), visible(photo.credit)),
        paragraphs=tuple(text for raw in article.paragraphs if (text := visible(raw))),
        related=tuple(
            replace(one, title=visible(one.title), blurb=visible(one.blurb), age=visible(one.age))
            for one in article.related
        ),
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
class _Page:
    """One reading of one page."""

    head: Head
    layout: Layout
    url: str
    now: datetime
    source: str
    chosen: Selectors
    entry: Entry | None = None  # what the feed has
    _data: tuple[tuple[str, ...], dict[str, Any]] | None = None

    def article(self) -> Article:
        """Everything but summary and places."""
        layout, head = self.layout, self.head
        title = self._title()
        offers = related.find(layout, title.at, self.url, self.now)
        pictures = photo.shown(layout, title.at, title.text, offers.blocks, self.url)
        blocks, captions = self._story(title, offers, pictures)
        first = blocks[0].index if blocks else min(title.at + 8, len(layout.blocks))
        top = masthead.around(layout, title.at, title.text, first, captions)
        after = layout.blocks[blocks[-1].index + 1 :][:4] if blocks else []
        after = [block for block in after if block.index not in offers.blocks]
        byline = selected.byline(head.tree, self.chosen.byline)
        return Article(
            url=self.url,
            title=title.text,
            byline=byline or masthead.byline(top, head.author(), head.site(), self.now, after),
            section=masthead.section(top, head.section(), head.crumbs, head.site()),
            published_at=self._published(
                Dates(head, top, blocks, after, offers.blocks, title.at, first, self.url, self.now)
            ),
            photo=self._photo(pictures, title, first),
            paragraphs=self._paragraphs(blocks, title, offers.texts()),
            related=offers.stories,
        )

    def is_list(self, article: Article) -> bool:
        """Whether the page offers many stories and tells none: a section or front page."""
        if self.head.is_article() or self.chosen.body:
            return False
        title_at = headline.place_of(self.layout, article.title)
        return no_story.is_list(self.layout, article.paragraphs, title_at)

    def is_missing(self, article: Article) -> bool:
        """Whether the page is there only to say that another isn't."""
        return no_story.is_missing(self.layout, [article.title, *self.head.titles()], article.paragraphs)

    def _title(self) -> headline.Headline:
        if own := selected.text(self.head.tree, self.chosen.headline):
            return headline.Headline(own, headline.place_of(self.layout, own))
        told = self.entry.title if self.entry else ""
        return headline.find(self.layout, [told, *self.head.titles()], self.head.site())

    def _story(
        self, title: headline.Headline, offers: related.Offers, pictures: list[photo.Shown]
    ) -> tuple[list[Block], set[int]]:
        """The story's blocks, and the numbers of its captions, which give way where nothing else is left."""
        captions = {block.index for one in pictures for block in one.captions}
        blocks = body.find(self.layout, title.at, title.text, offers.blocks | captions, self.url)
        if not blocks and captions:
            return body.find(self.layout, title.at, title.text, offers.blocks, self.url), set()
        return blocks, captions

    def _paragraphs(
        self, blocks: list[Block], title: headline.Headline, offered: frozenset[str]
    ) -> tuple[str, ...]:
        """The story's text: the source's selector, the blocks, JSON-LD, trafilatura; in doubt the longer."""
        if own := selected.paragraphs(self.head.tree, self.chosen.body, title.text):
            return own
        found = tuple(block.text for block in blocks)
        declared = self._declared(title.text)
        if second_opinion.is_another(declared, found):
            found = declared
            if _length(found) >= second_opinion.STORY:
                return found
        elif blocks and (
            _length(declared) >= second_opinion.STORY or not body.is_doubtful(self.layout, blocks, title.at)
        ):
            return found  # the head's own text is in it, or nothing speaks against it
        if _length(found) >= _LITTLE and bengali_share(" ".join(found)) > 0.5:
            return found
        other = second_opinion.text(self.source, title.text)
        return second_opinion.choose(found, tuple(line for line in other if letters_of(line) not in offered))

    def _declared(self, title: str) -> tuple[str, ...]:
        """The story's text for machines: in JSON-LD, else in what the page carries for its scripts."""
        said = self.head.said.get("articleBody")
        if isinstance(said, str) and said.strip():
            return markup.paragraphs(said.replace("\n", "<br>"))
        return self._carried(title)[0]

    def _carried(self, title: str) -> tuple[tuple[str, ...], dict[str, Any]]:
        if self._data is None:
            self._data = carried.story(self.head.tree, title)
        return self._data

    def _published(self, found: Dates) -> datetime | None:
        """The source's selector, what the page says, what its feed says, then what may be another's."""
        told = self.entry and self.entry.published_at
        title = found.top.title
        return (
            selected.date(self.head.tree, self.chosen.date, self.now)
            or found.said()
            or told
            or found.unsure()
            or carried.moment(self._carried(title)[1], self.now)
        )

    def _photo(self, pictures: list[photo.Shown], title: headline.Headline, first: int) -> Photo | None:
        if own := selected.photo(self.head.tree, self.chosen.photo, self.url):
            pictures = [one for one in pictures if one.url == own]
            return photo.choose(pictures, (), own, self.head.caption())
        loose = [b for b in self.layout.blocks[title.at + 1 : first] if is_caption(b.text)]
        return photo.choose(pictures, loose, self.head.picture(self.url), self.head.caption())


def _length(paragraphs: tuple[str, ...]) -> int:
    return sum(map(len, paragraphs))
