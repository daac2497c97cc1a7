"""What the services tell the desk, as far as its pages read it."""

from datetime import datetime
from uuid import UUID

from pydantic import AwareDatetime, Field, TypeAdapter

from services.portal.domain.desk.job_report import JobReport
from shared.contracts.base import Contract
from shared.contracts.dispatch import Barred, JobState
from shared.contracts.sla import ClockKind, ClockState
from shared.contracts.tickets import Place, Priority, TicketState, TicketStep


class Count(Contract):
    tickets: int
    first_at: AwareDatetime | None


class Counts(Contract):
    open: int
    on_hold: int
    at_risk: Count
    breached: Count
    unassignable: Count
    unheard: Count


class Work(Contract):
    """What dispatch does about a ticket."""

    job_id: UUID | None = None
    job_state: JobState | None = None
    technician_id: str | None = None
    technician: str | None = None
    planned_arrival: AwareDatetime | None = None
    unassignable_at: AwareDatetime | None = None
    unassignable: tuple[Barred, ...] = ()


class QueueLine(Contract):
    """A ticket as the desk reads it at a glance."""

    id: UUID
    reference: str
    site_id: str
    state: TicketState
    priority: Priority
    category: str
    road: str
    title: str
    description: str
    place: Place
    opened_at: AwareDatetime
    needs_info: bool
    hold_reason: str | None
    held_at: AwareDatetime | None
    cancel_requested_at: AwareDatetime | None
    unheard_since: AwareDatetime | None
    due_at: AwareDatetime | None
    due_kind: ClockKind | None
    work: Work | None

    @property
    def text(self) -> str:
        """What was said, in one line."""
        return " ".join((self.title or self.description).split())


class ListedTicket(Contract):
    """A ticket in a list."""

    id: UUID
    reference: str
    site_id: str
    state: TicketState
    priority: Priority
    category: str
    title: str
    description: str
    place: Place
    opened_at: AwareDatetime
    hold: str | None
    steps: tuple[TicketStep, ...]
    next_due_at: AwareDatetime | None = None
    imported: dict[str, object] | None = None

    @property
    def text(self) -> str:
        """What was said, in one line."""
        return " ".join((self.title or self.description).split())

    @property
    def hold_reason(self) -> str:
        """Why it is on hold; empty where it is not."""
        return (self.steps[-1].reason or "") if self.state is TicketState.ON_HOLD else ""


class Queue(Contract):
    at: AwareDatetime
    counts: Counts
    items: tuple[QueueLine, ...]


class Point(Contract):
    lat: float
    lon: float


class Position(Contract):
    point: Point
    at: AwareDatetime


class JobInHand(Contract):
    """A job that a technician holds, or is asked to take until `expires_at`."""

    job_id: UUID
    ticket_id: UUID
    site_id: str
    state: JobState
    since: AwareDatetime | None
    planned_arrival: AwareDatetime | None
    category: str
    priority: Priority
    reference: str | None
    place: Place | None
    expires_at: AwareDatetime | None


class Member(Contract):
    """A technician of the crew."""

    id: str
    name: str
    capacity: int
    on_duty: bool
    until: AwareDatetime | None
    next_at: AwareDatetime | None
    on_leave: bool
    position: Position | None
    holds: tuple[JobInHand, ...]
    asked: tuple[JobInHand, ...]
    elsewhere: int

    @property
    def in_hand(self) -> int:
        return len(self.holds) + self.elsewhere


class Crew(Contract):
    at: AwareDatetime
    items: tuple[Member, ...]


class Span(Contract):
    since: AwareDatetime
    until: AwareDatetime
    spent: str
    reason: str | None


class Account(Contract):
    """A promise with how its time was spent."""

    kind: ClockKind
    state: ClockState
    started_at: AwareDatetime
    due_at: AwareDatetime | None
    stopped_at: AwareDatetime | None
    breached_at: AwareDatetime | None
    target_s: int | None
    counted_s: int | None
    spans: tuple[Span, ...]


class Ledger(Contract):
    ticket_id: UUID
    items: tuple[Account, ...]

    def account(self, kind: ClockKind | None) -> Account | None:
        """Return the promise of that kind; None where there is none."""
        return next((each for each in self.items if each.kind is kind), None)


class Term(Contract):
    name: str
    minutes: float
    text: str


class Bar(Contract):
    code: str
    text: str
    until: AwareDatetime | None = None


class Standing(Contract):
    """One technician's result for a job."""

    technician_id: str
    name: str
    bars: tuple[Bar, ...]
    rank: int | None
    terms: tuple[Term, ...]


class Explanation(Contract):
    job_id: UUID
    state: JobState
    mode: str
    held: bool
    items: tuple[Standing, ...]


class Entry(Contract):
    """A line of a timeline."""

    n: int
    at: AwareDatetime
    name: str
    cause: str = ""
    public: bool = True
    detail: dict[str, object] = Field(default_factory=dict)
    text: str | None = None
    by_staff: bool | None = None
    by_technician: bool | None = None

    def said(self, name: str) -> str:
        """Return a text of the detail; empty where there is none."""
        value = self.detail.get(name)
        return value if isinstance(value, str) else ""

    def moment(self, name: str) -> datetime | None:
        """Return a moment of the detail; None where there is none."""
        try:
            return datetime.fromisoformat(self.said(name))
        except ValueError:
            return None


class Offer(Contract):
    id: UUID
    technician_id: str
    state: str
    offered_at: AwareDatetime
    expires_at: AwareDatetime
    decided_at: AwareDatetime | None
    reason: str | None
    assigned_by: str | None
    overrule: str | None

    @property
    def declined_for(self) -> str | None:
        """Why the technician declined it; None where they did not, or did not say."""
        return self.reason if self.state == "declined" else None


class JobStep(Contract):
    at: AwareDatetime
    state: JobState
    technician_id: str | None
    reason: str | None


class Job(Contract):
    id: UUID
    ticket_id: UUID
    site_id: str
    cycle: int
    number: int
    state: JobState
    technician_id: str | None
    planned_arrival: AwareDatetime | None
    reason: str | None
    category: str
    priority: Priority
    due_at: AwareDatetime | None
    steps: tuple[JobStep, ...]
    offers: tuple[Offer, ...]
    unassignable_at: AwareDatetime | None
    holder_bars: tuple[str, ...]
    pool_until: AwareDatetime | None = None
    report: JobReport | None = None


class Jobs(Contract):
    items: tuple[Job, ...]
    names: dict[str, str] = Field(default_factory=dict)


QUEUE = TypeAdapter(Queue)
LISTED = TypeAdapter(list[ListedTicket])
CREW = TypeAdapter(Crew)
LEDGERS = TypeAdapter(tuple[Ledger, ...])
EXPLANATION = TypeAdapter(Explanation)
ENTRIES = TypeAdapter(list[Entry])
JOBS = TypeAdapter(Jobs)
