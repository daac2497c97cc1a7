"""All that is known about one ticket when what there is to say is worked out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from uuid import UUID

from pydantic import JsonValue

from services.notify.domain.kinds import Language
from shared.contracts import ClocksV1, CommentV1, TechnicianV1, TicketV1, WorkOrderV1
from shared.contracts.notify import Decision
from shared.contracts.sla import ClockKind, ClockV1
from shared.contracts.tickets import TicketState
from shared.ids import PersonId
from shared.standing import stand


@dataclass(frozen=True, kw_only=True)
class Staff:
    """One of a site's staff who hears about its work, from `since` on."""

    id: PersonId
    since: datetime


@dataclass(frozen=True, kw_only=True)
class ToldJob:
    """What a technician was last told a job is."""

    technician_id: str
    job_id: str
    job: Mapping[str, JsonValue]


@dataclass(frozen=True, kw_only=True)
class Known:
    """The newest snapshots held, and what was said before. Only the ticket has to be known."""

    ticket: TicketV1
    work_order: WorkOrderV1 | None = None
    clocks: ClocksV1 | None = None
    comments: tuple[CommentV1, ...] = ()
    technicians: Mapping[str, TechnicianV1] = field(default_factory=dict)
    staff: tuple[Staff, ...] = ()
    answers: Mapping[UUID, Decision] = field(default_factory=dict)
    """Offer → what the technician's client said in the webhook's own reply."""
    heard: frozenset[str] = frozenset()
    """Who was told something about this ticket before."""
    told_jobs: tuple[ToldJob, ...] = ()
    close_after_working_days: int | None = None
    """How long its site lets a resident object to a resolution; None: 72 hours."""
    site_language: str = Language.CHINESE
    """For those who have neither said which language they like nor reported the ticket in it."""

    def clock(self, kind: ClockKind) -> ClockV1 | None:
        return next((clock for clock in self._standing if clock.kind is kind), None)

    def due(self) -> dict[str, JsonValue]:
        """Return the promises still running: `{"arrival": "2026-…Z"}`."""
        return dict(self._due)

    @cached_property
    def _due(self) -> Mapping[str, JsonValue]:
        return {
            clock.kind.value: stamp(clock.due_at)
            for clock in self._standing
            if clock.due_at is not None and clock.stopped_at is None
        }

    @cached_property
    def _standing(self) -> tuple[ClockV1, ...]:
        """The clocks as they stand by the ticket and its work order, which sla may not have said
        yet.
        """
        jobs = self.work_order.jobs if self.work_order else ()
        return stand(self.clocks.clocks, self.ticket, jobs) if self.clocks else ()

    @cached_property
    def awaits_order(self) -> bool:
        """Whether the ticket has taken a newer work order into account than is held here."""
        return self.ticket.observed > (self.work_order.version if self.work_order else 0)

    @cached_property
    def awaits_end(self) -> bool:
        """Whether the ticket is cancelled, as its resident asked, as soon as it hears that no
        technician is under way any more.
        """
        ticket = self.ticket
        under_way = ticket.state in (TicketState.IN_PROGRESS, TicketState.ON_HOLD)
        return under_way and ticket.cancel_requested_at is not None and ticket.hold != "staff"

    def note_at(self, at: datetime) -> str | None:
        """Return what a person wrote with the ticket's step or activity of that time, whole."""
        note = self.ticket.note
        return note.text if note is not None and note.at == at else None

    def name_of(self, technician_id: str | None) -> str | None:
        technician = self.technicians.get(technician_id or "")
        return technician.name if technician else None


def stamp(moment: datetime) -> str:
    """Return RFC 3339 in UTC with `Z`."""
    from_utc = moment.astimezone(UTC)
    return from_utc.isoformat(
        timespec="microseconds" if from_utc.microsecond else "seconds"
    ).replace("+00:00", "Z")
