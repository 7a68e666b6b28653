"""One story on a telephone: tags, headline, summary, source, date, buttons. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from urllib.parse import quote
from zoneinfo import ZoneInfo

from delivery.buttons import Press
from delivery.markup import bold, cut, escape, link, units, visible
from delivery.message import Button, Copied, Message
from delivery.phrases import phrases
from news.article import Article, Category
from news.geography.places import flag, place_name
from news.time.dates import bengali_date

if TYPE_CHECKING:
    from storage.posts import Post

CAPTION_LIMIT: Final = 1024
TEXT_LIMIT: Final = 4096
"""UTF-16 units after entity parsing (Bot API, sendPhoto and sendMessage)."""
COPY_LIMIT: Final = 256
"""Characters of a copy-text button (Bot API, CopyTextButton)."""
URL_LIMIT: Final = 2048
HEADLINE_LIMIT: Final = 300
LABEL_LIMIT: Final = 80
PLACES_SHOWN: Final = 2
OTHERS_SHOWN: Final = 4
NO_BREAK: Final = "\u00a0"
"""Between a flag and what it belongs to: they stand in one line."""
DHAKA: Final = ZoneInfo("Asia/Dhaka")
"""A paper's date is the date in Dhaka, wherever it is read."""

_HOST: Final = re.compile(r"(?<=://)[^/?#:@\[\]]+")

Categories = Mapping[str, Category]


def compose(post: Post, categories: Categories, language: str) -> Message:
    """The message that shows `post` alone: a story's card, or an editor's message to be copied."""
    if post.announcement is not None:
        return Message(copied=Copied(post.announcement.from_chat_id, post.announcement.message_id))
    if post.article is None:
        raise ValueError(f"post {post.id} has neither article nor announcement")
    return _card(post, post.article, categories, language)


def _card(post: Post, article: Article, categories: Categories, language: str) -> Message:
    bare = _text(post, replace(article, photo=None), categories, language, TEXT_LIMIT)
    buttons = _buttons(post, article, language)
    if article.photo is None or not article.photo.url:
        return Message(bare, buttons=buttons, preview=True)
    caption = _text(post, article, categories, language, CAPTION_LIMIT)
    return Message(caption, article.photo.url, buttons, bare=bare)


def _text(post: Post, article: Article, categories: Categories, language: str, limit: int) -> str:
    headline = bold(cut(article.title, HEADLINE_LIMIT))
    head = "\n\n".join(part for part in (tags(post, article, categories, language), headline) if part)
    foot = _foot(post, article, language)
    room = limit - visible(f"{head}\n\n\n\n{foot}")
    body = escape(whole_sentences(article.summary, room))
    return "\n\n".join(part for part in (head, body, foot) if part)


def tags(post: Post, article: Article, categories: Categories, language: str) -> str:
    """`🌍 প্রবাসের খবর · 🇮🇹 ইতালি`: the main category, then the places, escaped."""
    shelf = next((categories[slug] for slug in article.categories if slug in categories), None)
    shown = [shelf.label(language)] if shelf else []
    shown += [f"{flag(code)}{NO_BREAK}{place_name(code, language)}" for code in article.places[:PLACES_SHOWN]]
    if post.urgency:
        shown.insert(0, f"🔴 {phrases(language).urgent}")
    return escape(" · ".join(shown))


def _foot(post: Post, article: Article, language: str) -> str:
    """Who says it and when: `📰 source · byline`, then `🗓 date · 📷 credit`, then that it was corrected.

    Not when: Telegram shows that beside a changed message, by the reader's own clock.
    """
    byline = "" if article.byline == post.source else cut(article.byline, LABEL_LIMIT)
    source = link(cut(post.source, LABEL_LIMIT), web_address(article.url)) if post.source else ""
    first = " · ".join(part for part in (source, escape(byline)) if part)
    second = " · ".join(part for part in (_date(article, language), _credit(post, article)) if part)
    mark = phrases(language).corrected if post.corrected_at else ""
    return "\n".join(
        part for part in (first and f"📰 {first}", _others(post, language), second, mark) if part
    )


def _others(post: Post, language: str) -> str:
    """The other papers that tell the story, each leading to its own page."""
    shown = [link(cut(one.source, LABEL_LIMIT), web_address(one.url)) for one in post.others[:OTHERS_SHOWN]]
    return phrases(language).others.format(sources=", ".join(shown)) if shown else ""


def _date(article: Article, language: str) -> str:
    if article.published_at is None:
        return ""
    day = article.published_at.astimezone(DHAKA)
    written = f"{day.day} {day:%B %Y}" if language == "en" else bengali_date(day, DHAKA)
    return f"🗓 {escape(written)}"


def _credit(post: Post, article: Article) -> str:
    """Whose the photo is, unless the line above has said so."""
    credit = article.photo.credit if article.photo else ""
    return f"📷 {escape(cut(credit, LABEL_LIMIT))}" if credit and credit != post.source else ""


def _buttons(post: Post, article: Article, language: str) -> tuple[tuple[Button, ...], ...]:
    words, url, number = phrases(language), web_address(article.url), str(post.id)
    keep = (Button(words.save, press=Press("save", (number,)).data()),)
    copy = (Button(words.copy, copy=url),) if len(url) <= COPY_LIMIT else ()
    more = ((Button(words.more, press=Press("more", (number,)).data()),),) if article.related else ()
    read = ((Button(words.read, url=url),),) if len(url) <= URL_LIMIT else ()
    return (*read, copy + keep, *more)


def whole_sentences(sentences: tuple[str, ...], room: int) -> str:
    """The first sentences that fit into `room` UTF-16 units; of the first one at least a part."""
    text = ""
    for sentence in sentences:
        longer = f"{text} {sentence}".strip()
        if units(longer) > room:
            break
        text = longer
    return text or (cut(sentences[0], room) if sentences and room > 0 else "")


def web_address(url: str) -> str:
    """`url` with every character that a link may not hold percent-encoded; what is encoded already stays."""
    return quote(_HOST.sub(_ascii, url, count=1), safe="/:?#[]@!$&'()*+,;=%~-._")


def _ascii(host: re.Match[str]) -> str:
    """The host as the net knows it: a name in .বাংলা too (IDNA)."""
    try:
        return host[0].encode("idna").decode()
    except UnicodeError:
        return host[0]
