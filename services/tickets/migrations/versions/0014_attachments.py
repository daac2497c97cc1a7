"""Files on tickets, and which of them a comment is about."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    for table in ("tickets", "comments"):
        # with a default, for instances of the former release that go on writing
        none = sa.Column("attachments", sa.JSON, nullable=False, server_default=sa.text("'[]'"))
        op.add_column(table, none, if_not_exists=True)
    op.create_table(
        "attachments",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("ticket_id", sa.Uuid, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("kept", sa.JSON, nullable=False),
        sa.Column("remove_at", _MOMENT),
        if_not_exists=True,
    )
    op.create_index("attachments_by_ticket", "attachments", ["ticket_id"], if_not_exists=True)
    op.create_index(
        "attachments_to_remove",
        "attachments",
        ["remove_at"],
        postgresql_where=sa.text("remove_at is not null"),
        if_not_exists=True,
    )
