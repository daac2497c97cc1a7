"""What is held about tickets: the snapshots, and what was said because of them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import text

from services.notify.domain.kinds import Language
from services.notify.domain.known import Known, Staff, ToldJob
from services.notify.domain.preferences import SWITCHED_OFF
from services.notify.domain.repeats import GATHERED_FOR, Repeated
from shared.contracts import ClocksV1, CommentV1, Snapshot, TechnicianV1, TicketV1, WorkOrderV1
from shared.contracts.notify import Decision
from shared.db.reads import planned_once
from shared.db.transaction import Transaction
from shared.ids import PersonId
from shared.messaging.snapshots import entity_of

S = TypeVar("S", bound=Snapshot)
T = TypeVar("T")

# What is held about some tickets, as one row with a column for each thing, since it is asked for
# every batch. Each column is a look-up of its own by an index. Bodies come as text, which pydantic
# reads faster than JSON that was read before; what was `heard` in this transaction is left out.
_HELD = text(f"""
    with by_ticket as (
        select entity, id, body from snapshots
        where entity in ('tickets.ticket', 'dispatch.work_order', 'sla.clocks')
          and id = any({planned_once(":ids", "text")})
    )
    select
        array(
            select cast(body as text) from by_ticket
            where entity = 'tickets.ticket' and entity || '/' || id <> all(cast(:heard as text[]))
        ) as tickets,
        array(
            select cast(body as text) from by_ticket
            where entity = 'dispatch.work_order'
              and entity || '/' || id <> all(cast(:heard as text[]))
        ) as work_orders,
        array(
            select cast(body as text) from by_ticket
            where entity = 'sla.clocks' and entity || '/' || id <> all(cast(:heard as text[]))
        ) as clocks,
        array(
            select cast(body as text) from snapshots
            where entity = 'tickets.comment' and about = any({planned_once(":ids", "text")})
              and entity || '/' || id <> all(cast(:heard as text[]))
        ) as comments,
        array(
            select cast(body as text) from snapshots
            where entity = 'dispatch.technician' and id in (
                select jsonb_path_query(cast(body as jsonb), path) #>> '{{}}'
                from by_ticket, unnest(cast(array[
                  '$.jobs[*].offers[*].technician_id', '$.jobs[*].pool.told[*]'
                ] as jsonpath[])) as path
                where entity = 'dispatch.work_order')
        ) as technicians,
        (
            select json_object_agg(id, body ->> 'time_zone') from snapshots
            where entity = 'tickets.site' and id = any({planned_once(":sites", "text")})
        ) as zones,
        (
            select json_object_agg(id, body -> 'close_after_working_days') from snapshots
            where entity = 'tickets.site' and id = any({planned_once(":sites", "text")})
              and body -> 'close_after_working_days' is not null
        ) as close_after,
        (
            select json_object_agg(id, body ->> 'language') from snapshots
            where entity = 'tickets.site' and id = any({planned_once(":sites", "text")})
              and body ->> 'language' is not null
        ) as languages,
        (
            select json_agg(json_build_array(ticket_id, recipient_id, kind, cause))
            from messages where ticket_id = any({planned_once(":tickets", "uuid")})
        ) as said,
        (
            select json_agg(json_build_array(recipient_id, ticket_id, kind, topic, at)) from (
                select recipient_id, ticket_id, kind, topic, max(created_at) as at
                from messages where ticket_id = any({planned_once(":tickets", "uuid")})
                  and topic is not null and (stale is null or stale = '{SWITCHED_OFF}')
                  and created_at > :lately
                group by 1, 2, 3, 4
            ) as lately
        ) as told,
        (
            select json_agg(json_build_array(ticket_id, recipient_id, job_id, job)) from (
                select distinct on (recipient_id, data ->> 'job_id')
                  ticket_id, recipient_id, data ->> 'job_id' as job_id, data -> 'job' as job
                from messages where ticket_id = any({planned_once(":tickets", "uuid")})
                  and kind in ('job.accepted', 'job.changed') and data -> 'job' is not null
                order by recipient_id, data ->> 'job_id', id desc
            ) as last
        ) as told_jobs,
        (
            select json_object_agg(offer_id, decision) from offer_answers
            where ticket_id = any({planned_once(":tickets", "uuid")})
        ) as answers,
        (
            select json_agg(json_build_array(recipient_id, site, since) order by recipient_id)
            from audience where site = '*' or site = any({planned_once(":sites", "text")})
        ) as audience""")


@dataclass(frozen=True, kw_only=True)
class Held:
    """Several tickets with all that is known of them.

    `said` holds the keys (recipient, kind, cause) of the messages there are; `told` says when what
    may be repeated was told last, within the last minute.
    """

    known: Sequence[Known]
    said: frozenset[tuple[str, str, str]]
    told: Mapping[Repeated, datetime]
    zones: Mapping[str, str]
    """Site → IANA time zone, where the site is known."""


async def load_knowledge(
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
    ids = list(ticket_ids)
    row = await tx.row(
        _HELD,
        ids=[str(id) for id in ids],
        tickets=ids,
        sites=sorted(set(site_ids)),
        heard=[f"{entity_of(type(each))}/{each.id}" for each in heard],
        lately=tx.now - GATHERED_FOR,
    )
    if row is None:
        raise RuntimeError("a select without FROM returns one row")
    orders = {order.id: order for order in _read(WorkOrderV1, row["work_orders"], heard)}
    clocks = {each.id: each for each in _read(ClocksV1, row["clocks"], heard)}
    technicians = {each.id: each for each in _read(TechnicianV1, row["technicians"])}
    comments = _by_ticket(
        (str(comment.ticket_id), comment)
        for comment in sorted(
            _read(CommentV1, row["comments"], heard), key=lambda comment: (comment.at, comment.id)
        )
    )
    said = row["said"] or ()
    people = _by_ticket((ticket, person) for ticket, person, _, _ in said)
    told_jobs = _by_ticket(
        (ticket, ToldJob(technician_id=person, job_id=job_id, job=job))
        for ticket, person, job_id, job in row["told_jobs"] or ()
    )
    languages = row["languages"] or {}
    answers = {UUID(id): Decision(word) for id, word in (row["answers"] or {}).items()}
    return Held(
        known=[
            Known(
                ticket=ticket,
                work_order=orders.get(ticket.id),
                clocks=clocks.get(ticket.id),
                comments=tuple(comments[str(ticket.id)]),
                technicians=technicians,
                staff=_listening(row["audience"] or (), ticket.site_id),
                answers=answers,
                heard=frozenset(people[str(ticket.id)]),
                told_jobs=tuple(told_jobs[str(ticket.id)]),
                close_after_working_days=(row["close_after"] or {}).get(ticket.site_id),
                site_language=languages.get(ticket.site_id, Language.CHINESE),
            )
            for ticket in _read(TicketV1, row["tickets"], heard)
        ],
        said=frozenset((person, kind, cause) for _, person, kind, cause in said),
        told=_told(row["told"] or ()),
        zones=row["zones"] or {},
    )


def _read(contract: type[S], bodies: Iterable[str], heard: Iterable[Snapshot] = ()) -> list[S]:
    read = [contract.model_validate_json(body) for body in bodies]
    return read + [each for each in heard if isinstance(each, contract)]


def _by_ticket(things: Iterable[tuple[str, T]]) -> Mapping[str, Sequence[T]]:
    found: dict[str, list[T]] = defaultdict(list)
    for ticket_id, thing in things:
        found[ticket_id].append(thing)
    return found


def _told(lately: Iterable[tuple[str, str, str, str, str]]) -> Mapping[Repeated, datetime]:
    return {
        Repeated(
            recipient_id=person, ticket_id=UUID(ticket), kind=kind, topic=topic
        ): datetime.fromisoformat(at)
        for person, ticket, kind, topic, at in lately
    }


def _listening(audience: Iterable[tuple[str, str, str]], site_id: str) -> tuple[Staff, ...]:
    """Return who hears of the site, each since they first did in any role, for this site or all."""
    since: dict[str, datetime] = {}
    for person, site, began in audience:
        if site in (site_id, "*"):
            at = datetime.fromisoformat(began)
            since[person] = min(at, since.get(person, at))
    return tuple(Staff(id=PersonId(person), since=at) for person, at in since.items())
