"""A year of tickets in the four databases, copied from a few that went their way through the services.

Whatever columns a table has, a copy differs from its template in what is named here alone, so it is what this release writes. Facts
that were published long ago are left out: what the outbox does with them is the kernel's business (tests/kernel/test_relay.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg

from tests.bench.progress import Progress

_AT_ONCE = 50_000
LIVING_SHARE = 20
"""One ticket in so many is open: its job waits, its promises run."""

_HELPERS = """
    create or replace function pg_temp.copied(at timestamptz, salt text) returns uuid language sql immutable as $$
        select cast(lpad(to_hex(cast(extract(epoch from at) * 1000 as bigint)), 12, '0') || '7' || substr(md5(salt), 1, 3)
            || '8' || substr(md5(salt), 4, 15) as uuid) $$;
    create temp table copies (n bigint, template uuid, id uuid, site text, at timestamptz, living boolean)"""
_COPIES = """
    insert into copies
    select n, template, pg_temp.copied(at, 'ticket ' || n), 'scale-' || lpad(cast(n % $4 as text), 4, '0'), at, living
    from generate_series(cast($2 as bigint), cast($3 as bigint)) as n
    cross join lateral (select n % $7 = 0 as living) l
    cross join lateral (select case when living then cast($6 as uuid[]) else cast($5 as uuid[]) end as from_these) f
    cross join lateral (select from_these[1 + (n / $7) % cardinality(from_these)] as template,
        cast($8 as timestamptz) - interval '365 days' * (1 - n / cast($1 as float8)) as at) t"""


def _copy(table: str, source: str, changes: str) -> str:
    """Return the statement that copies the rows which `source` finds (`row` is a template's, `c` a line of `copies`), changed like this."""
    return f"""
        insert into {table}
        select new.* from copies c join {source}
        cross join lateral jsonb_populate_record(row, jsonb_build_object({changes})) as new
        on conflict do nothing"""


def _copy_snapshots(entities: str) -> str:
    return _copy(
        "snapshots",
        f"snapshots row on row.id = cast(c.template as text) and row.entity in ({entities})",
        "'id', c.id, 'site_id', c.site, 'body', row.body || jsonb_build_object('id', c.id, 'site_id', c.site)",
    )


def _job_of(id: str) -> str:
    return f"pg_temp.copied(c.at, 'job ' || {id} || c.n)"


def _message_of(id: str) -> str:
    return f"pg_temp.copied(c.at, 'message ' || {id} || c.n)"


def _delivery_of(id: str) -> str:
    return f"pg_temp.copied(c.at, 'delivery ' || {id} || c.n)"


_LOOKED_AT = f"""
    insert into wakes (id, site_id, at, job_id, version, observed)
    select gen_random_uuid(), c.site, now() + interval '1 day', {_job_of("j.id")}, w.version, w.observed
    from copies c join work_orders w on w.id = c.template join jobs j on j.work_order_id = w.id where c.living"""
"""Every job that waits has been looked at, and is worth no other look today."""

_COPIED: Mapping[str, Sequence[str]] = {
    "tickets": (
        _copy(
            "tickets",
            "tickets row on row.id = c.template",
            """'id', c.id, 'site_id', c.site, 'reference', 'SC-' || c.n, 'opened_at', c.at, 'updated_at', c.at, 'closes_at', null,
            'reporter_id', 'resident-' || c.site || '-' || c.n % 4000,
            'unit_key', 1 + c.n % 20 || '-' || 1 + c.n / 20 % 30 || lpad(cast(1 + c.n / 600 % 10 as text), 2, '0')""",
        ),
        _copy("entries", "entries row on row.ticket_id = c.template", "'ticket_id', c.id, 'at', c.at"),
        _copy_snapshots("'dispatch.work_order', 'sla.clocks'"),
    ),
    "dispatch": (
        _copy("work_orders", "work_orders row on row.id = c.template", "'id', c.id, 'site_id', c.site"),
        _copy(
            "jobs",
            "jobs row on row.work_order_id = c.template",
            f"'id', {_job_of('row.id')}, 'work_order_id', c.id, 'site_id', c.site",
        ),
        _copy(
            "offers",
            "offers row on row.work_order_id = c.template and row.state <> 'open'",
            f"""'id', pg_temp.copied(c.at, 'offer ' || row.id || c.n), 'job_id', {_job_of("row.job_id")}, 'work_order_id', c.id,
            'offered_at', c.at, 'expires_at', c.at + interval '15 minutes', 'decided_at', c.at + interval '1 minute'""",
        ),
        _copy(
            "assignments",
            "jobs j on j.work_order_id = c.template join assignments row on row.job_id = j.id and row.ended_at is not null",
            f"""'id', pg_temp.copied(c.at, 'assignment ' || row.id || c.n), 'job_id', {_job_of("row.job_id")},
            'accepted_at', c.at + interval '1 minute', 'ended_at', c.at + interval '1 hour'""",
        ),
        _copy("promises", "promises row on row.id = c.template", "'id', c.id"),
        _LOOKED_AT,
        _copy_snapshots("'tickets.ticket', 'sla.clocks'"),
    ),
    "sla": (
        _copy(
            "promises",
            "promises row on row.ticket_id = c.template",
            """'ticket_id', c.id, 'site_id', c.site, 'next_at', case when c.living then now() + interval '30 days' end,
            'urgent_at', case when c.living then now() + interval '20 days' + interval '1 second' * (c.n % 1000000) end""",
        ),
        _copy(
            "clocks",
            "clocks row on row.ticket_id = c.template and c.living",
            "'ticket_id', c.id, 'site_id', c.site, 'due_at', now() + interval '20 days' + interval '1 second' * (c.n % 1000000)",
        ),
        _copy("announcements", "announcements row on row.ticket_id = c.template", "'ticket_id', c.id"),
        _copy_snapshots("'tickets.ticket', 'dispatch.work_order'"),
    ),
    "notify": (
        _copy(
            "messages",
            "messages row on row.ticket_id = c.template",
            f"""'id', {_message_of("row.id")}, 'cause', row.cause || '-' || c.n, 'ticket_id', c.id, 'site_id', c.site, 'at', c.at,
            'created_at', c.at, 'until', null, 'recipient_id',
            case when row.kind like 'job.%' then row.recipient_id else 'resident-' || c.site || '-' || c.n % 4000 end""",
        ),
        _copy(
            "deliveries",
            "messages m on m.ticket_id = c.template join deliveries row on row.message_id = m.id and row.state <> 'pending'",
            f"'id', {_delivery_of('row.id')}, 'message_id', {_message_of('row.message_id')}",
        ),
        _copy(
            "attempts",
            "messages m on m.ticket_id = c.template join attempts row on row.message_id = m.id",
            f"""'id', pg_temp.copied(c.at, 'attempt ' || row.id || c.n), 'message_id', {_message_of("row.message_id")},
            'delivery_id', {_delivery_of("row.delivery_id")}, 'at', c.at""",
        ),
        _copy_snapshots("'tickets.ticket', 'dispatch.work_order', 'sla.clocks'"),
    ),
}


@dataclass(frozen=True)
class Templates:
    """Tickets to copy: `ended` ones, and `living` ones whose job waits for a trade that no technician has."""

    ended: Sequence[UUID]
    living: Sequence[UUID]


async def fill(urls: Mapping[str, str], templates: Templates, *, rows: int, sites: int, progress: Progress) -> None:
    """Copy the templates until there are `rows` tickets more in every database, a year of them, spread over `sites` sites."""
    year_ends_at = datetime.now(UTC) - timedelta(hours=1)  # one for all: a copy has the same id in every database
    for service, statements in _COPIED.items():
        connection = await asyncpg.connect(urls[service])
        try:
            await connection.execute("set synchronous_commit = off; set work_mem = '64MB'")
            await connection.execute(_HELPERS)
            for first in range(1, rows + 1, _AT_ONCE):
                last = min(first + _AT_ONCE - 1, rows)
                await connection.execute("truncate copies")
                await connection.execute(
                    _COPIES, rows, first, last, sites, list(templates.ended), list(templates.living), LIVING_SHARE, year_ends_at
                )
                await connection.execute("analyze copies")
                for statement in statements:
                    await connection.execute(statement)
                progress.say(f"filled {service}: {last:,} of {rows:,} tickets")
            await connection.execute("vacuum analyze")
        finally:
            await connection.close()
