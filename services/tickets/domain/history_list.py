"""Tickets of a former system from a list: what a row says happened when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from services.tickets.domain.places import Whereabouts
from services.tickets.domain.site import Site
from services.tickets.domain.unit_finder import UnitFinder, spoken
from shared.contracts.tickets import Priority
from shared.contracts.tickets import TicketState as State
from shared.ids import is_subject
from shared.importing.columns import person_by_phone
from shared.importing.rows import SheetRow
from shared.importing.wrong import WrongCell

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)

_ON_THE_WAY = ("opened_at", "assigned_at", "arrived_at", "started_at")
_DATES = (*_ON_THE_WAY, "answered_at", "resolved_at", "closed_at", "cancelled_at")


@dataclass(frozen=True, kw_only=True)
class PastTicket:
    """What a row says. `state` is `open`, `closed` or `cancelled`; one that is closed has both its
    last dates, one that is cancelled has `cancelled_at`.
    """

    external_id: str
    state: State
    category: str = ""
    priority: Priority | None = None
    title: str = ""
    description: str = ""
    where: Whereabouts
    reporter_id: str | None = None
    reporter: str | None = None
    technician: str | None = None
    opened_at: datetime
    answered_at: datetime | None = None
    assigned_at: datetime | None = None
    arrived_at: datetime | None = None
    started_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    cancelled_at: datetime | None = None
    rating: int | None = None


class PastTickets:
    """Reads the rows of a list for a site, as of `now`."""

    def __init__(self, site: Site, *, now: datetime) -> None:
        self._site, self._now = site, now
        self._zone = ZoneInfo(site.time_zone)
        self._units = UnitFinder(site)
        self._places: dict[tuple[str | None, ...], Whereabouts] = {}

    def read(self, row: SheetRow) -> PastTicket:
        """Return what the row says. Raises WrongCell."""
        at = {name: found for name in _DATES if (found := self._at(row, name)) is not None}
        state = _state(row, at)
        _demand_order(state, at)
        priority, rating = row.text("priority"), row.text("rating")
        if rating is not None and state is State.OPEN:
            raise WrongCell("rating", "rates_open", "rates what has not ended")
        return PastTicket(
            external_id=row.text("external_id") or "",
            state=state,
            category=row.text("category") or "",
            priority=None if priority is None else Priority(priority),
            title=row.text("title") or "",
            description=row.text("description") or "",
            where=self._where(row),
            reporter_id=self._reporter(row),
            reporter=row.text("reporter"),
            technician=row.text("technician"),
            **at,
            rating=None if rating is None else int(rating),
        )

    def _at(self, row: SheetRow, name: str) -> datetime | None:
        said = row.text(name)
        if said is None:
            return None
        moment = datetime.fromisoformat(said)
        at = (moment if moment.tzinfo else moment.replace(tzinfo=self._zone)).astimezone(UTC)
        if at < EARLIEST:
            raise WrongCell(name, "before_2000", "lies before the year 2000")
        if at > self._now:
            raise WrongCell(name, "in_future", "lies in the future")
        return at

    def _reporter(self, row: SheetRow) -> str | None:
        said, phone = row.text("reporter_id"), row.text("phone")
        if said is not None and not is_subject(said):
            raise WrongCell("reporter_id", "unprintable", "has to be of printable characters")
        return said or (None if phone is None else person_by_phone(phone, self._site.id))

    def _where(self, row: SheetRow) -> Whereabouts:
        said = tuple(row.text(name) for name in ("building", "entrance", "room", "place"))
        if said not in self._places:
            self._places[said] = self._find(*said)
        return self._places[said]

    def _find(
        self, building: str | None, entrance: str | None, room: str | None, place: str | None
    ) -> Whereabouts:
        """Return where it was, in the words of the row where the site knows no better."""
        site = self._site
        if room is None:
            said = " ".join(part for part in (building, entrance, place) if part)
            if place is not None and site.find_unit(place).unit is not None:
                return Whereabouts(unit=place)
            if place is not None and len(site.find_spots(place)) == 1:
                return Whereabouts(spot=place)
            return Whereabouts(address=said or None)
        found = self._units.find(building, entrance, room)
        unit = found if isinstance(found, str) else spoken(building, entrance, room)
        return Whereabouts(unit=unit, address=place)


def _state(row: SheetRow, at: dict[str, datetime]) -> State:
    """Return how the ticket ended, if it did, and complete the dates of its end. Raises
    WrongCell.
    """
    said = row.text("state")
    ends = [name for name in ("resolved_at", "closed_at", "cancelled_at") if name in at]
    if said is not None:
        state = State(said)
    elif "cancelled_at" in at:
        state = State.CANCELLED
    else:
        state = State.CLOSED if ends else State.OPEN
    if state is State.OPEN and ends:
        raise WrongCell(
            ends[0], "open_with_end", "says that it ended, and the state that it did not"
        )
    if state is State.CLOSED:
        if "cancelled_at" in at:
            raise WrongCell(
                "cancelled_at",
                "closed_and_cancelled",
                "says that it was cancelled, and the state that it ended",
            )
        if not ends:
            raise WrongCell(
                "resolved_at", "missing_end", "is missing: write when it was done, or closed"
            )
        resolved_at = at.setdefault("resolved_at", at[ends[0]])
        at.setdefault("closed_at", resolved_at)
    if state is State.CANCELLED:
        if "resolved_at" in at:
            raise WrongCell(
                "resolved_at",
                "cancelled_and_done",
                "says that it was done, and the row that it was cancelled",
            )
        if not ends:
            raise WrongCell(
                "cancelled_at", "missing_cancelled_at", "is missing: write when it was cancelled"
            )
        at.setdefault("cancelled_at", at[ends[0]])
        at.pop("closed_at", None)
    return state


def _demand_order(state: State, at: Mapping[str, datetime]) -> None:
    """Raise WrongCell for a date before the one that it follows."""
    ends = ("cancelled_at",) if state is State.CANCELLED else ("resolved_at", "closed_at")
    for course in ((*_ON_THE_WAY, *ends), ("opened_at", "answered_at")):
        for before, after in pairwise(name for name in course if name in at):
            if at[after] < at[before]:
                raise WrongCell(
                    after,
                    "before_earlier",
                    "lies before the time it was {step} ({at} UTC); a date without a time is the "
                    "beginning of its day",
                    step=before.removesuffix("_at"),
                    at=f"{at[before]:%Y-%m-%d %H:%M}",
                )
