"""The first schema: accounts and sessions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from shared.db.idempotency_table import idempotency_table

revision = "0001"
down_revision = None

_MOMENT = sa.TIMESTAMP(timezone=True)


def upgrade() -> None:
    of_the_kernel = sa.MetaData()
    idempotency_table(of_the_kernel)
    of_the_kernel.create_all(op.get_bind(), checkfirst=False)
    op.create_table(
        "accounts",
        sa.Column("person_id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("email", sa.Text),
        sa.Column("phone", sa.Text),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("grants", JSONB, nullable=False),
        sa.Column("units", JSONB, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("disabled_at", _MOMENT),
        sa.Column("version", sa.BigInteger, nullable=False),
    )
    op.create_index(
        "accounts_by_email",
        "accounts",
        ["email"],
        unique=True,
        postgresql_where=sa.text("email is not null"),
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("token_hash", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("only_ticket", sa.Uuid),
        sa.Column("csrf_secret", sa.Text, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("seen_at", _MOMENT, nullable=False),
        sa.Column("ends_at", _MOMENT, nullable=False),
        sa.Column("idle_s", sa.BigInteger, nullable=False),
        sa.Column("user_agent", sa.Text, nullable=False),
        sa.Column("address_prefix", sa.Text, nullable=False),
        sa.Column("revoked_at", _MOMENT),
    )
    op.create_index("sessions_by_token", "sessions", ["token_hash"], unique=True)
    op.create_index("sessions_by_person", "sessions", ["person_id"])
    op.create_index("sessions_by_end", "sessions", ["ends_at"])
