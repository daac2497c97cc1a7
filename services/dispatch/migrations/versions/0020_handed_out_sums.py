"""How jobs were handed out is added up by site and by the four hours in which their tickets were
reported: what `GET /v1/handed-out` reads of whole spans.

Which of these sums have fallen behind is said by triggers, since instances of the release before
change jobs as well. They only add rows, so that no two transactions wait for each other. What is
there already is all to be added up, which dispatch does later. Harmless to repeat.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_COUNTS = (
    "jobs",
    "asked",
    "offers",
    "accepted",
    "at_first",
    "assigned",
    "declined",
    "expired",
    "returned",
    "completed",
    "follow_ups",
    "unassignable",
)
# Of the milliseconds since 1970 with which an id begins.
_SPAN = """
    create or replace function handed_out_span(id uuid) returns integer
      language sql immutable parallel safe as $$
        select cast(cast(cast('x' || substr(replace(cast(id as text), '-', ''), 1, 12) as bit(48))
          as bigint) / 14400000 as integer) $$"""
# Once a transaction, as far as it remembers: it may do much at a site, and each row is logged.
_NOTE = """
    create or replace function note_handed_out(site text, span integer) returns void
      language plpgsql as $$
      declare
        noted text := coalesce(current_setting('fettle.handed_out', true), '');
        this text := chr(10) || span || '@' || site || chr(10);
      begin
        if position(this in noted) = 0 then
          insert into handed_out_changes (site_id, span) values (site, span);
          if length(noted) < 1000 then
            perform set_config('fettle.handed_out', noted || this, true);
          end if;
        end if;
      end $$"""
_THESE = "perform note_handed_out(site_id, handed_out_span(work_order_id)) from"
# Those of a statement, each site and span once.
_OF_ROWS = """
    perform note_handed_out(site_id, span) from (
      select distinct j.site_id, handed_out_span(j.work_order_id) as span from {}) as changes;"""
_FUNCTIONS = {
    # of added or deleted jobs
    "jobs": _OF_ROWS.format("changed as j"),
    # of added offers, which are deleted with their jobs alone
    "offers": _OF_ROWS.format("changed as c join jobs as j on j.id = c.job_id"),
    # a job that waits counts where no technician can take it
    "job": f"""
        if (old.site_id, old.work_order_id) is distinct from (new.site_id, new.work_order_id)
          or old.state in ('completed', 'follow_up') or new.state in ('completed', 'follow_up')
          or exists (select from work_orders
            where id = new.work_order_id and unassignable_at is not null)
        then
          {_THESE} (values (old.site_id, old.work_order_id), (new.site_id, new.work_order_id))
            as moved(site_id, work_order_id);
        end if;""",
    "of_job": f"{_THESE} jobs where id in (old.job_id, new.job_id);",
    "order": f"{_THESE} jobs where work_order_id = new.id;",
}
_ADDED = "referencing new table as changed for each statement"
_GONE = "referencing old table as changed for each statement"
_ROWS = "for each row when"
_WAITED = "coalesce({}.ended_as, '') = 'waiting'"
_COUNTED_STATES = "('waiting', 'completed', 'follow_up')"

# table, event, when, function
TRIGGERS = (
    ("jobs", "insert", _ADDED, "jobs"),
    ("jobs", "delete", _GONE, "jobs"),
    (
        "jobs",
        "update",
        f"""{_ROWS} ((old.site_id, old.work_order_id) is distinct from
            (new.site_id, new.work_order_id)
          or old.state <> new.state
            and (old.state in {_COUNTED_STATES} or new.state in {_COUNTED_STATES}))""",
        "job",
    ),
    ("offers", "insert", _ADDED, "offers"),
    ("offers", "update", f"{_ROWS} (old.* is distinct from new.*)", "of_job"),
    (
        "assignments",
        "update",
        f"{_ROWS} (({_WAITED.format('old')}) <> ({_WAITED.format('new')}))",
        "of_job",
    ),
    (
        "work_orders",
        "update",
        f"{_ROWS} ((old.unassignable_at is null) <> (new.unassignable_at is null))",
        "order",
    ),
)


def upgrade() -> None:
    op.create_table(
        "handed_out_sums",
        sa.Column("site_id", sa.Text, primary_key=True),
        sa.Column("span", sa.Integer, primary_key=True),
        *(sa.Column(name, sa.Integer, nullable=False) for name in _COUNTS),
        sa.Column("wait_ms", sa.BigInteger, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "handed_out_changes",
        sa.Column("site_id", sa.Text, nullable=False),
        sa.Column("span", sa.Integer, nullable=False),
        sa.Column(
            "at",
            sa.DateTime(timezone=True),
            nullable=False,
            server_default=sa.text("clock_timestamp()"),
        ),
        if_not_exists=True,
    )
    # Each alone: a transaction that held one table and waited for another would stand in the way
    # of those that write both.
    with op.get_context().autocommit_block():
        op.execute(_SPAN)
        op.execute(_NOTE)
        for name, does in _FUNCTIONS.items():
            op.execute(f"""
                create or replace function handed_out_{name}_changed() returns trigger
                  language plpgsql as $$ begin {does} return null; end $$""")
        for table, event, when, function in TRIGGERS:
            op.execute(f"""
                create or replace trigger handed_out_after_{event} after {event} on {table} {when}
                  execute function handed_out_{function}_changed()""")
        # the newest first, of which figures are asked
        op.execute("""
            insert into handed_out_changes (site_id, span)
            select distinct site_id, handed_out_span(work_order_id) from jobs order by 2 desc""")
