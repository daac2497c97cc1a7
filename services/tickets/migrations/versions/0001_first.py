"""The first schema: sites, tickets, their timelines and comments."""

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
    op.create_table(
        "sites",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("time_zone", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("lat", sa.Float),
        sa.Column("lon", sa.Float),
        sa.Column("categories", JSONB, nullable=False),
        sa.Column("removed_at", _MOMENT),
        sa.Column("buildings", JSONB, nullable=False),
        sa.Column("spots", JSONB, nullable=False),
        sa.Column("danger_words", JSONB, nullable=False),
        sa.Column("residents_see_unit", sa.Boolean, nullable=False),
        sa.Column("revision", _UUID, nullable=False),
        sa.Column("said_at", _MOMENT, nullable=False),
    )
    op.create_index("sites_code", "sites", ["code"], unique=True)
    op.create_index("sites_to_restate", "sites", ["said_at"])
    op.create_table(
        "number_blocks",
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("next_number", sa.BigInteger, nullable=False),
    )
    _create_tickets()
    op.create_table(
        "entries",
        sa.Column("ticket_id", _UUID, primary_key=True),
        sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("public", sa.Boolean, nullable=False),
        sa.Column("detail", JSONB, nullable=False),
        sa.Column("comment_id", _UUID),
    )
    op.create_table(
        "comments",
        sa.Column("id", _UUID, primary_key=True),
        sa.Column("ticket_id", _UUID, nullable=False),
        sa.Column("site_id", sa.Text, nullable=False),
        sa.Column("author_id", sa.Text, nullable=False),
        sa.Column("by_staff", sa.Boolean, nullable=False),
        sa.Column("public", sa.Boolean, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )


def _create_tickets() -> None:
    op.create_table(
        "tickets",
        sa.Column("id", _UUID, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("site_id", sa.Text, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("cycle", sa.Integer, nullable=False),
        sa.Column("category", sa.Text, nullable=False),
        sa.Column("priority", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("reporter_id", sa.Text, nullable=False),
        sa.Column("entered_by", sa.Text, nullable=False),
        sa.Column("followers", JSONB, nullable=False),
        sa.Column("place", JSONB, nullable=False),
        sa.Column("skills", JSONB, nullable=False),
        sa.Column("answers", JSONB, nullable=False),
        sa.Column("needs_info", sa.Boolean, nullable=False),
        sa.Column("preferred_windows", JSONB, nullable=False),
        sa.Column("hold", sa.Text),
        sa.Column("before", sa.Text),
        sa.Column("observed", sa.BigInteger, nullable=False),
        sa.Column("duplicate_of", _UUID),
        sa.Column("opened_at", _MOMENT, nullable=False),
        sa.Column("steps", JSONB, nullable=False),
        sa.Column("classes", JSONB, nullable=False),
        sa.Column("answered_at", _MOMENT),
        sa.Column("told", JSONB, nullable=False),
        sa.Column("appointments", JSONB, nullable=False),
        sa.Column("urges", JSONB, nullable=False),
        sa.Column("ratings", JSONB, nullable=False),
        sa.Column("admitted", JSONB, nullable=False),
        sa.Column("entries", sa.Integer, nullable=False),
        sa.Column("unit_key", sa.Text),
        sa.Column("spot", sa.Text),
        sa.Column("lat", sa.Float),
        sa.Column("lon", sa.Float),
        sa.Column("closes_at", _MOMENT),
        sa.Column("updated_at", _MOMENT, nullable=False),
    )
    living = "state in ('open', 'assigned', 'in_progress', 'on_hold')"
    outdoors = f"{living} and unit_key is null and spot is null and lat is not null"
    place = sa.text("coalesce(unit_key, 'spot ' || spot)")
    admitting = sa.text("admitted <> '{}'::jsonb")
    op.create_index("tickets_reference", "tickets", ["reference"], unique=True)
    op.create_index("tickets_by_site", "tickets", ["site_id", "id"])
    op.create_index("tickets_by_reporter", "tickets", ["reporter_id", "id"])
    op.create_index(
        "tickets_alike",
        "tickets",
        ["site_id", "category", place, "id"],
        postgresql_where=sa.text(living),
    )
    op.create_index(
        "tickets_alike_outdoors",
        "tickets",
        ["site_id", "category", "lat"],
        postgresql_where=sa.text(outdoors),
    )
    op.create_index(
        "tickets_to_close",
        "tickets",
        ["closes_at"],
        postgresql_where=sa.text("closes_at is not null"),
    )
    op.create_index(
        "tickets_admitting",
        "tickets",
        ["admitted"],
        postgresql_using="gin",
        postgresql_where=admitting,
    )
