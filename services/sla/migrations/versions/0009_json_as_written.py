"""JSON that no index looks into is stored as it was written, and other ways to write fewer bytes.

Rewrites tables: end the instances of the release before.
"""

from alembic import op

from shared.db.kernel_migrations import store_json_as_written, write_fewer_bytes

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    write_fewer_bytes(op)
    store_json_as_written(op, "promises", "life", "clocks")
