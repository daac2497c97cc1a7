"""`GET /v1/jobs:export`: jobs as a table."""

from fastapi import Request, Response

from services.dispatch.actions.export_jobs import export_jobs
from services.dispatch.api.deps import StaffCaller
from services.dispatch.domain.access import sites_managed
from services.dispatch.domain.exported import JobLine
from services.dispatch.store.exporting import ExportPlace
from shared.db.transaction import Transaction
from shared.http.export import ExportWanted, export, exporting
from shared.http.requests import Tx
from shared.http.routing import action_router
from shared.sheets.writing import Part

router = action_router("/v1", tag="jobs")


@router.get("/jobs:export", **exporting(JobLine))
async def export_(request: Request, wanted: ExportWanted, caller: StaffCaller, tx: Tx) -> Response:
    """Send the jobs of your sites that were made between `from` and `to`, in the order of sites and
    of tickets' ids.
    """
    selection = wanted.of(sites_managed(caller))

    async def read(tx: Transaction, after: ExportPlace | None) -> Part[JobLine, ExportPlace]:
        return await export_jobs(tx, selection, after)

    return await export(request, tx, read, wanted=wanted, row=JobLine, name="jobs", by=caller)
