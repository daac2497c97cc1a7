"""Who reports what, where, and who can come: spread evenly over sites, residents, flats and
technicians.

A district is a group of sites with technicians of their own. Load goes to one district at a time
and moves to the next before the hands of its technicians are full, so that offers that are never
answered run into no limit.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

SITES_PER_DISTRICT = 16
CREW_PER_SITE = 6
CAPACITY = 50
"""The most that a technician may be given."""
TECHNICIANS_PER_DISTRICT = SITES_PER_DISTRICT * CREW_PER_SITE
TICKETS_PER_DISTRICT = TECHNICIANS_PER_DISTRICT * CAPACITY * 4 // 5
SKILLS = ("plumbing", "electrical", "lock", "cleaning")
_RESIDENTS_PER_SITE = 8
_BUILDINGS, _FLOORS, _FLATS = 20, 30, 10


@dataclass(frozen=True)
class Person:
    """Who reports, and lives where."""

    id: str
    site: str


def sites_of(district: int) -> tuple[str, ...]:
    return tuple(f"bench-{district:02}-{number:02}" for number in range(1, SITES_PER_DISTRICT + 1))


def crew_of(site: str) -> dict[str, dict[str, Any]]:
    """The technicians of a site, by id, as `PUT /v1/technicians/{id}` wants them."""
    return {
        f"technician-{site}-{number}": _technician_body(site, number)
        for number in range(1, CREW_PER_SITE + 1)
    }


def residents_of(district: int) -> tuple[Person, ...]:
    """One of each site, then the next of each."""
    return tuple(
        Person(f"resident-{site}-{number}", site)
        for number in range(1, _RESIDENTS_PER_SITE + 1)
        for site in sites_of(district)
    )


def site_body(site: str) -> dict[str, Any]:
    """`PUT /v1/sites/{id}`: an estate of 6,000 flats."""
    units = [
        f"{floor}{flat:02d}" for floor in range(1, _FLOORS + 1) for flat in range(1, _FLATS + 1)
    ]
    return {
        "code": site.upper().replace("BENCH-", "B").replace("-", ""),
        "name": f"The estate {site}",
        "time_zone": "Asia/Shanghai",
        "language": "en",
        "lat": 31.2304,
        "lon": 121.4737,
        "categories": [
            {
                "code": skill,
                "names": {"en": skill},
                "skills": [{"code": skill, "level": 1}],
                "priority": "normal",
                "expected_minutes": 60,
            }
            for skill in SKILLS
        ],
        "buildings": [
            {
                "code": str(number),
                "name": f"Building {number}",
                "units": units,
                "lat": 31.2304 + number / 10_000,
                "lon": 121.4737,
            }
            for number in range(1, _BUILDINGS + 1)
        ],
    }


UNHURRIED_RULES = {"offer_lifetime_s": {"normal": 86_400}}
UNHURRIED_POLICY = {
    "targets": {
        "normal": {
            "counted_in": "working",
            "response": "P1D",
            "arrival": "P2D",
            "resolution": "P4D",
        }
    },
}
"""What a site and sla are told, so that in a bench of an hour neither an offer nor a promise runs
out: that would be other work.
"""


def reports(
    *, tickets_per_district: int | None = TICKETS_PER_DISTRICT
) -> Iterator[tuple[Person, dict[str, Any]]]:
    """Yield who reports what (the body of `POST /v1/tickets`), for ever: site after site, and at
    each site flat after flat.

    After `tickets_per_district` it goes on in the next district; None: never.
    """
    for district in itertools.count():
        people = residents_of(district)
        for number in (
            itertools.count() if tickets_per_district is None else range(tickets_per_district)
        ):
            person = people[number % len(people)]
            yield person, report_of(person.site, number // SITES_PER_DISTRICT)


def report_of(site: str, flat: int) -> dict[str, Any]:
    """Another flat or another category for each number: no two look like the same fault."""
    floor, door = flat // _FLATS % _FLOORS + 1, flat % _FLATS + 1
    building = flat // (_FLATS * _FLOORS) % _BUILDINGS + 1
    return {
        "site_id": site,
        "category": SKILLS[flat // (_FLATS * _FLOORS * _BUILDINGS) % len(SKILLS)],
        "title": "The tap in the kitchen drips",
        "description": (
            "It has been dripping since yesterday evening, and by now it runs. 厨房水龙头一直漏水，关不紧。"
        ),
        "unit": f"{building}-{floor}{door:02d}",
        "answers": {"since": "yesterday"},
        "language": "en",
    }


def _technician_body(site: str, number: int) -> dict[str, Any]:
    """Can do everything, at any hour, much at a time."""
    return {
        "name": f"Technician {number} of {site}",
        "sites": [site],
        "skills": [{"code": skill, "level": 2} for skill in SKILLS],
        "home": {"lat": 31.2304 + number / 5_000, "lon": 121.4737},
        "capacity": CAPACITY,
        "language": "en",
    }
