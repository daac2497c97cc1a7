"""A look names the job or the technician that it is about, and waiting jobs are found by what they
need.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_WAITS = sa.text("state = 'waiting' and not held")


def upgrade() -> None:
    # Rows that name neither, those of today and those of a release before that still runs, stand
    # for the whole site.
    op.add_column("wakes", sa.Column("technician_id", sa.Text))
    op.create_index(
        "wakes_by_job", "wakes", ["job_id"], postgresql_where=sa.text("job_id is not null")
    )
    op.create_index("wakes_news", "wakes", ["site_id"], postgresql_where=sa.text("version is null"))
    op.drop_index("jobs_waiting", "jobs")
    op.create_index("jobs_waiting", "jobs", ["site_id", "needed"], postgresql_where=_WAITS)
