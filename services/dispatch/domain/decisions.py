"""What a turn may do about a waiting job: values, carried out by `actions/hand_out.py`."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.dispatch.domain.case import Case
from services.dispatch.domain.job import Pool
from services.dispatch.domain.work_order import Unable
from shared.ids import TechnicianId, TicketId


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A waiting job with all that the rules look at. `is_due`: to be compared with every candidate,
    because it is new, has changed or its time has come; any other job was refused by every
    technician who has not changed since, and only the turn's `changed` may help it.
    """

    id: UUID
    order_id: TicketId
    case: Case
    is_due: bool
    is_unassignable: bool = False
    """Whether that was said already."""
    is_left_to_desk: bool = False
    """Whether that was said already."""
    pool: Pool | None = None
    """When it was put into the pool last; None: it was not, since it began to wait."""


@dataclass(frozen=True, kw_only=True)
class Hold:
    """Hold the job out to these technicians, best first."""

    job: Waiting
    technicians: tuple[TechnicianId, ...]


@dataclass(frozen=True, kw_only=True)
class PutInPool:
    """Let technicians grab the job, until the pool ends."""

    job: Waiting
    pool: Pool

    @property
    def again_at(self) -> datetime:
        return self.pool.until


@dataclass(frozen=True, kw_only=True)
class Unassignable:
    """Say, once, that no technician can take the job and why; look again at `again_at`."""

    job: Waiting
    barred: tuple[Unable, ...]
    again_at: datetime


@dataclass(frozen=True, kw_only=True)
class LeftToDesk:
    """Say, once, that the job waits for a dispatcher: the site's rules ask no technician."""

    job: Waiting
    again_at: datetime


@dataclass(frozen=True, kw_only=True)
class LookAgain:
    """No look at the job is worth while before `at`, unless it or a technician changes."""

    job: Waiting
    at: datetime


Decision = Hold | PutInPool | Unassignable | LeftToDesk | LookAgain
