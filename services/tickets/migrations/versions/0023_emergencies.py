"""Emergencies are found without looking at the tickets that are none."""

import sqlalchemy as sa

from shared.db.online_indexes import build_index

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    build_index(
        "tickets_emergencies",
        "tickets",
        ["site_id", "state", "id"],
        postgresql_where=sa.text("priority = 'emergency'"),
    )
