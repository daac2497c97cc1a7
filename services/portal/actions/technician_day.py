"""A technician's day, put together from what dispatch says of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from pydantic import TypeAdapter

from services.portal.adapters.apis import Apis, Missing, Refusal, parts, path_of
from services.portal.domain.own_job import Due, Grabbable, HeldOut, OwnJob
from services.portal.domain.technician_day import next_due
from shared.ids import PersonId

T = TypeVar("T")
_OFFERS = TypeAdapter(list[HeldOut])
_JOBS = TypeAdapter(list[OwnJob])
_POOL = TypeAdapter(list[Grabbable])
_ENDED_LOOKED_AT = 20
_MAX_TIMED = 100


@dataclass(frozen=True, kw_only=True)
class Day:
    """`technician` is empty for one whom dispatch does not know. All is Missing while dispatch is
    away.
    """

    offers: list[HeldOut] | Missing
    jobs: list[OwnJob] | Missing
    ended: list[OwnJob] | Missing
    technician: Mapping[str, Any] | Missing


async def see_day(apis: Apis, technician_id: PersonId) -> Day:
    """Return what is offered to the technician, what they hold, and what they ended lately."""
    offers, jobs, ended, technician = await parts(
        apis.dispatch.get("/v1/me/offers"),
        apis.dispatch.get("/v1/me/jobs"),
        apis.dispatch.get("/v1/jobs", state="completed", limit=_ENDED_LOOKED_AT),
        _technician(apis, technician_id),
    )
    return Day(
        offers=_read(_OFFERS, offers),
        jobs=_read(_JOBS, jobs),
        ended=_read(_JOBS, ended),
        technician=technician,
    )


async def see_dues(apis: Apis, jobs: Sequence[OwnJob]) -> Mapping[UUID, Due]:
    """Return by ticket the promise that comes next; those that sla cannot tell now are left out."""
    of_ticket = {job.ticket_id: job for job in jobs[:_MAX_TIMED]}
    if not of_ticket:
        return {}
    [found] = await parts(or_none(apis.sla.get("/v1/clocks:batch", ticket_id=list(of_ticket))))
    if not isinstance(found, Mapping):
        return {}
    dues = ((UUID(each["ticket_id"]), each["items"]) for each in found["items"])
    known = ((id, next_due(clocks, of_ticket[id])) for id, clocks in dues)
    return {id: due for id, due in known if due is not None}


async def see_offers(apis: Apis) -> list[HeldOut]:
    """Return the technician's open offers. Raises Away."""
    return _OFFERS.validate_python((await apis.dispatch.get("/v1/me/offers"))["items"])


async def see_pool(apis: Apis) -> list[Grabbable] | Missing:
    """Return the jobs that the technician may grab, those first that cost them least."""
    [pool] = await parts(apis.dispatch.get("/v1/pool", limit=50))
    return _read(_POOL, pool)


async def see_job(apis: Apis, job_id: str) -> OwnJob:
    """Return a job that the technician holds, held last, or is offered. Raises Refusal, Away."""
    return OwnJob.model_validate(await apis.dispatch.get(path_of("/v1/jobs/{}", job_id)))


async def or_none(asked: Any) -> Any:
    """Return the answer; None where there is nothing for the visitor."""
    try:
        return await asked
    except Refusal as refusal:
        if refusal.status not in (403, 404):
            raise
        return None


async def _technician(apis: Apis, id: PersonId) -> Mapping[str, Any]:
    return await or_none(apis.dispatch.get(path_of("/v1/technicians/{}", id))) or {}


def _read(adapter: TypeAdapter[list[T]], answer: Any) -> list[T] | Missing:
    return answer if isinstance(answer, Missing) else adapter.validate_python(answer["items"])
