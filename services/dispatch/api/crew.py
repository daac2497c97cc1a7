"""`GET /v1/crew?site=`: the technicians of a site and what they do now."""

from datetime import datetime
from typing import Self
from uuid import UUID

from services.dispatch.actions.read_crew import read_crew
from services.dispatch.api.deps import StaffCaller
from services.dispatch.api.technician_schemas import PositionOut
from services.dispatch.domain.on_duty import Member
from shared.contracts.dispatch import JobState
from shared.contracts.tickets import Place, Priority
from shared.errors import NotFound
from shared.http.declared import refuses
from shared.http.fields import Identifier, Reply
from shared.http.requests import Tx
from shared.http.routing import action_router
from shared.ids import SiteId

router = action_router("/v1", tag="technicians")


class JobInHandOut(Reply):
    """A job in its state `since` then; `reference` and `place` are of its ticket, once that is
    known. One that they are asked to take has until when: `expires_at`.
    """

    job_id: UUID
    ticket_id: UUID
    site_id: str
    state: JobState
    since: datetime | None
    planned_arrival: datetime | None
    category: str
    priority: Priority
    reference: str | None
    place: Place | None
    expires_at: datetime | None


class MemberOut(Reply):
    """A technician: on duty until then, or again from `next_at` on; null where no shifts say.
    `elsewhere` is how many jobs they hold at sites that are not yours.
    """

    id: str
    name: str
    capacity: int
    on_duty: bool
    until: datetime | None
    next_at: datetime | None
    on_leave: bool
    position: PositionOut | None
    holds: tuple[JobInHandOut, ...]
    asked: tuple[JobInHandOut, ...]
    elsewhere: int

    @classmethod
    def of(cls, member: Member) -> Self:
        technician, duty = member.technician, member.duty
        return cls.model_validate(
            {
                **vars(duty),
                **vars(member),
                "id": technician.id,
                "name": technician.name,
                "capacity": technician.capacity,
                "position": technician.position,
            }
        )


class CrewOut(Reply):
    at: datetime
    items: tuple[MemberOut, ...]


@router.get("/crew")
@refuses(NotFound)
async def read(site: Identifier, caller: StaffCaller, tx: Tx) -> CrewOut:
    """Return the technicians of the site, those on duty first, and what they do: the first job that
    they hold is the one that they are at.
    """
    members = await read_crew(tx, SiteId(site), by=caller)
    return CrewOut(at=tx.now, items=tuple(MemberOut.of(member) for member in members))
