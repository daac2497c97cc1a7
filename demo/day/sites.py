"""The sites of the day: where they lie, what they promise, and in which hours they count it.

People live by the day's clock; promises, offers and calendars are divided by the same factor.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo

from demo.api_bodies import OFFER_LIFETIME_MIN, site_body
from demo.audit.hours import DAY_MIN, Hours
from demo.audit.promises import Terms
from demo.pace import Pace
from demo.requests import Request, SiteProfile

SITES, AREAS = 20, 4
ENGLISH_AREA = AREAS - 1
POOLED_EVERY = 3
"""Every third site lets technicians choose their work themselves."""
WORKING_DAY_MIN = 510.0
"""Of a company's working day: 08:00 to 12:00 and 13:30 to 18:00."""
PROMISES_MIN: Mapping[str, Mapping[str, float]] = {
    "emergency": {"response": 5, "arrival": 30, "resolution": 120},
    "urgent": {"response": 15, "arrival": 120, "resolution": 480},
    "normal": {
        "response": 120,
        "arrival": WORKING_DAY_MIN,
        "resolution": 2 * WORKING_DAY_MIN,
    },
    "low": {
        "response": WORKING_DAY_MIN,
        "arrival": 3 * WORKING_DAY_MIN,
        "resolution": 5 * WORKING_DAY_MIN,
    },
}
"""Played minutes."""
IN_ALL_HOURS = frozenset({"emergency", "urgent"})
MIN_PROMISE_S = 3.0
"""Shortest promise, in real seconds: below that the machine's own time is measured."""
MIN_OFFER_S = 6
"""Shortest life of an offer, in real seconds: where a busy machine lets shorter ones run out before
they are answered, each is followed by another, and it gets busier."""
COOLING_DOWN_MIN, RETRY_MIN = 60.0, 10.0
KM_APART = 1.1
_DEGREES_A_KM = 1 / 111.2
POOL_MIN = 1
"""What is not grabbed by then is handed out, in real minutes: the least that rules can say."""
BREAK_MIN = 1
"""The noon break of a site with working hours, in real minutes: calendars count in whole ones."""


@dataclass(frozen=True, kw_only=True)
class Site:
    """One site; `km` are how far (north, east) of the compound it is modelled on it lies."""

    id: str
    area: int
    profile: SiteProfile
    pooled: bool
    keeps_hours: bool
    km: tuple[float, float]

    @property
    def desk(self) -> str:
        return f"{self.id}-desk"

    def moved(self, lat: float, lon: float) -> tuple[float, float]:
        """Return where a place of the compound lies at this site, in degrees."""
        north, east = (round(km * _DEGREES_A_KM, 6) for km in self.km)
        return round(lat + north, 6), round(lon + east, 6)


def sites() -> tuple[Site, ...]:
    """Return the day's sites, a quarter of them in each area; those of the last one speak English.

    Half of them keep working hours, a third are pooled.
    """
    return tuple(_site(number) for number in range(SITES))


def area_id(area: int) -> str:
    """Return what the technicians of an area are named after."""
    return f"area-{area + 1}"


def body_of(site: Site, requests: Sequence[Request]) -> dict[str, Any]:
    """Return the body of `PUT /v1/sites/{id}`: the compound, moved to where the site lies."""
    body = site_body(site.profile, requests, code=site.profile.code)
    for place in (body, *body["buildings"], *body["spots"]):
        place["lat"], place["lon"] = site.moved(place["lat"], place["lon"])
    return body


def hours_of(site: Site, *, break_at: datetime) -> Hours:
    """Return the hours that the site keeps: all, or every day around a noon break at that time."""
    zone = site.profile.time_zone
    if not site.keeps_hours:
        return Hours(time_zone=zone)
    noon = break_at.astimezone(ZoneInfo(zone))
    begins = noon.hour * 60 + noon.minute
    opens, closes = (begins - 6 * 60) % DAY_MIN, (begins + 6 * 60) % DAY_MIN
    week = (opens, begins), ((begins + BREAK_MIN) % DAY_MIN, closes)
    return Hours(time_zone=zone, week=dict.fromkeys(range(1, 8), week))


def break_of(begins: datetime, *, length_s: float) -> datetime:
    """Return the whole minute at which noon breaks begin: the first after two fifths of the day."""
    after = begins.astimezone(UTC) + timedelta(seconds=length_s * 0.4)
    return datetime.fromtimestamp(ceil(after.timestamp() / 60) * 60, UTC)


def calendar_body(site: Site, hours: Hours) -> dict[str, Any]:
    """Return the body of `PUT /v1/calendars/{id}`."""
    body: dict[str, Any] = {"site_id": site.id, "time_zone": hours.time_zone}
    if hours.week is None:
        return {**body, "always_open": True}
    return {
        **body,
        "week": [
            {"weekday": weekday, "start": _wall(start), "end": _wall(end)}
            for weekday, stretches in hours.week.items()
            for start, end in stretches
        ],
    }


def terms_of(hours: Hours, pace: Pace) -> Terms:
    """Return what the site promises, in real seconds."""
    return Terms(
        hours=hours,
        promised_s={
            priority: {clock: _real_s(minutes, pace) for clock, minutes in promised.items()}
            for priority, promised in PROMISES_MIN.items()
        },
        in_all_hours=IN_ALL_HOURS,
    )


def policy_body(site: Site, terms: Terms) -> dict[str, Any]:
    """Return the body of `PUT /v1/policies/{id}`."""
    return {
        "site_id": site.id,
        "targets": {
            priority: {
                "counted_in": "wall" if priority in terms.in_all_hours else "working",
                **promised,
            }
            for priority, promised in terms.promised_s.items()
        },
    }


def rules_body(site: Site, pace: Pace) -> dict[str, Any]:
    """Return the body of `PUT /v1/sites/{id}/rules`, in whole real seconds."""
    return {
        "mode": "pool" if site.pooled else "plan",
        "pool_minutes": POOL_MIN,
        "offer_lifetime_s": {
            priority: max(MIN_OFFER_S, ceil(pace.real_s(minutes)))
            for priority, minutes in OFFER_LIFETIME_MIN.items()
        },
        "cooling_down_s": ceil(pace.real_s(COOLING_DOWN_MIN)),
        "retry_s": ceil(_real_s(RETRY_MIN, pace)),
    }


def _real_s(played_min: float, pace: Pace) -> float:
    return max(MIN_PROMISE_S, round(pace.real_s(played_min), 3))


def _site(number: int) -> Site:
    area, place = divmod(number, SITES // AREAS)
    english = area == ENGLISH_AREA
    code = f"DAY{number + 1:02}"
    return Site(
        id=code.lower(),
        area=area,
        profile=SiteProfile(
            code=code,
            name=f"Court {number + 1}" if english else f"梧桐苑{number + 1}期",
            time_zone="America/New_York" if english else "Asia/Shanghai",
            language="en" if english else "zh-CN",
            lat=31.2126,
            lon=121.4312,
        ),
        pooled=number % POOLED_EVERY == POOLED_EVERY - 1,
        keeps_hours=number % 2 == 1,
        km=(KM_APART * place, 12.0 * area),
    )


def _wall(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
