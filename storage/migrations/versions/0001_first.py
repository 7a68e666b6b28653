"""The first tables."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BIG = sa.BigInteger()
INT = sa.Integer()
TEXT = sa.Text()
YES_NO = sa.Boolean()
LIST = sa.JSON()
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create all tables."""
    create_sources()
    create_articles()
    create_posts()
    create_readers()
    create_subscriptions()
    create_receipts()
    create_saved()
    create_inbox()
    create_small_tables()


def downgrade() -> None:
    """Drop all tables, the referring ones first."""
    for table in (
        *("audit", "drafts", "leases", "media", "inbox", "saved", "receipts"),
        *("subscriptions", "readers", "posts", "articles", "sources"),
    ):
        op.drop_table(table)


def create_sources() -> None:
    """Sources and how their last polls went."""
    op.create_table(
        "sources",
        *filled(id=ID, url=TEXT, name=TEXT, category=TEXT, review=YES_NO, every_seconds=INT),
        *filled(
            etag=TEXT, last_modified=TEXT, next_poll_at=MOMENT, state=TEXT, last_error=TEXT, failures=INT
        ),
        *optional(last_ok_at=MOMENT, last_new_at=MOMENT),
        *filled(served=TEXT, first_poll_done=YES_NO),
        sa.PrimaryKeyConstraint("id", name="pk_sources"),
        sa.UniqueConstraint("url", name="uq_sources_url"),
    )


def create_articles() -> None:
    """Pages of sources, read."""
    op.create_table(
        "articles",
        *filled(id=ID, source_id=ID, key=TEXT, known=YES_NO, seen_at=MOMENT),
        *filled(url=TEXT, title=TEXT, byline=TEXT, section=TEXT),
        *optional(published_at=MOMENT, photo=LIST),
        *filled(paragraphs=LIST, summary=LIST, related=LIST, places=LIST, categories=LIST),
        sa.PrimaryKeyConstraint("id", name="pk_articles"),
        sa.UniqueConstraint("key", name="uq_articles_key"),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name="fk_articles_source_id"),
    )
    op.create_index("ix_articles_source_id", "articles", ["source_id"])


def create_posts() -> None:
    """The sequence of everything readers can receive."""
    op.create_table(
        "posts",
        *filled(id=ID, revision=BIG, kind=TEXT),
        *optional(article_id=ID, from_chat_id=BIG, message_id=BIG, editor_id=BIG),
        *filled(everyone=YES_NO, audience=LIST, urgency=INT, hold=YES_NO, state=TEXT, reason=TEXT),
        *filled(published_at=MOMENT, changed_at=MOMENT, expires_at=MOMENT),
        *filled(readers=INT, marked=YES_NO, marked_to=BIG),
        sa.PrimaryKeyConstraint("id", name="pk_posts"),
        sa.UniqueConstraint("revision", name="uq_posts_revision"),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_posts_article_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_posts_article_id", "posts", ["article_id"])
    create_partial_index("ix_posts_unmarked", "posts", ["id"], sqlite="marked = 0", postgresql="NOT marked")


def create_readers() -> None:
    """Readers, and who is due or held."""
    op.create_table(
        "readers",
        *filled(id=ID, chat_id=BIG, topic=BIG, kind=TEXT, title=TEXT, language=TEXT, timezone=TEXT),
        *filled(state=TEXT, reason=TEXT, digest=LIST),
        *optional(quiet=LIST),
        *filled(since=BIG, cursor=BIG),
        *optional(due_at=MOMENT),
        *filled(urgency=INT, unsure=INT),
        *optional(lease_owner=TEXT, lease_until=MOMENT),
        *filled(lease_urgency=INT, arrived_at=MOMENT, changed_at=MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_readers"),
        sa.UniqueConstraint("chat_id", "topic", name="uq_readers_chat_id_topic"),
        sqlite_autoincrement=True,
    )
    waiting = "due_at IS NOT NULL AND lease_owner IS NULL"
    create_partial_index("ix_readers_due", "readers", ["urgency", "due_at"], sqlite=waiting)
    create_partial_index("ix_readers_leased", "readers", ["lease_until"], sqlite="lease_owner IS NOT NULL")


def create_subscriptions() -> None:
    """What each reader follows."""
    op.create_table(
        "subscriptions",
        *filled(reader_id=ID, kind=TEXT, value=TEXT, since=BIG),
        sa.PrimaryKeyConstraint("reader_id", "kind", "value", name="pk_subscriptions"),
        sa.ForeignKeyConstraint(
            ["reader_id"], ["readers.id"], name="fk_subscriptions_reader_id", ondelete="CASCADE"
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_subscriptions_kind_value_reader_id", "subscriptions", ["kind", "value", "reader_id"])


def create_receipts() -> None:
    """Which post reached which reader."""
    op.create_table(
        "receipts",
        *filled(post_id=BIG, reader_id=BIG, outcome=TEXT),
        *optional(message_id=BIG),
        *filled(reason=TEXT, at=MOMENT),
        sa.PrimaryKeyConstraint("post_id", "reader_id", name="pk_receipts"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_receipts_reader_id_message_id", "receipts", ["reader_id", "message_id"])


def create_saved() -> None:
    """Posts that readers keep."""
    op.create_table(
        "saved",
        *filled(reader_id=ID, post_id=ID, saved_at=MOMENT),
        sa.PrimaryKeyConstraint("reader_id", "post_id", name="pk_saved"),
        sa.ForeignKeyConstraint(["reader_id"], ["readers.id"], name="fk_saved_reader_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name="fk_saved_post_id"),
        sqlite_with_rowid=False,
    )


def create_inbox() -> None:
    """Updates from Telegram until they are handled."""
    op.create_table(
        "inbox",
        *filled(id=ID, update_id=BIG),
        *optional(body=TEXT),
        *filled(received_at=MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_inbox"),
        sa.UniqueConstraint("update_id", name="uq_inbox_update_id"),
        sqlite_autoincrement=True,
    )
    create_partial_index("ix_inbox_pending", "inbox", ["id"], sqlite="body IS NOT NULL")


def create_small_tables() -> None:
    """Pictures, leases, drafts and the editors' log."""
    op.create_table(
        "media",
        *filled(key=TEXT, file_id=TEXT, kept_at=MOMENT),
        sa.PrimaryKeyConstraint("key", name="pk_media"),
    )
    op.create_table(
        "leases",
        *filled(name=TEXT, owner=TEXT, epoch=BIG, until=MOMENT),
        sa.PrimaryKeyConstraint("name", name="pk_leases"),
    )
    op.create_table(
        "drafts",
        *filled(editor_id=BIG, begun_at=MOMENT),
        sa.PrimaryKeyConstraint("editor_id", name="pk_drafts"),
    )
    op.create_table(
        "audit",
        *filled(id=ID, at=MOMENT, editor_id=BIG, action=TEXT, subject=TEXT),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )


def filled(**types: Any) -> list[sa.Column[Any]]:
    """Columns that always have a value."""
    return [sa.Column(name, kind, nullable=False, autoincrement=name == "id") for name, kind in types.items()]


def optional(**types: Any) -> list[sa.Column[Any]]:
    """Columns that may be empty."""
    return [sa.Column(name, kind) for name, kind in types.items()]


def create_partial_index(
    name: str, table: str, columns: list[str], *, sqlite: str, postgresql: str = ""
) -> None:
    """An index of some rows only; the condition in each database's own words."""
    op.create_index(
        name, table, columns, sqlite_where=sa.text(sqlite), postgresql_where=sa.text(postgresql or sqlite)
    )
