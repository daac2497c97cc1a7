"""What a resident is asked for: the answers that the ticket's category demands."""

from collections.abc import Iterator

from pydantic import JsonValue

from services.notify.domain.about_tickets import for_reporter
from services.notify.domain.kinds import Kind
from services.notify.domain.known import Known, stamp
from services.notify.domain.occasion import Occasion
from shared.contracts.categories import MissingAnswer
from shared.contracts.tickets import TicketState

_OVER = frozenset({TicketState.RESOLVED, TicketState.CLOSED, TicketState.CANCELLED})


def asked(known: Known) -> Iterator[Occasion]:
    """Yield which answers are missing, once until a question is asked that was not asked before."""
    ticket = known.ticket
    asked_at = [each.asked_at for each in ticket.missing if each.required]
    if not asked_at:
        return
    questions: list[JsonValue] = [_question(each) for each in ticket.missing]
    yield for_reporter(
        known,
        Kind.TICKET_ASKED,
        f"{ticket.id}/asked/{stamp(max(asked_at))}",
        max(asked_at),
        moot="ticket_ended" if ticket.state in _OVER else None,
        questions=questions,
    )


def _question(missing: MissingAnswer) -> JsonValue:
    return {
        "question": missing.question,
        "why": missing.why.value,
        "names": {**missing.names},
    }
