"""A small Bengali newspaper on loopback, whose stories a test publishes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from zlib import crc32

from aiohttp import web

PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000002000000010802000000"
    "7b40e8dd0000000f49444154789c63f8cfc0c0f09f01000a0002014a1d2c0b0000000049454e44ae426082"
)
"""Two pixels are a picture too."""


TEXT = (
    "ওমানের মাস্কাটে বাংলাদেশি কর্মীদের জন্য নতুন একটি আবাসন চালু হয়েছে। সেখানে প্রায় ৬০০ কর্মী থাকতে পারবেন।",
    "উদ্বোধনী অনুষ্ঠানে জানানো হয়, আবাসনে চিকিৎসাকেন্দ্র, পাঠাগার ও রান্নাঘর রয়েছে। আগামী মাসে আরও দুটি ভবনের কাজ শেষ হবে।",
    "কর্মীরা বলছেন, কর্মস্থলের কাছে থাকতে পারায় প্রতিদিন দুই ঘণ্টা যাতায়াতের সময় বাঁচবে।",
)
"""What stands below every headline that comes without a text: a paper whose pages are all alike."""


@dataclass(frozen=True, slots=True)
class Story:
    """One story: its number is its address."""

    number: int
    title: str
    published_at: datetime
    text: tuple[str, ...] = TEXT


@dataclass(slots=True)
class Newspaper:
    """The paper: `start` gives its address, `publish` puts a story on its feed."""

    name: str = "নদীর ওপার"
    section: str = "probash"
    """The first part of its stories' addresses."""
    stories: list[Story] = field(default_factory=list)
    address: str = ""
    picture: bytes | None = PICTURE
    asked: list[str] = field(default_factory=list)
    broken: set[int] = field(default_factory=set)
    """Stories whose pages answer 500."""
    feed: str = ""
    """What the feed's address says instead of the feed."""
    status: int = 200
    _runner: web.AppRunner | None = None

    async def start(self) -> str:
        app = web.Application()
        app.router.add_get("/feed.xml", self._feed)
        app.router.add_get("/picture/{name}", self._picture)
        app.router.add_get("/{section}/{number}", self._page)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.address = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self.address

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    def publish(self, title: str, *text: str) -> Story:
        story = Story(len(self.stories) + 1, title, datetime.now(UTC), text or TEXT)
        self.stories.append(story)
        return story

    def correct(self, story: Story, title: str, *text: str) -> Story:
        """The same page says something else."""
        corrected = replace(story, title=title, text=text)
        self.stories[story.number - 1] = corrected
        return corrected

    def link(self, story: Story) -> str:
        return f"{self.address}/{self.section}/{story.number}"

    def sources_toml(self, every: str = "1s") -> str:
        return f"""
[[category]]
slug = "probash"
bn = "প্রবাসের খবর"
en = "Diaspora"
emoji = "🌍"

[[category]]
slug = "visa"
bn = "ভিসা ও অভিবাসন"
en = "Visa and migration"
emoji = "🛂"

{self.source_toml(every)}"""

    def source_toml(self, every: str = "1s") -> str:
        """The paper alone: for a list of several."""
        return f"""[[source]]
name = "{self.name}"
url = "{self.address}/feed.xml"
category = "probash"
every = "{every}"
"""

    async def _feed(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        if self.feed or self.status != 200:
            return web.Response(text=self.feed, content_type="text/html", status=self.status)
        titles = "".join(story.title for story in self.stories)
        tag = f'"{len(self.stories)}-{crc32(titles.encode())}"'
        if request.headers.get("If-None-Match") == tag:
            return web.Response(status=304, headers={"ETag": tag})
        items = "".join(
            f"<item><title>{escape(story.title)}</title><link>{self.link(story)}</link>"
            f"<pubDate>{format_datetime(story.published_at)}</pubDate></item>"
            for story in reversed(self.stories)
        )
        head = f"<title>{self.name}</title>"
        rss = f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{items}</channel></rss>'
        return web.Response(text=rss, content_type="application/rss+xml", headers={"ETag": tag})

    async def _page(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        story = self.stories[int(request.match_info["number"]) - 1]
        if story.number in self.broken:
            return web.Response(status=500)
        return web.Response(text=self.page(story), content_type="text/html")

    async def _picture(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        if self.picture is None:
            raise web.HTTPNotFound
        return web.Response(body=self.picture, content_type="image/png")

    def page(self, story: Story) -> str:
        text = "\n".join(f"<p>{escape(paragraph)}</p>" for paragraph in story.text)
        return f"""<!doctype html><html lang="bn"><head>
<meta charset="utf-8"><title>{escape(story.title)}</title>
<meta property="og:title" content="{escape(story.title)}">
<meta property="og:image" content="{self.address}/picture/{story.number}.png">
<meta property="article:published_time" content="{story.published_at.isoformat()}"></head>
<body><nav><a href="/">প্রচ্ছদ</a></nav><article><h1>{escape(story.title)}</h1>
<p class="byline">নিজস্ব প্রতিবেদক</p>
<figure><img src="/picture/{story.number}.png" width="1200" height="675" alt="">
<figcaption>মাস্কাটে কর্মীদের নতুন আবাসন। ছবি: {self.name}</figcaption></figure>
{text}
</article></body></html>"""
