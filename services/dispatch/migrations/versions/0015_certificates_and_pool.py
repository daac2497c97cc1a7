"""Technicians have certificates, and jobs say when they were put into the pool."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSON, JSONB

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("certificates", "certificate_warnings"):
        op.add_column(
            "technicians",
            sa.Column(name, JSONB, nullable=False, server_default=sa.text("'[]'")),
            if_not_exists=True,
        )
    op.add_column(
        "technicians", sa.Column("certificates_at", sa.DateTime(timezone=True)), if_not_exists=True
    )
    op.add_column("jobs", sa.Column("pool", JSON), if_not_exists=True)
