"""Unread messages are listed newest first without looking at those that were read."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("messages_unread", "messages")
    op.create_index("messages_unread", "messages", ["recipient_id", "id"], postgresql_where=sa.text("read_at is null and stale is null"))
