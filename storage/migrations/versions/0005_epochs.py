"""Every claim of a reader has a number, so that what is said of an older one is known as late."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody has been claimed yet, as far as anybody counted."""
    op.add_column("readers", sa.Column("lease_epoch", sa.BigInteger(), nullable=False, server_default="0"))


def downgrade() -> None:
    """Count no longer."""
    op.drop_column("readers", "lease_epoch")
