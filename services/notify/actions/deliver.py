"""Messages on their way to endpoints, by the channel of each."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from pydantic import JsonValue

from services.notify.adapters.posted import Posted
from services.notify.domain.channels import Channel
from services.notify.domain.delivery import Delivery, DeliveryState
from services.notify.domain.endpoint import Endpoint
from services.notify.domain.envelope import Said
from services.notify.domain.kinds import Kind
from services.notify.domain.occasion import Occasion
from services.notify.store.claims import Claimed
from services.notify.store.deliveries import put_delivery, save_delivery
from services.notify.store.recipients import Addressee
from shared.db.transaction import Transaction
from shared.ids import new_id

DELIVERIES = "deliveries"
"""The due worker that acts when a webhook is due to be sent."""
MAILS = "mails"
"""The due worker that acts when a mail is due to be sent."""
DUE_WORKERS = {Channel.WEBHOOK: DELIVERIES, Channel.EMAIL: MAILS}

LEASE = timedelta(seconds=10)
"""An instance that has neither renewed it nor recorded the attempt by then is taken for dead, and
the delivery is sent again under the same id.
"""


class Transport(Protocol):
    """How a channel's deliveries leave."""

    def held_back_until(self) -> datetime | None:
        """Return before when nothing is sent by it; None when it takes something now."""

    async def send(self, claimed: Claimed, at: datetime) -> Posted:
        """Send it; return what came of that. Never raises for what the other side does."""

    async def close(self) -> None: ...


class Courier(Protocol):
    """What sends a channel's claimed deliveries: `sender.Sender`."""

    def have_room(self, endpoint_id: UUID, *, there: int, in_all: int) -> bool:
        """Return whether it would send one more delivery to the endpoint now, besides so many that
        this transaction already has for it (`there`) and for all endpoints (`in_all`).
        """

    def send_now(self, claimed: Sequence[Claimed]) -> None:
        """Send deliveries that are claimed for it, and committed."""


class Couriers:
    """The courier of each channel that is on."""

    def __init__(self) -> None:
        self._by_channel: dict[Channel, Courier] = {}

    def add(self, channel: Channel, courier: Courier) -> None:
        self._by_channel[channel] = courier

    @property
    def channels(self) -> frozenset[Channel]:
        return frozenset(self._by_channel)

    def of(self, channel: Channel) -> Courier:
        """Return the channel's courier. Raises KeyError for a channel that is off."""
        return self._by_channel[channel]


def read_channels(couriers: Couriers) -> Mapping[str, JsonValue]:
    """Return what an operator should see: that mail is off."""
    if Channel.EMAIL in couriers.channels:
        return {}
    return {"mail": "off: FETTLE_SMTP_URL is not set"}


class Outbound:
    """What one transaction has to deliver. What is due at once is claimed from birth and goes from
    here straight to the courier, with no look for it first. What the courier has no room for, and
    what it drops, is found when it is due.
    """

    def __init__(self, tx: Transaction, couriers: Couriers) -> None:
        self._tx, self._couriers = tx, couriers
        self._claim = new_id()
        self._claimed: dict[Channel, list[Claimed]] = {}
        self._given: Counter[UUID] = Counter()

    def deliver(
        self, said: Said, occasion: Occasion, endpoint: Endpoint, person: Addressee
    ) -> None:
        courier = self._couriers.of(endpoint.channel)
        claimed = self._claimed.setdefault(endpoint.channel, [])
        room = courier.have_room(endpoint.id, there=self._given[endpoint.id], in_all=len(claimed))
        if endpoint.blocked(self._tx.now) or not room:
            deliver_when_due(self._tx, said.id, endpoint, said.kind, until=occasion.until)
            return
        delivery = _begun(
            said.id, endpoint, said.kind, until=occasion.until, at=self._tx.now + LEASE
        )
        put_delivery(self._tx, delivery, claim=self._claim)
        self._given[endpoint.id] += 1
        if not claimed:
            self._tx.after_commit(lambda: courier.send_now(claimed))
        claimed.append(
            Claimed(
                delivery=delivery,
                claim=self._claim,
                said=said,
                ticket_id=occasion.ticket_id,
                site_id=occasion.site_id,
                recipient_id=occasion.recipient_id,
                url=endpoint.url,
                secrets=endpoint.secrets,
                open=True,
                email=person.email or "",
                name=person.name,
            )
        )


def deliver_when_due(
    tx: Transaction, message_id: UUID, endpoint: Endpoint, kind: Kind, *, until: datetime | None
) -> None:
    """Store a delivery that is due now, or when nothing holds the endpoint back any more."""
    at = endpoint.blocked_until if endpoint.blocked_until and endpoint.blocked(tx.now) else tx.now
    put_delivery(tx, _begun(message_id, endpoint, kind, until=until, at=at), claim=None)
    tx.schedule(DUE_WORKERS[endpoint.channel], at)


def _begun(
    message_id: UUID, endpoint: Endpoint, kind: Kind, *, until: datetime | None, at: datetime
) -> Delivery:
    return Delivery.begun(
        channel=endpoint.channel,
        id=new_id(),
        message_id=message_id,
        endpoint_id=endpoint.id,
        kind=kind,
        until=until,
        at=at,
    )


def sort_out(tx: Transaction, taken: Sequence[Claimed]) -> list[Claimed]:
    """Return what is still to be sent of what was due.

    What is of no use any more ends here, with its reason.
    """
    sendable = []
    for each in taken:
        if not each.open:
            save_delivery(
                tx, each.delivery.ended(DeliveryState.FAILED, at=tx.now, reason="endpoint_disabled")
            )
        elif each.delivery.until is not None and tx.now >= each.delivery.until:
            why = f"expired: {each.delivery.reason or 'not sent in time'}"
            save_delivery(tx, each.delivery.ended(DeliveryState.DROPPED, at=tx.now, reason=why))
        else:
            sendable.append(each)
    return sendable
