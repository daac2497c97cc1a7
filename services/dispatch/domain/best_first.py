"""Technicians in the order in which they are asked about a job, without comparing each of them with
it.

Of what they are ordered by only the way there, and whether they were here before, depends on the
job. So they stand in bands of equal minutes for all the rest, and in a band by latitude: who is so
many metres further north or south is at least so far away. A search opens what may hold the next
best and no more, so that of 500 technicians spread over a town some thirty are measured.
"""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from heapq import heappop, heappush
from itertools import count
from math import inf, radians

from services.dispatch.domain.case import Case
from services.dispatch.domain.places import way_min
from services.dispatch.domain.ranking import Rank, fixed_min, rank, rank_of
from services.dispatch.domain.technician import Candidate
from shared.geodesy import EARTH_RADIUS_M, metres_between
from shared.ids import TechnicianId

_Place = tuple[float, float]
"""Latitude and longitude in degrees."""

_ROUNDING = 1e-7
_ROUNDING_M = 1e-6
"""How far a computed distance may lie below the true one: as a share of it, and in metres."""


@dataclass
class _Band:
    """Technicians to whom any job costs the same, but for the way: by place (None: not known),
    there in order of minutes and id.
    """

    minutes: float
    places: list[_Place] = field(default_factory=list)
    """In order of latitude."""
    at: dict[_Place | None, list[tuple[float, TechnicianId]]] = field(default_factory=dict)

    def add(self, place: _Place | None, entry: tuple[float, TechnicianId]) -> None:
        there = self.at.get(place)
        if there is None:
            there = self.at[place] = []
            if place is not None:
                insort(self.places, place)
        insort(there, entry)

    def remove(self, place: _Place | None, entry: tuple[float, TechnicianId]) -> None:
        there = self.at[place]
        there.remove(entry)
        if not there:
            del self.at[place]
            if place is not None:
                del self.places[bisect_left(self.places, place)]


class BestFirst:
    """Technicians who have what one kind of job needs. `by_distance`: an emergency's order, nearest
    first; `has_place`: whether the jobs say where they are; `now`: when they are asked about.
    """

    def __init__(
        self,
        candidates: Iterable[Candidate],
        *,
        levels: Mapping[str, int],
        by_distance: bool,
        has_place: bool,
        now: datetime,
    ) -> None:
        self.by_distance = by_distance
        self.by_id: dict[TechnicianId, Candidate] = {}
        self._levels = levels
        self._has_place = has_place
        self._now = now
        self._bands: dict[float, _Band] = {}
        for each in candidates:
            self.add(each)

    @property
    def bands(self) -> list[_Band]:
        """Those with the fewest minutes first."""
        return [self._bands[minutes] for minutes in sorted(self._bands)]

    def add(self, candidate: Candidate) -> None:
        minutes, place, entry = self._stands(candidate)
        self._bands.setdefault(minutes, _Band(minutes)).add(place, entry)
        self.by_id[candidate.technician.id] = candidate

    def remove(self, id: TechnicianId) -> None:
        """Remove a candidate. Raises KeyError for one who is not among them."""
        minutes, place, entry = self._stands(self.by_id.pop(id))
        self._bands[minutes].remove(place, entry)
        if not self._bands[minutes].at:
            del self._bands[minutes]

    def search(self, case: Case) -> Iterator[Candidate]:
        """Yield them all, best first, as `rank_of` orders them.

        None may be added or removed meanwhile.
        """
        return iter(_Search(self, case))

    def _stands(
        self, candidate: Candidate
    ) -> tuple[float, _Place | None, tuple[float, TechnicianId]]:
        fixed = fixed_min(candidate, self._levels)
        point = candidate.whereabouts(self._now) if self._has_place else None
        place = None if point is None else (point.lat, point.lon)
        return 0.0 if self.by_distance else fixed, place, (fixed, candidate.technician.id)


class _Search:
    """Steps by the lowest rank that each may lead to: one opens a band or a place, or finds a
    technician.
    """

    def __init__(self, among: BestFirst, case: Case) -> None:
        self._among = among
        self._case = case
        point = case.need.point
        self._lat, self._lon = (0.0, 0.0) if point is None else (point.lat, point.lon)
        self._bands = among.bands
        self._steps: list[tuple[Rank, int, Callable[[], Candidate | None]]] = []
        self._number = count()

    def __iter__(self) -> Iterator[Candidate]:
        # That they were here before speaks for them wherever they stand, so they are looked for
        # nowhere else.
        for id in self._case.known_here & self._among.by_id.keys():
            self._push(
                rank_of(self._case)(self._among.by_id[id]), partial(self._among.by_id.get, id)
            )
        self._may_open_band(0)
        while self._steps:
            _, _, step = heappop(self._steps)
            if (found := step()) is not None:
                yield found

    def _may_open_band(self, number: int) -> None:
        if number < len(self._bands):
            self._push(self._at_least(self._bands[number], 0.0), partial(self._open_band, number))

    def _open_band(self, number: int) -> None:
        band = self._bands[number]
        if None in band.at:
            self._may_find_at(band.at[None], 0, None)
        first_north = bisect_left(band.places, (self._lat, -inf))
        self._may_open_place(band, first_north, 1)
        self._may_open_place(band, first_north - 1, -1)
        self._may_open_band(number + 1)

    def _may_open_place(self, band: _Band, number: int, onwards: int) -> None:
        if 0 <= number < len(band.places):
            metres = (
                EARTH_RADIUS_M * radians(abs(band.places[number][0] - self._lat)) * (1 - _ROUNDING)
                - _ROUNDING_M
            )
            self._push(
                self._at_least(band, max(metres, 0.0)),
                partial(self._open_place, band, number, onwards),
            )

    def _open_place(self, band: _Band, number: int, onwards: int) -> None:
        lat, lon = place = band.places[number]
        self._may_find_at(band.at[place], 0, metres_between(lat, lon, self._lat, self._lon))
        self._may_open_place(band, number + onwards, onwards)

    def _may_find_at(
        self, there: Sequence[tuple[float, TechnicianId]], number: int, metres: float | None
    ) -> None:
        if number < len(there):
            minutes, id = there[number]
            found = rank(id, minutes, metres, by_distance=self._among.by_distance)
            self._push(found, partial(self._find, there, number, metres))

    def _find(
        self, there: Sequence[tuple[float, TechnicianId]], number: int, metres: float | None
    ) -> Candidate | None:
        self._may_find_at(there, number + 1, metres)
        id = there[number][1]
        return None if id in self._case.known_here else self._among.by_id[id]

    def _at_least(self, band: _Band, metres: float) -> Rank:
        """Return a cost below the rank of every technician of the band who is at least so far
        away.
        """
        return (
            (metres if self._among.by_distance else band.minutes + way_min(metres)),
            -inf,
            TechnicianId(""),
        )

    def _push(self, rank: Rank, step: Callable[[], Candidate | None]) -> None:
        heappush(self._steps, (rank, next(self._number), step))
