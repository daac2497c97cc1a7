"""The first schema: recipients, endpoints, messages and their deliveries."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from shared.db.tables import create_kernel_tables

revision = "0001"
down_revision = None

_MOMENT = sa.TIMESTAMP(timezone=True)


def upgrade() -> None:
    create_kernel_tables(op)
    # A ticket's comments are looked for by the ticket; the kernel's table knows them by their own
    # ids.
    op.create_index(
        "snapshots_comments_by_ticket",
        "snapshots",
        [sa.text("(body ->> 'ticket_id')")],
        postgresql_where=sa.text("entity = 'tickets.comment'"),
    )
    _create_people()
    _create_messages()


def _create_people() -> None:
    op.create_table(
        "recipients",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
    )
    op.create_table(
        "audience",
        sa.Column("recipient_id", sa.Text, primary_key=True),
        sa.Column("role", sa.Text, primary_key=True),
        sa.Column("site", sa.Text, primary_key=True),
        sa.Column("since", _MOMENT, nullable=False),
    )
    op.create_index("audience_by_site", "audience", ["site"])
    op.create_table(
        "endpoints",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("kinds", ARRAY(sa.Text)),
        sa.Column("sites", ARRAY(sa.Text)),
        sa.Column("secrets", JSONB, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("disabled_at", _MOMENT),
        sa.Column("disabled_reason", sa.Text),
        sa.Column("failures", sa.BigInteger, nullable=False),
        sa.Column("failing_since", _MOMENT),
        sa.Column("blocked_until", _MOMENT),
        sa.Column("removed_at", _MOMENT),
    )
    op.create_index(
        "endpoints_by_owner", "endpoints", ["owner"], postgresql_where=sa.text("removed_at is null")
    )


def _create_messages() -> None:
    op.create_table(
        "messages",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("recipient_id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("ticket_id", sa.Uuid),
        sa.Column("site_id", sa.Text),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("until", _MOMENT),
        sa.Column("stale", sa.Text),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("data", JSONB, nullable=False),
        sa.Column("read_at", _MOMENT),
        sa.UniqueConstraint("recipient_id", "kind", "cause", name="messages_once"),
    )
    op.create_index("messages_by_recipient", "messages", ["recipient_id", "id"])
    op.create_index(
        "messages_unread",
        "messages",
        ["recipient_id"],
        postgresql_where=sa.text("read_at is null and stale is null"),
    )
    op.create_index("messages_by_ticket", "messages", ["ticket_id", "id"])
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("message_id", sa.Uuid, sa.ForeignKey("messages.id"), nullable=False),
        sa.Column("endpoint_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempts", sa.BigInteger, nullable=False),
        sa.Column("next_attempt_at", _MOMENT, nullable=False),
        sa.Column("until", _MOMENT),
        sa.Column("claim", sa.Uuid),
        sa.Column("reason", sa.Text),
        sa.Column("done_at", _MOMENT),
        sa.UniqueConstraint("message_id", "endpoint_id", name="deliveries_once"),
    )
    op.create_index(
        "deliveries_due",
        "deliveries",
        ["next_attempt_at"],
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_index(
        "deliveries_pending_by_endpoint",
        "deliveries",
        ["endpoint_id"],
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_table(
        "attempts",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("delivery_id", sa.Uuid, nullable=False),
        sa.Column("endpoint_id", sa.Uuid, nullable=False),
        sa.Column("message_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("latency_ms", sa.BigInteger, nullable=False),
        sa.Column("status", sa.BigInteger),
        sa.Column("error", sa.Text),
        sa.Column("answer", sa.Text, nullable=False),
    )
    op.create_index("attempts_by_endpoint", "attempts", ["endpoint_id", "id"])
    op.create_index("attempts_by_age", "attempts", ["at"])
    op.create_table(
        "offer_answers",
        sa.Column("offer_id", sa.Uuid, primary_key=True),
        sa.Column("ticket_id", sa.Uuid, nullable=False),
        sa.Column("technician_id", sa.Text, nullable=False),
        sa.Column("decision", sa.Text, nullable=False),
        sa.Column("answered_at", _MOMENT, nullable=False),
    )
    op.create_index("offer_answers_by_ticket", "offer_answers", ["ticket_id"])
    op.create_table(
        "waiting",
        sa.Column("ticket_id", sa.Uuid, primary_key=True),
        sa.Column("site_id", sa.Text, nullable=False),
        sa.Column("until", _MOMENT, nullable=False),
    )
    op.create_index("waiting_by_end", "waiting", ["until"])
