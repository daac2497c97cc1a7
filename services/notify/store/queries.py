"""What is held about tickets: the snapshots, and what was said because of them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import text

from services.notify.domain.known import Known, Staff, ToldJob
from shared.contracts import ClocksV1, CommentV1, SiteV1, Snapshot, TechnicianV1, TicketV1, WorkOrderV1
from shared.contracts.notify import Decision
from shared.db.transaction import Transaction
from shared.ids import PersonId

S = TypeVar("S", bound=Snapshot)

_SNAPSHOTS = text("""
    select entity, id, body from snapshots where entity in ('tickets.ticket', 'dispatch.work_order', 'sla.clocks')
        and id = any(cast(:tickets as text[]))
    union all
    select entity, id, body from snapshots where entity = 'tickets.comment' and body ->> 'ticket_id' = any(cast(:tickets as text[]))
    union all
    select entity, id, body from snapshots where entity = 'tickets.site' and id = any(cast(:sites as text[]))""")

_TECHNICIANS = text("select id, body from snapshots where entity = 'dispatch.technician' and id = any(cast(:ids as text[]))")

_SAID = text("""
    select ticket_id, recipient_id, kind, cause,
        case when kind in ('job.accepted', 'job.changed') then data ->> 'job_id' end as job_id,
        case when kind in ('job.accepted', 'job.changed') then data -> 'job' end as job
    from messages where ticket_id = any(cast(:tickets as uuid[])) order by id""")

_ANSWERS = text("select offer_id, decision from offer_answers where ticket_id = any(cast(:tickets as uuid[]))")

_STAFF = text("""
    select recipient_id, site, min(since) as since from audience
    where site = '*' or site = any(cast(:sites as text[])) group by recipient_id, site order by recipient_id""")


@dataclass(frozen=True, kw_only=True)
class Held:
    """Several tickets with all that is known of them. `said` holds the keys (recipient, kind, cause) of the messages there are."""

    known: Sequence[Known]
    said: frozenset[tuple[str, str, str]]
    zones: Mapping[str, str]
    """Site → IANA time zone, where the site is known."""


async def load_held(tx: Transaction, ticket_ids: Collection[UUID], site_ids: Iterable[str]) -> Held:
    """Whatever of these tickets is held; one whose own snapshot has not come yet is left out, for nothing can be said of it."""
    tickets = [str(id) for id in ticket_ids]
    sites = sorted(set(site_ids))
    rows = await tx.rows(_SNAPSHOTS, tickets=tickets, sites=sites)
    orders = {order.id: order for order in _of(WorkOrderV1, rows)}
    technicians = await _technicians(tx, orders.values())
    comments = _of(CommentV1, rows)
    clocks = {each.id: each for each in _of(ClocksV1, rows)}
    said = await tx.rows(_SAID, tickets=tickets)
    answers = await _answers(tx, tickets) if orders else {}
    staff = await tx.rows(_STAFF, sites=sites)
    known = [
        Known(
            ticket=ticket,
            work_order=orders.get(ticket.id),
            clocks=clocks.get(ticket.id),
            comments=tuple(sorted((each for each in comments if each.ticket_id == ticket.id), key=lambda each: (each.at, str(each.id)))),
            technicians=technicians,
            staff=_listening(staff, ticket.site_id),
            answers=answers,
            heard=frozenset(str(row["recipient_id"]) for row in said if row["ticket_id"] == ticket.id),
            told_jobs=_last_told([row for row in said if row["ticket_id"] == ticket.id]),
        )
        for ticket in _of(TicketV1, rows)
    ]
    return Held(
        known=known,
        said=frozenset((str(row["recipient_id"]), str(row["kind"]), str(row["cause"])) for row in said),
        zones={site.id: site.time_zone for site in _of(SiteV1, rows)},
    )


def _of(contract: type[S], rows: Iterable[Mapping[str, Any]]) -> list[S]:
    entity = f"{contract.OWNER}.{contract.ENTITY}"
    return [contract.model_validate(row["body"]) for row in rows if row["entity"] == entity]


async def _technicians(tx: Transaction, orders: Iterable[WorkOrderV1]) -> dict[str, TechnicianV1]:
    jobs = [job for order in orders for job in order.jobs]
    ids = {step.technician_id for job in jobs for step in job.steps} | {offer.technician_id for job in jobs for offer in job.offers}
    wanted = sorted(id for id in ids if id is not None)
    if not wanted:
        return {}
    return {str(row["id"]): TechnicianV1.model_validate(row["body"]) for row in await tx.rows(_TECHNICIANS, ids=wanted)}


async def _answers(tx: Transaction, tickets: list[str]) -> dict[UUID, Decision]:
    return {row["offer_id"]: Decision(row["decision"]) for row in await tx.rows(_ANSWERS, tickets=tickets)}


def _listening(rows: Iterable[Mapping[str, Any]], site: str) -> tuple[Staff, ...]:
    since: dict[str, Staff] = {}
    for row in rows:
        if row["site"] in (site, "*"):
            person = Staff(id=PersonId(row["recipient_id"]), since=row["since"])
            known = since.setdefault(person.id, person)
            since[person.id] = min(known, person, key=lambda staff: staff.since)
    return tuple(since.values())


def _last_told(rows: Iterable[Mapping[str, Any]]) -> tuple[ToldJob, ...]:
    last = {
        (row["recipient_id"], row["job_id"]): ToldJob(technician_id=row["recipient_id"], job_id=row["job_id"], job=row["job"])
        for row in rows
        if row["job"] is not None
    }
    return tuple(last.values())
