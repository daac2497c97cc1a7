"""A ticket remembers the words of danger that were found on it."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # With a default, since a release before that still runs does not write it.
    op.execute(
        "alter table tickets add column if not exists danger jsonb not null default '[]'::jsonb"
    )
