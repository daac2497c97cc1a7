"""All records of a person are found by the person."""

import sqlalchemy as sa

from shared.db.online_indexes import build_index

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    build_index(
        "snapshots_of_people",
        "snapshots",
        [sa.text("substr(id, strpos(id, '/'::text) + 1)")],
        postgresql_where=sa.text("entity = 'tickets.person'"),
    )
