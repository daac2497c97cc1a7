"""The desk sees which tickets no technician can take, and where a resident's word waits.

Since when no technician can take a ticket stands beside its due times; of tickets of before it is
taken from the work orders that are held. Words of before wait for nothing. Harmless to repeat.
"""

import sqlalchemy as sa
from alembic import op

from shared.db.online_indexes import build_index

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_FILL = sa.text("""
    update ticket_dues d set unassignable_at = cast(o.body ->> 'unassignable_at' as timestamptz)
    from snapshots o
    where o.entity = 'dispatch.work_order' and o.id = cast(d.ticket_id as text)
      and o.body ->> 'unassignable_at' is not null and d.due_at is not null""")


def upgrade() -> None:
    op.add_column("tickets", sa.Column("unheard_since", _MOMENT), if_not_exists=True)
    op.add_column("ticket_dues", sa.Column("unassignable_at", _MOMENT), if_not_exists=True)
    op.execute(_FILL)
    op.create_index(
        "ticket_dues_unassignable",
        "ticket_dues",
        ["site_id", "unassignable_at"],
        postgresql_where=sa.text("unassignable_at is not null"),
        if_not_exists=True,
    )
    build_index(
        "tickets_unheard",
        "tickets",
        ["site_id", "unheard_since"],
        postgresql_where=sa.text("unheard_since is not null"),
    )
