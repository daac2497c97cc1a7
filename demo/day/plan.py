"""What the day plays: who reports what, where and when, who works, what breaks. Pure, seeded."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random

from demo.catalogue import DANGER_WORDS
from demo.compound import REQUESTS, compound
from demo.day.sites import AREAS, Site, area_id, sites
from demo.pace import Pace
from demo.reading import read_requests
from demo.requests import Request, Where
from demo.technicians import Skill, Technician, hire_technicians
from fettle.home import SERVICES

BEGINS_MIN, LENGTH_MIN = 6 * 60, 16 * 60
"""From six in the morning to ten in the evening, in played minutes."""
STORM_AT_MIN = 12 * 60
STORM_SHARE, STORM_RATE = 0.1, 10
"""Of the day's tickets, at tenfold the day's mean rate, at STORM_SITES sites."""
STORM_SITES = 2
SERVICE_DIES_AT_MIN, BROKER_DIES_AT_MIN = 9 * 60 + 30, 15 * 60
TECHNICIANS = 60
EMERGENCY_SKILLS = ("plumbing", "electrical", "lift", "gas")
"""What every technician can make safe."""
RESIDENTS = 16
"""Of a site, who speak its language; a quarter as many speak another one."""
TICKETS_PER_S, MIN_LENGTH_S = 3.0, 45.0
_RUSH_HOURS: Mapping[int, float] = {7: 1.5, 8: 2.0, 9: 1.5, 12: 1.2, 18: 1.8, 19: 1.5, 21: 0.5}
"""How much likelier a report is in that hour than in others."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """A request at its site; `minute` is of the played day, `storm` whether a storm brought it."""

    site: Site
    request: Request
    minute: float
    storm: bool


@dataclass(frozen=True, kw_only=True)
class Day:
    """The whole plan: reports in the order of time, technicians by area."""

    seed: int
    pace: Pace
    sites: Sequence[Site]
    reports: Sequence[Report]
    crews: Mapping[int, Sequence[Technician]]
    service_to_die: str
    begins_at: datetime

    @property
    def length_s(self) -> float:
        """Return the real seconds in which tickets are opened."""
        return self.pace.real_s(LENGTH_MIN)

    @property
    def technicians(self) -> list[Technician]:
        return [each for crew in self.crews.values() for each in crew]

    def reports_at(self, site: Site) -> list[Report]:
        """Return what is reported at a site, in the order of time."""
        return [report for report in self.reports if report.site is site]

    def real_s(self, minute: float) -> float:
        """Return the real seconds from the day's beginning to a minute of the played day."""
        return self.pace.real_s(minute - BEGINS_MIN)


def plan_day(*, seed: int, tickets: int, now: datetime) -> Day:
    """Return the day: the same people and deeds for the same seed and number of tickets."""
    length_s = max(MIN_LENGTH_S, tickets / TICKETS_PER_S)
    begins_at = datetime(now.year, now.month, now.day, tzinfo=UTC) + timedelta(minutes=BEGINS_MIN)
    places = sites()
    reports = _reports(places, seed=seed, tickets=tickets, begins_at=begins_at)
    return Day(
        seed=seed,
        pace=Pace(speed=LENGTH_MIN * 60 / length_s, longest_gap_min=None),
        sites=places,
        reports=reports,
        crews={area: _crew(area, reports, seed=seed) for area in range(AREAS)},
        service_to_die=Random(f"{seed}/service").choice(SERVICES),
        begins_at=begins_at,
    )


def storm_sites(places: Sequence[Site], *, seed: int) -> list[Site]:
    """Return the sites that the storm hits, each in an area of its own."""
    chance = Random(f"{seed}/storm")
    areas = chance.sample(range(AREAS), k=STORM_SITES)
    return [chance.choice([site for site in places if site.area == area]) for area in areas]


def storm_length_min(tickets: int) -> float:
    """Return how many played minutes the storm lasts."""
    return tickets * STORM_SHARE / (STORM_RATE * tickets / LENGTH_MIN)


def _reports(
    places: Sequence[Site], *, seed: int, tickets: int, begins_at: datetime
) -> tuple[Report, ...]:
    chance = Random(f"{seed}/reports")
    hit = storm_sites(places, seed=seed)
    in_storm = max(1, round(tickets * STORM_SHARE))
    length = storm_length_min(tickets)
    minutes = [(_minute(chance), False) for _ in range(tickets - in_storm)]
    minutes += [(STORM_AT_MIN + chance.uniform(0, length), True) for _ in range(in_storm)]
    texts = _texts()
    return tuple(
        Report(
            site=(site := chance.choice(hit if storm else places)),
            request=_request(
                number,
                _drawn(texts, site, chance, dangerous=storm),
                site,
                chance,
                opened_at=begins_at + timedelta(minutes=minute - BEGINS_MIN),
            ),
            minute=minute,
            storm=storm,
        )
        for number, (minute, storm) in enumerate(sorted(minutes), start=1)
    )


def _minute(chance: Random) -> float:
    hours = range(BEGINS_MIN // 60, (BEGINS_MIN + LENGTH_MIN) // 60)
    [hour] = chance.choices(hours, weights=[_RUSH_HOURS.get(hour, 1.0) for hour in hours])
    return hour * 60 + chance.uniform(0, 60)


def _texts() -> Mapping[tuple[str, bool], Sequence[Request]]:
    """Return the compound's requests by language and whether they tell of danger."""
    texts: dict[tuple[str, bool], list[Request]] = defaultdict(list)
    for request in read_requests(REQUESTS):
        dangerous = any(word in request.text.lower() for word in DANGER_WORDS)
        if not dangerous or request.category in EMERGENCY_SKILLS:
            texts[request.language, dangerous].append(request)
    return texts


def _drawn(
    texts: Mapping[tuple[str, bool], Sequence[Request]],
    site: Site,
    chance: Random,
    *,
    dangerous: bool,
) -> Request:
    english = site.profile.language == "en" or (not dangerous and chance.random() < 0.15)
    language = "en" if english else "zh-CN"
    return chance.choice(texts[language, dangerous])


def _request(
    number: int, like: Request, site: Site, chance: Random, *, opened_at: datetime
) -> Request:
    """Return a request of the same words from a flat, or the same spot, of the site."""
    name = f"D-{number:04}"
    resident = _resident(site, like.language, chance)
    where = like.where
    if where.spot is None:
        home = Random(resident)
        building = home.choice(list(compound().buildings.values()))
        unit = home.choice(building.units)
        where = Where(building=building.name, unit=unit, lat=building.lat, lon=building.lon)
    if (at := where.coordinates) is not None:
        lat, lon = site.moved(*at)
        where = replace(where, lat=lat, lon=lon)
    return replace(
        like,
        row=number,
        source_id=name,
        title=name,
        opened_at=opened_at,
        where=where,
        reporter_id=resident,
    )


def _resident(site: Site, language: str, chance: Random) -> str:
    """Return one of the site's residents who speak the language; they live in one flat."""
    most = RESIDENTS if language == site.profile.language else RESIDENTS // 4
    return f"{site.id}-{language[:2]}-{chance.randint(1, most):02}"


def _crew(area: int, reports: Sequence[Report], *, seed: int) -> tuple[Technician, ...]:
    theirs = [report.request for report in reports if report.site.area == area]
    site = next(site for site in sites() if site.area == area)
    hired = hire_technicians(
        theirs,
        site_id=area_id(area),
        centre=site.moved(site.profile.lat, site.profile.lon),
        language=site.profile.language,
        size=TECHNICIANS // AREAS,
        seed=seed,
    )
    return tuple(_able_to_make_safe(technician) for technician in hired)


def _able_to_make_safe(technician: Technician) -> Technician:
    known = {skill.code for skill in technician.skills}
    more = tuple(Skill(code=code, level=1) for code in EMERGENCY_SKILLS if code not in known)
    return replace(technician, skills=(*technician.skills, *more))
