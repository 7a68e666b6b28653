"""What is learnt of each source: its rhythm, its wishes, and the incidents its editors know of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TEXTS = ("fingerprint", "alarms")
NUMBERS = ("wish_seconds", "longest_gap_seconds", "gaps", "bodiless")


def upgrade() -> None:
    """Sources known so far have learnt nothing yet."""
    for name in TEXTS:
        op.add_column("sources", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    for name in NUMBERS:
        op.add_column("sources", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.add_column("sources", sa.Column("newest_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    """Forget it."""
    for name in (*TEXTS, *NUMBERS, "newest_at"):
        op.drop_column("sources", name)
