"""Tickets say from which record of a former system they were taken over."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from shared.db.online_indexes import build_index

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tickets", sa.Column("imported", JSONB), if_not_exists=True)
    op.add_column("tickets", sa.Column("external_id", sa.Text), if_not_exists=True)
    op.create_table(
        "untold_tickets",
        sa.Column("ticket_id", sa.Uuid, primary_key=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        if_not_exists=True,
    )
    op.create_index("untold_tickets_due", "untold_tickets", ["due_at"], if_not_exists=True)
    known = sa.text("external_id is not null")
    build_index(
        "tickets_external",
        "tickets",
        ["site_id", "external_id"],
        unique=True,
        postgresql_where=known,
    )
    build_index("tickets_imported", "tickets", ["site_id", "id"], postgresql_where=known)
