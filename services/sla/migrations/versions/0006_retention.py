"""Tickets that have ended are named in a table of their own, so that they can be forgotten; sums by
month outlive their promises.
"""

import sqlalchemy as sa
from alembic import op

from shared.db.tables import keep_ended_tickets_apart

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    keep_ended_tickets_apart(
        op, there_are_tickets="select from snapshots where entity = 'tickets.ticket'"
    )
    op.create_table(
        "monthly_sums",
        sa.Column("site_id", sa.Text, primary_key=True),
        sa.Column("month", sa.Date, primary_key=True),
        sa.Column("category", sa.Text, primary_key=True),
        sa.Column("priority", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("met", sa.BigInteger, nullable=False),
        sa.Column("breached", sa.BigInteger, nullable=False),
        sa.Column("cancelled", sa.BigInteger, nullable=False),
        sa.Column("seconds_to_stop", sa.Float, nullable=False),
    )
