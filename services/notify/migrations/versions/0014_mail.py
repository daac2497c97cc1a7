"""Messages are sent by e-mail too: deliveries and endpoints have a channel. Preferences, links to
log in by, and the people whom nothing reaches have tables of their own.

An instance of the release before takes a mail for a webhook: end it before FETTLE_SMTP_URL is set.
"""

import sqlalchemy as sa
from alembic import op

from shared.db.online_indexes import build_index, replace_index

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_MOMENT = sa.TIMESTAMP(timezone=True)


def upgrade() -> None:
    for table in ("endpoints", "deliveries"):
        channel = sa.Column("channel", sa.Text, nullable=False, server_default="webhook")
        op.add_column(table, channel, if_not_exists=True)
    op.create_table(
        "preferences",
        sa.Column("recipient_id", sa.Text, primary_key=True),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("channels", sa.JSON, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "unreachable",
        sa.Column("recipient_id", sa.Text, primary_key=True),
        sa.Column("site", sa.Text, primary_key=True),
        sa.Column("since", _MOMENT, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "login_links",
        sa.Column("message_id", sa.Uuid, primary_key=True),
        sa.Column("recipient_id", sa.Text, nullable=False),
        sa.Column("sealed", sa.Text, nullable=False),
        sa.Column("until", _MOMENT, nullable=False),
        if_not_exists=True,
    )
    in_use = "removed_at is null and channel ="
    webhooks, mailboxes = (sa.text(f"{in_use} '{channel}'") for channel in ("webhook", "email"))
    build_index("unreachable_by_site", "unreachable", ["site", "recipient_id"])
    build_index("login_links_by_end", "login_links", ["until"])
    build_index("login_links_by_recipient", "login_links", ["recipient_id"])
    build_index("webhooks_in_use", "endpoints", ["id"], postgresql_where=webhooks)
    build_index("mailboxes_once", "endpoints", ["owner"], unique=True, postgresql_where=mailboxes)
    pending = sa.text("state = 'pending'")
    replace_index(
        "deliveries_due", "deliveries", ["channel", "next_attempt_at"], postgresql_where=pending
    )
