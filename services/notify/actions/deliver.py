"""Messages on their way to endpoints."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from services.notify.domain.delivery import Delivery, DeliveryState
from services.notify.domain.endpoint import Endpoint
from services.notify.domain.envelope import Said
from services.notify.domain.kinds import Kind
from services.notify.domain.occasion import Occasion
from services.notify.store.claims import Claimed
from services.notify.store.deliveries import put_delivery, save_delivery
from shared.db.transaction import Transaction
from shared.ids import new_id

DELIVERIES = "deliveries"
"""The due worker that acts when something is due to be sent."""

LEASE = timedelta(seconds=10)
"""An instance that has neither renewed it nor recorded the attempt by then is taken for dead, and
the delivery is sent again under the same id.
"""


class Courier(Protocol):
    """What sends claimed deliveries: `jobs.Sender`."""

    def have_room(self, endpoint_id: UUID, *, there: int, in_all: int) -> bool:
        """Return whether it would send one more delivery to the endpoint now, besides so many that
        this transaction already has for it (`there`) and for all endpoints (`in_all`).
        """

    def send_now(self, claimed: Sequence[Claimed]) -> None:
        """Send deliveries that are claimed for it, and committed."""


class Outbound:
    """What one transaction has to deliver. What is due at once is claimed from birth and goes from
    here straight to the courier, with no look for it first. What the courier has no room for, and
    what it drops, is found when it is due.
    """

    def __init__(self, tx: Transaction, courier: Courier) -> None:
        self._tx, self._courier = tx, courier
        self._claim = new_id()
        self._claimed: list[Claimed] = []
        self._given: Counter[UUID] = Counter()

    def deliver(self, said: Said, occasion: Occasion, endpoint: Endpoint) -> None:
        room = self._courier.have_room(
            endpoint.id, there=self._given[endpoint.id], in_all=len(self._claimed)
        )
        if endpoint.blocked(self._tx.now) or not room:
            deliver_when_due(self._tx, said.id, endpoint, said.kind, until=occasion.until)
            return
        delivery = _begun(
            said.id, endpoint, said.kind, until=occasion.until, at=self._tx.now + LEASE
        )
        put_delivery(self._tx, delivery, claim=self._claim)
        self._given[endpoint.id] += 1
        if not self._claimed:
            self._tx.after_commit(lambda: self._courier.send_now(self._claimed))
        self._claimed.append(
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
            )
        )


def deliver_when_due(
    tx: Transaction, message_id: UUID, endpoint: Endpoint, kind: Kind, *, until: datetime | None
) -> None:
    """Store a delivery that is due now, or when nothing holds the endpoint back any more."""
    at = endpoint.blocked_until if endpoint.blocked_until and endpoint.blocked(tx.now) else tx.now
    put_delivery(tx, _begun(message_id, endpoint, kind, until=until, at=at), claim=None)
    tx.schedule(DELIVERIES, at)


def _begun(
    message_id: UUID, endpoint: Endpoint, kind: Kind, *, until: datetime | None, at: datetime
) -> Delivery:
    return Delivery.begun(
        id=new_id(), message_id=message_id, endpoint_id=endpoint.id, kind=kind, until=until, at=at
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
