"""Offers say whether they interrupt, which dispatcher made them and why a rule was overruled; jobs
which rules their technician does not meet any more.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "offers", sa.Column("interrupts", sa.Boolean(), nullable=False, server_default="false")
    )
    op.add_column("offers", sa.Column("assigned_by", sa.Text()))
    op.add_column("offers", sa.Column("overrule", sa.Text()))
    op.add_column(
        "jobs", sa.Column("holder_bars", ARRAY(sa.Text()), nullable=False, server_default="{}")
    )
