"""How rows are copied: a year of tickets, each a line of `copies`, and the rows that a table has of
one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

LIVING_SHARE = 20
"""One ticket in so many is open: its job waits, its promises run."""
TICKETS_OF_A_RESIDENT = 12
RESIDENTS_OF_A_UNIT = 3

# `stable`, as what is in it: then it is inlined, which makes it ten times as quick.
HELPERS = """
    create or replace function pg_temp.copied(at timestamptz,
      salt text) returns uuid language sql stable as $$
        select cast(lpad(to_hex(cast(extract(epoch from at) * 1000 as bigint)), 12, '0') || '7'
            || overlay(substr(md5(salt), 1, 19) placing '8' from 4 for 1) as uuid) $$;
    create temp table templates (id uuid);
    create temp table plain_tokens (template uuid, plain text[]);
    create temp table copies (
        n bigint, template uuid, id uuid, site text, at timestamptz, living boolean, resident text,
          is_their_first boolean, unit text)"""

# $1 where the part begins, $2 its tickets, $3 its sites, $4 and $5 the first and the last that are
# wanted now, $6 and $7 templates that ended and that live, $8 when the year ends, $9 of how many
# tickets one lives. A resident's number at a site begins where the part does, so that no two parts
# share one.
COPIES = f"""
    insert into copies
    select n, template, pg_temp.copied(at, 'ticket ' || n), site, at, living,
      'resident-' || site || '-' || resident,
        within < residents, 1 + unit % 20 || '-' || 1 + unit / 20 % 30 ||
          lpad(cast(1 + unit / 600 % 10 as text), 2, '0')
    from (select cast($1 as bigint) as first, cast($2 as bigint) as rows,
      cast($3 as bigint) as sites, cast($9 as bigint) as living_share,
        cast($6 as uuid[]) as ended, cast($7 as uuid[]) as alive,
          cast($8 as timestamptz) as year_ends_at) as given
    cross join generate_series(cast($4 as bigint), cast($5 as bigint)) as n
    cross join lateral (
        select (n - first - 1) / sites as within,
          'scale-' || lpad(cast((n - first - 1) % sites as text), 4, '0') as site,
            (rows + sites * {TICKETS_OF_A_RESIDENT} - 1) / (sites * {TICKETS_OF_A_RESIDENT}) as
              residents,
            year_ends_at - interval '365 days' * (1 - (n - first) / cast(rows as float8)) as at) w
    cross join lateral (select within % living_share = 0 as living,
      first + within % residents as resident) l
    cross join lateral (
        select resident / {RESIDENTS_OF_A_UNIT} as unit,
            case when living then alive[1 + within / living_share % cardinality(alive)]
                 else ended[1 + n % cardinality(ended)] end as template) t
    order by n"""


@dataclass(frozen=True, kw_only=True)
class Copy:
    """Rows of `table` (`o`) of which `ticket` is the id of the ticket they belong to, in `source`
    if other tables say so.

    `changes` are the columns in which a copy differs, as SQL over the template's row `o` and the
    copy `c`; copied are the lines of `copies` that satisfy `where`.
    """

    table: str
    ticket: str
    changes: Mapping[str, str]
    source: str = ""
    where: str = "true"
    more: Mapping[str, str] = field(default_factory=dict)
    """Columns beside the table's own that `changes` may read of `o`, as SQL over `source`."""

    @property
    def template(self) -> str:
        """Return the statement that puts the templates' rows aside, so that they are not looked for
        among the copies.
        """
        more = "".join(f", {sql} as {name}" for name, sql in self.more.items())
        return f"""
            create temp table of_{self.table} as select {self.ticket} as template{more}, o.*
              from {self.source or f"{self.table} o"}
            where {self.ticket} in (select id from templates)"""

    def copied(self, columns: Sequence[str]) -> str:
        """Return the statement that copies them for every line of `copies`."""
        values = ", ".join(self.changes.get(column, f'o."{column}"') for column in columns)
        names = ", ".join(f'"{column}"' for column in columns)
        return f"""
            insert into {self.table} ({names})
            select {values} from copies c join of_{self.table} o on o.template = c.template
              where {self.where}"""


FIGURES = """
    insert into figures
    select new.* from figures f cross join generate_series(0, cast($2 as int) - 1) number
    cross join lateral jsonb_populate_record(f,
      jsonb_build_object('site_id', 'scale-' || lpad(cast(number as text), 4, '0'))) as new
    where f.site_id = $1 on conflict do nothing"""
"""What sla counted at one site, counted at every other one too: as many rows, whatever was filled.
"""
OUTCOME_SUMS = """
    insert into outcome_sums
    select site_id, cast(date_trunc('month', day) as date), category, priority, kind, outcome,
      cause, imported, count(*), count(stopped_at), sum(ran_ms), sum(paused_ms), sum(late_ms)
    from outcomes where site_id like 'scale-%' group by 1, 2, 3, 4, 5, 6, 7, 8
    on conflict (site_id, month, category, priority, kind, outcome, cause, imported) do update
    set n = excluded.n, stopped = excluded.stopped, ran_ms = excluded.ran_ms,
      paused_ms = excluded.paused_ms, late_ms = excluded.late_ms"""
"""What became of the promises at filled sites, added up as sla does it; templates stand there too.
"""
