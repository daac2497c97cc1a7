"""Whatever a site's mode and settings, an emergency that no free technician is asked about is told
to the desk in the same turn: dispatch decides, notify works out what there is to say of it.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from services.dispatch import events
from services.dispatch.domain.case import Asked
from services.dispatch.domain.decisions import Hold, LeftToDesk, Unassignable, Waiting
from services.dispatch.domain.eligibility import has_room
from services.dispatch.domain.handing_out import Turn, plan
from services.dispatch.domain.job import Offer
from services.dispatch.domain.job_steps import give_back, take_away
from services.dispatch.domain.offering import (
    accept,
    decline,
    expire,
    leave_to_desk,
    mark_unassignable,
    offer_job,
    withdraw_offers,
)
from services.dispatch.domain.rules import Mode, SiteRules
from services.dispatch.domain.technician import Candidate, Load
from services.notify.domain.for_staff import for_staff
from services.notify.domain.kinds import Kind
from services.notify.domain.known import Known, Staff
from shared.contracts.base import SkillNeed, Window
from shared.contracts.tickets import Classing, Priority
from shared.ids import PersonId, TechnicianId
from tests.unit.dispatch.arranging import (
    NOON,
    a_candidate,
    a_case,
    a_need,
    a_ticket,
    an_offer,
    an_order,
    committed,
)

DAY = timedelta(days=1)
EMERGENCY, NORMAL = Priority.EMERGENCY, Priority.NORMAL
LI = TechnicianId("li")
CREWS: dict[str, tuple[Candidate, ...]] = {
    "free": (a_candidate(),),
    "none": (),
    "at_capacity": (a_candidate(load=Load(holds=2)),),
    "asked_about_more_than_they_can": (a_candidate(load=Load(open_offers=2)),),
    "at_an_emergency": (a_candidate(load=Load(holds=2, emergencies=1)),),
    "off_shift": (a_candidate(shifts=()),),
    "without_skill": (a_candidate(skills=(SkillNeed(code="lift"),)),),
    "on_leave": (a_candidate(leave=(Window(start=NOON - 9 * DAY, end=NOON + 9 * DAY),)),),
}
RULES = [
    SiteRules(mode=mode, emergency_fan_out=fan_out) for mode, fan_out in product(Mode, (0, 1, 3))
]


class Emergency:
    """One work order, turn by turn, and what the desk has been told of it."""

    def __init__(self, rules: SiteRules, crew: tuple[Candidate, ...]) -> None:
        self.rules, self.crew = rules, crew
        self.now = NOON
        self.classes = [Classing(at=NOON, category="plumbing", priority=EMERGENCY)]
        self.order = an_order(need=a_need(priority=EMERGENCY))
        self.asked: dict[TechnicianId, Asked] = {}
        self.told: set[str] = set()
        self.alarms: set[str] = set()
        """Why, since it was last in a technician's hands, or became an emergency."""

    def opened_as(self, priority: Priority) -> None:
        self.classes = [Classing(at=NOON, category="plumbing", priority=priority)]
        self.order = replace(self.order, need=a_need(priority=priority))

    def becomes(self, priority: Priority) -> None:
        self.classes.append(Classing(at=self.now, category="plumbing", priority=priority))
        self.order = replace(self.order, need=a_need(priority=priority))
        self.alarms.clear()

    def turn(self) -> None:
        """Tell the desk what became of it, hand it out, and tell what became of that."""
        self.hears()
        if self.order.waits:
            self._hand_out()
            self.hears()

    def _hand_out(self) -> None:
        order = self.order
        waiting = Waiting(
            id=order.jobs[0].id,
            order_id=order.id,
            case=a_case(
                rules=self.rules, asked=self.asked, now=self.now, priority=order.need.priority
            ),
            is_due=True,
            is_unassignable=order.unassignable_at is not None,
            is_left_to_desk=order.left_to_desk_at is not None,
        )
        [decision] = plan(Turn(), [waiting], self.crew, self.now).decisions
        if isinstance(decision, Hold):
            self.offer(*decision.technicians)
        elif isinstance(decision, Unassignable):
            self.order = mark_unassignable(order, decision.barred, at=self.now)
        elif isinstance(decision, LeftToDesk):
            self.order = leave_to_desk(order, at=self.now)

    def hears(self) -> None:
        ticket = a_ticket(
            priority=self.order.need.priority,
            classes=tuple(self.classes),
            opened_at=self.classes[0].at,
        )
        desk = Staff(id=PersonId("desk"), since=NOON)
        known = Known(ticket=ticket, work_order=events.snapshot(self.order), staff=(desk,))
        said = [
            each
            for each in for_staff(known, now=self.now)
            if each.kind is Kind.EMERGENCY_UNTAKEN and each.cause not in self.told
        ]
        self.told |= {each.cause for each in said}
        self.alarms |= {str(each.data["why"]) for each in said if each.stale(self.now) is None}

    def offer(self, *technicians: str) -> list[Offer]:
        case = a_case(rules=self.rules, now=self.now, priority=self.order.need.priority)
        by_id = {each.technician.id: each for each in self.crew}
        offers = [
            an_offer(
                id,
                offered_at=self.now,
                expires_at=self.now + timedelta(minutes=1),
                interrupts=id in by_id and not has_room(by_id[TechnicianId(id)], case),
            )
            for id in technicians
        ]
        job_id = self.order.jobs[0].id
        self.order = committed(offer_job(self.order, job_id, offers, at=self.now))
        return offers

    def taken(self) -> None:
        [offer] = self.offer("li")
        self.passes()
        self.order = committed(
            accept(self.order, offer.id, at=self.now, decided_at=self.now, planned_arrival=None)
        )
        self.alarms.clear()

    def passes(self, **time: float) -> None:
        self.now += timedelta(**time) if time else timedelta(minutes=1)

    def asks_a_free_one(self) -> bool:
        return any(not offer.interrupts for offer in self.order.jobs[0].open_offers)


def new(emergency: Emergency) -> None:
    pass


def raised(emergency: Emergency) -> None:
    emergency.opened_as(NORMAL)
    emergency.turn()
    emergency.passes(days=2)
    offers = emergency.order.jobs[0].open_offers
    emergency.order = expire(emergency.order, [offer.id for offer in offers], at=emergency.now)
    emergency.turn()
    open_ones = [offer.technician_id for offer in emergency.order.jobs[0].open_offers]
    emergency.becomes(EMERGENCY)
    emergency.order = withdraw_offers(
        emergency.order,
        emergency.order.jobs[0].id,
        open_ones,
        at=emergency.now,
        decided_at=emergency.now,
        reason="now_an_emergency",
    )


def raised_again(emergency: Emergency) -> None:
    emergency.turn()
    for _ in range(2):
        emergency.passes(days=2)
        emergency.becomes(NORMAL)
        emergency.passes(days=2)
        emergency.becomes(EMERGENCY)
        expired(emergency)


def returned(emergency: Emergency) -> None:
    emergency.turn()
    _back_to_waiting(emergency)
    emergency.taken()
    emergency.hears()
    emergency.passes(hours=1)
    job_id = emergency.order.jobs[0].id
    emergency.order = give_back(emergency.order, job_id, by=LI, at=emergency.now, reason="ill")
    emergency.asked = {LI: Asked(times=1, last=emergency.now, gave_back=True)}


def returned_twice(emergency: Emergency) -> None:
    returned(emergency)
    emergency.turn()
    returned(emergency)


def technician_lost(emergency: Emergency) -> None:
    emergency.taken()
    emergency.passes()
    job_id = emergency.order.jobs[0].id
    emergency.order = take_away(emergency.order, job_id, at=emergency.now, reason="technician_gone")


def expired(emergency: Emergency) -> None:
    emergency.turn()
    offers = emergency.order.jobs[0].open_offers
    emergency.passes()
    emergency.order = expire(emergency.order, [offer.id for offer in offers], at=emergency.now)
    if offers:
        emergency.asked = {LI: Asked(times=1, last=emergency.now)}


def declined_by_all(emergency: Emergency) -> None:
    for times in (1, 2):
        emergency.turn()
        for offer in emergency.order.jobs[0].open_offers:
            emergency.passes(seconds=5)
            emergency.order = decline(
                emergency.order, offer.id, at=emergency.now, decided_at=emergency.now, reason="no"
            )
            emergency.asked = {LI: Asked(times=times, last=emergency.now)}


def _back_to_waiting(emergency: Emergency) -> None:
    job = emergency.order.jobs[0]
    if job.open_offers:
        emergency.order = take_away(
            emergency.order, job.id, at=emergency.now, reason="assigned_to_other"
        )
        emergency.passes()


HISTORIES = (
    *(new, raised, raised_again, returned, returned_twice),
    *(technician_lost, expired, declined_by_all),
)


@pytest.mark.parametrize("history", HISTORIES, ids=lambda each: each.__name__)
@pytest.mark.parametrize("crew", CREWS)
@pytest.mark.parametrize("rules", RULES, ids=lambda each: f"{each.mode}-{each.emergency_fan_out}")
def test_an_emergency_is_with_one_who_is_free_or_told_to_the_desk_at_once(
    rules: SiteRules, crew: str, history: Callable[[Emergency], None]
) -> None:
    emergency = Emergency(rules, CREWS[crew])
    history(emergency)

    emergency.turn()

    assert emergency.alarms or emergency.asks_a_free_one()


@pytest.mark.parametrize("history", [expired, declined_by_all, raised_again])
@pytest.mark.parametrize("rules", RULES, ids=lambda each: f"{each.mode}-{each.emergency_fan_out}")
def test_that_those_who_were_asked_did_not_take_it_is_told_though_others_are_asked(
    rules: SiteRules, history: Callable[[Emergency], None]
) -> None:
    emergency = Emergency(rules, CREWS["free"])
    history(emergency)

    emergency.turn()

    asks = rules.emergency_fan_out > 0 or rules.mode is not Mode.MANUAL
    assert ("not_taken" if asks else "by_hand") in emergency.alarms


@pytest.mark.parametrize("rules", RULES, ids=lambda each: f"{each.mode}-{each.emergency_fan_out}")
@pytest.mark.parametrize("crew", CREWS)
def test_the_desk_is_told_no_more_while_nothing_happens(rules: SiteRules, crew: str) -> None:
    emergency = Emergency(rules, CREWS[crew])
    emergency.turn()
    emergency.alarms.clear()

    for _ in range(3):
        emergency.passes(minutes=15)
        emergency.turn()

    assert emergency.alarms == set()
