"""`GET /v1/clocks:export`: promises as a table."""

from uuid import UUID

from fastapi import Request, Response

from services.sla.actions.export_clocks import export_clocks
from services.sla.api.board import Staff
from services.sla.domain.access import sites_seen
from services.sla.domain.exported import ClockLine
from shared.db.transaction import Transaction
from shared.http.export import ExportWanted, export, exporting
from shared.http.requests import Tx
from shared.http.routing import action_router
from shared.sheets.writing import Part

router = action_router("/v1", tag="clocks")


@router.get("/clocks:export", **exporting(ClockLine))
async def export_(request: Request, wanted: ExportWanted, caller: Staff, tx: Tx) -> Response:
    """Send the clocks of tickets of your sites that were opened between `from` and `to`, in the
    order of tickets' ids.
    """
    selection = wanted.of(sites_seen(caller))

    async def read(tx: Transaction, after: UUID | None) -> Part[ClockLine, UUID]:
        return await export_clocks(tx, selection, after)

    return await export(request, tx, read, wanted=wanted, row=ClockLine, name="clocks", by=caller)
