"""What is held about tickets: the snapshots, and what was said because of them."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from pydantic_core import from_json
from sqlalchemy import text

from services.notify.domain.known import Known, Staff, ToldJob
from shared.contracts import ClocksV1, CommentV1, Snapshot, TechnicianV1, TicketV1, WorkOrderV1
from shared.contracts.notify import Decision
from shared.db.transaction import Transaction
from shared.ids import PersonId
from shared.messaging.snapshots import entity_of

S = TypeVar("S", bound=Snapshot)
T = TypeVar("T")

# One statement, since it is asked for every batch: each row says what it is. Bodies come as text,
# which pydantic reads faster than anybody reads it first.
_HELD = text("""
    with mine as (
        -- they carry the ticket's own id
        select entity, id, body from snapshots
          where entity in ('tickets.ticket', 'dispatch.work_order', 'sla.clocks')
            and id = any(cast(:ids as text[])) and body is not null
    )
    select entity as what, id, null as person, null as kind, null as cause,
      cast(null as timestamptz) as since, cast(body as text) as body
    from mine where entity || '/' || id <> all(cast(:heard as text[]))
    union all
    select entity, id, null, null, null, null, cast(body as text)
    from snapshots where entity = 'tickets.comment'
      and body ->> 'ticket_id' = any(cast(:ids as text[]))
        and entity || '/' || id <> all(cast(:heard as text[]))
    union all
    select 'zone', id, null, body ->> 'time_zone', null, null, null
    from snapshots where entity = 'tickets.site' and id = any(cast(:sites as text[]))
    union all
    select entity, id, null, null, null, null, cast(body as text) from snapshots
      where entity = 'dispatch.technician' and id in (
        select jsonb_path_query(body, '$.jobs[*].offers[*].technician_id') #>> '{}' from mine
          where entity = 'dispatch.work_order')
    union all
    select 'message', cast(ticket_id as text), recipient_id, kind, cause, null, null
    from messages where ticket_id = any(cast(:tickets as uuid[]))
    union all
    select 'told', cast(ticket_id as text), recipient_id, job_id, null, null, cast(job as text)
      from (
        select distinct on (recipient_id, data ->> 'job_id') ticket_id, recipient_id,
          data ->> 'job_id' as job_id, data -> 'job' as job
        from messages where ticket_id = any(cast(:tickets as uuid[]))
          and kind in ('job.accepted', 'job.changed') and data ? 'job'
        order by recipient_id, data ->> 'job_id', id desc) as last
    union all
    select 'answer', cast(offer_id as text), null, decision, null, null, null
    from offer_answers where ticket_id = any(cast(:tickets as uuid[]))
    union all
    select 'staff', site, recipient_id, null, null, min(since), null
    from audience where site = '*' or site = any(cast(:sites as text[]))
      group by recipient_id, site""")

Row = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Held:
    """Several tickets with all that is known of them.

    `said` holds the keys (recipient, kind, cause) of the messages there are.
    """

    known: Sequence[Known]
    said: frozenset[tuple[str, str, str]]
    zones: Mapping[str, str]
    """Site → IANA time zone, where the site is known."""


async def load_held(
    tx: Transaction,
    ticket_ids: Collection[UUID],
    site_ids: Iterable[str],
    heard: Sequence[Snapshot],
) -> Held:
    """Return whatever is held of these tickets. One whose own snapshot has not come yet is left
    out, for nothing can be said of it.

    `heard` is what the transaction has just stored of them: tickets, comments, work orders, clocks.
    It is not read again.
    """
    ids, stored = list(ticket_ids), [f"{entity_of(type(each))}/{each.id}" for each in heard]
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in await tx.rows(
        _HELD, ids=[str(id) for id in ids], tickets=ids, sites=sorted(set(site_ids)), heard=stored
    ):
        rows[row["what"]].append(row)
    orders = {order.id: order for order in _of(WorkOrderV1, rows, heard)}
    clocks = {each.id: each for each in _of(ClocksV1, rows, heard)}
    technicians = {technician.id: technician for technician in _of(TechnicianV1, rows)}
    comments = _by_ticket(
        sorted(_of(CommentV1, rows, heard), key=lambda comment: (comment.at, comment.id)),
        lambda comment: comment.ticket_id,
    )
    said = _by_ticket(rows["message"], lambda row: UUID(row["id"]))
    told = _by_ticket(rows["told"], lambda row: UUID(row["id"]))
    answers = {UUID(row["id"]): Decision(row["kind"]) for row in rows["answer"]}
    staff = sorted(rows["staff"], key=lambda row: str(row["person"]))
    return Held(
        known=[
            Known(
                ticket=ticket,
                work_order=orders.get(ticket.id),
                clocks=clocks.get(ticket.id),
                comments=tuple(comments[ticket.id]),
                technicians=technicians,
                staff=_listening(staff, ticket.site_id),
                answers=answers,
                heard=frozenset(row["person"] for row in said[ticket.id]),
                told_jobs=tuple(
                    ToldJob(
                        technician_id=row["person"], job_id=row["kind"], job=from_json(row["body"])
                    )
                    for row in told[ticket.id]
                ),
            )
            for ticket in _of(TicketV1, rows, heard)
        ],
        said=frozenset((row["person"], row["kind"], row["cause"]) for row in rows["message"]),
        zones={row["id"]: row["kind"] for row in rows["zone"]},
    )


def _of(
    contract: type[S], rows: Mapping[str, Sequence[Row]], heard: Iterable[Snapshot] = ()
) -> list[S]:
    read = [contract.model_validate_json(row["body"]) for row in rows.get(entity_of(contract), ())]
    return read + [each for each in heard if isinstance(each, contract)]


def _by_ticket(things: Iterable[T], ticket_of: Callable[[T], UUID]) -> Mapping[UUID, Sequence[T]]:
    found: dict[UUID, list[T]] = defaultdict(list)
    for thing in things:
        found[ticket_of(thing)].append(thing)
    return found


def _listening(rows: Iterable[Row], site: str) -> tuple[Staff, ...]:
    since: dict[str, Staff] = {}
    for row in rows:
        if row["id"] in (site, "*"):
            person = Staff(id=PersonId(row["person"]), since=row["since"])
            known = since.setdefault(person.id, person)
            since[person.id] = min(known, person, key=lambda staff: staff.since)
    return tuple(since.values())
