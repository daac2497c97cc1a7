"""The plan of a site with its jobs and its crew, and the same as a table by place."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.portal.domain.desk.rows import Row, first_job
from services.portal.domain.desk.views import Crew, Member
from services.portal.domain.drawing.plan import (
    BuildingIn,
    JobIn,
    Plan,
    SpotIn,
    TechnicianIn,
    draw_plan,
)
from services.portal.domain.drawing.site_layout import Point
from services.portal.domain.drawing.tone import Tone, worst
from shared.contracts.tickets import Place


@dataclass(frozen=True, kw_only=True)
class PlaceRows:
    """A building, or what is at none, with its tickets, the most pressing first."""

    building: str
    tone: Tone
    rows: tuple[Row, ...]


def site_plan(site: Mapping[str, Any], rows: Sequence[Row], crew: Crew | None) -> Plan:
    """Return the plan: a mark for the tickets of each place, a face for each technician."""
    return draw_plan(
        [
            BuildingIn(
                code=building["code"],
                word=building["name"] or building["code"],
                at=_point(building),
            )
            for building in site["buildings"]
        ],
        spots=[
            SpotIn(word=spot["name"] or spot["code"], at=point)
            for spot in site["spots"]
            if (point := _point(spot)) is not None
        ],
        jobs=[
            JobIn(
                priority=row.line.priority.value,
                tone=row.tone,
                building=row.line.place.building,
                at=_at(row.line.place),
            )
            for row in rows
        ],
        technicians=[
            _technician(member) for member in (crew.items if crew else ()) if _is_out(member)
        ],
    )


def by_place(rows: Iterable[Row]) -> list[PlaceRows]:
    """Return the tickets by building, that first whose tickets are most pressing; the order within
    one is the queue's.
    """
    gathered: dict[str, list[Row]] = {}
    for row in rows:
        gathered.setdefault(row.line.place.building or "", []).append(row)
    return [
        PlaceRows(
            building=building,
            tone=worst([row.tone for row in together]),
            rows=tuple(together),
        )
        for building, together in gathered.items()
    ]


def _is_out(member: Member) -> bool:
    return member.on_duty or bool(member.holds)


def _technician(member: Member) -> TechnicianIn:
    """Return the technician where they were seen last, else at the place of what they do."""
    job = first_job(member)
    position = member.position
    at_work = job is not None and job.state.value in ("on_site", "working")
    place = job.place if job is not None else None
    return TechnicianIn(
        word=member.name.strip()[:1].upper(),
        building=place.building if place and (at_work or position is None) else None,
        at=Point(lat=position.point.lat, lon=position.point.lon)
        if position is not None and not at_work
        else (_at(place) if place else None),
        free=member.in_hand == 0,
    )


def _point(place: Mapping[str, Any]) -> Point | None:
    lat, lon = place.get("lat"), place.get("lon")
    return None if lat is None or lon is None else Point(lat=lat, lon=lon)


def _at(place: Place) -> Point | None:
    if place.lat is None or place.lon is None:
        return None
    return Point(lat=place.lat, lon=place.lon)
