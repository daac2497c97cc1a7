"""What falls due next of several sites is found in one walk, and not a leaf of an index each."""

import sqlalchemy as sa

from shared.db.online_indexes import build_index

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    build_index(
        "ticket_dues_anywhere",
        "ticket_dues",
        ["due_at", "ticket_id", "site_id"],
        postgresql_where=sa.text("due_at is not null"),
    )
