"""A job as it changes: server-sent events that resume from `Last-Event-ID`."""

from collections.abc import AsyncIterator, Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from services.dispatch.actions.keep_work_order import topic_of
from services.dispatch.api.deps import StaffOrTechnician
from services.dispatch.api.jobs import see_job
from shared.auth.caller import Caller
from shared.db.transaction import Database, Kind, Transaction
from shared.errors import NotFound
from shared.http.live import Happening, live
from shared.http.problems import BadRequest

router = APIRouter(prefix="/v1/jobs", tags=["jobs"])


async def _watched(
    request: Request, job_id: UUID, caller: StaffOrTechnician
) -> tuple[Caller, UUID]:
    """The caller and the job's work order, once it is sure that the job exists for them and that
    the stream can begin where they say.
    """
    after = request.headers.get("last-event-id")
    if after is not None and not (after.isascii() and after.isdigit() and len(after) <= 9):
        raise BadRequest("`Last-Event-ID` has to be one that this stream gave out.")
    database: Database = request.app.state.database
    async with database.transaction(kind=Kind.READING) as tx:
        return caller, (await see_job(tx, job_id, caller)).ticket_id


@router.get("/{job_id}/events", response_class=EventSourceResponse)
async def watch(
    request: Request, job_id: UUID, watched: Annotated[tuple[Caller, UUID], Depends(_watched)]
) -> AsyncIterator[ServerSentEvent]:
    """The job, at once unless `Last-Event-ID` is what it is at, and whenever something of its work
    order changes: an event's id is the work order's version. Whoever may not see it any more is
    sent nothing more.
    """
    caller, order_id = watched

    async def read(tx: Transaction, after: str | None) -> Sequence[Happening]:
        try:
            job = await see_job(tx, job_id, caller)
        except NotFound:
            return []
        return (
            [Happening(id=str(job.version), name="job", data=job)]
            if job.version > int(after or 0)
            else []
        )

    async for event in live(request, topic_of(order_id), read):
        yield event
