"""Unread messages are listed newest first without looking at those that were read."""

import sqlalchemy as sa

from shared.db.online_indexes import replace_index

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    unread = sa.text("read_at is null and stale is null")
    replace_index("messages_unread", "messages", ["recipient_id", "id"], postgresql_where=unread)
