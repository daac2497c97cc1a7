"""What waits stands in the index in the order in which it is handed out."""

import sqlalchemy as sa
from alembic import op

from shared.db.online_indexes import replace_index

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # With defaults, since a release before that still runs writes neither; such a job is put in its
    # place when it is looked at.
    op.execute("""
        alter table jobs
            add column if not exists rank integer not null default 2,
            add column if not exists due_at timestamptz not null default 'infinity'""")
    op.execute("""
        update jobs set rank = w.rank, due_at = coalesce(p.due_at, 'infinity')
        from work_orders w left join promises p on p.id = w.id where w.id = jobs.work_order_id
          and jobs.state = 'waiting'""")
    columns = ["site_id", "needed", "rank", "due_at", "work_order_id", "id"]
    replace_index(
        "jobs_waiting", "jobs", columns, postgresql_where=sa.text("state = 'waiting' and not held")
    )
