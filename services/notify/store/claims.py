"""Deliveries that are due, and who has claimed them."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import text

from services.notify.domain.channels import Channel
from services.notify.domain.delivery import Delivery
from services.notify.domain.endpoint import Secret
from services.notify.domain.envelope import Said
from services.notify.domain.kinds import Kind
from services.notify.store.deliveries import DELIVERY_COLUMNS, delivery_of
from services.notify.store.endpoints import secrets_in
from shared.db.transaction import Transaction
from shared.ids import new_id

# A claim is a lease: an instance that dies with it loses it at `next_attempt_at`, and the delivery
# is due again.
_CLAIM = text(f"""
    with due as (
        select id, endpoint_id, next_attempt_at from deliveries
        where state = 'pending' and channel = :channel and next_attempt_at <= :now
        and endpoint_id <> all(cast(:busy as uuid[])) and id <> all(cast(:excluding as uuid[]))
        order by next_attempt_at limit 500
    ), fair as (
        select id from (select id, row_number() over (partition by endpoint_id
          order by next_attempt_at) as turn from due) as queue
        where turn <= :each order by turn limit :limit
    ), mine as (
        select id from deliveries where id in (select id from fair) and state = 'pending'
          and next_attempt_at <= :now
        for update skip locked
    )
    update deliveries d set claim = :claim, next_attempt_at = :lease_until
    from mine, messages m left join login_links l on l.message_id = m.id,
      endpoints e left join recipients r on r.id = e.owner and e.channel = 'email'
    where d.id = mine.id and m.id = d.message_id and e.id = d.endpoint_id
    returning {DELIVERY_COLUMNS}, d.claim, m.at, m.title, m.text, m.language, m.data, m.ticket_id,
      m.site_id, m.recipient_id, l.sealed as link,
        e.url, e.secrets, r.email, r.name as name, e.disabled_at is null and e.removed_at is null
          and (e.channel <> 'email' or r.email is not null) as open""")

_RENEW = text("""
    update deliveries d set next_attempt_at = :lease_until
    from unnest(cast(:ids as uuid[]), cast(:claims as uuid[])) as held(id, claim)
    where d.id = held.id and d.claim = held.claim and d.state = 'pending'""")

_NEXT_DUE = text("""
    select min(next_attempt_at) as due from deliveries
    where state = 'pending' and channel = :channel and endpoint_id <> all(cast(:busy as uuid[]))
        and id <> all(cast(:excluding as uuid[]))""")

_PENDING = text("""
    select count(*) as pending, min(next_attempt_at) as oldest from deliveries
    where state = 'pending' and channel = any(cast(:channels as text[]))""")


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
    email: str = ""
    """Of a mailbox: the person's address,"""
    name: str | None = None
    """and what they are called."""
    link: str | None = None
    """The link that the message is about, sealed."""


@dataclass(frozen=True, kw_only=True)
class Due:
    """A delivery that was just claimed. What its row says is read when it is acted on: one that
    this release cannot read must not keep the others from being sent.
    """

    id: UUID
    read: Callable[[], Claimed]
    """Raises ValueError for a kind or state that this release does not know."""


async def claim_due(
    tx: Transaction,
    *,
    channel: Channel,
    lease_until: datetime,
    busy: Collection[UUID],
    excluding: Collection[UUID],
    each: int,
    limit: int,
) -> list[Due]:
    """Claim at most `limit` deliveries of the channel, at most `each` of one endpoint, none of a
    busy one, none that another instance is taking.
    """
    given = {
        "now": tx.now,
        "claim": new_id(),
        "channel": channel,
        "lease_until": lease_until,
        "busy": list(busy),
        "excluding": list(excluding),
    }
    rows = await tx.rows(_CLAIM, **given, each=each, limit=limit)
    return [Due(id=row["id"], read=partial(_claimed, row)) for row in rows]


async def renew(tx: Transaction, held: Collection[Claimed], *, lease_until: datetime) -> None:
    """Hold these deliveries until then, those that are still claimed as they were."""
    ids, claims = [each.delivery.id for each in held], [each.claim for each in held]
    await tx.execute(_RENEW, ids=ids, claims=claims, lease_until=lease_until)


async def next_due(
    tx: Transaction, *, channel: Channel, busy: Collection[UUID], excluding: Collection[UUID]
) -> datetime | None:
    row = await tx.row(_NEXT_DUE, channel=channel, busy=list(busy), excluding=list(excluding))
    return None if row is None else row["due"]


async def count_pending(
    tx: Transaction, channels: Iterable[Channel]
) -> tuple[int, datetime | None]:
    """Return how many wait to be sent by these channels, and since when the first of them is
    due.
    """
    row = await tx.row(_PENDING, channels=sorted(channels))
    return (0, None) if row is None else (int(row["pending"]), row["oldest"])


def _claimed(row: Mapping[str, Any]) -> Claimed:
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
        delivery=delivery_of(row),
        claim=row["claim"],
        said=said,
        ticket_id=row["ticket_id"],
        site_id=row["site_id"],
        recipient_id=row["recipient_id"],
        url=row["url"],
        secrets=secrets_in(row["secrets"]),
        open=row["open"],
        email=row["email"] or "",
        name=row["name"],
        link=row["link"],
    )
