"""Sites say how many working days there are to object; tickets hold until when."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sites", sa.Column("close_after_working_days", sa.Integer()), if_not_exists=True)
    op.add_column(
        "tickets",
        sa.Column("objection_ends_at", sa.DateTime(timezone=True)),
        if_not_exists=True,
    )
