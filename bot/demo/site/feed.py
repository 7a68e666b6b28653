"""A section's RSS feed."""

from __future__ import annotations

from email.utils import format_datetime
from html import escape
from typing import TYPE_CHECKING

from bot.demo.site.story import PAPER, Section

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.demo.site.story import Story


def rss(base: str, section: Section, stories: Sequence[Story]) -> str:
    """RSS 2.0: headline, address, date, first paragraph, picture; the rest is on the article's page."""
    items = "\n".join(_item(base, section, story) for story in stories)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/">
<channel>
<title>{PAPER} | {section.bn}</title>
<link>{base}/{section.slug}</link>
<description>{section.bn}</description>
<language>bn</language>
{items}
</channel>
</rss>
"""


def _item(base: str, section: Section, story: Story) -> str:
    address = base + story.path
    return f"""<item>
<title>{escape(story.headline)}</title>
<link>{address}</link>
<guid isPermaLink="true">{address}</guid>
<pubDate>{format_datetime(story.published_at, usegmt=True)}</pubDate>
<category>{section.bn}</category>
<description>{escape(story.draft.paragraphs[0])}</description>
<media:content url="{base}/pictures/{story.draft.picture}.jpg" medium="image" width="1200" height="675"/>
</item>"""
