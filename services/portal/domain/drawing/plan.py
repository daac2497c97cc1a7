"""A site's plan: its houses, jobs and technicians, and a technician's way."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from services.portal.domain.drawing.plan_shapes import (
    BuildingIn,
    Face,
    House,
    JobIn,
    JobMark,
    Place,
    Plan,
    SpotIn,
    Stop,
    TechnicianIn,
    Way,
    Word,
)
from services.portal.domain.drawing.roads import Roads, find_roads
from services.portal.domain.drawing.site_layout import HOUSE, Places, Point, lay_out
from services.portal.domain.drawing.text_width import text_width
from services.portal.domain.drawing.tone import worst

__all__ = ["BuildingIn", "JobIn", "Plan", "Point", "SpotIn", "TechnicianIn", "draw_plan"]

_PRIORITIES = ("emergency", "urgent", "normal", "low")
_MAX_FACES = 3
"""Technicians side by side at one house; the last place says how many more there are."""
_NEAR = 26.0


def draw_plan(
    buildings: Sequence[BuildingIn],
    *,
    spots: Sequence[SpotIn] = (),
    jobs: Sequence[JobIn] = (),
    technicians: Sequence[TechnicianIn] = (),
    stops: Sequence[str | Point | None] = (),
) -> Plan:
    """Return the plan. Jobs of one place are one mark: the most pressing shape, the worst colour,
    their number.

    `stops` are the places of a technician's day in order, by building or point; the way leads from
    the first technician through them.
    """
    places = lay_out(tuple(building.at for building in buildings), tuple(spot.at for spot in spots))
    hot = {job.building for job in jobs if job.tone == "late"}
    houses = [
        _house(building.word, middle, building.code in hot)
        for building, middle in zip(buildings, places.middles, strict=True)
    ]
    by_code = dict(zip((building.code for building in buildings), houses, strict=True))
    roads = find_roads(
        [(house.x, house.y, house.x + house.width, house.y + house.height) for house in houses],
        places.width,
        places.height,
    )
    marks = _marks(jobs, by_code, places)
    faces, doors = _faces(technicians, by_code, places)
    where = [_door(stop, by_code, places) for stop in stops]
    return Plan(
        width=places.width,
        height=places.height,
        roads=roads.path,
        houses=tuple(houses),
        spots=_spots(spots, houses, [(mark.x, mark.y) for mark in marks], places),
        marks=marks,
        faces=faces,
        ways=_ways([*doors[:1], *(door for door in where if door)] if stops else [], roads),
        stops=tuple(
            Stop(x=door[0], y=door[1], text_y=door[1] + 4, number=number)
            for number, door in enumerate(where, 1)
            if door
        ),
    )


def _house(word: str, middle: tuple[float, float], hot: bool) -> House:
    width, height = HOUSE
    x, y = middle
    size = next((s for s in (14.0, 12.0, 10.0) if text_width(word, s) <= width - 6), 8.5)
    return House(
        x=round(x - width / 2, 1),
        y=round(y - height / 2, 1),
        width=width,
        height=height,
        mid_x=x,
        text_y=round(y + size * 0.36, 1),
        text=size,
        word=word if text_width(word, size) <= width else "",
        hot=hot,
    )


def _spots(
    spots: Sequence[SpotIn], houses: Sequence[House], marks: Sequence[Place], places: Places
) -> tuple[Word, ...]:
    """Return the names of the spots that lie upon no house, no mark and no other name."""
    taken = [(h.x - 2, h.y - 4, h.x + h.width + 2, h.y + h.height + 4) for h in houses]
    taken += [(x - 13, y - 13, x + 13, y + 13) for x, y in marks]
    words: list[Word] = []
    for spot in spots:
        place, half = places.of(spot.at), text_width(spot.word, 11) / 2
        if place is None:
            continue
        x = min(places.width - 10 - half, max(10 + half, place[0]))
        for y in (place[1], place[1] + 26, place[1] - 18):  # under what is marked there, or over it
            box = (x - half, y - 11, x + half, y + 3)
            if not any(_overlap(box, other) for other in taken):
                taken.append(box)
                words.append(Word(x=round(x, 1), y=round(y, 1), word=spot.word))
                break
    return tuple(words)


def _overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _marks(
    jobs: Sequence[JobIn], houses: Mapping[str, House], places: Places
) -> tuple[JobMark, ...]:
    gathered: dict[tuple[float, float], list[JobIn]] = {}
    for job in jobs:
        house, place = _where(job, houses, places)
        if house is not None:
            place = (house.x + house.width, house.y)
        if place is None:
            continue
        near = next((at for at in gathered if _far(at, place) < _NEAR / 2), place)
        gathered.setdefault(near, []).append(job)
    return tuple(_mark(x, y, together) for (x, y), together in gathered.items())


def _mark(x: float, y: float, jobs: Sequence[JobIn]) -> JobMark:
    priorities = [job.priority for job in jobs]
    first = next((each for each in _PRIORITIES if each in priorities), "normal")
    if first == "emergency":
        path, text_y = f"M{x:g} {y - 13:g}l13 13-13 13-13-13z", y + 4
    elif first == "urgent":
        path, text_y = f"M{x:g} {y - 14:g}l13.5 23h-27z", y + 6
    else:
        path, text_y = f"M{x - 11:g} {y:g}a11 11 0 1 0 22 0a11 11 0 1 0-22 0z", y + 4
    return JobMark(
        path=path,
        x=x,
        y=y,
        text_y=round(text_y, 1),
        number=len(jobs),
        tone=worst([job.tone for job in jobs]),
    )


def _far(one: tuple[float, float], other: tuple[float, float]) -> float:
    return max(abs(one[0] - other[0]), abs(one[1] - other[1]))


def _faces(
    technicians: Sequence[TechnicianIn], houses: Mapping[str, House], places: Places
) -> tuple[tuple[Face, ...], list[Place]]:
    """Return the technicians, side by side below the house that they are at, and where each is."""
    gathered: dict[Place, list[TechnicianIn]] = {}
    where: list[Place] = []
    for technician in technicians:
        house, place = _where(technician, houses, places)
        if house is not None:
            place = (house.mid_x, house.y + house.height + 10)
        if place is None:
            continue
        near = next((at for at in gathered if _far(at, place) < 12), place)
        gathered.setdefault(near, []).append(technician)
        where.append(near)
    faces: list[Face] = []
    for (x, y), together in gathered.items():
        shown = together if len(together) <= _MAX_FACES else together[: _MAX_FACES - 1]
        words = [(each.word, each.free) for each in shown]
        if len(shown) < len(together):
            words.append((f"+{len(together) - len(shown)}", False))
        first = x - (len(words) - 1) * 12
        faces += [
            Face(x=round(first + n * 24, 1), y=y, text_y=round(y + 4, 1), word=word, free=free)
            for n, (word, free) in enumerate(words)
        ]
    return tuple(faces), where


def _where(
    what: JobIn | TechnicianIn, houses: Mapping[str, House], places: Places
) -> tuple[House | None, Place | None]:
    """Return the house that something is at, by its code or because it lies there, or else where
    it is.
    """
    house = houses.get(what.building or "")
    place = places.of(what.at) if what.at and house is None else None
    if place is not None:
        house = next((each for each in houses.values() if _is_inside(place, each)), None)
    return house, place


def _is_inside(place: Place, house: House) -> bool:
    return (
        house.x - 4 <= place[0] <= house.x + house.width + 4
        and house.y - 4 <= place[1] <= house.y + house.height + 4
    )


def _door(stop: str | Point | None, houses: Mapping[str, House], places: Places) -> Place | None:
    """Return where one comes to a stop: below the house; None where it is not known."""
    if isinstance(stop, Point):
        return places.of(stop)
    house = houses.get(stop or "")
    return None if house is None else (house.mid_x, round(house.y + house.height + 2, 1))


def _ways(stops: Sequence[Place], roads: Roads) -> tuple[Way, ...]:
    return tuple(
        Way(path=roads.way(start, end), now=number == 0)
        for number, (start, end) in enumerate(pairwise(stops))
        if start != end
    )
