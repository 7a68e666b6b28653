"""Readers know what was begun to be sent for the last time, so that it is never begun again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing was begun, as far as anybody wrote it down."""
    op.add_column("readers", sa.Column("begun", sa.BigInteger(), nullable=False, server_default="0"))


def downgrade() -> None:
    """Forget it: what was begun may be sent again."""
    op.drop_column("readers", "begun")
