"""A recipient's language is dated: the newest choice counts."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    chosen_at = sa.Column("language_at", sa.TIMESTAMP(timezone=True))
    op.add_column("recipients", chosen_at, if_not_exists=True)
