"""Deliveries: saved, ended, begun again."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from pydantic_core import to_json
from sqlalchemy import text

from services.notify.domain.channels import Channel
from services.notify.domain.delivery import Delivery, DeliveryState
from services.notify.domain.endpoint import Endpoint
from services.notify.domain.kinds import Kind
from services.notify.domain.preferences import SWITCHED_OFF
from services.notify.store.tables import DeliveryRow
from shared.contracts.dispatch import OfferState
from shared.db.transaction import Transaction

DELIVERY_COLUMNS = (
    "d.id, d.message_id, d.endpoint_id, d.kind, d.state, d.attempts, d.next_attempt_at, d.until, "
    "d.reason, d.done_at, d.channel"
)

_LOCKED = text(f"""
    select {DELIVERY_COLUMNS}, d.claim from deliveries d where id = any(cast(:ids as uuid[]))
    order by id for update""")

_GIVEN = "json_to_recordset({rows}) as given(id uuid, endpoint_id uuid, at timestamptz)"
# What has arrived has arrived, also when the claim was lost or the offer taken back meanwhile; and
# its endpoint is well.
_DELIVERED = f"""
    update deliveries set state = 'delivered', attempts = attempts + 1, reason = null,
      done_at = given.at, claim = null
    from {_GIVEN} where deliveries.id = given.id and deliveries.id in (
        select id from deliveries where id in (select id from {_GIVEN}) and state <> 'delivered'
          order by id for update)"""
_WELL = f"""
    update endpoints set failures = 0, failing_since = null, blocked_until = null where id in (
        select id from endpoints
        where id = any(array(select endpoint_id from {_GIVEN})) and failures > 0
        order by id for update)"""

# An offer that has its answer is of no use from then on: neither for who registers
# later nor to be sent again. It is found by what makes each message once, not among all
# that the technician was ever told.
_END_OFFERS = text("""
    with decided as (
        select m.id, o.state
        from messages m join json_to_recordset(cast(:offers as json)) as o(ticket uuid, id text,
          technician text, state text)
            on m.ticket_id = o.ticket and m.recipient_id = o.technician and m.kind = 'job.offered'
              and m.cause = o.id
              and hashtextextended((((m.recipient_id || ' ') || m.kind) || ' ') || m.cause, 0) =
                hashtextextended((((o.technician || ' ') || 'job.offered') || ' ') || o.id, 0)
        where m.until > :now order by m.id for update of m
    ), ended as (
        update messages set until = :now from decided where messages.id = decided.id
    ), closed as (
        select d.id, decided.state from deliveries d join decided on d.message_id = decided.id
        where d.state = 'pending' order by d.id for update of d
    )
    update deliveries set state = 'dropped', reason = 'offer_' || closed.state, done_at = :now,
      claim = null
    from closed where deliveries.id = closed.id""")

# What tells of a job, with a token for it, is of no use to a technician who has it no longer.
# `|| ''` and `offset`: it is looked for among the ticket's messages alone, and for each job.
_END_JOBS = text("""
    with ended as (
        select id from messages where until is null and id = any(array(
          select told.id
          from json_to_recordset(cast(:jobs as json)) as j(ticket uuid, id text, technician text)
            cross join lateral (
              select id from messages
              where ticket_id = j.ticket and recipient_id || '' = j.technician
                and kind in ('job.accepted', 'job.changed') and data ->> 'job_id' = j.id
                and until is null offset 0) as told))
        order by id for update), over as (
        update messages set until = :now from ended where messages.id = ended.id
    ), closed as (
        select d.id from deliveries d join ended on d.message_id = ended.id and d.state = 'pending'
        order by d.id for update of d)
    update deliveries set state = 'dropped', reason = 'no_longer_held', done_at = :now, claim = null
    from closed where deliveries.id = closed.id""")

_FAIL_ALL = text("""
    update deliveries set state = 'failed', reason = :reason, done_at = :now, claim = null
      where id in (
        select id from deliveries where endpoint_id = :endpoint and state = 'pending' order by id
          for update)""")

_DROP = text("""
    update deliveries set state = 'dropped', reason = :reason, done_at = :now, claim = null
      where id in (
        select d.id from endpoints e
        join deliveries d on d.endpoint_id = e.id and d.state = 'pending'
        join messages m on m.id = d.message_id
        where e.owner = :person and e.removed_at is null and m.recipient_id = :person
          and m.site_id = :site and m.kind = any(cast(:kinds as text[]))
        order by d.id for update of d)""")

_POSTPONE = text("""
    update deliveries set next_attempt_at = :until where id in (
        select id from deliveries where endpoint_id = :endpoint and state = 'pending'
          and claim is null and next_attempt_at < :until
        order by id for update)""")

_STILL_OPEN_OFFERS = text("""
    select id as message_id, until from messages
    where recipient_id = :owner and kind = 'job.offered' and until > :now and stale is null
        and (cast(:sites as text[]) is null or site_id = any(cast(:sites as text[])))""")

_REPLAYABLE = text(f"""
    select m.id as message_id, m.kind, m.site_id, m.until, m.created_at, d.id as delivery_id
    from messages m left join deliveries d on d.message_id = m.id and d.endpoint_id = :endpoint
    where m.recipient_id = :owner and (m.stale is null or m.stale = '{SWITCHED_OFF}')
        and (cast(:message as uuid) is null or m.id = :message)
          and (cast(:since as timestamptz) is null or m.created_at >= :since)
          and (cast(:until as timestamptz) is null or m.created_at < :until)
        and (m.until is null or m.until > :now) and m.data ->> 'shortened' is null
        and case when d.id is not null then d.state <> 'pending' else
          m.kind = any(cast(:kinds as text[]))
            and (cast(:sites as text[]) is null or m.site_id = any(cast(:sites as text[]))) end
    order by m.id limit :limit""")

_AGAIN = text("""
    update deliveries set state = 'pending', attempts = 0, next_attempt_at = :now, claim = null,
      reason = 'replayed', done_at = null
    where id in (
        select id from deliveries where id = any(cast(:ids as uuid[])) and state <> 'pending'
          order by id for update)""")


@dataclass(frozen=True, kw_only=True)
class OpenOffer:
    """A message about an offer that can be taken until then."""

    message_id: UUID
    until: datetime


@dataclass(frozen=True, kw_only=True)
class DecidedOffer:
    """An offer that is open no longer; `state` says how it ended."""

    ticket: UUID
    id: UUID
    technician: str
    state: OfferState


@dataclass(frozen=True, kw_only=True)
class EndedJob:
    """A job that a technician had and has no longer."""

    ticket: UUID
    id: UUID
    technician: str


@dataclass(frozen=True, kw_only=True)
class Replayable:
    """A message that can be sent to an endpoint once more; without a delivery where it was said
    while the endpoint took nothing.
    """

    message_id: UUID
    kind: str
    site_id: str | None
    until: datetime | None
    created_at: datetime
    delivery_id: UUID | None


_OPEN_OFFERS = TypeAdapter(list[OpenOffer])


def put_delivery(tx: Transaction, delivery: Delivery, *, claim: UUID | None) -> None:
    tx.insert_missing(DeliveryRow, delivery, claim=claim)


def save_delivery(tx: Transaction, delivery: Delivery) -> None:
    """Save the delivery, and end whatever claim there is."""
    tx.save(DeliveryRow, delivery, claim=None)


async def lock_deliveries(
    tx: Transaction, ids: Collection[UUID]
) -> dict[UUID, tuple[Delivery, UUID | None]]:
    """Lock the deliveries; return each with its claim as it is now."""
    return {
        row["id"]: (delivery_of(row), row["claim"]) for row in await tx.rows(_LOCKED, ids=list(ids))
    }


def end_delivered(tx: Transaction, deliveries: Iterable[Delivery]) -> None:
    """End deliveries that have arrived at their endpoints."""
    for delivery in deliveries:
        arrived = {"id": delivery.id, "endpoint_id": delivery.endpoint_id, "at": tx.now}
        tx.change(_WELL, arrived)
        tx.change(_DELIVERED, arrived)


async def end_offers(tx: Transaction, decided: Iterable[DecidedOffer]) -> None:
    """End the deliveries of offers that have their answer."""
    if offers := list(decided):
        await tx.execute(_END_OFFERS, offers=to_json(offers).decode(), now=tx.now)


async def end_jobs(tx: Transaction, ended: Iterable[EndedJob]) -> None:
    """End the deliveries that tell technicians of jobs which they have no longer."""
    if jobs := list(ended):
        await tx.execute(_END_JOBS, jobs=to_json(jobs).decode(), now=tx.now)


async def fail_all(tx: Transaction, endpoint: UUID, reason: str) -> int:
    return await tx.execute(_FAIL_ALL, endpoint=endpoint, reason=reason, now=tx.now)


async def drop_deliveries(
    tx: Transaction, person: str, site: str, kinds: Collection[str], reason: str
) -> int:
    """Drop what still waits to be sent to the person of these kinds about the site; return how
    many.
    """
    return await tx.execute(
        _DROP, person=person, site=site, kinds=sorted(kinds), reason=reason, now=tx.now
    )


async def postpone_all(tx: Transaction, endpoint: UUID, until: datetime) -> int:
    """Postpone the endpoint's deliveries, so that what waits behind a breaker costs no look; return
    how many.
    """
    return await tx.execute(_POSTPONE, endpoint=endpoint, until=until)


async def find_open_offers(
    tx: Transaction, owner: str, sites: Collection[str] | None
) -> list[OpenOffer]:
    """Return the messages to the person about offers at these sites that can still be taken."""
    rows = await tx.rows(
        _STILL_OPEN_OFFERS, owner=owner, now=tx.now, sites=None if sites is None else sorted(sites)
    )
    return _OPEN_OFFERS.validate_python(rows)


async def list_replayable(
    tx: Transaction,
    endpoint: Endpoint,
    *,
    message: UUID | None,
    since: datetime | None,
    until: datetime | None,
    limit: int,
) -> list[Replayable]:
    """Return what the endpoint was sent, or would have been sent had it been there and enabled, the
    oldest first: one message, or those said between. What waits for it already is left out, and
    what is of no use any more, or was shortened.
    """
    kinds = set(Kind) if endpoint.kinds is None else endpoint.kinds
    rows = await tx.rows(
        _REPLAYABLE,
        endpoint=endpoint.id,
        owner=endpoint.owner,
        message=message,
        since=since,
        until=until,
        now=tx.now,
        kinds=sorted(kinds - {Kind.ENDPOINT_TEST}),  # a test is of one endpoint
        sites=None if endpoint.sites is None else sorted(endpoint.sites),
        limit=limit,
    )
    return [Replayable(**row) for row in rows]


async def begin_again(tx: Transaction, ids: Collection[UUID]) -> None:
    """Make deliveries that have ended due once more."""
    await tx.execute(_AGAIN, ids=list(ids), now=tx.now)


def delivery_of(row: Mapping[str, Any]) -> Delivery:
    """Make a delivery of a row that has at least `DELIVERY_COLUMNS`. Raises ValueError."""
    return Delivery(
        id=row["id"],
        message_id=row["message_id"],
        endpoint_id=row["endpoint_id"],
        kind=Kind(row["kind"]),
        state=DeliveryState(row["state"]),
        attempts=row["attempts"],
        next_attempt_at=row["next_attempt_at"],
        until=row["until"],
        reason=row["reason"],
        done_at=row["done_at"],
        channel=Channel(row["channel"]),
    )
