"""Sites say where their residents call."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sites", sa.Column("phone", sa.Text), if_not_exists=True)
