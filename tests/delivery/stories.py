"""Invented stories, posts and readers, each complete and each to be changed where a test needs it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from news.article import Article, Category, Photo, Related
from storage.due import Claimed
from storage.posts import Announcement, Audience, Post
from storage.readers import Reader

NOW = datetime(2025, 6, 23, 9, 30, tzinfo=UTC)
CATEGORIES = {
    "probash": Category("probash", "প্রবাসের খবর", "Diaspora", "🌍"),
    "khela": Category("khela", "খেলা", "Sport", "⚽"),
}
ARTICLE = Article(
    url="https://probhatbela.example/probash/1207",
    title="রোমে প্রবাসী শিল্পীদের চিত্র প্রদর্শনী শুরু",
    byline="নাসরিন আক্তার, রোম থেকে",
    published_at=datetime(2025, 6, 22, 20, 15, tzinfo=UTC),
    photo=Photo("https://probhatbela.example/media/rome.jpg", "উদ্বোধনী দিনে দর্শনার্থীরা", "কামরুল হাসান"),
    paragraphs=("ইতালির রোমে প্রদর্শনী শুরু হয়েছে।",),
    summary=(
        "ইতালির রাজধানী রোমে প্রবাসী বাংলাদেশি শিল্পীদের তিন দিনের চিত্র প্রদর্শনী শুরু হয়েছে।",
        "প্রদর্শনীতে ২৪ জন শিল্পীর ৬০টি ছবি স্থান পেয়েছে।",
        "আগামী বুধবার পর্যন্ত সবার জন্য এটি খোলা থাকবে।",
    ),
    related=(Related("মিলানে বইমেলা", "https://probhatbela.example/probash/1201"),),
    places=("IT",),
    categories=("probash",),
)
PROBASH = Audience(keys=frozenset({"category:probash"}))
EVERYONE = Audience(everyone=True)


def article(**changes: Any) -> Article:
    """The model article with some of it changed."""
    return replace(ARTICLE, **changes)


def story(post_id: int = 1, /, *, audience: Audience = PROBASH, **changes: Any) -> Post:
    """A live story; `changes` are of its article where the article has such a field, else of the post."""
    of_article = {name: changes.pop(name) for name in list(changes) if name in Article.__slots__}
    post = Post(
        id=post_id,
        kind="story",
        article=article(**of_article),
        article_id=post_id,
        source="প্রভাতবেলা",
        announcement=None,
        audience=audience,
        urgency=0,
        hold=False,
        state="live",
        published_at=NOW,
        expires_at=NOW + timedelta(hours=48),
        readers=0,
        marked=True,
        revision=post_id,
    )
    return replace(post, **changes)


def announcement(post_id: int = 1, /, **changes: Any) -> Post:
    """A live announcement to everyone."""
    told = Announcement(from_chat_id=900, message_id=77, editor_id=900)
    of_story = {"kind": "announcement", "article": None, "article_id": None, "source": ""}
    return replace(story(post_id, audience=EVERYONE), **of_story, announcement=told, **changes)


def reader(**changes: Any) -> Reader:
    """A private chat in Rome who gets everything at once, caught up to nothing yet."""
    who = Reader(
        id=1,
        chat_id=501,
        topic=0,
        kind="private",
        title="রহিমা",
        language="bn",
        timezone="Europe/Rome",
        state="active",
        digest=(),
        quiet=None,
        cursor=0,
    )
    return replace(who, **changes)


def claimed(*keys: str, since: int = 0, unsure: int = 0, **changes: Any) -> Claimed:
    """A due reader who has followed `keys` (the diaspora if none is given) since the post `since`."""
    follows = dict.fromkeys(keys or ("category:probash",), since)
    return Claimed(reader(**changes), urgency=0, unsure=unsure, follows=follows)
