"""What is held about tickets: the snapshots, and what was said because of them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import text

from services.notify.domain.known import Known, Staff, ToldJob
from shared.contracts import ClocksV1, CommentV1, SiteV1, Snapshot, TechnicianV1, TicketV1, WorkOrderV1
from shared.contracts.notify import Decision
from shared.db.transaction import Transaction
from shared.ids import PersonId
from shared.messaging.snapshots import entity_of

S = TypeVar("S", bound=Snapshot)

# One statement, since it is asked for every fact: each row says what it is and brings its body.
_HELD = text("""
    with mine as (
        select entity, id, body from snapshots where entity in ('tickets.ticket', 'dispatch.work_order', 'sla.clocks')
            and id = any(cast(:ids as text[]))
    )
    select entity, body from mine
    union all
    select entity, body from snapshots where entity = 'tickets.comment' and body ->> 'ticket_id' = any(cast(:ids as text[]))
    union all
    select entity, body from snapshots where entity = 'tickets.site' and id = any(cast(:sites as text[]))
    union all
    select entity, body from snapshots where entity = 'dispatch.technician' and id in (
        select jsonb_path_query(body, '$.jobs[*].offers[*].technician_id') #>> '{}' from mine where entity = 'dispatch.work_order')
    union all
    select 'message', jsonb_build_object('ticket_id', ticket_id, 'recipient_id', recipient_id, 'kind', kind, 'cause', cause, 'id', id,
        'job_id', case when kind in ('job.accepted', 'job.changed') then data ->> 'job_id' end,
        'job', case when kind in ('job.accepted', 'job.changed') then data -> 'job' end)
    from messages where ticket_id = any(cast(:tickets as uuid[]))
    union all
    select 'answer', jsonb_build_object('offer_id', offer_id, 'decision', decision)
    from offer_answers where ticket_id = any(cast(:tickets as uuid[]))
    union all
    select 'staff', jsonb_build_object('recipient_id', recipient_id, 'site', site, 'since', min(since))
    from audience where site = '*' or site = any(cast(:sites as text[])) group by recipient_id, site""")


@dataclass(frozen=True, kw_only=True)
class Held:
    """Several tickets with all that is known of them. `said` holds the keys (recipient, kind, cause) of the messages there are."""

    known: Sequence[Known]
    said: frozenset[tuple[str, str, str]]
    zones: Mapping[str, str]
    """Site → IANA time zone, where the site is known."""


async def load_held(tx: Transaction, ticket_ids: Collection[UUID], site_ids: Iterable[str]) -> Held:
    """Whatever of these tickets is held; one whose own snapshot has not come yet is left out, for nothing can be said of it."""
    ids = list(ticket_ids)
    rows = await tx.rows(_HELD, ids=[str(id) for id in ids], tickets=ids, sites=sorted(set(site_ids)))
    orders = {order.id: order for order in _of(WorkOrderV1, rows)}
    technicians = {technician.id: technician for technician in _of(TechnicianV1, rows)}
    comments = sorted(_of(CommentV1, rows), key=lambda comment: (comment.at, str(comment.id)))
    clocks = {each.id: each for each in _of(ClocksV1, rows)}
    said = sorted(_bodies("message", rows), key=lambda message: str(message["id"]))
    answers = {UUID(each["offer_id"]): Decision(each["decision"]) for each in _bodies("answer", rows)}
    staff = sorted(_bodies("staff", rows), key=lambda each: str(each["recipient_id"]))
    return Held(
        known=[
            Known(
                ticket=ticket,
                work_order=orders.get(ticket.id),
                clocks=clocks.get(ticket.id),
                comments=tuple(comment for comment in comments if comment.ticket_id == ticket.id),
                technicians=technicians,
                staff=_listening(staff, ticket.site_id),
                answers=answers,
                heard=frozenset(str(each["recipient_id"]) for each in said if each["ticket_id"] == str(ticket.id)),
                told_jobs=_last_told(each for each in said if each["ticket_id"] == str(ticket.id)),
            )
            for ticket in _of(TicketV1, rows)
        ],
        said=frozenset((str(each["recipient_id"]), str(each["kind"]), str(each["cause"])) for each in said),
        zones={site.id: site.time_zone for site in _of(SiteV1, rows)},
    )


def _of(contract: type[S], rows: Iterable[Mapping[str, Any]]) -> list[S]:
    return [contract.model_validate(body) for body in _bodies(entity_of(contract), rows)]


def _bodies(entity: str, rows: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [row["body"] for row in rows if row["entity"] == entity]


def _listening(rows: Iterable[Mapping[str, Any]], site: str) -> tuple[Staff, ...]:
    since: dict[str, Staff] = {}
    for row in rows:
        if row["site"] in (site, "*"):
            person = Staff(id=PersonId(row["recipient_id"]), since=datetime.fromisoformat(row["since"]))
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
