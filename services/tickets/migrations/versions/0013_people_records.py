"""Who belongs to a site, and which units people's tokens claim."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("site_id", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("roles", JSONB),
        sa.Column("units", JSONB),
        sa.Column("removed_at", _MOMENT),
        sa.Column("units_left", sa.JSON, nullable=False),
        sa.Column("moves_at", _MOMENT),
        sa.Column("said_at", _MOMENT, nullable=False),
        if_not_exists=True,
    )
    op.create_index("people_by_person", "people", ["person_id"], if_not_exists=True)
    op.create_index("people_to_restate", "people", ["said_at"], if_not_exists=True)
    op.create_index(
        "people_moving",
        "people",
        ["moves_at"],
        postgresql_where=sa.text("moves_at is not null"),
        if_not_exists=True,
    )
    op.create_table(
        "shown_claims",
        sa.Column("person_id", sa.Text, primary_key=True),
        sa.Column("issued_at", _MOMENT, nullable=False),
        sa.Column("units", sa.JSON, nullable=False),
        sa.Column("claimed", sa.JSON, nullable=False),
        sa.Column("claimed_at", _MOMENT),
        if_not_exists=True,
    )
    op.create_index(
        "shown_claims_to_lapse",
        "shown_claims",
        ["claimed_at"],
        postgresql_where=sa.text("claimed_at is not null"),
        if_not_exists=True,
    )
