"""An emergency that no technician is asked about says since when it waits for a dispatcher."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "work_orders", sa.Column("left_to_desk_at", sa.DateTime(timezone=True)), if_not_exists=True
    )
