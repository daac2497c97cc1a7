"""`GET /v1/handed-out?site=&from=&to=`: how jobs came to technicians."""

from typing import Annotated

from fastapi import Query

from services.dispatch.actions.read_handed_out import read_handed_out
from services.dispatch.api.deps import StaffCaller
from services.dispatch.domain.handed_out import MAX_DAYS, MAX_SITES
from shared.errors import Invalid, NotFound
from shared.http.declared import refuses
from shared.http.fields import Identifier, Moment, Reply
from shared.http.requests import Tx
from shared.http.routing import action_router
from shared.ids import SiteId

router = action_router("/v1", tag="jobs")


class HandedOutOut(Reply):
    """Figures of the jobs of one site. `asked` were offered to a technician, `offers` times
    altogether. `at_first` counts accepted jobs of which no offer had come to nothing before,
    `assigned` those that a dispatcher gave out, `returned` how often a technician who had one gave
    it back or lost it, `unassignable` those that wait and that no technician can take.
    `minutes_to_accept` is a mean, null where none was accepted.
    """

    site_id: str
    jobs: int
    asked: int
    offers: int
    accepted: int
    at_first: int
    assigned: int
    declined: int
    expired: int
    returned: int
    completed: int
    follow_ups: int
    unassignable: int
    minutes_to_accept: float | None


class HandedOutsOut(Reply):
    items: tuple[HandedOutOut, ...]


@router.get("/handed-out")
@refuses(NotFound, Invalid)
async def read(
    caller: StaffCaller,
    tx: Tx,
    from_: Annotated[Moment, Query(alias="from")],
    to: Annotated[
        Moment, Query(description=f"That moment left out; {MAX_DAYS.days} days at most.")
    ],
    site: Annotated[
        list[Identifier] | None,
        Query(max_length=MAX_SITES, description="Left out, all whose staff you are."),
    ] = None,
) -> HandedOutsOut:
    """Return how the jobs of tickets that were reported in that time were handed out, for each
    site.
    """
    sites = [SiteId(each) for each in site or ()]
    found = await read_handed_out(tx, sites, since=from_, until=to, by=caller)
    return HandedOutsOut(items=tuple(HandedOutOut.model_validate(each) for each in found))
