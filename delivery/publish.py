"""From a story, or an editor's message, to a post: for whom, until when; a message also how urgent.

Marking the readers follows in `marking`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from delivery.audience import audience_of
from storage import announcements, posts
from storage import stories as placing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from news.article import Article
    from storage.database import Database
    from storage.posts import Announcement, Audience
    from storage.stories import Placed

FRESH: Final = timedelta(hours=48)
"""A story that has not reached a reader by then is no news any more."""
ANNOUNCED: Final = timedelta(days=7)
"""An announcement waits longer: it is meant for everyone."""


async def publish_story(  # noqa: PLR0913  # all that makes a post, by name
    db: Database,
    source_id: int,
    key: str,
    article: Article,
    now: datetime,
    *,
    listed: str = "",
    held: bool = False,
) -> int | None:
    """Store `article` and its post in one transaction; None where the story `key` is stored already.

    `listed` is how its source lists it (`news.story.changes.mark`), to be noticed when that changes. A
    `held` story waits for an editor (`storage.desk`).
    """
    audience, until = audience_of(article), now + FRESH
    return await posts.publish_story(
        db,
        source_id,
        key,
        article,
        audience,
        now=now,
        expires_at=until,
        listed=listed,
        state="held" if held else "live",
    )


async def place_story(  # noqa: PLR0913  # all that makes a post, by name
    db: Database,
    stories: Sequence[int],
    source_id: int,
    key: str,
    article: Article,
    *,
    now: datetime,
    listed: str = "",
) -> Placed | None:
    """Name `article` on the first of `stories` that readers can see, or publish it: `storage.stories`."""
    audience, until = audience_of(article), now + FRESH
    return await placing.place(
        db, stories, source_id, key, article, audience=audience, now=now, expires_at=until, listed=listed
    )


async def announce(  # noqa: PLR0913  # all that makes a post, by name
    db: Database,
    announcement: Announcement,
    audience: Audience,
    now: datetime,
    *,
    urgent: bool = False,
    once: bool = False,
) -> int:
    """Make an editor's message a post, once for each panel it is confirmed on; gives its id.

    `urgent` goes before everything else, in quiet hours too; `once` is the class `hold`: never sent again
    where it may have arrived.
    """
    until = now + ANNOUNCED
    return await announcements.publish(
        db, announcement, audience, now=now, expires_at=until, urgency=int(urgent), hold=once
    )
