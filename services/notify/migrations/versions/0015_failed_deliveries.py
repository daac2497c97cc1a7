"""Deliveries that were given up are found, the newest first."""

import sqlalchemy as sa

from shared.db.online_indexes import build_index

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    failed = sa.text("state = 'failed'")
    build_index("deliveries_failed", "deliveries", ["id"], postgresql_where=failed)
