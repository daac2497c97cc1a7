"""Deliveries: what is due, who has claimed it, and how every attempt went."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic_core import to_json
from sqlalchemy import text

from services.notify.domain.delivery import Delivery, DeliveryState
from services.notify.domain.endpoint import Secret
from services.notify.domain.envelope import Said
from services.notify.domain.kinds import Kind
from services.notify.store.endpoints import secrets_in
from services.notify.store.tables import AttemptRow, DeliveryRow
from shared.db.transaction import Transaction
from shared.ids import new_id

_DELIVERY = (
    "d.id, d.message_id, d.endpoint_id, d.kind, d.state, d.attempts, d.next_attempt_at, d.until, "
    "d.reason, d.done_at"
)

# A claim is a lease: whoever dies with it loses it at `next_attempt_at`, and the
# delivery is due again.
_CLAIM = text(f"""
    with due as (
        select id, endpoint_id, next_attempt_at from deliveries
        where state = 'pending' and next_attempt_at <= :now
        and endpoint_id <> all(cast(:busy as uuid[])) and id <> all(cast(:but as uuid[]))
        order by next_attempt_at limit 500
    ), fair as (
        select id from (select id, row_number() over (partition by endpoint_id
          order by next_attempt_at) as turn from due) as queue
        where turn <= :each order by turn limit :most
    ), mine as (
        select id from deliveries where id in (select id from fair) and state = 'pending'
          and next_attempt_at <= :now
        for update skip locked
    )
    update deliveries d set claim = :claim, next_attempt_at = :lease_until
    from mine, messages m, endpoints e
    where d.id = mine.id and m.id = d.message_id and e.id = d.endpoint_id
    returning {_DELIVERY}, d.claim, m.at, m.title, m.text, m.language, m.data, m.ticket_id,
      m.site_id, m.recipient_id,
        e.url, e.secrets, e.disabled_at is null and e.removed_at is null as open""")

_NEXT_DUE = text("""
    select min(next_attempt_at) as due from deliveries where state = 'pending'
      and endpoint_id <> all(cast(:busy as uuid[]))
        and id <> all(cast(:but as uuid[]))""")

_LOCKED = text(f"""
    select {_DELIVERY}, d.claim from deliveries d where id = any(cast(:ids as uuid[])) order by id
      for update""")

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
        select id from endpoints where id in (select endpoint_id from {_GIVEN}) and failures > 0
          order by id for update)"""

# An offer that has its answer is of no use from then on: neither for who registers
# later nor to be sent again.
_END_OFFERS = text("""
    with decided as (
        select m.id, o.state
        from messages m join json_to_recordset(cast(:offers as json)) as o(ticket uuid, id text,
          technician text, state text)
            on m.ticket_id = o.ticket and m.recipient_id = o.technician and m.kind = 'job.offered'
              and m.cause = o.id
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

_FAIL_ALL = text("""
    update deliveries set state = 'failed', reason = :reason, done_at = :now, claim = null
      where id in (
        select id from deliveries where endpoint_id = :endpoint and state = 'pending' order by id
          for update)""")

_POSTPONE = text("""
    update deliveries set next_attempt_at = :until where id in (
        select id from deliveries where endpoint_id = :endpoint and state = 'pending'
          and claim is null and next_attempt_at < :until
        order by id for update)""")

_ATTEMPTS = text("""
    select id, delivery_id, message_id, kind, at, latency_ms, status, error, answer from attempts
    where endpoint_id = :endpoint and (cast(:before as uuid) is null or id < :before)
      order by id desc limit :most""")

_OF_MESSAGES = text("""
    select d.message_id, d.id, d.endpoint_id, d.state, d.attempts, d.next_attempt_at, d.reason,
      d.done_at
    from deliveries d where d.message_id = any(cast(:ids as uuid[])) order by d.id""")

_STILL_OPEN_OFFERS = text("""
    select id, until from messages where recipient_id = :owner and kind = 'job.offered'
      and until > :now and stale is null
        and (cast(:sites as text[]) is null or site_id = any(cast(:sites as text[])))""")

_AGAIN = text("""
    update deliveries set state = 'pending', attempts = 0, next_attempt_at = :now, claim = null,
      reason = 'replayed', done_at = null
    where id in (
        select d.id from messages m join deliveries d on d.message_id = m.id
          and d.endpoint_id = :endpoint
        where m.recipient_id = :owner and d.state <> 'pending'
            and (cast(:message as uuid) is null or m.id = :message)
              and (cast(:since as timestamptz) is null or m.created_at >= :since)
            and (m.until is null or m.until > :now)
        order by d.id for update of d)""")

_PENDING = text(
    "select count(*) as pending, min(next_attempt_at) as oldest from deliveries "
    "where state = 'pending'"
)


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """A delivery that is ours to try until `lease_until`, with all that is needed to send it."""

    delivery: Delivery
    claim: UUID
    said: Said
    ticket_id: UUID | None
    site_id: str | None
    recipient_id: str
    url: str
    secrets: Sequence[Secret]
    open: bool
    """Whether the endpoint still takes anything."""


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One attempt as it is recorded; `answer` is the start of what came back."""

    id: UUID
    delivery_id: UUID
    endpoint_id: UUID
    message_id: UUID
    kind: Kind
    at: datetime
    latency_ms: int
    status: int | None
    error: str | None
    answer: str


def put_delivery(tx: Transaction, delivery: Delivery, *, claim: UUID | None) -> None:
    tx.insert_missing(DeliveryRow, delivery, claim=claim)


def save_delivery(tx: Transaction, delivery: Delivery) -> None:
    """Nobody's claim any more."""
    tx.save(DeliveryRow, delivery, claim=None)


async def claim_due(
    tx: Transaction,
    *,
    lease_until: datetime,
    busy: Collection[UUID],
    but: Collection[UUID],
    each: int,
    most: int,
) -> Sequence[Mapping[str, Any]]:
    """Rows of at most `most` deliveries, at most `each` of one endpoint, none of a busy one, none
    that another instance is taking.
    """
    given = {
        "now": tx.now,
        "claim": new_id(),
        "lease_until": lease_until,
        "busy": list(busy),
        "but": list(but),
    }
    return await tx.rows(_CLAIM, **given, each=each, most=most)


async def next_due(
    tx: Transaction, *, busy: Collection[UUID], but: Collection[UUID]
) -> datetime | None:
    row = await tx.row(_NEXT_DUE, busy=list(busy), but=list(but))
    return None if row is None else row["due"]


async def lock_deliveries(
    tx: Transaction, ids: Collection[UUID]
) -> dict[UUID, tuple[Delivery, UUID | None]]:
    """Each with whose claim it is now."""
    return {
        row["id"]: (_delivery(row), row["claim"]) for row in await tx.rows(_LOCKED, ids=list(ids))
    }


def end_delivered(tx: Transaction, deliveries: Iterable[Delivery]) -> None:
    """These have arrived at their endpoints."""
    for delivery in deliveries:
        arrived = {"id": delivery.id, "endpoint_id": delivery.endpoint_id, "at": tx.now}
        tx.change(_WELL, arrived)
        tx.change(_DELIVERED, arrived)


async def end_offers(tx: Transaction, decided: Iterable[Mapping[str, str]]) -> None:
    """Offers that have an answer need no delivery any more; `decided` are {ticket,
    id, technician, state}.
    """
    offers = list(decided)
    if offers:
        await tx.execute(_END_OFFERS, offers=to_json(offers).decode(), now=tx.now)


async def fail_all(tx: Transaction, endpoint: UUID, reason: str) -> int:
    return await tx.execute(_FAIL_ALL, endpoint=endpoint, reason=reason, now=tx.now)


async def postpone_all(tx: Transaction, endpoint: UUID, until: datetime) -> int:
    """Nothing is due before that, so that what waits behind a breaker costs no look."""
    return await tx.execute(_POSTPONE, endpoint=endpoint, until=until)


def put_attempt(tx: Transaction, attempt: Attempt) -> None:
    tx.insert(AttemptRow, attempt)


async def list_attempts(
    tx: Transaction, endpoint: UUID, *, before: UUID | None, most: int
) -> Sequence[Mapping[str, Any]]:
    """Newest first."""
    return await tx.rows(_ATTEMPTS, endpoint=endpoint, before=before, most=most)


async def deliveries_of(tx: Transaction, messages: Collection[UUID]) -> Sequence[Mapping[str, Any]]:
    return await tx.rows(_OF_MESSAGES, ids=list(messages))


async def find_open_offers(
    tx: Transaction, owner: str, sites: Collection[str] | None
) -> Sequence[Mapping[str, Any]]:
    """Messages about offers that can still be taken, with their end."""
    return await tx.rows(
        _STILL_OPEN_OFFERS, owner=owner, now=tx.now, sites=None if sites is None else sorted(sites)
    )


async def begin_again(
    tx: Transaction, endpoint: UUID, owner: str, *, message: UUID | None, since: datetime | None
) -> int:
    """What was delivered or given up is due once more, under the same id; what is
    of no use any more is not.
    """
    return await tx.execute(
        _AGAIN, endpoint=endpoint, owner=owner, message=message, since=since, now=tx.now
    )


async def count_pending(tx: Transaction) -> tuple[int, datetime | None]:
    """How many wait, and since when the first of them is due."""
    row = await tx.row(_PENDING)
    return (0, None) if row is None else (int(row["pending"]), row["oldest"])


def claimed_of(row: Mapping[str, Any]) -> Claimed:
    said = Said(
        id=row["message_id"],
        kind=Kind(row["kind"]),
        at=row["at"],
        data=row["data"],
        title=row["title"],
        text=row["text"],
        language=row["language"],
    )
    return Claimed(
        delivery=_delivery(row),
        claim=row["claim"],
        said=said,
        ticket_id=row["ticket_id"],
        site_id=row["site_id"],
        recipient_id=row["recipient_id"],
        url=row["url"],
        secrets=secrets_in(row["secrets"]),
        open=row["open"],
    )


def _delivery(row: Mapping[str, Any]) -> Delivery:
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
    )
