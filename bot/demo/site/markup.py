"""The paper's pages as HTML: semantic, with the metadata that papers carry. Pure: the time is an argument."""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING, Any, Final

from bot.demo.site.calendar import age, date, date_and_time, weekday
from bot.demo.site.story import PAPER, SECTIONS, TAGLINE, Section

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.demo.site.story import Story

NAMES: Final = {section.slug: section.bn for section in SECTIONS}
NOTE: Final = (
    "এটি একটি নমুনা সাইট। এখানকার সব খবর, মানুষ ও প্রতিষ্ঠান কাল্পনিক। · A sample site: every story is invented."
)
FEEDLESS: Final = "community"
"""The section that doesn't announce its feed, as with many papers: the bot reads its page instead."""


def front_page(base: str, stories: Sequence[Story], now: datetime) -> str:
    """The newest story large, then the rest."""
    lead, rest = stories[:1], stories[1:]
    main = "".join(_card(story, now, large=True) for story in lead)
    grid = "".join(_card(story, now) for story in rest)
    return _page(base, "/", f"{PAPER} | {TAGLINE}", f'{main}<div class="grid">{grid}</div>', now=now)


def section_page(base: str, section: Section, stories: Sequence[Story], now: datetime) -> str:
    """One section's stories, newest first."""
    cards = "".join(_card(story, now) for story in stories)
    feed = "" if section.slug == FEEDLESS else _alternate(base, section)
    body = f'<h1 class="shelf">{section.bn}</h1><div class="grid">{cards}</div>'
    return _page(base, f"/{section.slug}", f"{section.bn} | {PAPER}", body, now=now, head=feed)


def article_page(base: str, story: Story, more: Sequence[Story], now: datetime) -> str:
    """The article, and আরও দেখুন below it."""
    body = f"""<article class="story">
<p class="kicker"><a href="/{story.draft.section}">{NAMES[story.draft.section]}</a></p>
<h1>{escape(story.headline)}</h1>
{_signed(story)}
{_figure(story)}
<div class="body">
{"".join(f"<p>{escape(paragraph)}</p>" for paragraph in story.paragraphs)}
</div>
</article>
{_see_also(more, now)}"""
    title = f"{story.headline} | {PAPER}"
    return _page(base, story.path, title, body, now=now, head=_article_head(base, story))


def missing_page(base: str, path: str, now: datetime) -> str:
    """What stands where nothing does, with the way back to the front page."""
    body = (
        '<div class="missing"><h1>পাতাটি খুঁজে পাওয়া গেল না</h1>'
        '<p>খবরটি হয়তো সরানো হয়েছে। <a href="/">প্রথম পাতায় ফিরে যান</a></p></div>'
    )
    return _page(base, path, f"পাতা নেই | {PAPER}", body, now=now)


def _page(  # noqa: PLR0913 - the parts of a page
    base: str, path: str, title: str, body: str, *, now: datetime, head: str = ""
) -> str:
    return f"""<!doctype html>
<html lang="bn">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<link rel="canonical" href="{base}{escape(path)}">
<link rel="stylesheet" href="/style.css">
<link rel="icon" href="data:,">
<meta property="og:site_name" content="{PAPER}">
{head}
</head>
<body>
<header class="masthead">
<p class="today">{weekday(now)}, {date(now)}</p>
<a class="name" href="/">{PAPER}</a>
<p class="tagline">{TAGLINE}</p>
<nav aria-label="বিভাগ">{_navigation(path)}</nav>
</header>
<main>
{body}
</main>
<footer><p>{NOTE}</p></footer>
</body>
</html>
"""


def _navigation(path: str) -> str:
    here = path.split("/")[1]
    return "".join(
        f'<a href="/{section.slug}"{" aria-current=true" if section.slug == here else ""}>{section.bn}</a>'
        for section in SECTIONS
    )


def _card(story: Story, now: datetime, *, large: bool = False) -> str:
    heading = "h1" if large else "h2"
    return f"""<article class="card{" lead" if large else ""}">
<a href="{story.path}"><img src="{_picture(story)}" width="1200" height="675" alt="" loading="lazy"></a>
<div><p class="kicker">{NAMES[story.draft.section]}</p>
<{heading}><a href="{story.path}">{escape(story.headline)}</a></{heading}>
<p class="blurb">{escape(_blurb(story))}</p>
{_time(story, age(story.published_at, now))}</div>
</article>"""


def _time(story: Story, shown: str) -> str:
    moment = story.published_at.isoformat(timespec="seconds")
    return f'<time datetime="{moment}">{shown}</time>'


def _signed(story: Story) -> str:
    updated = f"আপডেট: {date_and_time(story.updated_at)}"
    change = f'<span class="change">{updated}</span>' if story.corrected else ""
    return (
        f'<p class="byline"><span class="author" rel="author">{escape(story.draft.byline)}</span> '
        f"{_time(story, date(story.published_at))}{change}</p>"
    )


def _figure(story: Story) -> str:
    caption = escape(story.draft.caption)
    return (
        f'<figure><img src="{_picture(story)}" width="1200" height="675" alt="{caption}">'
        f"<figcaption>{caption}। ছবি: {PAPER}</figcaption></figure>"
    )


def _see_also(stories: Sequence[Story], now: datetime) -> str:
    listed = "".join(
        f'<li><h3><a href="{story.path}">{escape(story.headline)}</a></h3>'
        f'<p class="blurb">{escape(_blurb(story))}</p>'
        f'<p class="age">{age(story.published_at, now)}</p></li>'
        for story in stories
    )
    return f'<aside class="more"><h2>আরও দেখুন</h2><ul>{listed}</ul></aside>' if listed else ""


def _article_head(base: str, story: Story) -> str:
    published = story.published_at.isoformat(timespec="seconds")
    named = {
        "og:type": "article",
        "og:title": story.headline,
        "og:description": _blurb(story),
        "og:url": base + story.path,
        "og:image": base + _picture(story),
        "og:image:width": "1200",
        "og:image:height": "675",
        "article:section": NAMES[story.draft.section],
        "article:published_time": published,
        "article:modified_time": story.updated_at.isoformat(timespec="seconds"),
    }
    tags = "".join(f'<meta property="{name}" content="{escape(text)}">\n' for name, text in named.items())
    linked = json.dumps(_linked(base, story), ensure_ascii=False).replace("<", "\\u003c")
    return f'{tags}<script type="application/ld+json">{linked}</script>'


def _linked(base: str, story: Story) -> dict[str, Any]:
    place = {"@type": "Place", "name": story.draft.place}
    return {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": story.headline,
        "datePublished": story.published_at.isoformat(timespec="seconds"),
        "dateModified": story.updated_at.isoformat(timespec="seconds"),
        "articleSection": NAMES[story.draft.section],
        "author": {"@type": "Person", "name": story.draft.byline},
        "image": [base + _picture(story)],
        "mainEntityOfPage": base + story.path,
        "contentLocation": place | {"address": {"addressCountry": story.draft.country}},
        "publisher": {"@type": "NewsMediaOrganization", "name": PAPER},
        "inLanguage": "bn",
    }


def _alternate(base: str, section: Section) -> str:
    address = f"{base}/feed/{section.slug}.xml"
    return f'<link rel="alternate" type="application/rss+xml" title="{section.bn}" href="{address}">'


def _picture(story: Story) -> str:
    return f"/pictures/{story.draft.picture}.jpg"


def _blurb(story: Story) -> str:
    return story.draft.paragraphs[0]
