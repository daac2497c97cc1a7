"""Tickets of which something was heard: themselves, their comments, work orders or clocks."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from services.notify.actions.deliver import Couriers
from services.notify.actions.tell import tell_about
from services.notify.domain.holders import TAKEN
from services.notify.domain.kinds import Language
from services.notify.store.deliveries import DecidedOffer, EndedJob, end_jobs, end_offers
from services.notify.store.recipients import LanguageChoice, save_chosen_languages
from shared.contracts import Snapshot, TicketV1, WorkOrderV1
from shared.contracts.dispatch import OfferState
from shared.db.transaction import Transaction
from shared.ids import PersonId


async def follow_tickets(tx: Transaction, heard: Sequence[Snapshot], *, couriers: Couriers) -> None:
    """Say what there is to say about each ticket, once for all that was heard of it, in the
    language that its report chose. What is to be sent of offers that have their answer ends, and of
    jobs that their technicians have no longer.
    """
    await save_chosen_languages(
        tx,
        [
            LanguageChoice(
                person=PersonId(ticket.reporter_id),
                language=Language.of(ticket.language),
                at=ticket.opened_at,
            )
            for ticket in heard
            if isinstance(ticket, TicketV1) and ticket.language_chosen
        ],
    )
    tickets = {UUID(id) for _, id in (snapshot.about() for snapshot in heard)}
    await tell_about(
        tx, tickets, {snapshot.site_id for snapshot in heard}, heard=heard, couriers=couriers
    )
    orders = [each for each in heard if isinstance(each, WorkOrderV1)]
    await end_offers(tx, [decided for order in orders for decided in _decided_offers(order)])
    await end_jobs(tx, [ended for order in orders for ended in _ended_jobs(order)])


def _decided_offers(order: WorkOrderV1) -> Iterator[DecidedOffer]:
    for job in order.jobs:
        for offer in job.offers:
            if offer.state is not OfferState.OPEN:
                yield DecidedOffer(
                    ticket=order.id,
                    id=offer.id,
                    technician=offer.technician_id,
                    state=offer.state,
                )


def _ended_jobs(order: WorkOrderV1) -> Iterator[EndedJob]:
    for job in order.jobs:
        holder = job.technician_id if job.state in TAKEN else None
        had_it = {offer.technician_id for offer in job.offers if offer.state is OfferState.ACCEPTED}
        for technician in sorted(had_it - {holder}):
            yield EndedJob(ticket=order.id, id=job.id, technician=technician)
