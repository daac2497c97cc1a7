"""The demo's own site, as the public APIs want it told.

Promises and offers' lives are squeezed as the players are.
"""

from collections.abc import Mapping, Sequence
from math import ceil
from statistics import median
from typing import Any

from fettle.demo.cast import Player
from fettle.demo.catalogue import CATEGORIES, DANGER_WORDS
from fettle.demo.compound import compound
from fettle.demo.pace import Pace
from fettle.demo.requests import Home, Request

DAY_MIN = 24 * 60.0
PROMISES_MIN: Mapping[str, Mapping[str, float]] = {
    "emergency": {"response": 5, "arrival": 30, "resolution": 120},
    "urgent": {"response": 15, "arrival": 120, "resolution": 480},
    "normal": {"response": 120, "arrival": DAY_MIN, "resolution": 2 * DAY_MIN},
    "low": {"response": DAY_MIN, "arrival": 3 * DAY_MIN, "resolution": 5 * DAY_MIN},
}
"""Played minutes. A working day counts as a day: the demo's calendar never closes."""
OFFER_LIFE_MIN: Mapping[str, float] = {"emergency": 1, "urgent": 3, "normal": 15, "low": 60}
COOLING_DOWN_MIN, RETRY_MIN = 120.0, 15.0
QUIET_RULES: Mapping[str, Any] = {"mode": "manual", "emergency_fan_out": 0, "retry_s": 86_400}
"""`PUT /v1/sites/{id}/rules` after a play that was broken off."""
LONGEST_WORDS = 200


def site_body(home: Home, requests: Sequence[Request], *, code: str) -> dict[str, Any]:
    """`PUT /v1/sites/{id}`: placed where its requests lie, with the compound's buildings and spots
    where it is the compound.
    """
    lat, lon = centre(home, requests)
    place = (
        compound()
        if any(request.where.building or request.where.spot for request in requests)
        else None
    )
    return {
        "code": code,
        "name": home.name,
        "time_zone": home.time_zone,
        "language": home.language,
        "lat": lat,
        "lon": lon,
        "categories": [
            {
                "code": category,
                "names": {"zh-CN": about.zh, "en": about.en},
                "skills": [{"code": category, "level": 1}],
                "priority": about.priority,
                "expected_minutes": about.work_min,
            }
            for category, about in CATEGORIES.items()
        ],
        "buildings": [
            {
                "code": each.name,
                "name": f"{each.name}号楼",
                "units": list(each.units),
                "lat": each.lat,
                "lon": each.lon,
            }
            for each in (place.buildings.values() if place else ())
        ],
        "spots": [
            {"code": each.code, "name": each.names[home.language], "lat": each.lat, "lon": each.lon}
            for each in (place.spots.values() if place else ())
        ],
        "danger_words": list(DANGER_WORDS),
    }


def ticket_body(request: Request, *, site_id: str, imported: bool) -> dict[str, Any]:
    """`POST /v1/tickets`: by the resident, or by an integration on somebody's behalf."""
    where = request.where
    body: dict[str, Any] = {
        "site_id": site_id,
        "category": request.category,
        "title": request.title,
        "description": request.text,
        "answers": {name: value[:LONGEST_WORDS] for name, value in request.answers.items()},
        "language": request.language,
        "channel": "import" if imported else "app",
    }
    if where.building and where.unit:
        body["unit"] = f"{where.building}-{where.unit}"
    if where.spot:
        body["spot"] = where.spot
    if where.address:
        body["address"] = where.address[:LONGEST_WORDS]
    if where.lat is not None and where.lon is not None:
        body["location"] = {"lat": where.lat, "lon": where.lon}
    if imported:
        body["reporter_id"] = request.reporter_id
        if request.priority:
            body["priority"] = request.priority
    return body


def technician_body(player: Player, *, site_id: str) -> dict[str, Any]:
    """`PUT /v1/technicians/{id}`: on shift all day, every day."""
    lat, lon = player.home
    return {
        "name": player.name,
        "sites": [site_id],
        "skills": [{"code": skill.code, "level": skill.level} for skill in player.skills],
        "home": {"lat": lat, "lon": lon},
        "capacity": player.capacity,
        "shifts": [
            {"weekday": weekday, "start": "00:00", "end": "24:00"} for weekday in range(1, 8)
        ],
        "language": player.language,
    }


def calendar_body(home: Home, *, site_id: str) -> dict[str, Any]:
    """`PUT /v1/calendars/{id}`: open all hours, so that a played night costs no real one."""
    return {"site_id": site_id, "time_zone": home.time_zone, "always_open": True}


def policy_body(pace: Pace, *, site_id: str) -> dict[str, Any]:
    """`PUT /v1/policies/{id}`: the usual promises, divided by the speed-up."""
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
    """`PUT /v1/sites/{id}/rules`: offers' lives, and how soon somebody may be asked again, divided
    likewise; in whole seconds.
    """
    return {
        "offer_lifetime_s": {
            priority: ceil(pace.promise_s(minutes)) for priority, minutes in OFFER_LIFE_MIN.items()
        },
        "cooling_down_s": ceil(pace.promise_s(COOLING_DOWN_MIN)),
        "retry_s": ceil(pace.promise_s(RETRY_MIN)),
    }


def centre(home: Home, requests: Sequence[Request]) -> tuple[float, float]:
    """The median of where the requests lie; the home's own place where none says."""
    known = [
        (request.where.lat, request.where.lon)
        for request in requests
        if request.where.lat is not None
    ]
    lats, lons = (
        [lat for lat, _ in known if lat is not None],
        [lon for _, lon in known if lon is not None],
    )
    return (
        (round(median(lats), 5), round(median(lons), 5)) if lats and lons else (home.lat, home.lon)
    )
