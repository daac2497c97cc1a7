"""What waits stands in the index in the order in which it is handed out."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0005"
branch_labels = None
depends_on = None

_WAITS = sa.text("state = 'waiting' and not held")
_NORMAL = sa.text("2")
_NEVER = sa.text("'infinity'")


def upgrade() -> None:
    # With defaults, since a release before that still runs writes neither; such a job is put in its place when it is looked at.
    op.add_column("jobs", sa.Column("rank", sa.Integer, nullable=False, server_default=_NORMAL))
    op.add_column("jobs", sa.Column("due_at", sa.DateTime(timezone=True), nullable=False, server_default=_NEVER))
    op.execute("""
        update jobs set rank = w.rank, due_at = coalesce(p.due_at, 'infinity')
        from work_orders w left join promises p on p.id = w.id where w.id = jobs.work_order_id and jobs.state = 'waiting'""")
    op.drop_index("jobs_waiting", "jobs")
    columns = ["site_id", "needed", "rank", "due_at", "work_order_id", "id"]
    op.create_index("jobs_waiting", "jobs", columns, postgresql_where=_WAITS)
