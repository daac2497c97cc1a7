"""Saying what there is to say: from the snapshots that are held to messages and
their deliveries.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from services.notify.actions.deliver import Couriers, Outbound
from services.notify.actions.follow_people import NO_LONGER_THERE
from services.notify.adapters.wording import words_for
from services.notify.domain.access import roles_told
from services.notify.domain.channels import Channel
from services.notify.domain.envelope import Said
from services.notify.domain.for_residents import awaits_promises, for_residents
from services.notify.domain.for_staff import for_staff
from services.notify.domain.for_technicians import for_technicians
from services.notify.domain.kinds import Language
from services.notify.domain.known import Known
from services.notify.domain.occasion import Occasion
from services.notify.domain.preferences import EMAIL, INBOX, SWITCHED_OFF
from services.notify.domain.repeats import gather
from services.notify.store.messages import put_message
from services.notify.store.queries import load_knowledge
from services.notify.store.reachability import put_unreachable
from services.notify.store.recipients import Addressee, find_addressees, meet_recipient
from services.notify.store.repeats import Repeats, put_repeats
from services.notify.store.waiting import Waited, put_waiting
from shared.auth.belonging import may_be_told
from shared.contracts import CommentV1, Snapshot
from shared.db.transaction import Transaction
from shared.ids import new_id
from shared.messaging.ended_tickets import note_unknown

PROMISES = "promises"
"""The due worker that acts when it is no use to wait for a ticket's clocks any longer."""

REPEATS = "repeats"
"""The due worker that acts when repeats about a ticket have been gathered long enough."""


async def tell_about(
    tx: Transaction,
    ticket_ids: Collection[UUID],
    site_ids: Iterable[str],
    *,
    couriers: Couriers,
    heard: Sequence[Snapshot] = (),
) -> None:
    """Say everything that ought to have been said about these tickets. Harmless to repeat, in any
    order, after any gap.

    For a transaction that holds the tickets, as a handler's does; to be called once in it, after a
    flush of what it has written. `heard` is what it has just stored of the tickets, comments, work
    orders and clocks.
    """
    held = await load_knowledge(tx, ticket_ids, site_ids, heard)
    for unknown in {comment.ticket_id for comment in heard if isinstance(comment, CommentV1)} - {
        known.ticket.id for known in held.known
    }:
        note_unknown(tx, unknown)
    occasions = {
        occasion.key: occasion for known in held.known for occasion in _occasions(tx, known)
    }
    unsaid = [occasion for key, occasion in occasions.items() if key not in held.said]
    gathered = gather(unsaid, held.told, now=tx.now)
    await say(tx, gathered.now, zones=held.zones, couriers=couriers)
    await _wait_for_promises(tx, held.known)
    for known in held.known:
        if (again_at := gathered.again_at.get(known.ticket.id)) is not None:
            put_repeats(tx, known.ticket.id, known.ticket.site_id, again_at)
            tx.schedule(REPEATS, again_at)


async def say(
    tx: Transaction,
    occasions: Collection[Occasion],
    *,
    zones: Mapping[str, str],
    couriers: Couriers,
) -> None:
    """Store each occasion as a message in its recipient's language, with a delivery for every
    endpoint that wants it, by mail too; stale where the record of them leaves them no part in it,
    or where they have switched its kind off in the inbox.
    """
    if not occasions:
        return
    people = await find_addressees(
        tx,
        [occasion.recipient_id for occasion in occasions],
        [occasion.site_id for occasion in occasions if occasion.site_id is not None],
    )
    languages = {
        id: person.language for id, person in people.items() if person.language is not None
    }
    outbound = Outbound(tx, couriers)
    for occasion in occasions:
        person, stale = occasion.recipient_id, occasion.stale(tx.now)
        record = people[person].records.get(occasion.site_id or "")
        if stale is None and not may_be_told(record, roles_told(occasion.kind), now=tx.now):
            stale = NO_LONGER_THERE
        if person not in languages:
            languages[person] = Language.of(occasion.language)
            meet_recipient(tx, person, languages[person])
        zone = zones.get(occasion.site_id or "")
        said = said_about(occasion, languages[person], zone=zone, now=tx.now)
        lies = people[person].preferences.wants(INBOX, occasion.kind)
        put_message(tx, said, occasion, stale=stale if stale or lies else SWITCHED_OFF)
        if stale is None:
            tx.tell(inbox_of(person))
            _deliver(tx, said, occasion, people[person], outbound, couriers.channels)


def _deliver(
    tx: Transaction,
    said: Said,
    occasion: Occasion,
    person: Addressee,
    outbound: Outbound,
    channels: Collection[Channel],
) -> None:
    """Have the message sent to every endpoint that wants it, by the channels that are on."""
    working = [endpoint for endpoint in person.endpoints if endpoint.channel in channels]
    if not working and occasion.site_id is not None:
        put_unreachable(tx, occasion.recipient_id, occasion.site_id)
    for endpoint in working:
        mailed = endpoint.channel is not Channel.EMAIL or person.preferences.wants(
            EMAIL, occasion.kind
        )
        if mailed and endpoint.wants(occasion.kind, occasion.site_id):
            outbound.deliver(said, occasion, endpoint, person)


def said_about(occasion: Occasion, language: Language, *, zone: str | None, now: datetime) -> Said:
    """Return a new message, in words."""
    title, text = words_for(
        occasion.kind, language, occasion.data, zone=zone, now=now, words=occasion.words
    )
    return Said(
        id=new_id(),
        kind=occasion.kind,
        at=occasion.at,
        data=occasion.data,
        title=title,
        text=text,
        language=language,
    )


async def tell_what_waited(
    tx: Transaction, waited: Sequence[Waited], *, couriers: Couriers
) -> None:
    """Say what there is to say about tickets whose promises did not come in time, without them."""
    late = {each.ticket_id: each.site_id for each in waited if not each.promised}
    if late:
        await tx.lock("ticket", late)
        await tell_about(tx, late.keys(), late.values(), couriers=couriers)


async def tell_repeats(tx: Transaction, repeats: Sequence[Repeats], *, couriers: Couriers) -> None:
    """Say what was gathered about tickets, as one message of each kind."""
    sites = {each.ticket_id: each.site_id for each in repeats}
    await tx.lock("ticket", sites)
    await tell_about(tx, sites.keys(), sites.values(), couriers=couriers)


async def _wait_for_promises(tx: Transaction, known: Iterable[Known]) -> None:
    for each in known:
        until = awaits_promises(each, now=tx.now)
        if until is not None:
            put_waiting(tx, each.ticket.id, each.ticket.site_id, until)
            tx.schedule(PROMISES, until)


def inbox_of(person: str) -> str:
    """Return the topic of a person's live inbox."""
    return f"inbox:{person}"


def _occasions(tx: Transaction, known: Known) -> list[Occasion]:
    return [
        *for_technicians(known, now=tx.now),
        *for_residents(known, now=tx.now),
        *for_staff(known, now=tx.now),
    ]
