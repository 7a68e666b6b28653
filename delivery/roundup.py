"""Several stories in one message: a numbered list of linked headlines, one line each, a button each. Pure."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Final

from delivery.buttons import Press
from delivery.card import NO_BREAK, Categories, web_address
from delivery.markup import bold, cut, escape, link
from delivery.message import Button, Message
from delivery.phrases import phrases
from news.geography.places import flag
from news.language.text import bengali_digits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from news.article import Article
    from storage.posts import Post

MOST: Final = 10
"""Stories in one roundup: taken in at a glance, and within 4096 units even where each is at its longest."""
HEADLINE_LIMIT: Final = 160
LINE_LIMIT: Final = 140
IN_A_ROW: Final = 5
"""Buttons at most; rows are made alike, so that no number stands alone below five."""


def compose(posts: Sequence[Post], categories: Categories, language: str, *, heading: str = "") -> Message:
    """One message for up to `MOST` stories, in the order given; `heading` stands for the usual one."""
    stories = [(post, post.article) for post in posts[:MOST] if post.article is not None]
    title = heading or phrases(language).for_you.format(count=number(len(stories), language))
    items = [
        _item(place, article, categories, language, urgent=post.urgency > 0)
        for place, (post, article) in enumerate(stories, 1)
    ]
    return Message(
        text="\n\n".join([f"🗞 {bold(title)}", *items, phrases(language).open]),
        buttons=_openers([post.id for post, _ in stories], language),
    )


def _item(place: int, article: Article, categories: Categories, language: str, *, urgent: bool) -> str:
    headline = link(cut(article.title, HEADLINE_LIMIT), web_address(article.url))
    lead = cut(article.summary[0], LINE_LIMIT) if article.summary else ""
    signs = "".join(flag(code) for code in article.places[:2])
    shelf = next((categories[slug].emoji for slug in article.categories if slug in categories), "")
    line = escape(NO_BREAK.join(part for part in (signs or shelf, lead) if part)) if lead else ""
    sign = "🔴 " if urgent else ""
    return f"{number(place, language)}. {sign}{headline}" + (f"\n{line}" if line else "")


def _openers(post_ids: Sequence[int], language: str) -> tuple[tuple[Button, ...], ...]:
    """Numbered buttons, each of which opens its story as a card."""
    buttons = [
        Button(number(place, language), press=Press("open", (str(post_id),)).data())
        for place, post_id in enumerate(post_ids, 1)
    ]
    rows = ceil(len(buttons) / IN_A_ROW)
    length = ceil(len(buttons) / rows) if rows else 1
    return tuple(tuple(buttons[start : start + length]) for start in range(0, len(buttons), length))


def number(value: int, language: str) -> str:
    """`value` in the digits of `language`."""
    return str(value) if language == "en" else bengali_digits(value)
