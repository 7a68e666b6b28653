"""Who follows what, and since when, is read from the index alone."""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

KEY = ["kind", "value", "reader_id"]
NAME = "ix_subscriptions_kind_value_reader_id"


def upgrade() -> None:
    """Before, each follower's own row was looked up too."""
    op.create_index(f"{NAME}_since", "subscriptions", [*KEY, "since"])
    op.drop_index(NAME, "subscriptions")


def downgrade() -> None:
    """Look them up again."""
    op.create_index(NAME, "subscriptions", KEY)
    op.drop_index(f"{NAME}_since", "subscriptions")
