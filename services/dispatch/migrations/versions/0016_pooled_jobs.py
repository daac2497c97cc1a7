"""Jobs in the pool are found by their site, and technicians by when a warning falls due."""

import sqlalchemy as sa

from shared.db.online_indexes import build_index

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    build_index(
        "jobs_pooled",
        "jobs",
        ["site_id", "rank", "due_at", "work_order_id", "id"],
        postgresql_where=sa.text("state = 'waiting' and not held and pool is not null"),
    )
    build_index(
        "technicians_to_warn",
        "technicians",
        ["certificates_at"],
        postgresql_where=sa.text("certificates_at is not null"),
    )
