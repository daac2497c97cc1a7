"""Outcomes of promises are also added up by the day: what `GET /v1/compliance` reads of a week.

The sums are kept by triggers, since instances of the release before write outcomes as well. Those
of what is there already are filled in site by site.

And tickets of any site whose clocks are going on are found by these clocks: the index of them was
written with every change of a promise. Harmless to repeat.
"""

import sqlalchemy as sa
from alembic import op

from shared.db.online_indexes import drop_index

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# Who changes the sums holds this lock until the transaction ends, and then sees what was committed
# before: so rows are not locked in different orders, and an update and an insert need no `on
# conflict`, which would be logged.
_ALONE = "perform pg_advisory_xact_lock(hashtextextended('outcome_days:all', 0));"
_ADD = """
    with one as (
      select *, case when outcome in ('kept', 'broken') and stopped_at is not null then 1 else 0 end
        as stopped
      from ({changes}) as rows),
    changed as materialized (
      select site_id, day, category, kind, outcome, cause, imported, cast(sum(sign) as bigint) as n,
        cast(sum(sign * stopped) as bigint) as stopped,
        cast(sum(sign * ran_ms) as bigint) as ran_ms,
        cast(sum(sign * paused_ms) as bigint) as paused_ms,
        cast(sum(sign * late_ms) as bigint) as late_ms
      from one group by 1, 2, 3, 4, 5, 6, 7),
    moved as (
      update outcome_days d set n = d.n + c.n, stopped = d.stopped + c.stopped,
        ran_ms = d.ran_ms + c.ran_ms, paused_ms = d.paused_ms + c.paused_ms,
        late_ms = d.late_ms + c.late_ms
      from changed c
      where (d.site_id, d.day, d.category, d.kind, d.outcome, d.cause, d.imported) =
          (c.site_id, c.day, c.category, c.kind, c.outcome, c.cause, c.imported)
        and (c.n, c.stopped, c.ran_ms, c.paused_ms, c.late_ms) <> (0, 0, 0, 0, 0))
    insert into outcome_days
    select * from changed c
    where not exists (
      select from outcome_days d
      where (d.site_id, d.day, d.category, d.kind, d.outcome, d.cause, d.imported) =
        (c.site_id, c.day, c.category, c.kind, c.outcome, c.cause, c.imported));"""
_ADDED, _GONE = "select 1 as sign, * from added", "select -1 as sign, * from gone"
# Days of forgotten tickets leave nothing behind.
_CLEAR = """
    delete from outcome_days d using (select distinct site_id, day from gone) as g
    where d.site_id = g.site_id and d.day = g.day and d.n = 0;"""
_TRIGGERS = {
    "insert": (_ADDED, "new table as added", "added", ""),
    "update": (f"{_ADDED} union all {_GONE}", "old table as gone new table as added", "added", ""),
    "delete": (_GONE, "old table as gone", "gone", _CLEAR),
}
_FILL = """
    create or replace function pg_temp.fill_outcome_days(site text) returns void language plpgsql
      as $$ begin {alone} delete from outcome_days where site_id = site; {add} end $$"""
_SITES = sa.text("select distinct site_id from outcome_sums order by 1")


def upgrade() -> None:
    op.create_table(
        "outcome_days",
        sa.Column("site_id", sa.Text, primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        *(
            sa.Column(name, sa.Text, primary_key=True)
            for name in ("category", "kind", "outcome", "cause")
        ),
        sa.Column("imported", sa.Boolean, primary_key=True),
        *(
            sa.Column(name, sa.BigInteger, nullable=False)
            for name in ("n", "stopped", "ran_ms", "paused_ms", "late_ms")
        ),
        if_not_exists=True,
    )
    for name, (changes, tables, any_of, then) in _TRIGGERS.items():
        op.execute(f"""
            create or replace function outcome_days_after_{name}() returns trigger
              language plpgsql as $$ begin
                if exists (select from {any_of}) then
                  {_ALONE}
                  {_ADD.format(changes=changes)}
                  {then}
                end if;
                return null;
              end $$""")
        op.execute(f"""
            create or replace trigger outcome_days_after_{name} after {name} on outcomes
              referencing {tables} for each statement execute function
                outcome_days_after_{name}()""")
    _fill()
    drop_index("promises_going_on_anywhere")


def _fill() -> None:
    """Add up what is there, each site in a transaction of its own: what is counted meanwhile waits
    no longer than for one.
    """
    add = _ADD.format(changes="select 1 as sign, * from outcomes where site_id = site")
    with op.get_context().autocommit_block():
        connection = op.get_bind()
        connection.execute(sa.text(_FILL.format(alone=_ALONE, add=add)))
        for row in connection.execute(_SITES).all():
            connection.execute(
                sa.text("select pg_temp.fill_outcome_days(:site)"), {"site": row.site_id}
            )
