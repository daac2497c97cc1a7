"""Tickets that have ended are named in a table of their own, so that they can be forgotten; so are
messages that are about no ticket.
"""

import sqlalchemy as sa
from alembic import op

from shared.db.online_indexes import build_index
from shared.db.tables import keep_ended_tickets_apart

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    keep_ended_tickets_apart(
        op, there_are_tickets="select from snapshots where entity = 'tickets.ticket'"
    )
    build_index(
        "messages_about_no_ticket",
        "messages",
        ["created_at"],
        postgresql_where=sa.text("ticket_id is null"),
    )
