"""Jobs are found and counted by their state without reading those that ended."""

import sqlalchemy as sa

from shared.db.online_indexes import build_index, replace_index

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    build_index("jobs_by_state", "jobs", ["state", "work_order_id"], postgresql_include=["site_id"])
    build_index("jobs_by_site_and_state", "jobs", ["site_id", "state", "work_order_id"])
    has_technician = sa.text("technician_id is not null")
    replace_index(
        "jobs_by_technician",
        "jobs",
        ["technician_id", "work_order_id", "state"],
        postgresql_where=has_technician,
    )
