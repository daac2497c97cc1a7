"""A recipient has contacts, and is found by their telephone number."""

import sqlalchemy as sa
from alembic import op

from shared.db.online_indexes import build_index

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for contact in ("name", "phone", "email"):
        op.add_column("recipients", sa.Column(contact, sa.Text), if_not_exists=True)
    build_index(
        "recipients_by_phone",
        "recipients",
        ["phone", "id"],
        postgresql_where=sa.text("phone is not null"),
    )
