"""JSON that no index looks into is stored as it was written, and snapshots name what
they are about.

Rewrites tables: end the instances of the release before.
"""

from alembic import op

from shared.db.kernel_migrations import (
    keep_versions_of_shrunk_snapshots_apart,
    name_what_snapshots_are_about,
    store_json_as_written,
    store_snapshots_as_they_came,
)

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    keep_versions_of_shrunk_snapshots_apart(op)
    store_snapshots_as_they_came(op)
    name_what_snapshots_are_about(op)
    store_json_as_written(
        op,
        "tickets",
        *("followers", "place", "skills", "answers", "preferred_windows", "steps", "classes"),
        *("told", "appointments", "urges", "ratings"),
    )
    store_json_as_written(op, "entries", "detail")
