"""A job as it changes: server-sent events that resume from `Last-Event-ID`."""

from collections.abc import Sequence
from uuid import UUID

from fastapi import Request, Response

from services.dispatch.actions.recording import topic_of
from services.dispatch.api.deps import StaffOrTechnician
from services.dispatch.api.jobs import see_job
from services.dispatch.api.schemas import JobOut
from shared.db.transaction import Transaction
from shared.http.live import LiveEvent, event_stream, live, sequence_number
from shared.http.requests import Tx
from shared.http.routing import action_router

router = action_router("/v1/jobs", tag="jobs")


@router.get("/{job_id}/events", **event_stream(JobOut))
async def watch(request: Request, job_id: UUID, caller: StaffOrTechnician, tx: Tx) -> Response:
    """Send the job, at once unless `Last-Event-ID` is what it is at, and whenever something of its
    work order changes: an event's id is the work order's version. A caller who may not see it any
    more is sent nothing more.
    """

    async def look(tx: Transaction, after: int | None) -> Sequence[LiveEvent]:
        job = await see_job(tx, job_id, caller)
        return [LiveEvent(str(job.version), "job", job)] if job.version > (after or 0) else []

    return await live(
        request, tx, look, by=caller, topic=topic_of(job_id), parse_id=sequence_number
    )
