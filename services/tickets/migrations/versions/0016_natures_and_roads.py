"""Tickets have a nature, a road and the questions whose answers they lack; those that are no faults
are listed by an index of their own.

Tickets may be opened and changed meanwhile. Each part is committed by itself and harmless to
repeat.
"""

import sqlalchemy as sa
from alembic import op

from shared.db.online_indexes import build_index

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in (
        sa.Column("nature", sa.Text, nullable=False, server_default="fault"),
        sa.Column("road", sa.Text, nullable=False, server_default="dispatch"),
        sa.Column("missing", sa.JSON, nullable=False, server_default=sa.text("'[]'")),
    ):
        op.add_column("tickets", column, if_not_exists=True)
    build_index(
        "tickets_by_nature",
        "tickets",
        ["site_id", "nature", "id"],
        postgresql_where=sa.text("nature <> 'fault'"),
    )
