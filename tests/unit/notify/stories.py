"""Snapshots for the tests: a ticket, its work order, the technician."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from shared.contracts import ClocksV1, CommentV1, SiteV1, TechnicianV1, TicketV1, WorkOrderV1
from shared.contracts.attachments import Attachment
from shared.contracts.base import SkillNeed
from shared.contracts.dispatch import JobState, JobStep, JobV1, OfferState, OfferV1, WorkOrderState
from shared.contracts.sla import Announcement, ClockKind, ClockState, ClockV1
from shared.contracts.tickets import (
    Activity,
    Classing,
    Deed,
    Place,
    Priority,
    TicketState,
    TicketStep,
)
from shared.ids import derived_id, new_id


class Story:
    """One ticket whose snapshots are told step by step, each with the next version."""

    def __init__(
        self,
        now: datetime,
        *,
        site: str = "demo",
        language: str = "zh-CN",
        reporter: str = "resident-1",
    ) -> None:
        self.now = now
        self.site = site
        self.ticket_id: UUID = new_id()
        self.job_id = derived_id(self.ticket_id, 1, 1)
        self.language, self.reporter = language, reporter
        self.followers: tuple[str, ...] = ()
        self.description = "厨房水管爆裂"
        self.hold: str | None = None
        self.attachments: tuple[Attachment, ...] = ()
        self._steps = [TicketStep(at=now, state=TicketState.OPEN, cycle=1, cause=reporter)]
        self._job_steps = [JobStep(at=now, state=JobState.WAITING)]
        self._ticket_version = self._order_version = self._clocks_version = 0
        self.offers: dict[str, OfferV1] = {}
        self._announced: list[Announcement] = []

    def ticket(
        self,
        state: TicketState | None = None,
        *,
        reason: str | None = None,
        cycle: int | None = None,
        cause: str = "system",
        merged_into: str | None = None,
        **more: Any,
    ) -> TicketV1:
        if state is not None:
            cycle = cycle or self._steps[-1].cycle
            self._steps.append(
                TicketStep(
                    at=self.now,
                    state=state,
                    cycle=cycle,
                    reason=reason,
                    cause=cause,
                    merged_into=merged_into,
                )
            )
        self._ticket_version += 1
        return TicketV1(
            id=self.ticket_id,
            version=self._ticket_version,
            site_id=self.site,
            reference="DEMO-1042-K",
            state=self._steps[-1].state,
            cycle=self._steps[-1].cycle,
            category="plumbing",
            priority=Priority.URGENT,
            description=self.description,
            language=self.language,
            reporter_id=self.reporter,
            entered_by=self.reporter,
            followers=self.followers,
            attachments=self.attachments,
            place=Place(building="3", unit="1202", lat=31.2304, lon=121.4737),
            skills=(SkillNeed(code="plumbing"),),
            hold=self.hold,
            opened_at=self._steps[0].at,
            steps=tuple(self._steps),
            classes=(
                Classing(at=self._steps[0].at, category="plumbing", priority=Priority.URGENT),
            ),
            **more,
        )

    def begun(self) -> tuple[TicketV1, ClocksV1]:
        """The ticket with its promises."""
        return self.ticket(), self.clocks()

    def offered(self, *technicians: str, life: timedelta = timedelta(minutes=3)) -> WorkOrderV1:
        for technician in technicians:
            self.offers[technician] = OfferV1(
                id=new_id(),
                technician_id=technician,
                state=OfferState.OPEN,
                offered_at=self.now,
                expires_at=self.now + life,
            )
        return self.order(JobState.OFFERED)

    def accepted(self, technician: str) -> WorkOrderV1:
        for other, offer in self.offers.items():
            if offer.state is OfferState.OPEN:
                won = other == technician
                state, reason = (
                    (OfferState.ACCEPTED, None)
                    if won
                    else (OfferState.WITHDRAWN, "accepted_by_other")
                )
                self.offers[other] = offer.model_copy(
                    update={"state": state, "decided_at": self.now, "reason": reason}
                )
        return self.order(JobState.ACCEPTED, technician=technician)

    def decided(self, technician: str, state: OfferState, reason: str | None = None) -> WorkOrderV1:
        self.offers[technician] = self.offers[technician].model_copy(
            update={"state": state, "decided_at": self.now, "reason": reason}
        )
        return self.order(JobState.WAITING)

    def order(
        self,
        state: JobState | None = None,
        *,
        technician: str | None = None,
        reason: str | None = None,
        job: Mapping[str, Any] | None = None,
        **more: Any,
    ) -> WorkOrderV1:
        """`job` is what else the job says."""
        if state is not None:
            self._job_steps.append(
                JobStep(at=self.now, state=state, technician_id=technician, reason=reason)
            )
        self._order_version += 1
        last = self._job_steps[-1]
        the_job = JobV1(
            id=self.job_id,
            cycle=1,
            state=last.state,
            technician_id=technician,
            steps=tuple(self._job_steps),
            offers=tuple(self.offers.values()),
            **(job or {}),
        )
        return WorkOrderV1(
            id=self.ticket_id,
            version=self._order_version,
            site_id=self.site,
            observed=1,
            cycle=1,
            state=WorkOrderState.WAITING,
            jobs=(the_job,),
            **more,
        )

    def clocks(self, *clocks: ClockV1, announced: tuple[Announcement, ...] = ()) -> ClocksV1:
        self._clocks_version += 1
        self._announced += announced
        return ClocksV1(
            id=self.ticket_id,
            version=self._clocks_version,
            site_id=self.site,
            policy_id="default",
            policy_version=1,
            clocks=clocks or (self.clock(ClockKind.ARRIVAL),),
            announced=tuple(self._announced),
        )

    def clock(
        self, kind: ClockKind, *, due: timedelta = timedelta(hours=2), **more: Any
    ) -> ClockV1:
        more = {"state": ClockState.RUNNING, **more}
        return ClockV1(kind=kind, started_at=self.now, due_at=self.now + due, **more)

    def announcement(
        self, kind: ClockKind, threshold: int, *, skipped: bool = False
    ) -> Announcement:
        return Announcement(
            clock=kind,
            threshold=threshold,
            due_at=self.now,
            fell_at=self.now,
            announced_at=self.now,
            skipped=skipped,
        )

    def comment(
        self,
        text: str,
        *,
        author: str = "dispatcher-1",
        by_staff: bool = True,
        public: bool = True,
        by_technician: bool = False,
    ) -> CommentV1:
        return CommentV1(
            id=new_id(),
            version=1,
            site_id=self.site,
            ticket_id=self.ticket_id,
            author_id=author,
            by_staff=by_staff,
            public=public,
            text=text,
            at=self.now,
            by_technician=by_technician,
        )

    def said(self, text: str, *, by: str = "resident-1") -> CommentV1:
        """What a resident wrote."""
        return self.comment(text, author=by, by_staff=False)

    def deed(
        self, deed: Deed, *, by: str = "resident-1", by_staff: bool = False, **more: Any
    ) -> Activity:
        return Activity(at=self.now, deed=deed, by=by, by_staff=by_staff, **more)


def a_technician(id: str = "wang", *, name: str = "王强", language: str = "zh-CN") -> TechnicianV1:
    return TechnicianV1(
        id=id, version=1, site_id="demo", name=name, sites=("demo",), language=language
    )


def the_site() -> SiteV1:
    return SiteV1(
        id="demo",
        version=1,
        site_id="demo",
        code="DEMO",
        name="示范小区",
        time_zone="Asia/Shanghai",
    )


NOON = datetime(2026, 11, 21, 4, tzinfo=UTC)
