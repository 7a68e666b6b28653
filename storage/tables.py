"""The tables: what each column means, not how it is used."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from storage.moments import UTCDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite numbers rows by itself only where the type is exactly INTEGER.
_ID: Final = BigInteger().with_variant(Integer, "sqlite")
_LIST: Final = JSON(none_as_null=True)

sources = Table(
    "sources",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("url", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("review", Boolean, nullable=False),
    Column("every_seconds", Integer, nullable=False),
    Column("etag", Text, nullable=False, default=""),
    Column("last_modified", Text, nullable=False, default=""),
    Column("next_poll_at", UTCDateTime, nullable=False),
    Column("state", Text, nullable=False, default="ok"),
    Column("last_error", Text, nullable=False, default=""),
    Column("failures", Integer, nullable=False, default=0),
    Column("last_ok_at", UTCDateTime),
    Column("last_new_at", UTCDateTime),
    Column("served", Text, nullable=False, default=""),
    Column("first_poll_done", Boolean, nullable=False, default=False),
    Column("fingerprint", Text, nullable=False, server_default=""),  # of the list that was read last
    Column("wish_seconds", Integer, nullable=False, server_default="0"),  # how long it asks to be left alone
    Column("newest_at", UTCDateTime),  # when its newest story appeared
    Column("longest_gap_seconds", Integer, nullable=False, server_default="0"),  # of the gaps between stories
    Column("gaps", Integer, nullable=False, server_default="0"),
    Column("bodiless", Integer, nullable=False, server_default="0"),  # pages since the last that had a body
    Column("alarms", Text, nullable=False, server_default=""),  # incidents that the editors know of
)

articles = Table(
    "articles",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("source_id", _ID, ForeignKey("sources.id"), nullable=False, index=True),
    Column("key", Text, nullable=False, unique=True),
    Column("known", Boolean, nullable=False),  # true: seen at a first poll, never a post
    Column("seen_at", UTCDateTime, nullable=False),
    Column("url", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("byline", Text, nullable=False, default=""),
    Column("section", Text, nullable=False, default=""),
    Column("published_at", UTCDateTime),
    Column("photo", _LIST),  # url, caption, credit
    Column("paragraphs", _LIST, nullable=False, default=list),
    Column("summary", _LIST, nullable=False, default=list),
    Column("related", _LIST, nullable=False, default=list),  # title, url, blurb, age
    Column("places", _LIST, nullable=False, default=list),
    Column("categories", _LIST, nullable=False, default=list),
    Column("story_id", BigInteger, index=True),  # the first article about the event; null: this one
    Column("listed", Text, nullable=False, server_default=""),  # how its source listed it when it was read
    Column("read_at", UTCDateTime),  # when its page was read last
    Column("readings", Integer, nullable=False, server_default="1"),  # how often its page was read
    Index(None, "seen_at"),
)

article_versions = Table(
    "article_versions",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("article_id", _ID, ForeignKey("articles.id"), nullable=False, index=True),
    Column("replaced_at", UTCDateTime, nullable=False),
    Column("said", _LIST, nullable=False),  # the columns of the article before
)

posts = Table(
    "posts",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("revision", BigInteger, nullable=False, unique=True),  # grows with every change of any post
    Column("kind", Text, nullable=False),
    Column("article_id", _ID, ForeignKey("articles.id"), index=True),
    Column("from_chat_id", BigInteger),  # an announcement: the editor's own message, to be copied
    Column("message_id", BigInteger),
    Column("editor_id", BigInteger),
    Column("panel_id", BigInteger),  # the message there that it was confirmed on
    Column("panel_open", Boolean, nullable=False, server_default=false()),  # has not shown the end yet
    Column("everyone", Boolean, nullable=False),
    Column("audience", _LIST, nullable=False),  # keys: "category:probash", "place:SA"
    Column("urgency", Integer, nullable=False),
    Column("hold", Boolean, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Column("published_at", UTCDateTime, nullable=False),
    Column("changed_at", UTCDateTime, nullable=False),
    Column("expires_at", UTCDateTime, nullable=False),
    Column("readers", Integer, nullable=False, default=0),  # active readers it was for, when they were marked
    Column("marked", Boolean, nullable=False, default=False),
    Column("marked_to", BigInteger, nullable=False, default=0),  # readers up to this id are marked
    Column("others", _LIST),  # source and url of each other paper that tells the story
    Column("corrected_at", UTCDateTime),  # when what its card shows was changed
    Column("wording_id", _ID),  # what an editor lets it say, instead of the article
    sqlite_autoincrement=True,  # an id is never given twice, or a cursor could step over a post
)
Index("uq_posts_panel", posts.c.from_chat_id, posts.c.panel_id, unique=True)
Index(
    "ix_posts_open_panels", posts.c.id, sqlite_where=posts.c.panel_open, postgresql_where=posts.c.panel_open
)
Index("ix_posts_unmarked", posts.c.id, sqlite_where=~posts.c.marked, postgresql_where=~posts.c.marked)

wordings = Table(
    "wordings",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("post_id", _ID, ForeignKey("posts.id"), nullable=False, index=True),
    Column("editor_id", BigInteger, nullable=False),
    Column("title", Text, nullable=False),
    Column("summary", _LIST, nullable=False),
    Column("at", UTCDateTime, nullable=False),  # when the editor wrote it; posts say which are in force
)

corrections = Table(
    "corrections",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("post_id", _ID, ForeignKey("posts.id"), nullable=False, index=True),
    Column("revision", BigInteger, nullable=False),  # of the post, as its copies are to show it
    Column("kind", Text, nullable=False),  # correct or retract
    Column("at", UTCDateTime, nullable=False),
    Column("changed", Integer, nullable=False, server_default="0"),  # copies done so far, by outcome
    Column("gone", Integer, nullable=False, server_default="0"),
    Column("too_old", Integer, nullable=False, server_default="0"),
    Column("refused", Integer, nullable=False, server_default="0"),
    Column("finished_at", UTCDateTime),
    Column("panel_chat_id", BigInteger),  # the message in an editor's chat that shows how it goes
    Column("panel_id", BigInteger),
    Column("panel_open", Boolean, nullable=False, server_default=false()),  # has not shown the end yet
)
_UNFINISHED = corrections.c.finished_at.is_(None)
Index("ix_corrections_unfinished", corrections.c.id, sqlite_where=_UNFINISHED, postgresql_where=_UNFINISHED)

readers = Table(
    "readers",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("topic", BigInteger, nullable=False),  # 0: none
    Column("kind", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("language", Text, nullable=False, default="bn"),
    Column("timezone", Text, nullable=False),
    Column("state", Text, nullable=False, default="active"),
    Column("reason", Text, nullable=False, default=""),
    Column("digest", _LIST, nullable=False, default=list),  # "HH:MM", the reader's own time
    Column("quiet", _LIST),  # "HH:MM" twice
    Column("since", BigInteger, nullable=False),  # the newest post when they came
    Column("cursor", BigInteger, nullable=False),
    Column("due_at", UTCDateTime),
    Column("urgency", Integer, nullable=False, default=0),  # of what they are due for
    Column("again", Boolean, nullable=False, server_default=false()),  # their turn had come before
    Column("unsure", Integer, nullable=False, default=0),  # ambiguous sends of what comes next
    Column("begun", BigInteger, nullable=False, server_default="0"),  # up to this post, for the last time
    Column("free_at", UTCDateTime),  # a second after the last message
    Column("lease_owner", Text),
    Column("lease_until", UTCDateTime),
    Column("lease_urgency", Integer, nullable=False, default=0),  # what `urgency` was when claimed
    Column("lease_epoch", BigInteger, nullable=False, server_default="0"),  # grows with every claim
    Column("arrived_at", UTCDateTime, nullable=False),
    Column("changed_at", UTCDateTime, nullable=False),  # when the state changed
    Column("added_by", BigInteger),  # of a group: the person who brought the bot, or chose what comes
    UniqueConstraint("chat_id", "topic"),
    sqlite_autoincrement=True,  # a forgotten reader's id never becomes somebody else's
)
_UNLEASED = readers.c.due_at.is_not(None) & readers.c.lease_owner.is_(None)
_AGAIN = _UNLEASED & readers.c.again
_LEASED = readers.c.lease_owner.is_not(None)
_WAITING = (readers.c.urgency, readers.c.due_at)
Index("ix_readers_due", *_WAITING, sqlite_where=_UNLEASED, postgresql_where=_UNLEASED)
Index("ix_readers_again", readers.c.due_at, sqlite_where=_AGAIN, postgresql_where=_AGAIN)
Index("ix_readers_leased", readers.c.lease_until, sqlite_where=_LEASED, postgresql_where=_LEASED)
_ADDED = readers.c.added_by.is_not(None)
Index("ix_readers_added_by", readers.c.added_by, sqlite_where=_ADDED, postgresql_where=_ADDED)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("reader_id", _ID, ForeignKey("readers.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("value", Text, primary_key=True),
    Column("since", BigInteger, nullable=False),  # the newest post when they followed
    Index(None, "kind", "value", "reader_id", "since"),  # all that is asked of followers
    sqlite_with_rowid=False,
)

# No foreign keys: every receipt would lock its post's one row, and settling holds the reader anyway.
receipts = Table(
    "receipts",
    metadata,
    Column("post_id", BigInteger, primary_key=True, autoincrement=False),
    Column("reader_id", BigInteger, primary_key=True, autoincrement=False),
    Column("outcome", Text, nullable=False),
    Column("message_id", BigInteger),
    Column("reason", Text, nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("revision", BigInteger, nullable=False, server_default="0"),  # of the post, as the copy shows it
    Index(None, "reader_id", "message_id"),
    sqlite_with_rowid=False,
)

media = Table(
    "media",
    metadata,
    Column("key", Text, primary_key=True),
    Column("file_id", Text, nullable=False),
    Column("kept_at", UTCDateTime, nullable=False),
)

saved = Table(
    "saved",
    metadata,
    Column("reader_id", _ID, ForeignKey("readers.id", ondelete="CASCADE"), primary_key=True),
    Column("post_id", _ID, ForeignKey("posts.id"), primary_key=True),
    Column("saved_at", UTCDateTime, nullable=False),
    sqlite_with_rowid=False,
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", _ID, primary_key=True),  # order of arrival: Telegram's own ids start anew after a quiet week
    Column("update_id", BigInteger, nullable=False, unique=True),
    Column("body", Text),  # null: done, only the id is remembered
    Column("received_at", UTCDateTime, nullable=False),
    sqlite_autoincrement=True,
)
_PENDING = inbox.c.body.is_not(None)
Index("ix_inbox_pending", inbox.c.id, sqlite_where=_PENDING, postgresql_where=_PENDING)

leases = Table(
    "leases",
    metadata,
    Column("name", Text, primary_key=True),
    Column("owner", Text, nullable=False),  # empty: free
    Column("epoch", BigInteger, nullable=False),
    Column("until", UTCDateTime, nullable=False),
)

limits = Table(
    "limits",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),  # 0: all chats together
    # Seconds since 1970: of a group, of its last messages; of all, with the chats of people just answered.
    Column("times", _LIST, nullable=False, default=list),
    Column("free_at", UTCDateTime),  # of all: from when on nobody has reserved a slot
    Column("held_until", UTCDateTime),  # nothing is sent before
)

drafts = Table(
    "drafts",
    metadata,
    Column("editor_id", BigInteger, primary_key=True, autoincrement=False),
    Column("begun_at", UTCDateTime, nullable=False),
    Column("slug", Text, nullable=False, server_default=""),  # an announcement's category; empty: everyone
    Column("post_id", BigInteger),  # the story that is to be corrected; null: an announcement
)

audit = Table(
    "audit",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("at", UTCDateTime, nullable=False),
    Column("editor_id", BigInteger, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
)
