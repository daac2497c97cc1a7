"""Closed and cancelled tickets of a category are found without looking at those that live."""

import sqlalchemy as sa

from shared.db.online_indexes import build_index

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    build_index(
        "tickets_over",
        "tickets",
        ["site_id", "state", "category", "id"],
        postgresql_where=sa.text("state in ('closed', 'cancelled')"),
    )
