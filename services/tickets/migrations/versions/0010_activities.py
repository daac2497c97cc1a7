"""What people did and wrote on a ticket is dated, and who asked to cancel it; comments may be a
technician's; a site says when a visit that staff set counts as agreed.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    empty = sa.text("'[]'::jsonb")
    for table, column in (
        ("tickets", sa.Column("activities", JSONB, nullable=False, server_default=empty)),
        ("tickets", sa.Column("note", JSONB)),
        ("tickets", sa.Column("cancel_requested_at", sa.DateTime(timezone=True))),
        (
            "comments",
            sa.Column("by_technician", sa.Boolean, nullable=False, server_default=sa.false()),
        ),
        ("sites", sa.Column("visits_stand_after_hours", sa.Integer, server_default=sa.text("24"))),
    ):
        op.add_column(table, column, if_not_exists=True)
