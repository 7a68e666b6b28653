"""What all senders know together of Telegram's limits."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Nothing has been sent yet, as far as anybody counted."""
    op.add_column("readers", sa.Column("free_at", MOMENT))
    op.create_table(
        "limits",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("times", sa.JSON(), nullable=False),
        sa.Column("free_at", MOMENT),
        sa.Column("held_until", MOMENT),
        sa.PrimaryKeyConstraint("chat_id", name="pk_limits"),
    )


def downgrade() -> None:
    """Each counts for itself again."""
    op.drop_table("limits")
    op.drop_column("readers", "free_at")
