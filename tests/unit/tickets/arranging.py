"""People, hours and tickets for the tests of the rules."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from services.tickets.domain.questions import Question
from services.tickets.domain.site import Building, Category, Site, Spot
from services.tickets.domain.ticket import Ticket
from shared.auth.caller import EVERY_SITE, Caller, Grant, Home, Role
from shared.contracts import SkillNeed, WorkOrderV1
from shared.contracts.categories import Nature, Road
from shared.contracts.dispatch import JobState, JobStep, JobV1, OfferV1, WorkOrderState
from shared.contracts.tickets import Classing, HoldReason, Priority, TicketStep
from shared.contracts.tickets import TicketState as State
from shared.ids import PersonId, SiteId, TicketId

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def a_caller(id: str, *roles: Role, units: frozenset[str] = frozenset()) -> Caller:
    """A person with these roles at the site of every ticket here, who lives in these units since
    long before.
    """
    since = NOON - timedelta(days=1)
    return Caller(
        PersonId(id),
        tuple(Grant(role, SiteId("demo")) for role in roles),
        units,
        homes=frozenset(Home(SiteId(EVERY_SITE), unit, since) for unit in units),
    )


RESIDENT = a_caller("resident-1", Role.RESIDENT)
NEIGHBOUR = a_caller("resident-2", Role.RESIDENT)
STAFF = a_caller("dispatcher-1", Role.DISPATCHER)
TICKET_ID = TicketId(UUID("01900000-0000-7000-8000-000000000001"))
OTHER_ID = TicketId(UUID("01900000-0000-7000-8000-000000000002"))
JOB_ID = UUID("01900000-0000-7000-8000-0000000000aa")


def after(**passed: float) -> datetime:
    """That long after noon, when every ticket here was opened."""
    return NOON + timedelta(**passed)


def a_new_ticket(id: TicketId = TICKET_ID) -> Ticket:
    return Ticket(
        id=id,
        site_id="demo",
        reference="DEMO-1001-A",
        state=State.OPEN,
        category="plumbing",
        priority=Priority.NORMAL,
        language="zh-CN",
        channel="app",
        reporter_id=RESIDENT.id,
        entered_by=RESIDENT.id,
        opened_at=NOON,
        steps=(TicketStep(at=NOON, state=State.OPEN, cycle=1, cause=RESIDENT.id),),
        classes=(Classing(at=NOON, category="plumbing", priority=Priority.NORMAL),),
    )


def a_ticket(state: State, id: TicketId = TICKET_ID) -> Ticket:
    """A ticket that came to that state by legal steps, each a minute after the last."""
    ticket = a_new_ticket(id)
    ways: dict[State, tuple[State, ...]] = {
        State.OPEN: (),
        State.ASSIGNED: (State.ASSIGNED,),
        State.IN_PROGRESS: (State.ASSIGNED, State.IN_PROGRESS),
        State.RESOLVED: (State.ASSIGNED, State.IN_PROGRESS, State.RESOLVED),
        State.CLOSED: (State.ASSIGNED, State.IN_PROGRESS, State.RESOLVED, State.CLOSED),
    }
    if state is State.ON_HOLD:
        return ticket.put_on_hold(by=STAFF, at=after(minutes=1), reason=HoldReason.WAITING_RESIDENT)
    if state is State.CANCELLED:
        return ticket.cancel(by=RESIDENT, at=after(minutes=1), reason=None)
    for minute, to in enumerate(ways[state], 1):
        ticket = ticket.step(to=to, at=after(minutes=minute), cause=f"job:{JOB_ID}")
    return ticket


def a_job(
    *states: JobState,
    cycle: int = 1,
    at: datetime | None = None,
    reason: str | None = None,
    offers: tuple[OfferV1, ...] = (),
) -> JobV1:
    """A job that went through those states, a minute apart and the last of them at `at`."""
    last = at or after(minutes=30)
    steps = tuple(
        JobStep(
            at=last - timedelta(minutes=len(states) - 1 - n),
            state=state,
            technician_id="tech-1",
            reason=reason,
        )
        for n, state in enumerate(states)
    )
    taken = states[-1] not in {JobState.WAITING, JobState.OFFERED}
    technician = "tech-1" if taken else None
    return JobV1(
        id=JOB_ID,
        cycle=cycle,
        state=states[-1],
        technician_id=technician,
        steps=steps,
        reason=reason,
        offers=offers,
    )


def an_order(state: WorkOrderState, *jobs: JobV1, version: int = 2, cycle: int = 1) -> WorkOrderV1:
    return WorkOrderV1(
        id=TICKET_ID,
        version=version,
        site_id="demo",
        observed=1,
        cycle=cycle,
        state=state,
        jobs=jobs,
    )


SITE = Site(
    id="demo",
    version=1,
    code="DEMO",
    name="Demo Gardens",
    time_zone="Asia/Shanghai",
    categories=(
        Category(code="plumbing", names={}, skills=(SkillNeed(code="plumbing"),)),
        Category(code="lift", names={}, skills=(SkillNeed(code="lift"),), priority=Priority.URGENT),
        Category(
            code="lock",
            names={},
            questions=(
                Question(code="which_door", names={}),
                Question(code="since", names={}, required=False),
            ),
        ),
        Category(code="other", names={}),
        Category(code="complaint", names={}, nature=Nature.COMPLAINT, road=Road.DESK),
        Category(code="praise", names={}, nature=Nature.PRAISE, road=Road.DESK),
    ),
    buildings=(
        Building(code="3", units=("1201", "1202"), lat=31.2301, lon=121.4731),
        Building(code="5", units=("101",)),
    ),
    spots=(Spot(code="lobby-3", name="三号楼大堂", building="3", lat=31.23, lon=121.47),),
)
SHARING_SITE = replace(SITE, residents_see_unit=True)
