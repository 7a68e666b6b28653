"""One post, and how it stands in a row."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, select

from storage import articles, tables
from storage.audience import Audience
from storage.tables import posts

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import RowMapping, Select

    from news.article import Article


@dataclass(frozen=True, slots=True)
class Announcement:
    """An editor's own message, copied to readers as it stands; `panel_id`, there too, confirmed it."""

    from_chat_id: int
    message_id: int
    editor_id: int
    panel_id: int | None = None


@dataclass(frozen=True, slots=True)
class Other:
    """Another paper that tells a story, and where."""

    source: str
    url: str


@dataclass(frozen=True, slots=True)
class Post:
    """A story (with its article and source, and the others who tell it) or an announcement.

    `state` is held, scheduled, live or retracted; `readers` counts the active readers it was for and is
    complete once `marked`. A post of class `hold` is never sent twice. `revision` is that of its last change.
    `reason` says why one was stopped: in Telegram's words, by an editor, or what became of it at the desk.
    With a `wording_id` headline and summary are an editor's, whatever the paper says by now.
    """

    id: int
    kind: str
    article: Article | None
    article_id: int | None
    source: str
    announcement: Announcement | None
    audience: Audience
    urgency: int
    hold: bool
    state: str
    published_at: datetime
    expires_at: datetime
    readers: int
    marked: bool
    revision: int
    others: tuple[Other, ...] = ()
    corrected_at: datetime | None = None
    reason: str = ""
    story: int | None = None
    wording_id: int | None = None


_STORY: Final = [tables.articles.c[name].label(f"article_{name}") for name in articles.COLUMNS]
_FIRST: Final = func.coalesce(tables.articles.c.story_id, tables.articles.c.id)
_WORDS: Final = (
    tables.wordings.c.title.label("wording_title"),
    tables.wordings.c.summary.label("wording_summary"),
)
_POSTS: Final = (
    select(posts, *_STORY, *_WORDS, _FIRST.label("story"), tables.sources.c.name.label("source"))
    .outerjoin(tables.wordings, posts.c.wording_id == tables.wordings.c.id)
    .outerjoin(tables.articles, posts.c.article_id == tables.articles.c.id)
    .outerjoin(tables.sources, tables.articles.c.source_id == tables.sources.c.id)
)


def selecting() -> Select[Any]:
    """A SELECT whose rows `read` understands."""
    return _POSTS


def read(row: RowMapping) -> Post:
    """The post in a row of `selecting`."""
    story = row["article_id"] is not None
    return Post(
        id=row["id"],
        kind=row["kind"],
        article=_worded(articles.read(row, "article_"), row) if story else None,
        article_id=row["article_id"],
        source=row["source"] or "",
        announcement=None
        if story
        else Announcement(row["from_chat_id"], row["message_id"], row["editor_id"], row["panel_id"]),
        audience=Audience(row["everyone"], frozenset(row["audience"])),
        urgency=row["urgency"],
        hold=row["hold"],
        state=row["state"],
        published_at=row["published_at"],
        expires_at=row["expires_at"],
        readers=row["readers"],
        marked=row["marked"],
        revision=row["revision"],
        others=tuple(Other(**one) for one in row["others"] or ()),
        corrected_at=row["corrected_at"],
        reason=row["reason"],
        story=row["story"],
        wording_id=row["wording_id"],
    )


def _worded(article: Article, row: RowMapping) -> Article:
    """The article, in an editor's words where there are some."""
    if row["wording_title"] is None:
        return article
    return replace(article, title=row["wording_title"], summary=tuple(row["wording_summary"]))
