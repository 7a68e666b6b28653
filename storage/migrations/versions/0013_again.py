"""Whose turn had come before does not wait for everybody else's."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Who is due now waits as before."""
    op.add_column("readers", sa.Column("again", sa.Boolean(), nullable=False, server_default=sa.false()))
    unleased = sa.column("due_at").is_not(None) & sa.column("lease_owner").is_(None)
    again = unleased & sa.column("again", sa.Boolean())
    op.create_index("ix_readers_again", "readers", ["due_at"], sqlite_where=again, postgresql_where=again)


def downgrade() -> None:
    """All wait in one row again."""
    op.drop_index("ix_readers_again", "readers")
    op.drop_column("readers", "again")
