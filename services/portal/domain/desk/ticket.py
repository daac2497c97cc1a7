"""A ticket as its desk reads it."""

from pydantic import AwareDatetime, TypeAdapter

from services.portal.domain import ticket_view
from shared.contracts.base import Window


class TicketView(ticket_view.TicketView):
    """With what staff are told besides."""

    language: str
    channel: str
    entered_by: str
    needs_info: bool
    preferred_windows: tuple[Window, ...]
    call_back: bool
    unheard_since: AwareDatetime | None = None

    @property
    def merged_into(self) -> str:
        """The reference of the ticket that goes on instead; empty where it is no duplicate."""
        return (self.last.merged_into or "") if self.duplicate_of else ""


TICKET = TypeAdapter(TicketView)
