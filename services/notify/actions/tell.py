"""Saying what there is to say: from the snapshots that are held to messages and their deliveries."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.notify.adapters.wording import words_for
from services.notify.domain.delivery import Delivery
from services.notify.domain.endpoint import Endpoint
from services.notify.domain.for_residents import awaits_promises, for_residents
from services.notify.domain.for_staff import for_staff
from services.notify.domain.for_technicians import for_technicians
from services.notify.domain.kinds import Kind, Language
from services.notify.domain.known import Known
from services.notify.domain.occasion import Occasion
from services.notify.store.deliveries import put_delivery
from services.notify.store.messages import put_message
from services.notify.store.queries import load_held
from services.notify.store.recipients import find_addressees, meet_recipient
from services.notify.store.waiting import put_waiting
from shared.contracts import Snapshot
from shared.db.transaction import Transaction
from shared.ids import new_id

DELIVERIES = "deliveries"
"""The alarm that rings when something is due to be sent."""
PROMISES = "promises"
"""The alarm that rings when it is no use to wait for a ticket's clocks any longer."""


async def tell_about(tx: Transaction, ticket_ids: Collection[UUID], site_ids: Iterable[str], heard: Sequence[Snapshot] = ()) -> None:
    """Everything that ought to have been said about these tickets is said. Harmless to repeat, in any order, after any gap.

    For a transaction that holds the tickets, as a handler's does. `heard` is what has just been kept of each of them, where it is one
    and the same kind of snapshot.
    """
    await tx.flush()  # what another fact of the same batch has just had said is said
    held = await load_held(tx, ticket_ids, site_ids, heard)
    occasions = {occasion.key: occasion for known in held.known for occasion in _occasions(tx, known)}
    await say(tx, [occasion for key, occasion in occasions.items() if key not in held.said], held.zones)
    await _wait_for_promises(tx, held.known)


async def say(tx: Transaction, occasions: Collection[Occasion], zones: Mapping[str, str]) -> None:
    """Puts each down as a message in its recipient's language, with a delivery for every endpoint that wants it."""
    if not occasions:
        return
    people = await find_addressees(tx, [occasion.recipient_id for occasion in occasions])
    languages = {id: person.language for id, person in people.items() if person.language is not None}
    for occasion in occasions:
        person = occasion.recipient_id
        if person not in languages:
            languages[person] = Language.of(occasion.language)
            meet_recipient(tx, person, languages[person])
        wanting = [endpoint for endpoint in people[person].endpoints if endpoint.wants(occasion.kind, occasion.site_id)]
        _say(tx, occasion, languages[person], zones.get(occasion.site_id or ""), wanting)


async def tell_what_waited(tx: Transaction, waited: Sequence[Mapping[str, Any]]) -> None:
    """Tickets whose promises did not come in time are told without them."""
    late = {row["ticket_id"]: row["site_id"] for row in waited if not row["promised"]}
    if late:
        await tx.lock("ticket", late)
        await tell_about(tx, late.keys(), late.values())


async def _wait_for_promises(tx: Transaction, known: Iterable[Known]) -> None:
    for each in known:
        until = awaits_promises(each, now=tx.now)
        if until is not None:
            put_waiting(tx, each.ticket.id, each.ticket.site_id, until)
            tx.alarm(PROMISES, until)


def inbox_of(person: str) -> str:
    """The topic of a person's live inbox."""
    return f"inbox:{person}"


def deliver(tx: Transaction, message_id: UUID, endpoint: Endpoint, kind: Kind, *, until: datetime | None) -> None:
    """The message is due there now, or when the endpoint's breaker closes."""
    at = max(tx.now, endpoint.blocked_until or tx.now)
    tx.alarm(DELIVERIES, at)
    put_delivery(tx, Delivery.begun(id=new_id(), message_id=message_id, endpoint_id=endpoint.id, kind=kind, until=until, at=at))


def _say(tx: Transaction, occasion: Occasion, language: Language, zone: str | None, wanting: Iterable[Endpoint]) -> None:
    title, text = words_for(occasion.kind, language, occasion.data, zone=zone)
    message_id, stale = new_id(), occasion.stale(tx.now)
    put_message(tx, message_id, occasion, stale=stale, language=language, title=title, text=text)
    if stale is not None:
        return
    tx.tell(inbox_of(occasion.recipient_id))
    for endpoint in wanting:
        deliver(tx, message_id, endpoint, occasion.kind, until=occasion.until)


def _occasions(tx: Transaction, known: Known) -> list[Occasion]:
    return [*for_technicians(known, now=tx.now), *for_residents(known, now=tx.now), *for_staff(known, now=tx.now)]
