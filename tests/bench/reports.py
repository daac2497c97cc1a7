"""The reports that the bench's residents make: a flat of their own for each, so that no two look like the same fault."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

SITES = tuple(f"bench-{number}" for number in range(1, 9))
SKILLS = ("plumbing", "electrical", "lock", "cleaning")
_BUILDINGS, _FLOORS, _FLATS = 20, 30, 10


@dataclass(frozen=True)
class Person:
    """Who reports, and lives where."""

    id: str
    site: str


def site_body(site: str) -> dict[str, Any]:
    """`PUT /v1/sites/{id}`: an estate of 6,000 flats."""
    units = [f"{floor}{flat:02d}" for floor in range(1, _FLOORS + 1) for flat in range(1, _FLATS + 1)]
    return {
        "code": site.upper().replace("-", ""),
        "name": f"The estate {site}",
        "time_zone": "Asia/Shanghai",
        "language": "en",
        "lat": 31.2304,
        "lon": 121.4737,
        "categories": [
            {"code": skill, "names": {"en": skill}, "skills": [{"code": skill, "level": 1}], "priority": "normal", "expected_minutes": 60}
            for skill in SKILLS
        ],
        "buildings": [
            {"code": str(number), "name": f"Building {number}", "units": units, "lat": 31.2304 + number / 10_000, "lon": 121.4737}
            for number in range(1, _BUILDINGS + 1)
        ],
    }


def technician_body(site: str, number: int) -> dict[str, Any]:
    """`PUT /v1/technicians/{id}`: can do everything, at any hour, much at a time."""
    return {
        "name": f"Technician {number} of {site}",
        "sites": [site],
        "skills": [{"code": skill, "level": 2} for skill in SKILLS],
        "home": {"lat": 31.2304 + number / 5_000, "lon": 121.4737},
        "capacity": 50,
        "language": "en",
    }


def residents() -> tuple[Person, ...]:
    return tuple(Person(f"resident-{site}-{number}", site) for site in SITES for number in range(1, 9))


def reports() -> Iterator[tuple[Person, dict[str, Any]]]:
    """Who reports what (the body of `POST /v1/tickets`), for ever; site after site, flat after flat."""
    people = residents()
    for number in itertools.count():
        person = people[number * 9 % len(people)]
        flat = number // len(SITES)
        floor, door = flat // _FLATS % _FLOORS + 1, flat % _FLATS + 1
        building = flat // (_FLATS * _FLOORS) % _BUILDINGS + 1
        body = {
            "site_id": person.site,
            "category": SKILLS[flat // (_FLATS * _FLOORS * _BUILDINGS) % len(SKILLS)],
            "title": "The tap in the kitchen drips",
            "description": "It has been dripping since yesterday evening, and by now it runs. 厨房水龙头一直漏水，关不紧。",
            "unit": f"{building}-{floor}{door:02d}",
            "answers": {"since": "yesterday"},
            "language": "en",
        }
        yield person, body
