"""Each announcement knows the panel it was confirmed on, and is published once for it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Announcements so far have panels that nobody can find any more."""
    op.add_column("posts", sa.Column("panel_id", sa.BigInteger()))
    op.add_column("posts", sa.Column("panel_open", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("uq_posts_panel", "posts", ["from_chat_id", "panel_id"], unique=True)
    is_open = sa.text("panel_open")
    op.create_index("ix_posts_open_panels", "posts", ["id"], sqlite_where=is_open, postgresql_where=is_open)


def downgrade() -> None:
    """Forget the panels."""
    op.drop_index("ix_posts_open_panels", "posts")
    op.drop_index("uq_posts_panel", "posts")
    op.drop_column("posts", "panel_open")
    op.drop_column("posts", "panel_id")
