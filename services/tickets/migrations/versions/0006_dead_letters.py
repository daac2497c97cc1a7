"""Dead letters, and those of the outbox, get the word that operators know."""

from alembic import op

from shared.db.tables import rename_dead_letters

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    rename_dead_letters(op)
