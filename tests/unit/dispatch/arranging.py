"""Values that the rules are tried on."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from services.dispatch.domain.case import Asked, Case
from services.dispatch.domain.job import Job, Offer, first_step
from services.dispatch.domain.need import Need
from services.dispatch.domain.places import Point
from services.dispatch.domain.rules import SiteRules
from services.dispatch.domain.shifts import Shift
from services.dispatch.domain.technician import Candidate, Load, Technician
from services.dispatch.domain.work_order import WorkOrder
from shared.contracts import SkillNeed, TicketV1
from shared.contracts.dispatch import OfferState
from shared.contracts.tickets import Classing, Priority, TicketState, TicketStep
from shared.ids import OfferId, SiteId, TechnicianId, TicketId, new_id

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
"""Monday noon in Shanghai."""
HERE = Point(lat=31.2304, lon=121.4737)
PLUMBING = SkillNeed(code="plumbing", level=2)
TICKET_ID = TicketId(new_id())
LI, WANG = TechnicianId("li"), TechnicianId("wang")


def after(**by: float) -> datetime:
    return NOON + timedelta(**by)


def a_technician(id: str = "li", **more: Any) -> Technician:
    plain: dict[str, Any] = {
        "version": 1,
        "name": id.title(),
        "sites": (SiteId("demo"),),
        "skills": (PLUMBING,),
        "home": HERE,
        "capacity": 2,
    }
    return Technician(id=TechnicianId(id), **{**plain, **more})


def a_candidate(id: str = "li", *, load: Load | None = None, **more: Any) -> Candidate:
    return Candidate(technician=a_technician(id, **more), load=load or Load())


def a_need(**more: Any) -> Need:
    return Need(
        **{
            "category": "plumbing",
            "priority": Priority.NORMAL,
            "skills": (PLUMBING,),
            "point": HERE,
            **more,
        }
    )


def a_case(
    *,
    asked: dict[TechnicianId, Asked] | None = None,
    rules: SiteRules | None = None,
    now: datetime = NOON,
    **need: Any,
) -> Case:
    wanted = a_need(**need)
    return Case(
        site_id=SiteId("demo"),
        need=wanted,
        skills=wanted.skills,
        rules=rules or SiteRules(),
        zone=SHANGHAI,
        now=now,
        asked=asked or {},
    )


def a_shift(weekday: int, start: str, end: str, *, on: date | None = None) -> Shift:
    (start_h, start_m), (end_h, end_m) = (map(int, wall.split(":")) for wall in (start, end))
    return Shift(
        weekday=weekday, start_min=60 * start_h + start_m, end_min=60 * end_h + end_m, on=on
    )


def an_offer(technician: str = "li", **more: Any) -> Offer:
    plain: dict[str, Any] = {
        "state": OfferState.OPEN,
        "offered_at": NOON,
        "expires_at": after(minutes=15),
    }
    return Offer(id=OfferId(new_id()), technician_id=TechnicianId(technician), **{**plain, **more})


def committed(order: WorkOrder) -> WorkOrder:
    """As the next transaction loads it."""
    return replace(order, committed_version=order.version)


def an_order(*jobs: Job, **more: Any) -> WorkOrder:
    jobs = jobs or (first_step(TICKET_ID, cycle=1, number=1, at=NOON),)
    plain: dict[str, Any] = {
        "version": 1,
        "committed_version": 1,
        "observed": 1,
        "site_id": SiteId("demo"),
        "cycle": 1,
        "need": a_need(),
    }
    return WorkOrder(id=TICKET_ID, jobs=jobs, **{**plain, **more})


def a_ticket(
    state: TicketState = TicketState.OPEN, *, version: int = 1, cycle: int = 1, **more: Any
) -> TicketV1:
    steps = [TicketStep(at=NOON, state=TicketState.OPEN, cycle=cycle, cause="resident-1")]
    if state is not TicketState.OPEN:
        steps.append(
            TicketStep(at=after(minutes=version), state=state, cycle=cycle, cause="resident-1")
        )
    plain: dict[str, Any] = {
        "site_id": "demo",
        "reference": "DEMO-1-A",
        "category": "plumbing",
        "priority": Priority.NORMAL,
        "reporter_id": "resident-1",
        "entered_by": "resident-1",
        "skills": (PLUMBING,),
        "opened_at": NOON,
        "classes": (Classing(at=NOON, category="plumbing", priority=Priority.NORMAL),),
    }
    return TicketV1(
        id=TICKET_ID,
        state=state,
        version=version,
        cycle=cycle,
        steps=tuple(steps),
        **{**plain, **more},
    )
