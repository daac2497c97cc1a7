"""The first schema: promises with their clocks and announcements, policies, calendars."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, UUID

from shared.db.tables import create_kernel_tables

revision = "0001"
down_revision = None

_MOMENT = sa.DateTime(timezone=True)
_UUID = UUID(as_uuid=True)


def upgrade() -> None:
    create_kernel_tables(op)
    _create_promises()
    _create_terms("policies")
    _create_terms("calendars")
    op.create_table(
        "site_zones",
        sa.Column("site_id", sa.Text, primary_key=True),
        sa.Column("since", _MOMENT, primary_key=True),
        sa.Column("time_zone", sa.Text, nullable=False),
    )
    op.create_table(
        "sweeps",
        sa.Column("id", _UUID, primary_key=True),
        sa.Column("site_id", sa.Text),
        sa.Column("done_to", _UUID),
    )
    op.create_table(
        "figures",
        sa.Column("site_id", sa.Text, primary_key=True),
        sa.Column("priority", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("counted", sa.Text, primary_key=True),
        sa.Column("n", sa.BigInteger, nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
    )


def _create_promises() -> None:
    op.create_table(
        "promises",
        sa.Column("ticket_id", _UUID, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("site_id", sa.Text, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("category", sa.Text, nullable=False),
        sa.Column("priority", sa.Text, nullable=False),
        sa.Column("ticket_state", sa.Text, nullable=False),
        sa.Column("is_open", sa.Boolean, nullable=False),
        sa.Column("going_on", sa.Boolean, nullable=False),
        sa.Column("policy_id", sa.Text, nullable=False),
        sa.Column("policy_version", sa.Integer, nullable=False),
        sa.Column("life", JSONB, nullable=False),
        sa.Column("clocks", JSONB, nullable=False),
        sa.Column("urgent_at", _MOMENT),
        sa.Column("next_at", _MOMENT),
        sa.Column("looked_at", _MOMENT, nullable=False),
    )
    op.create_index(
        "promises_to_look_at",
        "promises",
        ["next_at"],
        postgresql_where=sa.text("next_at is not null"),
    )
    op.create_index(
        "promises_open",
        "promises",
        ["site_id", "urgent_at", "ticket_id"],
        postgresql_where=sa.text("is_open"),
    )
    op.create_index(
        "promises_going_on",
        "promises",
        ["site_id", "ticket_id"],
        postgresql_where=sa.text("going_on"),
    )
    op.create_table(
        "clocks",
        sa.Column("ticket_id", _UUID, primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("site_id", sa.Text, nullable=False),
        sa.Column("priority", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("due_at", _MOMENT),
    )
    op.create_index("clocks_by_urgency", "clocks", ["site_id", "state", "due_at", "ticket_id"])
    op.create_index(
        "clocks_at_risk",
        "clocks",
        ["due_at", "site_id", "priority", "kind"],
        postgresql_where=sa.text("state = 'running'"),
    )
    op.create_table(
        "announcements",
        sa.Column("ticket_id", _UUID, primary_key=True),
        sa.Column("clock", sa.Text, primary_key=True),
        sa.Column("threshold", sa.Integer, primary_key=True),
        sa.Column("due_at", _MOMENT, primary_key=True),
        sa.Column("fell_at", _MOMENT, nullable=False),
        sa.Column("announced_at", _MOMENT, nullable=False),
        sa.Column("skipped", sa.Boolean, nullable=False),
    )


def _create_terms(name: str) -> None:
    """Policies and calendars are kept alike: every version, and from when until when it was the
    newest.
    """
    op.create_table(
        name,
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("site_id", sa.Text),
        sa.Column("since", _MOMENT, nullable=False),
        sa.Column("until", _MOMENT),
        sa.Column("body", JSONB, nullable=False),
    )
    op.create_index(
        f"{name}_newest", name, ["id"], unique=True, postgresql_where=sa.text("until is null")
    )
    op.create_index(f"{name}_of_site", name, ["site_id"])
