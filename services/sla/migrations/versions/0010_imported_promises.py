"""Promises say whether they are those of a ticket that had ended in a former system."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # with a default, for instances of the former release that go on writing
    imported = sa.Column("imported", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("promises", imported, if_not_exists=True)
