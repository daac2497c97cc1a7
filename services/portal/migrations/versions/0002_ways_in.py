"""The ways in: login links, passwords, identities of a company's own issuer, API keys, links to
tickets that were ended, and how often each was tried.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"

_MOMENT = sa.TIMESTAMP(timezone=True)


def upgrade() -> None:
    op.create_table(
        "login_links",
        sa.Column("code_hash", sa.Text, primary_key=True),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("next", sa.Text, nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("ends_at", _MOMENT, nullable=False),
        sa.Column("used_at", _MOMENT),
    )
    op.create_index("login_links_by_end", "login_links", ["ends_at"])
    op.create_index("login_links_by_person", "login_links", ["person_id"])
    op.create_table(
        "passwords",
        sa.Column("person_id", sa.Text, primary_key=True),
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("changed_at", _MOMENT, nullable=False),
    )
    op.create_table(
        "identities",
        sa.Column("issuer", sa.Text, primary_key=True),
        sa.Column("subject", sa.Text, primary_key=True),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("linked_at", _MOMENT, nullable=False),
    )
    op.create_index("identities_by_person", "identities", ["person_id", "issuer"], unique=True)
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("sites", JSONB, nullable=False),
        sa.Column("secret_hash", sa.Text, nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("last_used_at", _MOMENT),
        sa.Column("revoked_at", _MOMENT),
    )
    op.create_table(
        "ended_ticket_links",
        sa.Column("person_id", sa.Text, primary_key=True),
        sa.Column("before", _MOMENT, nullable=False),
    )
    op.create_table(
        "sign_in_attempts",
        sa.Column("subject", sa.Text, primary_key=True),
        sa.Column("tries", sa.BigInteger, nullable=False),
        sa.Column("ends_at", _MOMENT, nullable=False),
    )
    op.create_index("sign_in_attempts_by_end", "sign_in_attempts", ["ends_at"])
