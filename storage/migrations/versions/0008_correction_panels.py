"""Corrections know the panel that tells of them; what an editor has begun says of what, and for whom."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Corrections so far have panels that nobody can find any more."""
    op.add_column("corrections", sa.Column("panel_chat_id", sa.BigInteger()))
    op.add_column("corrections", sa.Column("panel_id", sa.BigInteger()))
    flag = sa.Boolean()
    op.add_column("corrections", sa.Column("panel_open", flag, nullable=False, server_default=sa.false()))
    op.add_column("drafts", sa.Column("slug", sa.Text(), nullable=False, server_default=""))
    op.add_column("drafts", sa.Column("post_id", sa.BigInteger()))


def downgrade() -> None:
    """Forget the panels, and what was begun of what."""
    op.drop_column("drafts", "post_id")
    op.drop_column("drafts", "slug")
    for name in ("panel_open", "panel_id", "panel_chat_id"):
        op.drop_column("corrections", name)
