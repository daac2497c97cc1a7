"""A planned arrival says since when it is planned."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("jobs", sa.Column("planned_at", sa.DateTime(timezone=True)), if_not_exists=True)
