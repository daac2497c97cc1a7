"""How an occasion about a ticket is put, for its residents and for the desk of its site."""

from collections.abc import Mapping
from datetime import datetime

from pydantic import JsonValue

from services.notify.domain.kinds import Kind, Language
from services.notify.domain.known import Known, Staff
from services.notify.domain.occasion import Occasion
from services.notify.domain.shortening import BEGINNING, shortened
from shared.contracts import TicketV1
from shared.ids import PersonId, SiteId
from shared.shortening import printable


def for_reporter(
    known: Known,
    kind: Kind,
    cause: str,
    at: datetime,
    *,
    said_by: str | None = None,
    whole: str | None = None,
    moot: str | None = None,
    also: Mapping[str, JsonValue] | None = None,
    **more: JsonValue,
) -> Occasion:
    """Return an occasion for the reporter, which others who follow the ticket hear alike. `whole`
    is what a person wrote; `more` and `also` join its data.
    """
    ticket = known.ticket
    return Occasion(
        recipient_id=PersonId(ticket.reporter_id),
        kind=kind,
        cause=cause,
        at=at,
        ticket_id=ticket.id,
        site_id=SiteId(ticket.site_id),
        language=ticket.language,
        data={**_about(ticket), **more, **(also or {})},
        moot=moot,
        said_by=said_by,
        words=None if whole is None else printable(whole),
    )


def for_desk(
    known: Known,
    staff: Staff,
    kind: Kind,
    cause: str,
    at: datetime,
    more: dict[str, JsonValue],
    *,
    whole: str | None = None,
    moot: str | None = None,
) -> Occasion:
    """Return an occasion for one of the site's staff. `whole` is what a person wrote."""
    ticket = known.ticket
    return Occasion(
        recipient_id=staff.id,
        kind=kind,
        cause=cause,
        at=at,
        ticket_id=ticket.id,
        site_id=SiteId(ticket.site_id),
        language=Language.CHINESE,
        data={**_about(ticket), "state": ticket.state.value, **more},
        moot=moot,
        words=None if whole is None else printable(whole),
    )


def beginning(text: str | None) -> str | None:
    """Return as much of a person's words as the data has beside the whole of them."""
    return None if text is None else shortened(text, BEGINNING)


def _about(ticket: TicketV1) -> dict[str, JsonValue]:
    return {
        "ticket_id": str(ticket.id),
        "reference": ticket.reference,
        "category": ticket.category,
        "priority": ticket.priority.value,
        "nature": ticket.nature.value,
        "road": ticket.road.value,
    }
