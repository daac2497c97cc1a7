"""How a visit that was agreed, offered or cancelled is told."""

from collections.abc import Sequence

from pydantic import JsonValue

from services.notify.domain.kinds import Kind
from services.notify.domain.known import Known, stamp
from shared.contracts.tickets import Appointment


def kind_of(visit: Appointment) -> Kind:
    return Kind.TICKET_VISIT_CANCELLED if visit.cancelled else Kind.TICKET_APPOINTED


def visit_cause(known: Known, visit: Appointment) -> str:
    return f"{known.ticket.id}/visit/{stamp(visit.at)}"


def about_visit(agreed: Sequence[Appointment], visit: Appointment) -> dict[str, JsonValue]:
    """Return the message's data. A visit that is the first, or confirms what was offered, has not
    moved.
    """
    index = next(n for n, each in enumerate(agreed) if each is visit)
    before = agreed[index - 1] if index else None
    moved = (
        before is not None
        and not before.cancelled
        and (before.start, before.end) != (visit.start, visit.end)
    )
    data: dict[str, JsonValue] = {
        "start": stamp(visit.start),
        "end": stamp(visit.end),
        "moved": moved,
        "proposed": visit.proposed,
        "stands_at": stamp(visit.stands_at) if visit.stands_at else None,
    }
    return data
