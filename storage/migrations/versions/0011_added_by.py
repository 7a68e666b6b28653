"""Groups know who brought the bot there, to be told when its topic is closed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody has, as far as anybody wrote it down."""
    known = sa.text("added_by IS NOT NULL")
    op.add_column("readers", sa.Column("added_by", sa.BigInteger()))
    op.create_index(
        "ix_readers_added_by", "readers", ["added_by"], sqlite_where=known, postgresql_where=known
    )


def downgrade() -> None:
    """Forget them."""
    op.drop_index("ix_readers_added_by", "readers")
    op.drop_column("readers", "added_by")
