"""tickets and dispatch with their real rules and nothing between them but snapshots
on their way.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from services.dispatch import events as dispatch_events
from services.dispatch.domain import following as dispatch_following
from services.dispatch.domain import job_steps, offering
from services.dispatch.domain.job import OPEN, TAKEN, Job, Offer, Report
from services.dispatch.domain.job_steps import Verb
from services.dispatch.domain.work_order import WorkOrder
from services.tickets import events as tickets_events
from services.tickets.domain import following as tickets_following
from services.tickets.domain.amending import reclassify
from services.tickets.domain.cancelling import end_as_asked, request_cancel
from services.tickets.domain.conversation import told
from services.tickets.domain.danger.heeding import heed
from services.tickets.domain.merging import merge_into, unmerge
from services.tickets.domain.ticket import Ticket
from services.tickets.domain.verbs import ENDED
from services.tickets.domain.verbs import Verb as TicketVerb
from shared.auth.caller import Caller, Grant, Role
from shared.contracts import SkillNeed, TicketV1, WorkOrderV1
from shared.contracts.categories import Nature, Road
from shared.contracts.dispatch import JobState, OfferState, WorkOrderState
from shared.contracts.tickets import Classing, HoldReason, Priority, TicketState, TicketStep
from shared.ids import JobId, OfferId, PersonId, SiteId, TechnicianId, TicketId, new_id

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
RESIDENT = Caller(PersonId("resident-1"), (Grant(Role.RESIDENT, SiteId("demo")),))
STAFF = Caller(PersonId("dana"), (Grant(Role.DISPATCHER, SiteId("demo")),))
MEANS = {
    WorkOrderState.WAITING: TicketState.OPEN,
    WorkOrderState.ACCEPTED: TicketState.ASSIGNED,
    WorkOrderState.TRAVELLING: TicketState.IN_PROGRESS,
    WorkOrderState.ON_SITE: TicketState.IN_PROGRESS,
    WorkOrderState.WORKING: TicketState.IN_PROGRESS,
    WorkOrderState.PAUSED: TicketState.ON_HOLD,
    WorkOrderState.DONE: TicketState.RESOLVED,
}
MAX_FACTS_TO_REST = 20

T = TypeVar("T")
_CLASSES = {
    Road.DISPATCH: ("plumbing", Nature.FAULT),
    Road.DESK: ("complaint", Nature.COMPLAINT),
}


def _a_new_ticket(road: Road = Road.DISPATCH) -> Ticket:
    category, nature = _CLASSES[road]
    return Ticket(
        id=TicketId(new_id()),
        site_id="demo",
        reference="DEMO-1-A",
        state=TicketState.OPEN,
        category=category,
        priority=Priority.NORMAL,
        nature=nature,
        road=road,
        language="zh-CN",
        channel="app",
        reporter_id=RESIDENT.id,
        entered_by=RESIDENT.id,
        opened_at=NOON,
        steps=(TicketStep(at=NOON, state=TicketState.OPEN, cycle=1, cause=RESIDENT.id),),
        classes=(
            Classing(
                at=NOON, category=category, priority=Priority.NORMAL, nature=nature, road=road
            ),
        ),
    )


TARGET = _a_new_ticket()
"""What others are merged into."""


class TwoServices:
    """Each tells the other only by snapshots, which may be doubled, overtaken or lost as long as
    the newest arrives in the end.
    """

    def __init__(self, road: Road = Road.DISPATCH) -> None:
        self.ticket = _a_new_ticket(road)
        self.order: WorkOrder | None = None
        self.held: TicketV1 | None = None  # dispatch's newest snapshot of the ticket
        self.to_dispatch: list[TicketV1] = [tickets_events.ticket_snapshot(self.ticket)]
        self.to_tickets: list[WorkOrderV1] = []
        self.said = 0
        # what technicians last did, which nobody on the other side has undone
        self.meant: dict[JobId, JobState] = {}
        self.resolved_by_staff: set[int] = set()
        self.at = NOON

    def moves(self) -> dict[str, Callable[[], None]]:
        """What can happen next, by name."""
        return {**self._at_tickets(), **self._at_dispatch(), **self._on_the_way()}

    def do(self, *names: str) -> None:
        """These moves, one after another."""
        for name in names:
            self.moves()[name]()

    # ---- people at tickets ----

    def _at_tickets(self) -> dict[str, Callable[[], None]]:
        ticket, moves = self.ticket, dict[str, Callable[[], None]]()
        if ticket.state in {TicketState.OPEN, TicketState.ASSIGNED, TicketState.IN_PROGRESS}:
            for reason in (HoldReason.WAITING_CONTRACTOR, HoldReason.WAITING_RESIDENT):
                moves[f"staff hold {reason}"] = partial(self._staff_hold, reason)
        if ticket.state is TicketState.ON_HOLD:
            moves["staff release"] = lambda: self._released(
                self.ticket.release(by=STAFF, at=self._now())
            )
            if ticket.answered_by_resident(by=RESIDENT, at=self.at) is not ticket:
                moves["resident answers"] = lambda: self._released(
                    self.ticket.answered_by_resident(by=RESIDENT, at=self._now())
                )
        if TicketVerb.CANCEL in ticket.legal_for(RESIDENT):
            moves["resident cancel"] = lambda: self._ticket_becomes(
                ticket.cancel(by=RESIDENT, at=self._now(), reason=None)
            )
        may_ask = TicketVerb.REQUEST_CANCEL in ticket.legal_for(RESIDENT)
        if may_ask and ticket.cancel_requested_at is None:
            moves["resident asks to cancel"] = lambda: self._ticket_becomes(
                request_cancel(ticket, by=RESIDENT, at=self._now(), reason=None)
            )
        if ticket.state not in ENDED:
            moves["staff cancel"] = lambda: self._ticket_becomes(
                ticket.cancel(by=STAFF, at=self._now(), reason="not needed")
            )
            moves["staff resolve"] = self._staff_resolve
            moves["staff merge"] = lambda: self._ticket_becomes(
                merge_into(ticket, TARGET, by=STAFF, at=self._now())
            )
            moves["somebody amends"] = lambda: self._ticket_becomes(ticket.changed(title="drips"))
            if ticket.answered_at is None:
                moves["staff answers"] = lambda: self._ticket_becomes(
                    told(ticket, by=STAFF, at=self._now())
                )
            moves["staff reclassify"] = self._staff_reclassify
            if ticket.category != "complaint":
                moves["staff turn to desk"] = self._staff_turn_to_desk
            if len(ticket.danger) < 2:
                moves["danger is written"] = self._danger_is_written
        if TicketVerb.UNMERGE in ticket.legal_for(STAFF) and ticket.cycle < 3:
            moves["staff unmerge"] = lambda: self._ticket_becomes(
                unmerge(ticket, by=STAFF, at=self._now(), reason=None)
            )
        if ticket.state is TicketState.RESOLVED:
            moves["resident confirms"] = lambda: self._ticket_becomes(
                ticket.confirm(by=RESIDENT, at=self._now())
            )
        if ticket.state in {TicketState.RESOLVED, TicketState.CLOSED} and ticket.cycle < 3:
            moves["resident reopens"] = lambda: self._ticket_becomes(
                ticket.reopen(by=STAFF, at=self._now(), reason="drips again")
            )
        return moves

    def _staff_hold(self, reason: HoldReason) -> None:
        self._ticket_becomes(self.ticket.put_on_hold(by=STAFF, at=self._now(), reason=reason))

    def _staff_reclassify(self) -> None:
        category = "lift" if self.ticket.category == "plumbing" else "plumbing"
        self._becomes_of(category, Nature.FAULT, Road.DISPATCH, skills=(SkillNeed(code=category),))

    def _staff_turn_to_desk(self) -> None:
        self._becomes_of("complaint", Nature.COMPLAINT, Road.DESK, skills=())

    def _becomes_of(
        self, category: str, nature: Nature, road: Road, *, skills: tuple[SkillNeed, ...]
    ) -> None:
        classing = Classing(
            at=self._now(), category=category, priority=Priority.URGENT, nature=nature, road=road
        )
        self._ticket_becomes(reclassify(self.ticket, classing, skills=skills, needs_info=False))

    def _danger_is_written(self) -> None:
        words = (f"fire {len(self.ticket.danger)}",)
        self._ticket_becomes(heed(self.ticket, words, at=self._now(), cause=RESIDENT.id))

    def _released(self, ticket: Ticket) -> None:
        """Whoever ends a hold ends the pause that caused it."""
        self._ticket_becomes(ticket)
        self.meant = {
            job: state for job, state in self.meant.items() if state is not JobState.PAUSED
        }

    def _staff_resolve(self) -> None:
        self._ticket_becomes(self.ticket.resolve(by=STAFF, at=self._now(), note="done by phone"))
        self.resolved_by_staff.add(self.ticket.cycle)

    # ---- people at dispatch ----

    def _at_dispatch(self) -> dict[str, Callable[[], None]]:
        moves = dict[str, Callable[[], None]]()
        for job in self.order.open_jobs if self.order is not None else ():
            for name, change in self._with(self._order(), job).items():
                moves[f"{name} {job.cycle}.{job.number}"] = partial(self._technician_does, change)
        return moves

    def _with(self, order: WorkOrder, job: Job) -> dict[str, Callable[[], WorkOrder]]:
        """What can be done with one job, by name."""
        moves = dict[str, Callable[[], WorkOrder]]()
        if job.state is JobState.WAITING and not order.need.held:
            moves["offer"] = lambda: offering.offer_job(
                order, job.id, [self._offer("a"), self._offer("b")], at=self._now()
            )
        for offer in job.open_offers:
            moves[f"{offer.technician_id} accepts"] = partial(self._accepted, order, offer)
            moves[f"{offer.technician_id} declines"] = partial(self._declined, order, offer)
            moves["expire"] = lambda: offering.expire(
                order, [offer.id for offer in job.open_offers], at=self._now()
            )
        if job.technician_id is None:
            return moves
        who: Any = {"job_id": job.id, "by": job.technician_id}
        for verb in [
            verb
            for verb in (Verb.TRAVEL, Verb.ARRIVE, Verb.START, Verb.RESUME)
            if verb in job_steps.legal(job)
        ]:
            moves[verb] = partial(self._stepped, order, verb, who)
        if Verb.PAUSE in job_steps.legal(job):
            for reason in (HoldReason.WAITING_PARTS, HoldReason.WAITING_RESIDENT):
                moves[f"pause {reason}"] = partial(self._paused, order, reason, who)
        if Verb.COMPLETE in job_steps.legal(job):
            moves["complete"] = lambda: job_steps.complete(
                order, **who, at=self._now(), report=Report()
            )
        if Verb.FOLLOW_UP in job_steps.legal(job) and len(order.jobs) < 6:
            moves["follow-up"] = lambda: job_steps.ask_follow_up(
                order, **who, at=self._now(), reason="parts", report=Report(), skills=None
            )
        moves["return"] = lambda: job_steps.give_back(order, **who, at=self._now(), reason="ill")
        moves["withdraw"] = lambda: job_steps.take_away(
            order, job.id, at=self._now(), reason="withdrawn_by_staff"
        )
        return moves

    def _accepted(self, order: WorkOrder, offer: Offer) -> WorkOrder:
        at = self._now()
        return offering.accept(order, offer.id, at=at, decided_at=at, planned_arrival=None)

    def _declined(self, order: WorkOrder, offer: Offer) -> WorkOrder:
        at = self._now()
        return offering.decline(order, offer.id, at=at, decided_at=at, reason="far")

    def _stepped(self, order: WorkOrder, verb: Verb, who: Any) -> WorkOrder:
        return job_steps.step_along(order, **who, verb=verb, at=self._now())

    def _paused(self, order: WorkOrder, reason: HoldReason, who: Any) -> WorkOrder:
        return job_steps.pause(order, **who, at=self._now(), reason=reason)

    # ---- the way between them ----

    def _on_the_way(self) -> dict[str, Callable[[], None]]:
        moves = dict[str, Callable[[], None]]()
        for n, ticket in enumerate(self.to_dispatch):
            moves[f"dispatch hears {n}"] = partial(self._dispatch_hears, ticket)
            moves[f"dispatch hears {n} and offers"] = partial(
                self._dispatch_hears, ticket, and_offers=True
            )
            moves[f"lost to dispatch {n}"] = partial(_lose, self.to_dispatch, ticket)
        for n, order in enumerate(self.to_tickets):
            moves[f"tickets hears {n}"] = partial(self._tickets_hears, order)
            moves[f"lost to tickets {n}"] = partial(_lose, self.to_tickets, order)
        return moves

    # ---- what follows ----

    def _now(self) -> datetime:
        self.at += timedelta(minutes=1)
        return self.at

    def _order(self) -> WorkOrder:
        assert self.order is not None
        return self.order

    def _offer(self, technician: str) -> Offer:
        at = self._now()
        return Offer(
            id=OfferId(new_id()),
            technician_id=TechnicianId(technician),
            state=OfferState.OPEN,
            offered_at=at,
            expires_at=at + timedelta(minutes=15),
        )

    def _technician_does(self, change: Callable[[], WorkOrder]) -> None:
        after = change()
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

    def _order_becomes(self, *changes: WorkOrder) -> None:
        """In one transaction."""
        after = changes[-1]
        before, self.order = self.order, replace(after, committed_version=after.version)
        if after.is_news_after(before):
            assert after.version == (1 if before is None else before.version + 1), (
                "a version is skipped"
            )
            self.to_tickets.append(dispatch_events.snapshot(after))
            assert dispatch_events.changed(before, *changes).type
            self.said += 1
        else:
            assert before is not None
            assert after.version == before.version, "a version that says nothing"

    def _dispatch_hears(self, heard: TicketV1, *, and_offers: bool = False) -> None:
        if self.held is None or heard.version > self.held.version:
            self.held = heard
            after = dispatch_following.follow(self.order, heard)
            changes = [after]
            if and_offers and after.waits:
                job = next(job for job in after.jobs if job.state is JobState.WAITING)
                changes.append(
                    offering.offer_job(
                        after, job.id, [self._offer("a"), self._offer("b")], at=self._now()
                    )
                )
            self._order_becomes(*changes)

    def _tickets_hears(self, heard: WorkOrderV1) -> None:
        after, happenings = tickets_following.follow(self.ticket, heard, at=self._now())
        changed = [happening.ticket for happening in happenings if happening.fact]
        if self.ticket.state in {TicketState.IN_PROGRESS, TicketState.ON_HOLD}:
            ended = end_as_asked(after, at=self.at)
            if ended is not after:
                after = replace(ended, version=self.ticket.version + 1)
                changed.append(after)
        assert {ticket.version for ticket in changed} <= {self.ticket.version + 1}, (
            "one order, one version"
        )
        self._ticket_becomes(*changed[-1:])
        assert after.version == self.ticket.version
        self.ticket = after

    def rest(self) -> None:
        """Everything still under way arrives, the newest last."""
        before = self.said
        while self.to_dispatch or self.to_tickets:
            if self.to_dispatch:
                tickets, self.to_dispatch = self.to_dispatch, []
                self._dispatch_hears(max(tickets, key=lambda ticket: ticket.version))
            if self.to_tickets:
                orders, self.to_tickets = self.to_tickets, []
                self._tickets_hears(max(orders, key=lambda order: order.version))
            assert self.said - before < MAX_FACTS_TO_REST, "echo: no rest"

    def agree(self) -> None:
        """Raises AssertionError unless, at rest, the two say the same."""
        ticket, order = self.ticket, self._order()
        for job in order.jobs:
            undone = job.state is JobState.CANCELLED and (
                ticket.state in ENDED or job.cycle < ticket.cycle
            )
            assert undone or self.meant.get(job.id, job.state) is job.state, (
                "a technician's work was undone, and nobody asked for it"
            )
        if ticket.state in {TicketState.RESOLVED, TicketState.CLOSED}:
            done = any(
                job.state is JobState.COMPLETED and job.cycle == ticket.cycle for job in order.jobs
            )
            assert done or ticket.cycle in self.resolved_by_staff, "resolved without anybody's work"
        if ticket.state in ENDED:
            assert not order.open_jobs, "the ticket ended, a job lives on"
        elif ticket.state is TicketState.ON_HOLD and ticket.hold == "staff":
            assert not any(job.open_offers for job in order.jobs), "held by staff, yet offered"
        elif order.state is WorkOrderState.CANCELLED:
            assert (ticket.road, ticket.state) == (Road.DESK, TicketState.OPEN), (
                f"ticket {ticket.state}, and nothing is done about it"
            )
        else:
            assert MEANS.get(order.state) is ticket.state, (
                f"ticket {ticket.state}, work order {order.state}"
            )
        if ticket.road is Road.DESK:
            assert all(job.state in TAKEN for job in order.open_jobs), "the desk's, yet looked for"
        else:
            assert ticket.state in ENDED or order.open_jobs, "a living ticket without work"
        assert ticket.state in ENDED or order.need.skills == ticket.skills, (
            "somebody is looked for who cannot do it"
        )
        assert len({job.id for job in order.jobs}) == len(order.jobs)
        for cycle in {job.cycle for job in order.jobs}:
            assert sum((job.cycle, job.number) == (cycle, 1) for job in order.jobs) == 1
        assert all(job.state in OPEN or not job.open_offers for job in order.jobs)


def _lose(box: list[T], snapshot: T) -> None:
    """It does not come, or not again; the newest always stays, so that it comes in the end."""
    if snapshot is not box[-1]:
        box.remove(snapshot)
