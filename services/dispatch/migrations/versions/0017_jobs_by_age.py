"""Jobs are exported in the order in which they were made: a job of an old ticket may be new."""

import sqlalchemy as sa

from shared.db.online_indexes import build_index

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


_MADE_AT = "COALESCE(substr((steps -> 0) ->> 'at'::text, 1, 19), ''::text)"


def upgrade() -> None:
    build_index("jobs_by_age", "jobs", ["site_id", sa.text(_MADE_AT), "id"])
