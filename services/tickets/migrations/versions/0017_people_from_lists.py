"""Records of a list are told of after they are stored: the version that a fact told of last."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("people", sa.Column("told_version", sa.Integer()), if_not_exists=True)
