"""What the services tell the desk, for the tests of its rules: at noon."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from services.portal.domain.desk.views import Account, Crew, JobInHand, Member, QueueLine

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
TICKET = UUID("01900000-0000-7000-8000-000000000001")
JOB = UUID("01900000-0000-7000-8000-0000000000aa")


def after(**passed: float) -> datetime:
    return NOON + timedelta(**passed)


def a_line(**more: Any) -> QueueLine:
    """An open ticket of which nothing is known beside."""
    return QueueLine.model_validate(
        {
            "id": TICKET,
            "reference": "DEMO-1-A",
            "site_id": "demo",
            "state": "open",
            "priority": "normal",
            "category": "plumbing",
            "road": "dispatch",
            "title": "",
            "description": "漏水",
            "place": {"building": "3", "unit": "1202"},
            "opened_at": NOON,
            "needs_info": False,
            "hold_reason": None,
            "held_at": None,
            "cancel_requested_at": None,
            "unheard_since": None,
            "due_at": None,
            "due_kind": None,
            "work": None,
            **more,
        }
    )


def in_hand(**more: Any) -> JobInHand:
    return JobInHand.model_validate(
        {
            "job_id": JOB,
            "ticket_id": TICKET,
            "site_id": "demo",
            "state": "accepted",
            "since": NOON,
            "planned_arrival": None,
            "category": "plumbing",
            "priority": "normal",
            "reference": "DEMO-1-A",
            "place": None,
            "expires_at": None,
            **more,
        }
    )


def a_member(id: str = "li", **more: Any) -> Member:
    return Member.model_validate(
        {
            "id": id,
            "name": id.title(),
            "capacity": 3,
            "on_duty": True,
            "until": None,
            "next_at": None,
            "on_leave": False,
            "position": None,
            "holds": (),
            "asked": (),
            "elsewhere": 0,
            **more,
        }
    )


def a_crew(*members: Member) -> Crew:
    return Crew(at=NOON, items=members)


def an_account(**more: Any) -> Account:
    """A resolution that was promised within eight hours, since noon."""
    return Account.model_validate(
        {
            "kind": "resolution",
            "state": "running",
            "started_at": NOON,
            "due_at": after(hours=8),
            "stopped_at": None,
            "breached_at": None,
            "target_s": 8 * 3600,
            "counted_s": 0,
            "spans": (),
            **more,
        }
    )


def a_span(since_h: float, until_h: float, spent: str, reason: str | None = None) -> dict[str, Any]:
    return {
        "since": after(hours=since_h),
        "until": after(hours=until_h),
        "spent": spent,
        "reason": reason,
    }
