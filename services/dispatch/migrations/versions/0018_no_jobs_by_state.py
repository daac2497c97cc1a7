"""Jobs of a state are found site by site: an index of all of them beside the one of each site was
written with every change of a job.
"""

from shared.db.online_indexes import drop_index

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    drop_index("jobs_by_state")
