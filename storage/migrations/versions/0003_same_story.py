"""Stories told by several papers, articles read again, and the corrections that come of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Every article so far is a story of its own, read once."""
    widen_articles()
    op.add_column("posts", sa.Column("others", sa.JSON()))
    op.add_column("posts", sa.Column("corrected_at", MOMENT))
    create_article_versions()
    create_corrections()


def downgrade() -> None:
    """Forget who else told a story, and what was corrected."""
    op.drop_table("corrections")
    op.drop_table("article_versions")
    op.drop_column("posts", "corrected_at")
    op.drop_column("posts", "others")
    for index in ("ix_articles_seen_at", "ix_articles_story_id"):
        op.drop_index(index, "articles")
    for name in ("readings", "read_at", "listed", "story_id"):
        op.drop_column("articles", name)


def widen_articles() -> None:
    """Which story an article belongs to, and when its page was read as it was listed how."""
    op.add_column("articles", sa.Column("story_id", sa.BigInteger()))
    op.add_column("articles", sa.Column("listed", sa.Text(), nullable=False, server_default=""))
    op.add_column("articles", sa.Column("read_at", MOMENT))
    op.add_column("articles", sa.Column("readings", sa.Integer(), nullable=False, server_default="1"))
    op.create_index("ix_articles_story_id", "articles", ["story_id"])
    op.create_index("ix_articles_seen_at", "articles", ["seen_at"])


def create_article_versions() -> None:
    """What articles said before they were changed."""
    op.create_table(
        "article_versions",
        sa.Column("id", ID, nullable=False, autoincrement=True),
        sa.Column("article_id", ID, nullable=False),
        sa.Column("replaced_at", MOMENT, nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_article_versions"),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_article_versions_article_id"),
    )
    op.create_index("ix_article_versions_article_id", "article_versions", ["article_id"])


def create_corrections() -> None:
    """What is to be done to the copies that readers have."""
    op.create_table(
        "corrections",
        sa.Column("id", ID, nullable=False, autoincrement=True),
        sa.Column("post_id", ID, nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_corrections"),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name="fk_corrections_post_id"),
    )
    op.create_index("ix_corrections_post_id", "corrections", ["post_id"])
