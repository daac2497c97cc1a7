"""A ticket says whether its report named a language, and who settled it."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # with a default, for instances of the former release that go on writing
    chosen = sa.Column("language_chosen", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("tickets", chosen, if_not_exists=True)
    op.add_column("tickets", sa.Column("settled_by", sa.Text), if_not_exists=True)
