"""Rows of the outbox that wait for their mark stand in a table of their own."""

from alembic import op

from shared.db.tables import keep_unmarked_apart

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    keep_unmarked_apart(op)
