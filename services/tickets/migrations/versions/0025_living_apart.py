"""Living tickets that are no fault, or were taken over, are found without looking at the others."""

import sqlalchemy as sa

from shared.db.online_indexes import build_index

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_LIVES = "state in ('open', 'assigned', 'in_progress', 'on_hold')"


def upgrade() -> None:
    build_index(
        "tickets_imported_living",
        "tickets",
        ["site_id", "id"],
        postgresql_where=sa.text(f"external_id is not null and {_LIVES}"),
    )
    build_index(
        "tickets_living_by_nature",
        "tickets",
        ["site_id", "nature", "id"],
        postgresql_where=sa.text(f"nature <> 'fault' and {_LIVES}"),
    )
