"""Dead letters, the outbox's and the planning queue get the words that operators know."""

import sqlalchemy as sa
from alembic import op

from shared.db.tables import rename_dead_letters

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    rename_dead_letters(op)
    op.rename_table("wakes", "planning_queue")
    for name in ("due", "by_site", "by_job", "news"):
        op.execute(sa.text(f"alter index wakes_{name} rename to planning_queue_{name}"))
    op.execute(sa.text("alter index wakes_pkey rename to planning_queue_pkey"))
