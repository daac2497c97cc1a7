"""Open jobs are counted once a minute, site by site: an index that has them alone was written with
every change of a job. An instance of the release before reads all jobs at a scrape meanwhile.
"""

from shared.db.online_indexes import drop_index

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    drop_index("jobs_open")
