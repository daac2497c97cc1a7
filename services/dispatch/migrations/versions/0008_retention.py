"""Tickets that have ended are named in a table of their own, so that they can be forgotten."""

from alembic import op

from shared.db.tables import keep_ended_tickets_apart

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    keep_ended_tickets_apart(
        op, there_are_tickets="select from snapshots where entity = 'tickets.ticket'"
    )
