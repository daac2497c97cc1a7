"""The queries: one site's evidence out of the four databases, over connections of the audit's own,
each database a moment of its own.
"""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg

from fettle.demo.audit.ledger import FOLLOWED, Delivery, Ledger, Message, OfferSeen, Told
from fettle.home import SERVICES

_TOLD = """
    select o.id::text as fact_id, split_part(o.type, '.', 1) || '.' || split_part(o.type, '.',
      2) as entity,
           split_part(o.type, '.', 3) as name, o.subject_id as subject, o.version,
             o.created_at as at,
           b.state ->> 'state' as state, md5(b.state::text) as digest,
             m.outbox_id is not null as published, o.parked is not null as parked,
           coalesce(b.also, '[]') as also
      from outbox o
     cross join lateral (select o.body::jsonb -> split_part(o.type, '.', 2) as state,
       o.body::jsonb -> 'detail' -> 'also' as also) b
      left join outbox_marks m on m.outbox_id = o.id
     where o.site_id = $1
"""
_NEWEST = """
    select distinct on (split_part(type, '.', 2), subject_id)
           split_part(type, '.', 1) || '.' || split_part(type, '.', 2) as entity,
             subject_id as subject,
           body::json -> split_part(type, '.', 2) as state
      from outbox where site_id = $1
     order by split_part(type, '.', 2), subject_id, version desc, created_at desc
"""
_HELD = "select entity, id, version from snapshots where site_id = $1"
_PARKED = "select count(*) from parked_facts where headers ->> 'fettle-site' = $1"
_OFFERS = """
    select o.subject_id as work_order, o.version, offer ->> 'id' as offer,
      offer ->> 'state' as state
      from outbox o
     cross join lateral jsonb_array_elements(o.body::jsonb -> 'work_order' -> 'jobs') as job
     cross join lateral jsonb_array_elements(job -> 'offers') as offer
     where o.site_id = $1 and o.type like 'dispatch.work_order.%'
"""
_TICKETS = "select id::text from tickets where site_id = $1"
_WORK_ORDERS = "select id::text from work_orders where site_id = $1"
_JOBS = (
    "select id::text, work_order_id::text as work_order, cycle, state from jobs where site_id = $1"
)
_CAPACITIES = "select id, capacity from technicians where $1 = any(sites)"
_CLOCKED = "select ticket_id::text, clocks from promises where site_id = $1"
_MESSAGES = """
    select id::text, recipient_id as recipient, kind, cause, ticket_id::text as ticket,
      coalesce(stale, 'said') as state
      from messages where site_id = $1
"""
_DELIVERIES = """
    select d.id::text, d.message_id::text as message, d.endpoint_id::text as endpoint, e.owner,
      d.state, d.reason
      from deliveries d join messages m on m.id = d.message_id join endpoints e
        on e.id = d.endpoint_id
     where m.site_id = $1
"""
_PENDING = (
    "select count(*) from deliveries d join messages m on m.id = d.message_id "
    "where m.site_id = $1 and d.state = 'pending'"
)
_UNPUBLISHED = """
    select count(*) from outbox o where o.site_id = $1 and o.parked is null
       and not exists (select from outbox_marks m where m.outbox_id = o.id)
"""
_KNOWN = "select entity, sum(version)::bigint from snapshots where site_id = $1 group by entity"
_SAID = """
    select entity, sum(version)::bigint from (
        select split_part(type, '.', 1) || '.' || split_part(type, '.', 2) as entity, subject_id,
          max(version) as version
          from outbox where site_id = $1 group by 1, 2) newest
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
        return {
            "tickets": self.tickets,
            "dispatch": self.dispatch,
            "sla": self.sla,
            "notify": self.notify,
        }


@asynccontextmanager
async def databases(urls: Mapping[str, str]) -> AsyncIterator[Databases]:
    """Connections to `postgresql://` addresses, by service. They only read."""
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


async def read_ledger(opened: Databases, site_id: str) -> Ledger:
    """All that there is about one site."""
    owners = opened.each()
    told = [row for connection in owners.values() for row in await connection.fetch(_TOLD, site_id)]
    newest: dict[str, dict[str, dict[str, Any]]] = {}
    held: dict[str, dict[str, dict[str, int]]] = {}
    parked = {}
    for service, connection in owners.items():
        for row in await connection.fetch(_NEWEST, site_id):
            newest.setdefault(row["entity"], {})[row["subject"]] = row["state"]
        for row in await connection.fetch(_HELD, site_id):
            held.setdefault(service, {}).setdefault(row["entity"], {})[row["id"]] = row["version"]
        parked[service] = await connection.fetchval(_PARKED, site_id)
    jobs: dict[str, list[dict[str, Any]]] = {}
    for row in await opened.dispatch.fetch(_JOBS, site_id):
        jobs.setdefault(row["work_order"], []).append(
            {"id": row["id"], "cycle": row["cycle"], "state": row["state"]}
        )
    return Ledger(
        told=tuple(Told(**{**row, "also": tuple(row["also"])}) for row in told),
        newest=newest,
        held=held,
        parked=parked,
        offers=tuple(OfferSeen(**row) for row in await opened.dispatch.fetch(_OFFERS, site_id)),
        tickets=await _ids(opened.tickets, _TICKETS, site_id),
        work_orders=await _ids(opened.dispatch, _WORK_ORDERS, site_id),
        jobs={order: tuple(rows) for order, rows in jobs.items()},
        clocked={
            ticket: tuple(clocks) for ticket, clocks in await opened.sla.fetch(_CLOCKED, site_id)
        },
        messages=tuple(Message(**row) for row in await opened.notify.fetch(_MESSAGES, site_id)),
        deliveries=tuple(
            Delivery(**row) for row in await opened.notify.fetch(_DELIVERIES, site_id)
        ),
        capacities=dict(await opened.dispatch.fetch(_CAPACITIES, site_id)),
    )


async def unrest(opened: Databases, site_id: str) -> str | None:
    """What is still under way at the site, in words; None when everything has come to rest."""
    for service, connection in opened.each().items():
        if waiting := await connection.fetchval(_UNPUBLISHED, site_id):
            return f"{waiting} facts of {service} are still to be published"
    if pending := await opened.notify.fetchval(_PENDING, site_id):
        return f"{pending} deliveries of notify are under way"
    known = {
        service: dict(await connection.fetch(_KNOWN, site_id))
        for service, connection in opened.each().items()
    }
    said = {
        entity: total
        for connection in opened.each().values()
        for entity, total in await connection.fetch(_SAID, site_id)
    }
    for service, entities in FOLLOWED.items():
        for entity in entities:
            if known[service].get(entity, 0) < said.get(entity, 0):
                return f"{service} has not taken in all of {entity}"
    return None


async def _ids(connection: "asyncpg.Connection[Any]", query: str, site_id: str) -> frozenset[str]:
    return frozenset([row["id"] for row in await connection.fetch(query, site_id)])
