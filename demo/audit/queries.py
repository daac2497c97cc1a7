"""The queries for the evidence about sites in the four databases, over the audit's own connections.

Each database is read at a moment of its own.
"""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg

from demo.audit.ledger import (
    SUBSCRIBED,
    TICKET,
    Delivery,
    Fact,
    Ledger,
    Message,
    OfferVersion,
)

SERVICES = ("tickets", "dispatch", "sla", "notify")

_FACTS = """
    select o.id::text as fact_id,
           split_part(o.type, '.', 1) || '.' || split_part(o.type, '.', 2) as entity,
           split_part(o.type, '.', 3) as name, o.subject_id as subject, o.version,
           o.created_at as at, b.state ->> 'state' as state, md5(b.state::text) as digest,
           m.outbox_id is not null as published, o.dead is not null as dead,
           coalesce(b.also, '[]') as also
      from outbox o
     cross join lateral (select o.body::jsonb -> split_part(o.type, '.', 2) as state,
                                o.body::jsonb -> 'detail' -> 'also' as also) b
      left join outbox_marks m on m.outbox_id = o.id
     where o.site_id = any($1)
"""
_NEWEST = """
    select distinct on (split_part(type, '.', 2), subject_id)
           split_part(type, '.', 1) || '.' || split_part(type, '.', 2) as entity,
           subject_id as subject, body::json -> split_part(type, '.', 2) as state
      from outbox where site_id = any($1)
     order by split_part(type, '.', 2), subject_id, version desc, created_at desc
"""
_KNOWN_VERSIONS = "select entity, id, version from snapshots where site_id = any($1)"
_DEAD_LETTERS = "select count(*) from dead_letters where headers ->> 'fettle-site' = any($1)"
_OFFERS = """
    select o.subject_id as work_order, o.version,
           offer ->> 'id' as offer, offer ->> 'state' as state
      from outbox o
     cross join lateral jsonb_array_elements(o.body::jsonb -> 'work_order' -> 'jobs') as job
     cross join lateral jsonb_array_elements(job -> 'offers') as offer
     where o.site_id = any($1) and o.type like 'dispatch.work_order.%'
"""
_TICKETS = "select id::text from tickets where site_id = any($1)"
_WORK_ORDERS = "select id::text from work_orders where site_id = any($1)"
_JOBS = """
    select id::text, work_order_id::text as work_order, cycle, state
      from jobs where site_id = any($1)
"""
_CAPACITIES = "select id, capacity from technicians where sites && $1"
_CLOCKS = "select ticket_id::text, clocks from promises where site_id = any($1)"
_MESSAGES = """
    select id::text, recipient_id as recipient, kind, cause, ticket_id::text as ticket,
           coalesce(stale, 'said') as state, extract(epoch from created_at)::float8 as at,
           extract(epoch from at)::float8 as since, language,
           coalesce(data ->> 'technician', '') as technician
      from messages where site_id = any($1)
"""
_DELIVERIES = """
    select d.id::text, d.message_id::text as message, d.endpoint_id::text as endpoint,
           e.owner, d.state, d.reason, d.channel
      from deliveries d
      join messages m on m.id = d.message_id
      join endpoints e on e.id = d.endpoint_id
     where m.site_id = any($1)
"""
_PENDING = """
    select (select count(*) from deliveries d join messages m on m.id = d.message_id
             where m.site_id = any($1) and d.state = 'pending')
         + (select count(*) from repeats where site_id = any($1))
"""
_UNPUBLISHED = """
    select count(*) from outbox o where o.site_id = any($1) and o.dead is null
       and not exists (select from outbox_marks m where m.outbox_id = o.id)
"""
_KNOWN_SUMS = """
    select entity, sum(version)::bigint from snapshots where site_id = any($1) group by entity
"""
_PUBLISHED_SUMS = """
    select entity, sum(version)::bigint from (
        select split_part(type, '.', 1) || '.' || split_part(type, '.', 2) as entity,
               subject_id, max(version) as version
          from outbox where site_id = any($1) group by 1, 2) newest
     group by entity
"""


@dataclass(frozen=True, kw_only=True)
class Databases:
    """A connection to each service's database."""

    tickets: "asyncpg.Connection[Any]"
    dispatch: "asyncpg.Connection[Any]"
    sla: "asyncpg.Connection[Any]"
    notify: "asyncpg.Connection[Any]"

    def each(self) -> "Mapping[str, asyncpg.Connection[Any]]":
        """Return the connections by service."""
        return {service: getattr(self, service) for service in SERVICES}


@asynccontextmanager
async def databases(urls: Mapping[str, str]) -> AsyncIterator[Databases]:
    """Connect to `postgresql://` addresses by service, to read only, until the block ends."""
    async with AsyncExitStack() as stack:
        opened = {}
        for service in SERVICES:
            connection = await asyncpg.connect(
                urls[service], server_settings={"default_transaction_read_only": "on"}
            )
            stack.push_async_callback(connection.close)
            for kind in ("json", "jsonb"):
                await connection.set_type_codec(
                    kind, encoder=json.dumps, decoder=json.loads, schema="pg_catalog"
                )
            opened[service] = connection
        yield Databases(**opened)


async def read_ledger(opened: Databases, site_ids: Sequence[str]) -> Ledger:
    """Return all the evidence about these sites."""
    facts: list[Fact] = []
    newest: dict[str, dict[str, dict[str, Any]]] = {}
    known: dict[str, dict[str, dict[str, int]]] = {}
    dead_letters = {}
    for service, connection in opened.each().items():
        rows = await connection.fetch(_FACTS, site_ids)
        facts += [Fact(**{**row, "also": tuple(row["also"])}) for row in rows]
        for row in await connection.fetch(_NEWEST, site_ids):
            # A fact leaves out what equals its default: a ticket that was never opened again.
            state = {"cycle": 1, **row["state"]} if row["entity"] == TICKET else row["state"]
            newest.setdefault(row["entity"], {})[row["subject"]] = state
        for row in await connection.fetch(_KNOWN_VERSIONS, site_ids):
            of_entity = known.setdefault(service, {}).setdefault(row["entity"], {})
            of_entity[row["id"]] = row["version"]
        dead_letters[service] = await connection.fetchval(_DEAD_LETTERS, site_ids)
    jobs: dict[str, list[dict[str, Any]]] = {}
    for row in await opened.dispatch.fetch(_JOBS, site_ids):
        job = {"id": row["id"], "cycle": row["cycle"], "state": row["state"]}
        jobs.setdefault(row["work_order"], []).append(job)
    offers = await opened.dispatch.fetch(_OFFERS, site_ids)
    clocks = await opened.sla.fetch(_CLOCKS, site_ids)
    messages = await opened.notify.fetch(_MESSAGES, site_ids)
    deliveries = await opened.notify.fetch(_DELIVERIES, site_ids)
    return Ledger(
        facts=tuple(facts),
        newest=newest,
        known_versions=known,
        dead_letters=dead_letters,
        offers=tuple(OfferVersion(**row) for row in offers),
        tickets=await _ids(opened.tickets, _TICKETS, site_ids),
        work_orders=await _ids(opened.dispatch, _WORK_ORDERS, site_ids),
        jobs={order: tuple(rows) for order, rows in jobs.items()},
        clocks={ticket: tuple(of_ticket) for ticket, of_ticket in clocks},
        messages=tuple(Message(**row) for row in messages),
        deliveries=tuple(Delivery(**row) for row in deliveries),
        capacities=dict(await opened.dispatch.fetch(_CAPACITIES, site_ids)),
    )


async def under_way(opened: Databases, site_ids: Sequence[str]) -> str | None:
    """Return what is still under way at these sites, in words; None when all has come to rest."""
    connections = opened.each()
    for service, connection in connections.items():
        if waiting := await connection.fetchval(_UNPUBLISHED, site_ids):
            return f"{waiting} facts of {service} are still to be published"
    if pending := await opened.notify.fetchval(_PENDING, site_ids):
        return f"{pending} deliveries or gathered repeats of notify are under way"
    # All that is known is read before all that was published: where the first covers the second,
    # there was a moment between them at which nothing was under way.
    known = {
        service: dict(await connection.fetch(_KNOWN_SUMS, site_ids))
        for service, connection in connections.items()
    }
    published: dict[str, int] = {}
    for connection in connections.values():
        published.update(await connection.fetch(_PUBLISHED_SUMS, site_ids))
    for service, entities in SUBSCRIBED.items():
        for entity in entities:
            if known[service].get(entity, 0) < published.get(entity, 0):
                return f"{service} has not taken in all of {entity}"
    return None


async def _ids(
    connection: "asyncpg.Connection[Any]", query: str, site_ids: Sequence[str]
) -> frozenset[str]:
    return frozenset([row["id"] for row in await connection.fetch(query, site_ids)])
