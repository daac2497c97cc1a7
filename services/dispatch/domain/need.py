"""What a ticket needs of the technician who comes."""

from dataclasses import dataclass
from datetime import datetime

from services.dispatch.domain.places import Point
from shared.contracts.base import SkillNeed, Window
from shared.contracts.categories import Road
from shared.contracts.tickets import Priority, TicketState, TicketV1
from shared.standing import standing_visit

RANK: dict[Priority, int] = {
    Priority.EMERGENCY: 0,
    Priority.URGENT: 1,
    Priority.NORMAL: 2,
    Priority.LOW: 3,
}
"""What is worked on first."""


@dataclass(frozen=True, kw_only=True)
class Need:
    """From the newest snapshot of the ticket.

    `spot` names the flat or public place, the same for every ticket about it.
    """

    category: str
    priority: Priority
    skills: tuple[SkillNeed, ...] = ()
    point: Point | None = None
    spot: str | None = None
    visit: Window | None = None
    """The visit that is agreed, or offered to the resident, where there is one."""
    preferred_windows: tuple[Window, ...] = ()
    """When the resident would like to be visited."""
    held: bool = False
    """Held by staff: no offers until it is released."""
    at_desk: bool = False
    """Seen to by the desk of its site: no job waits for a technician."""

    @property
    def rank(self) -> int:
        return RANK[self.priority]

    @property
    def is_emergency(self) -> bool:
        return self.priority is Priority.EMERGENCY

    def windows_at(self, now: datetime) -> tuple[Window, ...]:
        """Return the preferred windows that are not over, in order; none for an emergency, nor once
        a visit was agreed.
        """
        if not self.preferred_windows or self.is_emergency or self.visit is not None:
            return ()
        ahead = (window for window in self.preferred_windows if window.end > now)
        return tuple(sorted(ahead, key=lambda window: window.start))


def need_of(ticket: TicketV1) -> Need:
    place = ticket.place
    known = place.lat is not None and place.lon is not None
    parts = [part for part in (place.building, place.entrance, place.unit, place.spot) if part]
    agreed = standing_visit(ticket.appointments)
    return Need(
        category=ticket.category,
        priority=ticket.priority,
        skills=ticket.skills,
        point=Point(lat=place.lat, lon=place.lon)
        if known and place.lat is not None and place.lon is not None
        else None,
        spot="/".join(parts) or None,
        visit=None if agreed is None else Window(start=agreed.start, end=agreed.end),
        preferred_windows=ticket.preferred_windows,
        held=ticket.state is TicketState.ON_HOLD and ticket.hold == "staff",
        at_desk=ticket.road is Road.DESK,
    )
