"""Which copies show a correction: receipts know what they show, corrections how far they have come."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

COUNTS = ("changed", "gone", "too_old", "refused")
OPEN = sa.text("finished_at IS NULL")


def upgrade() -> None:
    """Copies sent so far show what their post said first; corrections begun so far begin anew."""
    op.add_column("receipts", sa.Column("revision", sa.BigInteger(), nullable=False, server_default="0"))
    for name in COUNTS:
        op.add_column("corrections", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.add_column("corrections", sa.Column("finished_at", sa.DateTime(timezone=True)))
    op.create_index(
        "ix_corrections_unfinished", "corrections", ["id"], sqlite_where=OPEN, postgresql_where=OPEN
    )


def downgrade() -> None:
    """Forget what became of copies."""
    op.drop_index("ix_corrections_unfinished", "corrections")
    for name in ("finished_at", *COUNTS):
        op.drop_column("corrections", name)
    op.drop_column("receipts", "revision")
