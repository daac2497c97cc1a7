"""When what living tickets wait for falls due: a narrow row beside each of them, so that neither
sla's facts nor the queue touch the tickets themselves.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from services.tickets.domain.dues import Dues, is_answered, is_over
from services.tickets.domain.held import HeldJob, HeldWork
from services.tickets.domain.ticket import Ticket
from services.tickets.store.search import LIVING_STATES
from shared.contracts import ClocksV1
from shared.contracts.sla import ClockV1
from shared.db.transaction import Transaction

_KNOWN = text("""
    select asked.id, c.body as clocks, o.body as work_order,
      d.response_due_at, d.arrival_due_at, d.resolution_due_at, d.unassignable_at
    from unnest(cast(:ids as uuid[])) as asked(id)
    left join snapshots c on c.entity = 'sla.clocks' and c.id = cast(asked.id as text)
    left join snapshots o on o.entity = 'dispatch.work_order' and o.id = cast(asked.id as text)
    left join ticket_dues d on d.ticket_id = asked.id
    where c.id is not null or d.ticket_id is not null
      or o.body ->> 'unassignable_at' is not null""")
# The tickets are locked, so that none gets its row from another meanwhile: `on conflict` would be
# logged for every row that is there, and for every one that is not.
_STORE = text("""
    with given as materialized (
        select *, least(response_due_at, arrival_due_at, resolution_due_at) as due_at
        from unnest(cast(:ids as uuid[]), cast(:site_ids as text[]),
          cast(:responses as timestamptz[]), cast(:arrivals as timestamptz[]),
          cast(:resolutions as timestamptz[]), cast(:unassignable as timestamptz[]))
          as g(ticket_id, site_id, response_due_at, arrival_due_at, resolution_due_at,
            unassignable_at)),
    ended as (
        delete from ticket_dues d using given g
        where d.ticket_id = g.ticket_id and coalesce(g.due_at, g.unassignable_at) is null),
    changed as (
        update ticket_dues d set site_id = g.site_id, due_at = g.due_at,
          response_due_at = g.response_due_at, arrival_due_at = g.arrival_due_at,
          resolution_due_at = g.resolution_due_at, unassignable_at = g.unassignable_at
        from given g
        where d.ticket_id = g.ticket_id and coalesce(g.due_at, g.unassignable_at) is not null
        returning d.ticket_id)
    insert into ticket_dues (ticket_id, site_id, due_at, response_due_at, arrival_due_at,
      resolution_due_at, unassignable_at)
    select ticket_id, site_id, due_at, response_due_at, arrival_due_at, resolution_due_at,
      unassignable_at from given
    where coalesce(due_at, unassignable_at) is not null
      and ticket_id not in (select ticket_id from changed)""")
# Goes out with the ticket: what its own step ends is not waited for any more, whenever sla says so.
_STOPPED = """
    update ticket_dues d set response_due_at = null,
      due_at = case when not g.over then least(d.arrival_due_at, d.resolution_due_at) end,
      unassignable_at = case when not g.over then d.unassignable_at end
    from json_to_recordset({rows}) as g(ticket_id uuid, over boolean)
    where d.ticket_id = g.ticket_id
      and (d.response_due_at is not null
        or g.over and coalesce(d.due_at, d.unassignable_at) is not null)"""


# `offset` keeps it one read of the index for each site, hashed: as a part of all that waits it
# would be sorted anew for each.
_WAITING_AT_SITE = """(select ticket_id from ticket_dues
          where site_id = s.site_id and due_at is not null offset 0)"""
# Looked up for each by the index: an `exists` would be worked out for all that wait at once.
_NO_DUE = f"""(t.state not in ({LIVING_STATES})
  or (select d.due_at from ticket_dues d where d.ticket_id = t.id) is null)"""


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is held about a ticket that its dues follow from, and what is stored of them."""

    clocks: tuple[ClockV1, ...]
    jobs: tuple[HeldJob, ...]
    unassignable_at: datetime | None
    dues: Dues


async def find_known(tx: Transaction, ticket_ids: Iterable[UUID]) -> dict[UUID, Known]:
    """Return what is known of tickets about which something was promised, or which no technician
    can take.
    """
    rows = await tx.rows(_KNOWN, ids=list(ticket_ids))
    return {row["id"]: _known(row) for row in rows}


async def store_dues(tx: Transaction, dues: Mapping[UUID, tuple[str, Dues]]) -> None:
    """Store what tickets wait for, by id, with their sites; nothing for those that wait for
    nothing.

    The tickets are locked, and what was kept back for them is sent.
    """
    await tx.execute(
        _STORE,
        ids=list(dues),
        site_ids=[site_id for site_id, _ in dues.values()],
        responses=[each.response_due_at for _, each in dues.values()],
        arrivals=[each.arrival_due_at for _, each in dues.values()],
        resolutions=[each.resolution_due_at for _, each in dues.values()],
        unassignable=[each.unassignable_at for _, each in dues.values()],
    )


def save_stopped(tx: Transaction, ticket: Ticket) -> None:
    """Store that the ticket waits no more for what its own state and steps have ended."""
    over = is_over(ticket)
    if over or is_answered(ticket):
        tx.change(_STOPPED, {"ticket_id": ticket.id, "over": over})


def waits_for_nothing(*, one_by_one: bool, at_site: bool) -> str:
    """Return the condition that ticket `t` waits for nothing that falls due: looked up for each of
    a few tickets, or told by all that waits at its site `s`, or by a `waiting` of which the
    statement has read all.
    """
    if one_by_one:
        return _NO_DUE
    waiting = _WAITING_AT_SITE if at_site else "waiting"
    return f"not exists (select from {waiting} w where w.ticket_id = t.id)"


def _known(row: Mapping[str, Any]) -> Known:
    order = None if row["work_order"] is None else HeldWork.model_validate(row["work_order"])
    clocks = None if row["clocks"] is None else ClocksV1.model_validate(row["clocks"])
    return Known(
        clocks=clocks.clocks if clocks else (),
        jobs=order.jobs if order else (),
        unassignable_at=order.unassignable_at if order else None,
        dues=Dues(
            response_due_at=row["response_due_at"],
            arrival_due_at=row["arrival_due_at"],
            resolution_due_at=row["resolution_due_at"],
            unassignable_at=row["unassignable_at"],
        ),
    )
