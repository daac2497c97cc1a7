"""Repeats are gathered into one message; an attempt says what of a reply could not be read; and how
many listen to a site is published.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("attempts", sa.Column("reply_fault", sa.Text))
    op.add_column("messages", sa.Column("topic", sa.Text))
    op.create_table(
        "repeats",
        sa.Column("ticket_id", sa.Uuid, primary_key=True),
        sa.Column("until", sa.TIMESTAMP(timezone=True), primary_key=True),
        sa.Column("site_id", sa.Text, nullable=False),
    )
    op.create_index("repeats_by_end", "repeats", ["until"])
    op.create_table(
        "site_audiences",
        sa.Column("site", sa.Text, primary_key=True),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("listeners", sa.BigInteger, nullable=False),
    )
