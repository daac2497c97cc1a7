"""Bodies of the public APIs' requests for the demo's own site.

Promises and offers' lifetimes are sped up as people are.
"""

from collections.abc import Iterator, Mapping, Sequence
from math import ceil
from statistics import median
from typing import Any

from demo.catalogue import CATEGORIES, DANGER_WORDS, DESK_CATEGORIES
from demo.compound import compound
from demo.pace import Pace
from demo.requests import Request, SiteProfile
from demo.technicians import Technician

DAY_MIN = 24 * 60.0
PROMISES_MIN: Mapping[str, Mapping[str, float]] = {
    "emergency": {"response": 5, "arrival": 30, "resolution": 120},
    "urgent": {"response": 15, "arrival": 120, "resolution": 480},
    "normal": {"response": 120, "arrival": DAY_MIN, "resolution": 2 * DAY_MIN},
    "low": {"response": DAY_MIN, "arrival": 3 * DAY_MIN, "resolution": 5 * DAY_MIN},
}
"""Played minutes. A working day counts as a day: the demo's calendar never closes."""
OFFER_LIFETIME_MIN: Mapping[str, float] = {"emergency": 1, "urgent": 3, "normal": 15, "low": 60}
COOLING_DOWN_MIN, RETRY_MIN = 120.0, 15.0
QUIET_RULES: Mapping[str, Any] = {"mode": "manual", "emergency_fan_out": 0, "retry_s": 86_400}
"""`PUT /v1/sites/{id}/rules` after a run that was broken off: no technician is asked any more."""
MAX_TEXT_CHARS = 200


def site_body(site: SiteProfile, requests: Sequence[Request], *, code: str) -> dict[str, Any]:
    """Return the body of `PUT /v1/sites/{id}`, placed at the centre of its requests.

    It has the compound's buildings and spots where a request names one of them.
    """
    lat, lon = centre(site, requests)
    in_compound = any(request.where.building or request.where.spot for request in requests)
    place = compound() if in_compound else None
    return {
        "code": code,
        "name": site.name,
        "time_zone": site.time_zone,
        "language": site.language,
        "lat": lat,
        "lon": lon,
        "categories": [*_repairs(), *_for_the_desk()],
        "buildings": [
            {
                "code": building.name,
                "name": f"{building.name}号楼",
                "units": list(building.units),
                "lat": building.lat,
                "lon": building.lon,
            }
            for building in (place.buildings.values() if place else ())
        ],
        "spots": [
            {
                "code": spot.code,
                "name": spot.names[site.language],
                "lat": spot.lat,
                "lon": spot.lon,
            }
            for spot in (place.spots.values() if place else ())
        ],
        "danger_words": list(DANGER_WORDS),
    }


def ticket_body(request: Request, *, site_id: str, imported: bool) -> dict[str, Any]:
    """Return the body of `POST /v1/tickets`: the resident's own, or an integration's import."""
    where = request.where
    body: dict[str, Any] = {
        "site_id": site_id,
        "category": request.category,
        "title": request.title,
        "description": request.text,
        "answers": {name: value[:MAX_TEXT_CHARS] for name, value in request.answers.items()},
        "language": request.language,
        "channel": "import" if imported else "app",
    }
    if where.building and where.unit:
        body["unit"] = f"{where.building}-{where.unit}"
    if where.spot:
        body["spot"] = where.spot
    if where.address:
        body["address"] = where.address[:MAX_TEXT_CHARS]
    if where.coordinates:
        body["location"] = {"lat": where.lat, "lon": where.lon}
    if imported:
        body["reporter_id"] = request.reporter_id
        if request.priority:
            body["priority"] = request.priority
    return body


def technician_body(technician: Technician, *, site_id: str) -> dict[str, Any]:
    """Return the body of `PUT /v1/technicians/{id}`: on shift all day, every day."""
    lat, lon = technician.home
    return {
        "name": technician.name,
        "sites": [site_id],
        "skills": [{"code": skill.code, "level": skill.level} for skill in technician.skills],
        "home": {"lat": lat, "lon": lon},
        "capacity": technician.capacity,
        "shifts": [
            {"weekday": weekday, "start": "00:00", "end": "24:00"} for weekday in range(1, 8)
        ],
        "language": technician.language,
    }


def calendar_body(site: SiteProfile, *, site_id: str) -> dict[str, Any]:
    """Return the body of `PUT /v1/calendars/{id}`: always open, so a night costs no real time."""
    return {"site_id": site_id, "time_zone": site.time_zone, "always_open": True}


def policy_body(pace: Pace, *, site_id: str) -> dict[str, Any]:
    """Return the body of `PUT /v1/policies/{id}`: the usual promises, divided by the speed."""
    return {
        "site_id": site_id,
        "targets": {
            priority: {
                "counted_in": "working",
                **{clock: pace.promise_s(minutes) for clock, minutes in promised.items()},
            }
            for priority, promised in PROMISES_MIN.items()
        },
    }


def rules_body(pace: Pace) -> dict[str, Any]:
    """Return the body of `PUT /v1/sites/{id}/rules`, in whole seconds divided by the speed."""
    return {
        "offer_lifetime_s": {
            priority: ceil(pace.promise_s(minutes))
            for priority, minutes in OFFER_LIFETIME_MIN.items()
        },
        "cooling_down_s": ceil(pace.promise_s(COOLING_DOWN_MIN)),
        "retry_s": ceil(pace.promise_s(RETRY_MIN)),
    }


def _repairs() -> Iterator[dict[str, Any]]:
    for code, category in CATEGORIES.items():
        yield {
            "code": code,
            "names": {"zh-CN": category.zh, "en": category.en},
            "skills": [{"code": code, "level": 1}],
            "priority": category.priority,
            "expected_minutes": category.work_min,
        }


def _for_the_desk() -> Iterator[dict[str, Any]]:
    for code, category in DESK_CATEGORIES.items():
        yield {
            "code": code,
            "names": {"zh-CN": category.zh, "en": category.en},
            "priority": category.priority,
            "nature": category.nature,
            "road": "desk",
        }


def centre(site: SiteProfile, requests: Sequence[Request]) -> tuple[float, float]:
    """Return the median of the requests' (lat, lon), or the site's own where none has any."""
    known = [at for request in requests if (at := request.where.coordinates)]
    if not known:
        return site.lat, site.lon
    lats, lons = zip(*known, strict=True)
    return round(median(lats), 5), round(median(lons), 5)
