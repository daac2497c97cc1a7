"""`GET /v1/messages:export`: messages as a table."""

from uuid import UUID

from fastapi import Request, Response

from services.notify.actions.export_messages import export_messages
from services.notify.api.messages import Staff
from services.notify.domain.access import sites_seen
from services.notify.domain.exported import MessageLine
from shared.db.transaction import Transaction
from shared.http.export import ExportWanted, export, exporting
from shared.http.requests import Tx
from shared.http.routing import action_router
from shared.sheets.writing import Part

router = action_router("/v1", tag="messages")


@router.get("/messages:export", **exporting(MessageLine))
async def export_(request: Request, wanted: ExportWanted, caller: Staff, tx: Tx) -> Response:
    """Send the messages about your sites that were put down between `from` and `to`, stale ones
    too, in the order of their ids.
    """
    selection = wanted.of(sites_seen(caller))

    async def read(tx: Transaction, after: UUID | None) -> Part[MessageLine, UUID]:
        return await export_messages(tx, selection, after)

    return await export(
        request, tx, read, wanted=wanted, row=MessageLine, name="messages", by=caller
    )
