"""tickets and dispatch agree: the real rules of both, driven through random histories.

Each tells the other only by snapshots, which may be doubled, overtaken or lost as long as the newest arrives in the end. People do
random legal things on both sides. At rest the two must agree, and rest comes after a bounded number of facts: there is no echo.
"""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from services.dispatch import events as dispatch_events
from services.dispatch.domain import following as dispatch_following
from services.dispatch.domain import job_steps, offering
from services.dispatch.domain.job_steps import Verb
from services.dispatch.domain.work_order import OPEN, TAKEN, Job, Offer, Report, WorkOrder
from services.tickets import events as tickets_events
from services.tickets.domain import following as tickets_following
from services.tickets.domain.ticket import Ticket
from services.tickets.domain.verbs import ENDED, Actor
from shared.contracts import TicketV1, WorkOrderV1
from shared.contracts.dispatch import JobState, OfferState, WorkOrderState
from shared.contracts.tickets import Classing, HoldReason, Priority, TicketState, TicketStep
from shared.ids import JobId, OfferId, TechnicianId, TicketId, new_id

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
STAFF = Actor(id="dana", is_staff=True)
MEANS = {
    WorkOrderState.WAITING: TicketState.OPEN,
    WorkOrderState.ACCEPTED: TicketState.ASSIGNED,
    WorkOrderState.TRAVELLING: TicketState.IN_PROGRESS,
    WorkOrderState.ON_SITE: TicketState.IN_PROGRESS,
    WorkOrderState.WORKING: TicketState.IN_PROGRESS,
    WorkOrderState.PAUSED: TicketState.ON_HOLD,
    WorkOrderState.DONE: TicketState.RESOLVED,
}
NEXT = {Verb.TRAVEL: JobState.ACCEPTED, Verb.ARRIVE: JobState.TRAVELLING, Verb.START: JobState.ON_SITE, Verb.RESUME: JobState.PAUSED}
MOST_FACTS_TO_REST = 20

T = TypeVar("T")
pick = st.integers(min_value=0, max_value=1 << 16)
EXAMPLES = int(os.environ.get("FETTLE_AGREEMENT_EXAMPLES", "60"))
"""So that a night can be spent on it."""


class TwoServices(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        step = TicketStep(at=NOON, state=TicketState.OPEN, cycle=1, cause="resident-1")
        self.ticket = Ticket(
            id=TicketId(new_id()),
            site_id="demo",
            reference="DEMO-1-A",
            state=TicketState.OPEN,
            category="plumbing",
            priority=Priority.NORMAL,
            language="zh-CN",
            channel="app",
            reporter_id="resident-1",
            entered_by="resident-1",
            opened_at=NOON,
            steps=(step,),
            classes=(Classing(at=NOON, category="plumbing", priority=Priority.NORMAL),),
        )
        self.order: WorkOrder | None = None
        self.held: TicketV1 | None = None  # dispatch's newest snapshot of the ticket
        self.to_dispatch: list[TicketV1] = [tickets_events.ticket_snapshot(self.ticket)]
        self.to_tickets: list[WorkOrderV1] = []
        self.said = 0
        self.meant: dict[JobId, JobState] = {}  # what technicians last did, which nobody on the other side has undone
        self.resolved_by_staff: set[int] = set()
        self.at = NOON

    # ---- people at tickets ----

    @precondition(lambda self: self.ticket.state in {TicketState.OPEN, TicketState.ASSIGNED, TicketState.IN_PROGRESS})
    @rule(chance=pick)
    def staff_hold(self, chance: int) -> None:
        if chance % 3 == 0:
            self._ticket_becomes(self.ticket.put_on_hold(by=STAFF, at=self._now(), reason=HoldReason.WAITING_CONTRACTOR))

    @precondition(lambda self: self.ticket.state is TicketState.ON_HOLD)
    @rule()
    def staff_release(self) -> None:
        self._ticket_becomes(self.ticket.release(by=STAFF, at=self._now()))
        self.meant = {job: state for job, state in self.meant.items() if state is not JobState.PAUSED}

    @precondition(lambda self: self.ticket.state not in ENDED)
    @rule(chance=pick)
    def the_ticket_ends(self, chance: int) -> None:
        if chance % 16 == 0:
            self._ticket_becomes(self.ticket.cancel(by=STAFF, at=self._now(), reason="not needed"))
        elif chance % 8 == 0:
            self._ticket_becomes(self.ticket.resolve(by=STAFF, at=self._now(), note="done by phone"))
            self.resolved_by_staff.add(self.ticket.cycle)

    @precondition(lambda self: self.ticket.state not in ENDED)
    @rule()
    def somebody_amends(self) -> None:
        self._ticket_becomes(self.ticket.changed(title=f"{self.ticket.title}!"))

    @precondition(lambda self: self.ticket.state is TicketState.RESOLVED)
    @rule()
    def the_resident_confirms(self) -> None:
        self._ticket_becomes(self.ticket.confirm(by=STAFF, at=self._now()))

    @precondition(lambda self: self.ticket.state in {TicketState.RESOLVED, TicketState.CLOSED} and self.ticket.cycle < 3)
    @rule()
    def the_resident_reopens(self) -> None:
        self._ticket_becomes(self.ticket.reopen(by=STAFF, at=self._now(), reason="drips again"))

    # ---- people at dispatch ----

    @precondition(lambda self: self.order is not None)
    @rule(which=pick)
    def a_waiting_job_is_offered(self, which: int) -> None:
        order = self._order()
        jobs = [] if order.need.held else self._jobs(JobState.WAITING)
        if jobs:
            offers = [self._offer(technician) for technician in ("a", "b")]
            self._technician_does(offering.hold_out(order, jobs[which % len(jobs)].id, offers, at=self._now()))

    @precondition(lambda self: self.order is not None)
    @rule(which=pick, accepts=st.booleans())
    def an_offer_is_answered(self, which: int, accepts: bool) -> None:
        order, at = self._order(), self._now()
        offers = [offer for job in order.open_jobs for offer in job.open_offers]
        if not offers:
            return
        offer_id = offers[which % len(offers)].id
        if accepts:
            self._technician_does(offering.accept(order, offer_id, at=at, decided_at=at, planned_arrival=None))
        else:
            self._technician_does(offering.decline(order, offer_id, at=at, decided_at=at, reason="far"))

    @precondition(lambda self: self.order is not None)
    @rule()
    def offers_expire(self) -> None:
        order = self._order()
        over = [offer.id for job in order.open_jobs for offer in job.open_offers]
        if over:
            self._technician_does(offering.expire(order, over, at=self._now()))

    @precondition(lambda self: self.order is not None)
    @rule(which=pick, verb=st.sampled_from(sorted(NEXT)))
    def a_technician_goes_on(self, which: int, verb: Verb) -> None:
        self._act(NEXT[verb], which, lambda order, job: job_steps.step_along(order, job.id, verb, by=_of(job), at=self._now()))

    @precondition(lambda self: self.order is not None)
    @rule(which=pick, state=st.sampled_from([JobState.ON_SITE, JobState.WORKING]))
    def a_technician_pauses(self, which: int, state: JobState) -> None:
        self._act(
            state,
            which,
            lambda order, job: job_steps.pause(order, job.id, by=_of(job), at=self._now(), reason=HoldReason.WAITING_PARTS),
        )

    @precondition(lambda self: self.order is not None)
    @rule(which=pick, state=st.sampled_from(sorted(TAKEN)))
    def a_technician_returns_the_job(self, which: int, state: JobState) -> None:
        self._act(state, which, lambda order, job: job_steps.give_back(order, job.id, by=_of(job), at=self._now(), reason="ill"))

    @precondition(lambda self: self.order is not None)
    @rule(which=pick, state=st.sampled_from([JobState.ACCEPTED, JobState.ON_SITE, JobState.WORKING]))
    def a_technician_completes(self, which: int, state: JobState) -> None:
        self._act(state, which, lambda order, job: job_steps.complete(order, job.id, by=_of(job), at=self._now(), report=Report()))

    @precondition(lambda self: self.order is not None and len(self.order.jobs) < 6)
    @rule(which=pick)
    def a_technician_asks_for_a_second_visit(self, which: int) -> None:
        self._act(
            JobState.WORKING,
            which,
            lambda order, job: job_steps.ask_follow_up(
                order, job.id, by=_of(job), at=self._now(), reason="parts", report=Report(), skills=None
            ),
        )

    # ---- the way between them ----

    @precondition(lambda self: self.to_dispatch)
    @rule(which=pick, again=st.booleans(), lost=st.booleans())
    def dispatch_hears(self, which: int, again: bool, lost: bool) -> None:
        heard = _taken(self.to_dispatch, which, again=again)
        if not (lost and which % 3 == 0):
            self._dispatch_hears(heard)

    @precondition(lambda self: self.to_tickets)
    @rule(which=pick, again=st.booleans(), lost=st.booleans())
    def tickets_hears(self, which: int, again: bool, lost: bool) -> None:
        heard = _taken(self.to_tickets, which, again=again)
        if not (lost and which % 3 == 0):
            self._tickets_hears(heard)

    @rule()
    def all_comes_to_rest(self) -> None:
        self._rest()
        self._agree()

    def teardown(self) -> None:
        self._rest()
        self._agree()

    # ---- what follows ----

    def _now(self) -> datetime:
        self.at += timedelta(minutes=1)
        return self.at

    def _order(self) -> WorkOrder:
        assert self.order is not None
        return self.order

    def _jobs(self, state: JobState) -> list[Job]:
        return [job for job in self._order().open_jobs if job.state is state]

    def _offer(self, technician: str) -> Offer:
        at = self._now()
        return Offer(
            id=OfferId(new_id()),
            technician_id=TechnicianId(technician),
            state=OfferState.OPEN,
            offered_at=at,
            expires_at=at + timedelta(minutes=15),
        )

    def _act(self, state: JobState, which: int, act: Callable[[WorkOrder, Job], WorkOrder]) -> None:
        jobs = self._jobs(state)
        if jobs:
            self._technician_does(act(self._order(), jobs[which % len(jobs)]))

    def _technician_does(self, after: WorkOrder) -> None:
        before = {job.id: job.state for job in self._order().jobs}
        self._order_becomes(after)
        for job in after.jobs:
            if before.get(job.id) is not job.state:
                self.meant.pop(job.id, None)
                if job.state in TAKEN or job.state is JobState.COMPLETED:
                    self.meant[job.id] = job.state

    def _ticket_becomes(self, *versions: Ticket) -> None:
        for version in versions:
            assert version.version == self.ticket.version + 1, "a version is skipped"
            self.ticket = version
            self.to_dispatch.append(tickets_events.ticket_snapshot(version))
            self.said += 1

    def _order_becomes(self, after: WorkOrder) -> None:
        before, self.order = self.order, after
        if before is None or after.version != before.version:
            assert after.version == (1 if before is None else before.version + 1), "a version is skipped"
            self.to_tickets.append(dispatch_events.snapshot(after))
            assert dispatch_events.changed(before, after).type
            self.said += 1

    def _dispatch_hears(self, heard: TicketV1) -> None:
        if self.held is None or heard.version > self.held.version:
            self.held = heard
            self._order_becomes(dispatch_following.follow(self.order, heard))

    def _tickets_hears(self, heard: WorkOrderV1) -> None:
        after, happenings = tickets_following.follow(self.ticket, heard, at=self._now())
        self._ticket_becomes(*(happening.ticket for happening in happenings if happening.fact))
        assert after.version == self.ticket.version
        self.ticket = after

    def _rest(self) -> None:
        """Everything still under way arrives, the newest last."""
        before = self.said
        while self.to_dispatch or self.to_tickets:
            if self.to_dispatch:
                tickets, self.to_dispatch = self.to_dispatch, []
                self._dispatch_hears(max(tickets, key=lambda ticket: ticket.version))
            if self.to_tickets:
                orders, self.to_tickets = self.to_tickets, []
                self._tickets_hears(max(orders, key=lambda order: order.version))
            assert self.said - before < MOST_FACTS_TO_REST, "echo: no rest"

    def _agree(self) -> None:
        ticket, order = self.ticket, self._order()
        for job in order.jobs:
            undone = job.state is JobState.CANCELLED and (ticket.state in ENDED or job.cycle < ticket.cycle)
            assert undone or self.meant.get(job.id, job.state) is job.state, "a technician's work was undone, and nobody asked for it"
        if ticket.state in {TicketState.RESOLVED, TicketState.CLOSED}:
            done = any(job.state is JobState.COMPLETED and job.cycle == ticket.cycle for job in order.jobs)
            assert done or ticket.cycle in self.resolved_by_staff, "resolved without anybody's work"
        if ticket.state in ENDED:
            assert not order.open_jobs, "the ticket ended, a job lives on"
        elif ticket.state is TicketState.ON_HOLD and ticket.hold == "staff":
            assert not any(job.open_offers for job in order.jobs), "held by staff, yet offered"
        else:
            assert MEANS.get(order.state) is ticket.state, f"ticket {ticket.state}, work order {order.state}"
        assert ticket.state in ENDED or order.open_jobs, "a living ticket without work"
        assert len({job.id for job in order.jobs}) == len(order.jobs)
        for cycle in {job.cycle for job in order.jobs}:
            assert sum((job.cycle, job.number) == (cycle, 1) for job in order.jobs) == 1
        assert all(job.state in OPEN or not job.open_offers for job in order.jobs)


def _of(job: Job) -> TechnicianId:
    assert job.technician_id is not None
    return job.technician_id


def _taken(box: list[T], which: int, *, again: bool) -> T:
    """One of the box; the newest always stays, so that it comes in the end, and any other may come again."""
    found = box[which % len(box)]
    if found is not box[-1] and not again:
        box.remove(found)
    return found


TestTicketsAndDispatchAgree = TwoServices.TestCase
TestTicketsAndDispatchAgree.settings = settings(
    max_examples=EXAMPLES, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
