"""A calendar of all sites brings forward what is going on without reading what has ended."""

import sqlalchemy as sa

from shared.db.online_indexes import build_index

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    build_index(
        "promises_going_on_anywhere",
        "promises",
        ["ticket_id"],
        postgresql_where=sa.text("going_on"),
    )
