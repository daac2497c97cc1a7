"""The sums of how jobs were handed out are also added up by the day, as it begins in
China: what `GET /v1/handed-out` reads of whole days.

They are kept by triggers, since instances of the release before add up as well. Harmless to repeat.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
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
_NAMES = (*_COUNTS, "wait_ms")
# Only who holds the lock of the sums changes them (`handed_out:sums`), so no two write the same
# day. What there is already is changed in place, and only what is new is inserted.
_ADD = """
    with changed as materialized (
      select site_id, (span + 2) / 6 as day, {sums} from ({changes}) as rows group by 1, 2),
    moved as (
      update handed_out_days d set {added} from changed c
      where d.site_id = c.site_id and d.day = c.day and ({changed}) <> ({nothing}))
    insert into handed_out_days (site_id, day, {names}) select site_id, day, {names} from changed c
    where not exists (
      select from handed_out_days d where d.site_id = c.site_id and d.day = c.day);"""
_FORMS = {
    "sums": "cast(sum(sign * {0}) as bigint) as {0}",
    "added": "{0} = d.{0} + c.{0}",
    "changed": "c.{0}",
    "nothing": "0",
    "names": "{0}",
}
_LISTS = {key: ", ".join(form.format(name) for name in _NAMES) for key, form in _FORMS.items()}
_ADDED, _GONE = "select 1 as sign, * from added", "select -1 as sign, * from gone"
# Days whose jobs are forgotten leave nothing behind.
_CLEAR = """
    delete from handed_out_days d
    using (select distinct site_id, (span + 2) / 6 as day from gone) as g
    where d.site_id = g.site_id and d.day = g.day and d.jobs = 0;"""
_TRIGGERS = {
    "insert": (_ADDED, "new table as added", "added", ""),
    "update": (f"{_ADDED} union all {_GONE}", "old table as gone new table as added", "added", ""),
    "delete": (_GONE, "old table as gone", "gone", _CLEAR),
}


def upgrade() -> None:
    op.create_table(
        "handed_out_days",
        sa.Column("site_id", sa.Text, primary_key=True),
        sa.Column("day", sa.Integer, primary_key=True),
        *(sa.Column(name, sa.Integer, nullable=False) for name in _COUNTS),
        sa.Column("wait_ms", sa.BigInteger, nullable=False),
        if_not_exists=True,
    )
    for name, (changes, tables, any_of, then) in _TRIGGERS.items():
        op.execute(f"""
            create or replace function handed_out_sums_after_{name}() returns trigger
              language plpgsql as $$ begin
                if exists (select from {any_of}) then
                  {_ADD.format(changes=changes, **_LISTS)}
                  {then}
                end if;
                return null;
              end $$""")
        # Until the transaction ends, nothing else changes the sums.
        op.execute(f"""
            create or replace trigger handed_out_days_after_{name} after {name} on handed_out_sums
              referencing {tables} for each statement execute function
                handed_out_sums_after_{name}()""")
    op.execute("delete from handed_out_days")
    op.execute(_ADD.format(changes="select 1 as sign, * from handed_out_sums", **_LISTS))
