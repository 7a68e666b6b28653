"""The sample paper's web site: pages, feeds and pictures on a real server."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from aiohttp import web

from bot.demo.site.feed import rss
from bot.demo.site.markup import article_page, front_page, missing_page, section_page
from bot.demo.site.newsroom import Newsroom
from bot.demo.site.story import PAPER, SECTIONS, Section, written

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from aiohttp.typedefs import Handler

    from bot.demo.site.story import Draft, Story

HERE: Final = Path(__file__).parent
IN_A_FEED: Final = 20
MORE: Final = 4
"""Stories under আরও দেখুন."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Site:
    """The paper on the web; a few stories are out from the start, each `publish` adds the next."""

    def __init__(
        self,
        stories: Sequence[Draft] | None = None,
        *,
        archive: int = 8,
        now: Callable[[], datetime] = _utc_now,
    ) -> None:
        self._now = now
        self.newsroom = Newsroom(written() if stories is None else stories, archive=archive, now=now)
        self.base_url = ""
        self._runner: web.AppRunner | None = None

    async def start(self, port: int = 0, host: str = "127.0.0.1") -> str:
        """Serve; the site's address without a slash at its end."""
        self._runner = web.AppRunner(self._app(), access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        self.base_url = f"http://{host}:{self._runner.addresses[0][1]}"
        return self.base_url

    async def stop(self) -> None:
        """Serve no longer."""
        if self._runner is not None:
            await self._runner.cleanup()

    def publish(self) -> Story:
        """The next story, out now."""
        return self.newsroom.publish()

    def correct(self, story: Story, headline: str) -> Story:
        """The story under a new headline; LookupError if it is no longer on the site."""
        return self.newsroom.correct(story, headline)

    def _app(self) -> web.Application:
        app = web.Application(middlewares=[self._missing])
        sections = "|".join(section.slug for section in SECTIONS)
        app.router.add_get("/", self._front)
        app.router.add_get("/style.css", _style)
        app.router.add_get("/robots.txt", _robots)
        app.router.add_static("/pictures", HERE / "pictures")
        app.router.add_get(f"/{{section:{sections}}}", self._section)
        app.router.add_get(f"/{{section:{sections}}}/{{number:\\d{{1,9}}}}/{{slug}}", self._article)
        app.router.add_get(f"/feed/{{section:{sections}}}.xml", self._feed)
        return app

    @web.middleware
    async def _missing(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except web.HTTPNotFound:
            page = missing_page(self.base_url, request.path, self._now())
            return web.Response(text=page, status=404, content_type="text/html", charset="utf-8")

    async def _front(self, request: web.Request) -> web.Response:
        return _conditional(request, front_page(self.base_url, self.newsroom.newest(limit=21), self._now()))

    async def _section(self, request: web.Request) -> web.Response:
        section = _asked(request)
        stories = self.newsroom.newest(section.slug)
        return _conditional(request, section_page(self.base_url, section, stories, self._now()))

    async def _article(self, request: web.Request) -> web.Response:
        story = self.newsroom.find(int(request.match_info["number"]))
        if story is None or request.path != story.path:
            raise web.HTTPNotFound
        return _conditional(
            request, article_page(self.base_url, story, self._more(story), self._now()), story.updated_at
        )

    async def _feed(self, request: web.Request) -> web.Response:
        section = _asked(request)
        stories = self.newsroom.newest(section.slug, IN_A_FEED)
        changed = max((story.updated_at for story in stories), default=None)
        return _conditional(request, rss(self.base_url, section, stories), changed, "application/rss+xml")

    def _more(self, story: Story) -> list[Story]:
        others = [s for s in self.newsroom.newest(limit=60) if s.draft != story.draft]
        others.sort(key=lambda other: other.draft.section != story.draft.section)
        return others[:MORE]


def sources_toml(base_url: str) -> str:
    """A sources.toml for this site: three sections by their feeds, the community section by its page."""
    shelves = [_category(section) + _source(base_url, section) for section in SECTIONS]
    return "\n".join(shelves)


def _category(section: Section) -> str:
    return f"""[[category]]
slug = "{section.slug}"
bn = "{section.bn}"
en = "{section.en}"
emoji = "{section.emoji}"

"""


def _source(base_url: str, section: Section) -> str:
    path = "/community" if section.slug == "community" else f"/feed/{section.slug}.xml"
    return f"""[[source]]
name = "{PAPER}"
url = "{base_url}{path}"
category = "{section.slug}"
every = "2s"
"""


def _asked(request: web.Request) -> Section:
    return next(section for section in SECTIONS if section.slug == request.match_info["section"])


def _conditional(
    request: web.Request, text: str, changed: datetime | None = None, kind: str = "text/html"
) -> web.Response:
    """The text, or 304 for who has it already; If-None-Match wins over the date (RFC 9110, 13.2.2)."""
    tag = hashlib.sha256(text.encode()).hexdigest()[:20]
    headers = {"ETag": f'"{tag}"', "Cache-Control": "no-cache"}
    if changed is not None:
        headers["Last-Modified"] = format_datetime(changed.replace(microsecond=0), usegmt=True)
    if _has_it(request, tag, changed):
        return web.Response(status=304, headers=headers)
    return web.Response(text=text, content_type=kind, charset="utf-8", headers=headers)


def _has_it(request: web.Request, tag: str, changed: datetime | None) -> bool:
    if request.if_none_match is not None:
        return any(known.value in (tag, "*") for known in request.if_none_match)
    since = request.if_modified_since
    return since is not None and changed is not None and changed.replace(microsecond=0) <= since


async def _style(request: web.Request) -> web.StreamResponse:
    del request
    return web.FileResponse(HERE / "style.css", headers={"Cache-Control": "no-cache"})


async def _robots(request: web.Request) -> web.Response:
    del request
    return web.Response(text="User-agent: *\nAllow: /\n")
