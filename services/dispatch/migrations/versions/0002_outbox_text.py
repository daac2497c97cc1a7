"""A fact's body is kept as the text that is published."""

from alembic import op

from shared.db.tables import keep_fact_bodies_as_text

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    keep_fact_bodies_as_text(op)
