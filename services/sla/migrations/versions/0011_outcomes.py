"""What became of every promise is counted, by month, category, priority and kind: what `GET
/v1/compliance` reads. What was kept of deleted tickets goes into the sums.

Tickets of before are counted once the service runs, and so is what instances of the release before
change meanwhile.
"""

import sqlalchemy as sa
from alembic import op

from shared.db.online_indexes import build_index

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
# How long they ran was kept of both together, and is read so.
_TAKE_OVER = """
    insert into outcome_sums (site_id, month, category, priority, kind, outcome, cause, imported,
      n, stopped, ran_ms, paused_ms, late_ms)
    select m.site_id, m.month, m.category, m.priority, m.kind, each.outcome, each.cause, false,
      each.n, each.stopped, each.ran_ms, 0, 0
    from monthly_sums m cross join lateral (values
        ('kept', '', m.met, case when m.met > 0 then m.met + m.breached else 0 end,
          case when m.met > 0 then cast(m.seconds_to_stop * 1000 as bigint) else 0 end),
        ('broken', 'unknown', m.breached, case when m.met > 0 then 0 else m.breached end,
          case when m.met > 0 then 0 else cast(m.seconds_to_stop * 1000 as bigint) end),
        ('cancelled', '', m.cancelled, 0, 0)) as each(outcome, cause, n, stopped, ran_ms)
    where each.n > 0
    on conflict do nothing"""


def upgrade() -> None:
    op.add_column("promises", sa.Column("counted_at", _MOMENT), if_not_exists=True)
    op.create_table(
        "outcomes",
        sa.Column("ticket_id", sa.Uuid, primary_key=True),
        *(sa.Column(name, sa.Text, primary_key=name == "kind", nullable=False)
          for name in ("kind", "site_id")),
        sa.Column("day", sa.Date, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False)
          for name in ("category", "priority", "outcome", "cause")),
        sa.Column("imported", sa.Boolean, nullable=False),
        sa.Column("due_at", _MOMENT),
        sa.Column("stopped_at", _MOMENT),
        *_counts("ran_ms", "paused_ms", "late_ms"),
        if_not_exists=True,
    )  # fmt: skip
    op.create_table(
        "outcome_sums",
        sa.Column("site_id", sa.Text, primary_key=True),
        sa.Column("month", sa.Date, primary_key=True),
        *(
            sa.Column(name, sa.Text, primary_key=True)
            for name in ("category", "priority", "kind", "outcome", "cause")
        ),
        sa.Column("imported", sa.Boolean, primary_key=True),
        *_counts("n", "stopped", "ran_ms", "paused_ms", "late_ms"),
        if_not_exists=True,
    )
    op.execute(_TAKE_OVER)
    build_index("outcomes_by_day", "outcomes", ["site_id", "outcome", "day", "ticket_id", "kind"])
    build_index(
        "promises_to_count",
        "promises",
        ["looked_at"],
        postgresql_where=sa.text("counted_at is distinct from looked_at"),
    )


def _counts(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger, nullable=False) for name in names]
