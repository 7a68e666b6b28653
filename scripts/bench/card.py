"""The one message that every contestant sends: a story's card as the bot composes it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from delivery import card
from delivery.audience import audience_of
from delivery.telegram import Request, request
from news.article import Article, Photo, Related
from scripts.paper import CATEGORY, SOURCE
from storage.posts import Post

if TYPE_CHECKING:
    from delivery.message import Message

TOKEN: Final = "123456789:AAbenchbenchbenchbenchbenchbench"  # noqa: S105  (invented: the stub takes any)
FILE_ID: Final = "AgACAgUAAxkBAAIBOWZvY2hvbG9fcHJvYmFzaF9yb21lX2Jlbmd0aGVfcGhvdG9fMQADAgADeQADNgQ"
PHOTO: Final = "https://probhatbela.example/media/2025/06/rome.jpg"
PUBLISHED: Final = datetime(2025, 6, 22, 20, 15, tzinfo=UTC)
ARTICLE: Final = Article(
    url="https://probhatbela.example/probash/1207",
    title="রোমে প্রবাসী শিল্পীদের চিত্র প্রদর্শনী শুরু",
    byline="নাসরিন আক্তার, রোম থেকে",
    published_at=PUBLISHED,
    photo=Photo(PHOTO, "উদ্বোধনী দিনে দর্শনার্থীরা", "কামরুল হাসান"),
    paragraphs=("ইতালির রোমে প্রদর্শনী শুরু হয়েছে।",),
    summary=(
        "ইতালির রাজধানী রোমে প্রবাসী বাংলাদেশি শিল্পীদের তিন দিনের চিত্র প্রদর্শনী শুরু হয়েছে।",
        "প্রদর্শনীতে ২৪ জন শিল্পীর ৬০টি ছবি স্থান পেয়েছে, যার বেশির ভাগই নদী ও গ্রাম নিয়ে আঁকা।",
        "আগামী বুধবার পর্যন্ত সকাল থেকে সন্ধ্যা সবার জন্য এটি খোলা থাকবে।",
    ),
    related=(Related("মিলানে বইমেলা", "https://probhatbela.example/probash/1201"),),
    places=("IT",),
    categories=(CATEGORY.slug,),
)


def message() -> Message:
    """The card of the story."""
    post = Post(
        id=1,
        kind="story",
        article=ARTICLE,
        article_id=1,
        source=SOURCE.name,
        announcement=None,
        audience=audience_of(ARTICLE),
        urgency=0,
        hold=False,
        state="live",
        published_at=PUBLISHED,
        expires_at=PUBLISHED + timedelta(hours=48),
        readers=0,
        marked=True,
        revision=1,
    )
    return card.compose(post, {CATEGORY.slug: CATEGORY}, "bn")


def prepared() -> Request:
    """Encoded once; only the chat is missing."""
    return request(message(), photo=FILE_ID)


def fields() -> dict[str, Any]:
    """The request, to no chat, as the Bot API names its parts: photo, caption, parse_mode, reply_markup."""
    told: dict[str, Any] = json.loads(prepared().body(chat_id=0))
    return told


def answer() -> tuple[bytes, bytes, bytes]:
    """The stub's answer: message id and chat id go between the parts. As long as Telegram's own."""
    shown = fields()
    sizes = [
        {"file_id": FILE_ID, "file_unique_id": f"AQAD{n}", "file_size": 1500 * n, "width": w, "height": h}
        for n, (w, h) in enumerate(((90, 60), (320, 213), (800, 533), (1280, 853)), 1)
    ]
    bot = {"id": 123456789, "is_bot": True, "first_name": "খবর", "username": "khobor_bot"}
    rest = {
        "from": bot,
        "date": int(PUBLISHED.timestamp()),
        "photo": sizes,
        "caption": shown["caption"],
        "caption_entities": [{"offset": 28, "length": 42, "type": "bold"}],
        "reply_markup": shown["reply_markup"],
    }
    before = b'{"ok":true,"result":{"message_id":'
    between = b',"chat":{"type":"private","first_name":"\\u09aa\\u09be\\u09a0\\u0995","id":'
    return before, between, b"}," + json.dumps(rest).encode()[1:] + b"}"
