"""An endpoint says who registered it; all records of a person are found by the person."""

import sqlalchemy as sa
from alembic import op

from shared.db.online_indexes import build_index

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("endpoints", sa.Column("registrar", sa.Text), if_not_exists=True)
    build_index(
        "endpoints_by_registrar",
        "endpoints",
        ["registrar"],
        postgresql_where=sa.text("removed_at is null"),
    )
    build_index(
        "snapshots_of_people",
        "snapshots",
        [sa.text("substr(id, strpos(id, '/'::text) + 1)")],
        postgresql_where=sa.text("entity = 'tickets.person'"),
    )
