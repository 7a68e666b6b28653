"""What editors let posts say, and which of it is in force."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Posts so far say what their articles say."""
    op.create_table(
        "wordings",
        sa.Column("id", ID, nullable=False, autoincrement=True),
        sa.Column("post_id", ID, nullable=False),
        sa.Column("editor_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_wordings"),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name="fk_wordings_post_id"),
    )
    op.create_index("ix_wordings_post_id", "wordings", ["post_id"])
    op.add_column("posts", sa.Column("wording_id", ID))


def downgrade() -> None:
    """Forget what editors wrote."""
    op.drop_column("posts", "wording_id")
    op.drop_table("wordings")
