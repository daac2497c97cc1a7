"""Messages are said once, and found by their ticket, by one narrow index instead of
two wide ones.
"""

import sqlalchemy as sa
from alembic import op

from shared.db.online_indexes import build_index, drop_index

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    said = sa.text("hashtextextended((((recipient_id || ' ') || kind) || ' ') || cause, 0)")
    build_index(
        "messages_said_once",
        "messages",
        ["ticket_id", said],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    drop_index("messages_by_ticket")
    op.execute(sa.text("alter table messages drop constraint if exists messages_once"))
