"""Which rows of the four databases are copied, and in what a copy differs from its template.

Whatever columns a table has, a copy differs in what is named here alone, so it is what this release
writes. Facts that were published long ago are left out: what the outbox does with them is the
kernel's business (tests/kernel/test_outbox_that_grows.py).
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


def _of_snapshots(*entities: str) -> Copy:
    named = ", ".join(f"'{entity}'" for entity in entities)
    ids = {"id": "cast(c.id as text)", "site_id": "c.site"}
    body = "cast(o.body as jsonb) || jsonb_build_object('id', c.id, 'site_id', c.site)"
    source = f"(select * from snapshots where entity in ({named}) offset 0) o"
    return Copy(
        table="snapshots", ticket="cast(o.id as uuid)", source=source, changes={**ids, "body": body}
    )


def _id(kind: str, of: str) -> str:
    return f"pg_temp.copied(c.at, '{kind} ' || {of} || c.n)"


def _tokens(word: str, *, longest: int, first_three: int) -> str:
    """Return the tokens of such a word as SQL, written out: a function that goes through the word
    would take most of the time.
    """
    pairs = [f"substr({word}, {at}, 2)" for at in range(1, longest)]
    threes = [f"substr({word}, {at}, 3)" for at in range(first_three, longest - 1)]
    return f"array[{', '.join((*pairs, *threes))}]"


_REFERENCE = "'SC-' || lpad(cast(c.n as text), 9, '0')"
_SAID = (
    f"replace(replace(o.said, lower(o.reference), lower({_REFERENCE})), coalesce(o.unit_key, ''), "
    "c.unit)"
)
_TOKENS = " || ".join(
    (
        "o.plain",
        "array['site:' || c.site]",
        _tokens(f"lower({_REFERENCE})", longest=12, first_three=2),
        f"array_remove({_tokens('c.unit', longest=7, first_three=1)}, '')",
    )
)

_MADE_THEN = (
    "cast(jsonb_set(cast(o.steps as jsonb), '{0,at}', to_jsonb(to_char(c.at at time zone 'UTC', "
    '\'YYYY-MM-DD"T"HH24:MI:SS.US"Z"\'))) as json)'
)
_DUES = ("due_at", "response_due_at", "arrival_due_at", "resolution_due_at")


def _later(column: str) -> str:
    return f"o.{column} + interval '1 second' * (c.n % 1000000)"


COPIED: Mapping[str, Sequence[Copy]] = {
    "tickets": (
        Copy(
            table="tickets",
            ticket="o.id",
            changes={
                "id": "c.id",
                "site_id": "c.site",
                "reference": _REFERENCE,
                "opened_at": "c.at",
                "updated_at": "c.at",
                "closes_at": "null",
                "reporter_id": "c.resident",
                "entered_by": "c.resident",
                "unit_key": "c.unit",
            },
        ),
        Copy(
            table="ticket_words",
            ticket="o.ticket_id",
            source=(
                "ticket_words o join tickets t on t.id = o.ticket_id join plain_tokens p "
                "on p.template = o.ticket_id"
            ),
            more={"reference": "t.reference", "unit_key": "t.unit_key", "plain": "p.plain"},
            changes={"ticket_id": "c.id", "site_id": "c.site", "said": _SAID, "tokens": _TOKENS},
        ),
        Copy(table="entries", ticket="o.ticket_id", changes={"ticket_id": "c.id", "at": "c.at"}),
        # Their files are the template's.
        Copy(
            table="attachments",
            ticket="o.ticket_id",
            changes={"id": _id("attachment", "o.id"), "ticket_id": "c.id", "at": "c.at"},
        ),
        # Those of living tickets, which alone have a row; each falls due a second after another.
        Copy(
            table="ticket_dues",
            ticket="o.ticket_id",
            changes={
                "ticket_id": "c.id",
                "site_id": "c.site",
                **{name: _later(name) for name in _DUES},
            },
        ),
        _of_snapshots("dispatch.work_order", "sla.clocks"),
    ),
    "dispatch": (
        Copy(table="work_orders", ticket="o.id", changes={"id": "c.id", "site_id": "c.site"}),
        Copy(
            table="jobs",
            ticket="o.work_order_id",
            changes={
                "id": _id("job", "o.id"),
                "work_order_id": "c.id",
                "site_id": "c.site",
                "steps": _MADE_THEN,
            },
        ),
        Copy(
            table="offers",
            ticket="o.work_order_id",
            source="(select * from offers where state <> 'open') o",
            changes={
                "id": _id("offer", "o.id"),
                "job_id": _id("job", "o.job_id"),
                "work_order_id": "c.id",
                "offered_at": "c.at",
                "expires_at": "c.at + interval '15 minutes'",
                "decided_at": "c.at + interval '1 minute'",
            },
        ),
        Copy(
            table="assignments",
            ticket="j.work_order_id",
            source=(
                "(select * from assignments where ended_at is not null) o join jobs j "
                "on j.id = o.job_id"
            ),
            changes={
                "id": _id("assignment", "o.id"),
                "job_id": _id("job", "o.job_id"),
                "accepted_at": "c.at + interval '1 minute'",
                "ended_at": "c.at + interval '1 hour'",
            },
        ),
        Copy(table="promises", ticket="o.id", changes={"id": "c.id"}),
        # Every job that waits has been looked at, and is worth no other look today.
        Copy(
            table="planning_queue",
            ticket="j.work_order_id",
            source="""jobs j join work_orders w on w.id = j.work_order_id
                cross join lateral (select * from planning_queue where job_id = j.id order by at
                  limit 1) o""",
            more={"seen": "w.version", "heard": "w.observed"},
            where="c.living",
            changes={
                "id": "gen_random_uuid()",
                "site_id": "c.site",
                "at": "now() + interval '1 day'",
                "job_id": _id("job", "o.job_id"),
                "version": "o.seen",
                "observed": "o.heard",
            },
        ),
        _of_snapshots("tickets.ticket", "sla.clocks"),
    ),
    "sla": (
        Copy(
            table="promises",
            ticket="o.ticket_id",
            changes={
                "ticket_id": "c.id",
                "site_id": "c.site",
                "counted_at": "o.looked_at",
                "next_at": "case when c.living then now() + interval '30 days' end",
                "urgent_at": (
                    "case when c.living then now() + interval '20 days' + interval '1 second' * "
                    "(c.n % 1000000) end"
                ),
            },
        ),
        Copy(
            table="clocks",
            ticket="o.ticket_id",
            where="c.living",
            changes={
                "ticket_id": "c.id",
                "site_id": "c.site",
                "due_at": "now() + interval '20 days' + interval '1 second' * (c.n % 1000000)",
            },
        ),
        Copy(table="announcements", ticket="o.ticket_id", changes={"ticket_id": "c.id"}),
        Copy(
            table="outcomes",
            ticket="o.ticket_id",
            changes={"ticket_id": "c.id", "site_id": "c.site", "day": "cast(c.at as date)"},
        ),
        _of_snapshots("tickets.ticket", "dispatch.work_order"),
    ),
    "notify": (
        Copy(
            table="recipients",
            ticket="o.ticket_id",
            source="""(select distinct m.ticket_id, r.* from messages m join recipients r
              on r.id = m.recipient_id
                where m.kind like 'ticket.%') o""",
            where="c.is_their_first",
            changes={"id": "c.resident"},
        ),
        Copy(
            table="unreachable",
            ticket="o.ticket_id",
            source="""(select distinct m.ticket_id, u.* from messages m join unreachable u
              on u.recipient_id = m.recipient_id and u.site = m.site_id
                where m.kind like 'ticket.%') o""",
            where="c.is_their_first",
            changes={"recipient_id": "c.resident", "site": "c.site"},
        ),
        Copy(
            table="messages",
            ticket="o.ticket_id",
            changes={
                "id": _id("message", "o.id"),
                "cause": "o.cause || '-' || c.n",
                "ticket_id": "c.id",
                "site_id": "c.site",
                "at": "c.at",
                "created_at": "c.at",
                "until": "null",
                "recipient_id": (
                    "case when o.kind like 'job.%' then o.recipient_id else c.resident end"
                ),
            },
        ),
        Copy(
            table="deliveries",
            ticket="m.ticket_id",
            source=(
                "(select * from deliveries where state <> 'pending') o join messages m "
                "on m.id = o.message_id"
            ),
            changes={"id": _id("delivery", "o.id"), "message_id": _id("message", "o.message_id")},
        ),
        Copy(
            table="attempts",
            ticket="m.ticket_id",
            source="attempts o join messages m on m.id = o.message_id",
            where="c.at > now() - interval '29 days'",  # older ones are deleted, and would be now
            changes={
                "id": _id("attempt", "o.id"),
                "message_id": _id("message", "o.message_id"),
                "delivery_id": _id("delivery", "o.delivery_id"),
                "at": "c.at",
            },
        ),
        _of_snapshots("tickets.ticket", "dispatch.work_order", "sla.clocks"),
    ),
}

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
