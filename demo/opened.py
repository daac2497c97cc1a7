"""A request that was answered with 201, as its reporter knows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from demo.audit.client_log import Opened
from demo.requests import Request


@dataclass(frozen=True, kw_only=True)
class OpenedTicket:
    """`auth` is the reporter's."""

    request: Request
    site_id: str
    ticket_id: str
    reference: str
    priority: str
    auth: str

    @classmethod
    def of(
        cls, answer: Mapping[str, Any], request: Request, *, site_id: str, auth: str
    ) -> "OpenedTicket":
        """Return the ticket that the body of a 201 tells of."""
        return cls(
            request=request,
            site_id=site_id,
            ticket_id=answer["id"],
            reference=answer["reference"],
            priority=answer["priority"],
            auth=auth,
        )

    @property
    def path(self) -> str:
        return f"/v1/tickets/{self.ticket_id}"

    def noted(self, *, sent_at: float, at: float) -> Opened:
        """Return the line of the client's log."""
        return Opened(
            key=self.request.source_id,
            ticket_id=self.ticket_id,
            at=at,
            sent_at=sent_at,
            reference=self.reference,
            site=self.site_id,
            category=self.request.category,
            priority=self.priority,
            by=self.request.reporter_id,
            language=self.request.language,
        )
