"""A technician's jobs of a state are found among those of that state: what they have in hand stood
behind all they ever did. An instance of the release before reads and sorts all of them meanwhile.
"""

import sqlalchemy as sa

from shared.db.online_indexes import replace_index

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    replace_index(
        "jobs_by_technician",
        "jobs",
        ["technician_id", "state", "work_order_id"],
        postgresql_where=sa.text("technician_id is not null"),
    )
