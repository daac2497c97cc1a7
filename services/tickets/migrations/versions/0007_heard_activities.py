"""What people did and wrote on a ticket is dated, and who asked to cancel it; comments may be a
technician's.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    empty = sa.text("'[]'::jsonb")
    op.add_column("tickets", sa.Column("activities", JSONB, nullable=False, server_default=empty))
    op.add_column("tickets", sa.Column("note", JSONB))
    op.add_column("tickets", sa.Column("cancel_requested_at", sa.DateTime(timezone=True)))
    op.add_column(
        "comments",
        sa.Column("by_technician", sa.Boolean, nullable=False, server_default=sa.false()),
    )
