"""Snapshots to time: a ticket of 09:00 on a Monday in Shanghai, its steps, and what dispatch did
about it.
"""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from shared.contracts import SiteV1, TicketV1, WorkOrderV1
from shared.contracts.dispatch import JobState, JobStep, JobV1, WorkOrderState
from shared.contracts.tickets import Classing, Priority, TicketState, TicketStep
from shared.ids import derived_id, new_id

NINE = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""Monday, 09:00 in Shanghai."""


def after(**by: float) -> datetime:
    return NINE + timedelta(**by)


def a_step(
    state: str, at: datetime, *, reason: str | None = None, cycle: int = 1, cause: str = "job:1"
) -> TicketStep:
    return TicketStep(at=at, state=TicketState(state), cycle=cycle, reason=reason, cause=cause)


def a_ticket(
    *steps: TicketStep,
    id: UUID | None = None,
    version: int | None = None,
    priority: str = "urgent",
    classes: tuple[Classing, ...] = (),
    opened_at: datetime = NINE,
    **fields: Any,
) -> TicketV1:
    """Opened at nine, then what `steps` say; its version is the number of its steps
    unless given.
    """
    all_steps = (a_step("open", opened_at, cause="resident-1"), *steps)
    known = classes or (Classing(at=opened_at, category="plumbing", priority=Priority(priority)),)
    return TicketV1.model_validate(
        {
            "id": id or new_id(),
            "version": version or len(all_steps) + len(known) - 1,
            "site_id": "demo",
            "reference": "DEMO-1-A",
            "state": all_steps[-1].state,
            "cycle": all_steps[-1].cycle,
            "category": known[-1].category,
            "priority": known[-1].priority,
            "reporter_id": "resident-1",
            "entered_by": "resident-1",
            "opened_at": opened_at,
            "steps": all_steps,
            "classes": known,
            "channel": "app",
            **fields,
        }
    )


def reclassed(at: datetime, priority: str) -> tuple[Classing, ...]:
    return (
        Classing(at=NINE, category="plumbing", priority=Priority.URGENT),
        Classing(at=at, category="plumbing", priority=Priority(priority)),
    )


def a_work_order(
    ticket: TicketV1, *job_steps: tuple[str, datetime], cycle: int = 1, version: int | None = None
) -> WorkOrderV1:
    """One job by `tech-1`, with these states at these times."""
    steps = tuple(
        JobStep(at=at, state=JobState(state), technician_id="tech-1") for state, at in job_steps
    )
    state = steps[-1].state if steps else JobState.WAITING
    job = JobV1(
        id=derived_id(ticket.id, cycle),
        cycle=cycle,
        state=state,
        technician_id="tech-1" if steps else None,
        steps=steps,
    )
    shown = {JobState.COMPLETED: WorkOrderState.DONE, JobState.OFFERED: WorkOrderState.WAITING}
    return WorkOrderV1(
        id=ticket.id,
        version=version or len(steps) + 1,
        site_id=ticket.site_id,
        observed=ticket.version,
        cycle=cycle,
        state=shown.get(state) or WorkOrderState(state.value),
        jobs=(job,),
    )


def a_site(time_zone: str = "Asia/Shanghai", *, id: str = "demo", version: int = 1) -> SiteV1:
    return SiteV1(id=id, version=version, site_id=id, code="DEMO", name="Demo", time_zone=time_zone)
