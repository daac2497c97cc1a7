"""Whom to call about a ticket: for the technician who is to go there, and for staff."""

from typing import Annotated
from uuid import UUID

from services.notify.actions.see_reporter import see_reporter
from shared.auth.caller import STAFF, Caller, Role
from shared.http.requests import Tx, may
from shared.http.routing import action_router
from shared.http.secret_replies import SecretReply

router = action_router("/v1/tickets", tag="recipients")

_MayCall = Annotated[Caller, may(*STAFF, Role.TECHNICIAN)]


class ReporterOut(SecretReply):
    """What the person is called and can be called at; null where that is not known."""

    name: str | None
    phone: str | None


@router.get("/{ticket_id}/reporter")
async def reporter(ticket_id: UUID, caller: _MayCall, tx: Tx) -> ReporterOut:
    """Return whom to call about the ticket: the person who reported it. For staff of its site, and
    for a technician while they have a job of it.
    """
    return ReporterOut.model_validate(await see_reporter(tx, ticket_id, by=caller))
