"""Of which sites a person was told is found without reading all that they were told."""

import sqlalchemy as sa

from shared.db.online_indexes import build_index

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    build_index(
        "messages_by_recipient_and_site",
        "messages",
        ["recipient_id", "site_id"],
        postgresql_where=sa.text("site_id is not null"),
    )
