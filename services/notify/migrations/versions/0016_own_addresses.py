"""A mailbox says whether its owner gave the address: links to log in by believe such alone, and one
that the portal's account has too.

Of addresses that are there already this is not known; they count as given by others.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    own = sa.Column("given_by_owner", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("endpoints", own, if_not_exists=True)
