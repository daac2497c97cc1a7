"""The pool 抢单: what a technician may grab, and grabbing it."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Response

from services.dispatch.actions.grab_job import grab_job
from services.dispatch.actions.list_pool import Grabbable, Place, list_pool
from services.dispatch.api.deps import TechnicianCaller, Tokens
from services.dispatch.api.schemas import AcceptedOut, AcceptIn, JobOut
from services.dispatch.domain.refusals import (
    AtCapacity,
    NotEligible,
    NotInPool,
    TooManySteps,
    WindowsOverlap,
)
from shared.auth.caller import Caller
from shared.http.declared import refuses
from shared.http.fields import Reply
from shared.http.paging import NUMBERS, UUIDS, Keys, Page, paged_by
from shared.http.requests import Tx
from shared.http.routing import action_router

router = action_router("/v1", tag="pool")

_COST_BYTES = 4


def _key(place: Place) -> bytes:
    cost, id = place
    return NUMBERS.encode(cost) + UUIDS.encode(id)


PLACES = Keys[Place](
    _key, lambda raw: (NUMBERS.decode(raw[:_COST_BYTES]), UUIDS.decode(raw[_COST_BYTES:]))
)


class GrabbableOut(Reply):
    """A job in the pool: until when it may be grabbed, what it costs you by the ranking, in
    minutes, and how far it is, in metres, where that is known.
    """

    job: JobOut
    until: datetime
    cost_min: float
    distance_m: int | None

    @classmethod
    def of(cls, each: Grabbable, caller: Caller) -> "GrabbableOut":
        return cls(
            job=JobOut.of(each.order, each.job, each.ticket, only_offers_to=caller.id),
            until=each.until,
            cost_min=each.cost_min,
            distance_m=None if each.metres is None else round(each.metres),
        )


class PoolOut(Reply):
    items: tuple[GrabbableOut, ...]


@router.get("/pool")
async def see_pool(
    caller: TechnicianCaller,
    tx: Tx,
    page: Annotated[Page[Place], paged_by(PLACES, usual=20, max_size=50)],
    response: Response,
) -> PoolOut:
    """Return the jobs that you may grab, those first that cost you least.

    Of the hundred most urgent in the pool of your sites they are those that no rule bars you from.
    """
    found = await list_pool(tx, by=caller, after=page.last, limit=page.limit)
    shown = page.cut(found, response, lambda each: each.place)
    return PoolOut(items=tuple(GrabbableOut.of(each, caller) for each in shown))


@router.post("/jobs/{job_id}/grab")
@refuses(NotInPool, NotEligible, AtCapacity, WindowsOverlap, TooManySteps)
async def grab(
    job_id: UUID, body: AcceptIn, caller: TechnicianCaller, tokens: Tokens, tx: Tx
) -> AcceptedOut:
    """Grab the job: it is yours, with a token for its steps, as when you accept an offer.

    Of several the first has it; the others get 409 with its `state` and when it was taken
    (`accepted_at`). A repeat gets the same answer, with a token made anew, while the job is yours.
    """
    taken = await grab_job(tx, job_id, by=caller, planned_arrival=body.planned_arrival)
    token = tokens.job_token(job_id, taken.id, caller.id)
    return AcceptedOut(job_id=job_id, job_token=token)
