"""`GET /v1/tickets:export`: tickets as a table."""

from fastapi import Request, Response

from services.tickets.actions.export_tickets import ExportPlace, export_tickets
from services.tickets.api.tickets import Staff
from services.tickets.domain.exported import TicketLine
from shared.auth.caller import STAFF
from shared.db.transaction import Transaction
from shared.http.export import ExportWanted, export, exporting
from shared.http.requests import Tx
from shared.http.routing import action_router
from shared.sheets.writing import Part

router = action_router("/v1", tag="tickets")


@router.get("/tickets:export", **exporting(TicketLine))
async def export_(request: Request, wanted: ExportWanted, caller: Staff, tx: Tx) -> Response:
    """Send the tickets of your sites that were opened between `from` and `to`, in the order of
    sites and of ids.
    """
    selection = wanted.of(caller.sites(*STAFF))

    async def read(tx: Transaction, after: ExportPlace | None) -> Part[TicketLine, ExportPlace]:
        return await export_tickets(tx, selection, after)

    return await export(request, tx, read, wanted=wanted, row=TicketLine, name="tickets", by=caller)
