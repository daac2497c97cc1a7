"""What is told of the road that a ticket takes: that it came to the desk, or that others see to it
than before.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise

from pydantic import JsonValue

from services.notify.domain.about_tickets import beginning, for_desk, for_reporter
from services.notify.domain.holders import TAKEN
from services.notify.domain.kinds import Kind
from services.notify.domain.known import Known, Staff, stamp
from services.notify.domain.occasion import Occasion
from shared.contracts.categories import Road
from shared.contracts.tickets import Classing, TicketState

_OVER = frozenset({TicketState.RESOLVED, TicketState.CLOSED, TicketState.CANCELLED})
_WITH_A_TECHNICIAN = frozenset({TicketState.ASSIGNED, TicketState.IN_PROGRESS})


def rerouted(known: Known) -> Iterator[Occasion]:
    """Yield each time that the ticket was turned to the desk, or to technicians: what was told of
    who sees to it is so no longer. Only the newest counts, and none while a technician has the work
    in hand, who goes on.
    """
    turns = _turns(known.ticket.classes)
    for turn in turns:
        newest = turn is turns[-1]
        yield for_reporter(
            known,
            Kind.TICKET_REROUTED,
            f"{known.ticket.id}/{turn.road}/{stamp(turn.at)}",
            turn.at,
            moot=_moot(known) if newest else "superseded",
            due=known.due(),
        )


def opened_for_desk(known: Known, staff: Staff) -> Iterator[Occasion]:
    """Yield that there is a new ticket for the desk to answer, or one that was turned to it; who
    entered it knows.
    """
    ticket = known.ticket
    if ticket.road is not Road.DESK:
        return
    at = _last_turn(ticket.classes)
    is_new = at == ticket.classes[0].at
    if at < staff.since or (is_new and ticket.entered_by == staff.id):
        return
    whole = "\n".join(part for part in (ticket.title, ticket.description) if part) or None
    more: dict[str, JsonValue] = {"words": beginning(whole), "is_new": is_new, "due": known.due()}
    yield for_desk(
        known,
        staff,
        Kind.TICKET_OPENED_FOR_DESK,
        f"{ticket.id}/{ticket.road}/{stamp(at)}",
        at,
        more,
        whole=whole,
        moot="ticket_ended" if ticket.state in _OVER else None,
    )


def _turns(classes: Sequence[Classing]) -> list[Classing]:
    return [after for before, after in pairwise(classes) if before.road is not after.road]


def _last_turn(classes: Sequence[Classing]) -> datetime:
    """Return since when the ticket is on the road that it is on."""
    return [classes[0], *_turns(classes)][-1].at


def _moot(known: Known) -> str | None:
    if known.ticket.state in _OVER:
        return "ticket_ended"
    jobs = known.work_order.jobs if known.work_order else ()
    in_hand = known.ticket.state in _WITH_A_TECHNICIAN or any(job.state in TAKEN for job in jobs)
    return "in_hand" if in_hand else None
