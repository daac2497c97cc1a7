"""Whether a link to log in by was handed over, and when people first came by their own means.

Of those who have an account already this is not known; what they are signed in by stays.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    handed_over = sa.Column("handed_over", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("login_links", handed_over, if_not_exists=True)
    op.create_table(
        "own_sign_ins",
        sa.Column("person_id", sa.Text, primary_key=True),
        sa.Column("first_at", sa.TIMESTAMP(timezone=True), nullable=False),
    )
    op.execute("insert into own_sign_ins select person_id, now() from accounts")
