"""A report knows of the same one that another instance takes at the same moment.

The function holds the words until the transaction ends, and then says whether the person has
reported anything of the same category and place that was not seen. What a function reads is what is
committed when it is called, so that one that ended just before it got the lock is found.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_IS_FIRST_REPORT = sa.text(r"""
    create or replace function is_first_report(
        words text, reporter text, earliest uuid, newest integer, at_site text, of_category text,
        enterer text, in_unit text, at_spot text, seen uuid[])
      returns boolean language plpgsql volatile as $$ begin
        if not pg_try_advisory_xact_lock(hashtextextended(words, 0)) then
          return false;
        end if;
        return not exists (
          select from (select id, state, site_id, category, entered_by, unit_key, spot from tickets
              where reporter_id = reporter and id >= earliest order by id desc limit newest) as own
          where state in ('open', 'assigned', 'in_progress', 'on_hold') and site_id = at_site
            and category = of_category and entered_by = enterer
            and coalesce(unit_key, '') = in_unit and coalesce(spot, '') = at_spot
            and id <> all(seen));
      end $$""")


def upgrade() -> None:
    op.execute(_IS_FIRST_REPORT)
