"""What words of danger make of a ticket: an emergency, until staff say otherwise; again for new
ones.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from services.tickets.domain.danger.words import words_of_danger
from services.tickets.domain.limits import MAX_BYTES, MAX_CLASSES
from services.tickets.domain.questions import said_in
from services.tickets.domain.roads import road_for
from services.tickets.domain.site import Site
from services.tickets.domain.ticket import Ticket
from shared.contracts import WorkOrderV1
from shared.contracts.dispatch import JobState, JobV1, OfferState
from shared.contracts.tickets import Channel, Classing, Priority
from shared.contracts.tickets import TicketState as State
from shared.contracts.words import Danger

_ORDER = (Priority.LOW, Priority.NORMAL, Priority.URGENT, Priority.EMERGENCY)
_WITH_A_REASON = frozenset({JobState.WAITING, JobState.PAUSED, JobState.FOLLOW_UP})
_MAX_WORDS = 20
_ROOM_BYTES = 4096


def raised(usual: Priority, words: Iterable[str]) -> Priority:
    """Return the usual priority, or emergency where there are words of danger."""
    return Priority.EMERGENCY if any(words) else usual


def is_higher(one: Priority, other: Priority) -> bool:
    return _ORDER.index(one) > _ORDER.index(other)


def known_words(ticket: Ticket, site: Site) -> frozenset[str]:
    """Return the words of danger that were found on the ticket before, and those that stand in its
    own text, which a ticket of an earlier release does not remember.
    """
    standing = words_of_danger(site.danger_words, *own_words(ticket, site))
    return frozenset((*standing, *(word for danger in ticket.danger for word in danger.words)))


def own_words(ticket: Ticket, site: Site) -> tuple[str, ...]:
    """Return what people wrote or chose on the ticket itself: title, description, answers and
    address. The answers of an import are another system's own fields.
    """
    category, _ = site.category(ticket.category)
    is_import = ticket.channel == Channel.IMPORT
    answers = () if is_import else said_in(category.questions, ticket.answers)
    return (ticket.title, ticket.description, *answers, ticket.place.address or "")


def reasons_given(order: WorkOrderV1) -> list[tuple[str, str]]:
    """Return why jobs of this cycle were declined, given back, paused or left to a second visit,
    each once with its cause.
    """
    given: dict[tuple[str, str], None] = {}
    for job in order.jobs:
        if job.cycle == order.cycle:
            cause = f"job:{job.id}"  # residents learn no technician's id
            given.update({(cause, reason): None for reason in _reasons_in(job)})
    return list(given)


def _reasons_in(job: JobV1) -> Iterator[str]:
    for step in job.steps:
        if step.state in _WITH_A_REASON and step.technician_id and step.reason:
            yield step.reason
    for offer in job.offers:
        if offer.state is OfferState.DECLINED and offer.reason:
            yield offer.reason


def heed(
    ticket: Ticket, words: Iterable[str], *, at: datetime, cause: str, raises: bool = True
) -> Ticket:
    """Return the ticket with these new words of danger noted, and if they raise it an
    emergency on its way to technicians; the same where there is no word, or no room for more.

    A cancelled ticket keeps its priority: it is not worked on again.
    """
    noted = sum(len(danger.words) for danger in ticket.danger)
    words = tuple(words)[: _MAX_WORDS - noted]
    if not words or len(ticket.json) > MAX_BYTES - _ROOM_BYTES:
        return ticket  # what was written is worth more than what is drawn from it
    heeded = ticket.changed(danger=(*ticket.danger, Danger(at=at, words=words, cause=cause)))
    priority = Priority.EMERGENCY if raises else ticket.priority
    road = road_for(ticket.road, priority=priority, in_danger=True)
    may_change = ticket.state is not State.CANCELLED and len(ticket.classes) < MAX_CLASSES
    if not may_change or (priority, road) == (ticket.priority, ticket.road):
        return heeded
    classing = Classing(
        at=max(at, ticket.classes[-1].at),
        category=ticket.category,
        priority=priority,
        nature=ticket.nature,
        road=road,
    )
    return replace(heeded, priority=priority, road=road, classes=(*ticket.classes, classing))
