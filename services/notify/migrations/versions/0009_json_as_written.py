"""JSON that no index looks into is stored as it was written, and other ways to write fewer bytes.

Rewrites tables: end the instances of the release before.
"""

import sqlalchemy as sa
from alembic import op

from shared.db.kernel_migrations import store_json_as_written, write_fewer_bytes

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("snapshots_comments_by_ticket", if_exists=True)
    write_fewer_bytes(op)
    op.create_index(
        "snapshots_by_what_they_are_about",
        "snapshots",
        ["about"],
        postgresql_where=sa.text("about is not null"),
        if_not_exists=True,
    )
    store_json_as_written(op, "messages", "data")
