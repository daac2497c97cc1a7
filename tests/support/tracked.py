"""Tickets as tickets' API shows them, to say in pages how they stand."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from services.portal.domain.ticket_view import TicketView

NOW = datetime(2026, 1, 20, 23, 2, tzinfo=UTC)
"""07:02 in Shanghai."""
TICKET = UUID(int=1)
JOB = UUID(int=2)
REPORTER = "resident-1"


def minutes(count: float) -> datetime:
    """Return the moment so many minutes from now."""
    return NOW + timedelta(minutes=count)


def step(
    state: str, at: float, *, cause: str = f"job:{JOB}", cycle: int = 1, **more: Any
) -> dict[str, Any]:
    return {"state": state, "at": minutes(at), "cause": cause, "cycle": cycle, **more}


OPENED = step("open", -60, cause=REPORTER)


def clock(
    kind: str,
    state: str = "running",
    *,
    due: float | None = 30,
    stopped: float | None = None,
    breached: bool = False,
) -> dict[str, Any]:
    return {
        "kind": kind,
        "state": state,
        "due_at": None if due is None else minutes(due),
        "stopped_at": None if stopped is None else minutes(stopped),
        "breached": breached,
    }


def visit(start: float, end: float, **more: Any) -> dict[str, Any]:
    return {"at": minutes(-5), "start": minutes(start), "end": minutes(end), **more}


def work(job_state: str, technician: str | None = "王师傅", **more: Any) -> dict[str, Any]:
    states = {"offered": "waiting", "completed": "done", "follow_up": "waiting"}
    return {
        "state": states.get(job_state, job_state),
        "job_id": str(JOB),
        "job_state": job_state,
        "technician": technician,
        **more,
    }


def tracked(
    *steps: dict[str, Any], clocks: Sequence[dict[str, Any]] = (), **more: Any
) -> TicketView:
    """Return a ticket that took these steps after it was opened an hour ago."""
    taken = [OPENED, *steps]
    return TicketView.model_validate(
        {
            "id": TICKET,
            "version": len(taken),
            "site_id": "demo",
            "reference": "DEMO-1042-K",
            "state": taken[-1]["state"],
            "cycle": taken[-1]["cycle"],
            "category": "plumbing",
            "priority": "normal",
            "nature": "fault",
            "road": "dispatch",
            "description": "水管漏水",
            "reporter_id": REPORTER,
            "place": {"building": "3", "unit": "1202"},
            "opened_at": OPENED["at"],
            "steps": taken,
            "clocks": list(clocks),
            **more,
        }
    )
