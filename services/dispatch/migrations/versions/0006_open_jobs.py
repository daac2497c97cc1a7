"""Open jobs are counted by state in an index of their own, and what no technician can take by site
in another.
"""

import sqlalchemy as sa

from shared.db.online_indexes import build_index

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_OPEN = sa.text(
    "state in ('waiting', 'offered', 'accepted', 'travelling', 'on_site', 'working', 'paused')"
)


def upgrade() -> None:
    build_index("jobs_open", "jobs", ["state"], postgresql_where=_OPEN)
    build_index(
        "work_orders_unassignable",
        "work_orders",
        ["site_id"],
        postgresql_where=sa.text("unassignable_at is not null"),
    )
