"""The queries: one site's evidence out of the four databases, over connections of the audit's own, each database a moment of its own."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg

SERVICES = ("tickets", "dispatch", "sla", "notify")

_TOLD = """
    select o.id::text as fact_id, split_part(o.type, '.', 1) || '.' || split_part(o.type, '.', 2) as entity,
           split_part(o.type, '.', 3) as name, o.subject_id as subject, o.version, o.created_at as at,
           b.state ->> 'state' as state, md5(b.state::text) as digest, m.outbox_id is not null as published, o.parked is not null as parked
      from outbox o
     cross join lateral (select o.body::jsonb -> split_part(o.type, '.', 2) as state) b
      left join outbox_marks m on m.outbox_id = o.id
     where o.site_id = $1
"""
_NEWEST = """
    select distinct on (split_part(type, '.', 2), subject_id)
           split_part(type, '.', 1) || '.' || split_part(type, '.', 2) as entity, subject_id as subject,
           body -> split_part(type, '.', 2) as state
      from outbox where site_id = $1
     order by split_part(type, '.', 2), subject_id, version desc, created_at desc
"""
_HELD = "select entity, id, version from snapshots where site_id = $1"
_PARKED = "select count(*) from parked_facts where headers ->> 'fettle-site' = $1"
_OFFERS = """
    select o.subject_id as work_order, o.version, offer ->> 'id' as offer, offer ->> 'state' as state
      from outbox o
     cross join lateral jsonb_array_elements(o.body::jsonb -> 'work_order' -> 'jobs') as job
     cross join lateral jsonb_array_elements(job -> 'offers') as offer
     where o.site_id = $1 and o.type like 'dispatch.work_order.%'
"""
_TICKETS = "select id::text from tickets where site_id = $1"
_WORK_ORDERS = "select id::text from work_orders where site_id = $1"
_JOBS = "select id::text, work_order_id::text as work_order, cycle, state from jobs where site_id = $1"
_CAPACITIES = "select id, capacity from technicians where $1 = any(sites)"


@dataclass(frozen=True, kw_only=True)
class Databases:
    """A connection to each service's database."""

    tickets: asyncpg.Connection[Any]
    dispatch: asyncpg.Connection[Any]
    sla: asyncpg.Connection[Any]
    notify: asyncpg.Connection[Any]

    def each(self) -> Mapping[str, asyncpg.Connection[Any]]:
        return {"tickets": self.tickets, "dispatch": self.dispatch, "sla": self.sla, "notify": self.notify}


@asynccontextmanager
async def databases(urls: Mapping[str, str]) -> AsyncIterator[Databases]:
    """Connections to `postgresql://` addresses, by service. They only read."""
    async with AsyncExitStack() as stack:
        opened = {}
        for service in SERVICES:
            connection = await asyncpg.connect(urls[service], server_settings={"default_transaction_read_only": "on"})
            stack.push_async_callback(connection.close)
            for kind in ("json", "jsonb"):
                await connection.set_type_codec(kind, encoder=json.dumps, decoder=json.loads, schema="pg_catalog")
            opened[service] = connection
        yield Databases(**opened)
