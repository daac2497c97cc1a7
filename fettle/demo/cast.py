"""Who plays the technicians: what they can do, where they live, what they answer, how long they
travel and work. Pure; the seed decides.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import asin, ceil, cos, radians, sin, sqrt
from random import Random

from fettle.demo import people
from fettle.demo.catalogue import CATEGORIES
from fettle.demo.requests import Request

CAPACITY = 3
SMALLEST_CREW = 12
FEWEST_PER_SKILL = 3
BUSY_SHARE = 0.65
"""The crew is so large that each works about this share of the time while requests come in."""
SHORTEST_RUN_S = 30.0
"""Fewer seconds than that are not worth hiring for."""
TYPICAL_MIN = 50.0
"""Played minutes from an accepted offer to a finished job, travel and the machine's own time
included.
"""
WALK_KM_H, DRIVE_KM_H, DETOUR = 4.5, 25.0, 1.3
WALKING_KM = 0.8
EARTH_KM = 6371.0
ANSWERS_WITHIN_MIN = {
    "emergency": (0.1, 0.6),
    "urgent": (0.2, 2.0),
    "normal": (0.3, 8.0),
    "low": (0.3, 20.0),
}
"""Played minutes, well within an offer's life."""
DECLINES, SILENCE = 0.07, 0.03
"""Shares of offers; emergencies are declined half as often and never left unanswered."""


class Reply(StrEnum):
    ACCEPT = "accept"
    DECLINE = "decline"
    SILENCE = "silence"


@dataclass(frozen=True, kw_only=True)
class Skill:
    code: str
    level: int


@dataclass(frozen=True, kw_only=True)
class Player:
    """A technician. `home` is (lat, lon) in degrees."""

    id: str
    name: str
    language: str
    skills: tuple[Skill, ...]
    home: tuple[float, float]
    capacity: int = CAPACITY


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a technician makes of an offer, `after_min` played minutes after it came in."""

    reply: Reply
    after_min: float
    reason: str | None = None


def crew_size(*, rows: int, arrival_s: float, speed: float) -> int:
    """Twelve, and more where so many requests in so many real seconds keep more of them busy."""
    busy = rows * TYPICAL_MIN * 60 / speed / max(arrival_s, SHORTEST_RUN_S)
    return max(SMALLEST_CREW, ceil(busy / BUSY_SHARE))


def cast_players(
    requests: Sequence[Request],
    *,
    site_id: str,
    centre: tuple[float, float],
    language: str,
    size: int,
    seed: int,
) -> tuple[Player, ...]:
    """A crew for these requests: everyone has a trade and some others; whatever is asked for,
    several know how to do it.

    Raises ValueError for no requests, or a crew smaller than FEWEST_PER_SKILL.
    """
    demand = Counter(request.category for request in requests)
    if not demand or size < FEWEST_PER_SKILL:
        raise ValueError(f"no crew of {size} for {demand.total()} requests")
    chance = Random(f"{seed}/crew")  # noqa: S311 - the chance of a play, not a secret
    trades = _trades(demand, size)
    skills = [dict.fromkeys((trade, *chance.sample(list(CATEGORIES), k=2))) for trade in trades]
    for code in demand:
        while sum(code in known for known in skills) < FEWEST_PER_SKILL:
            min((known for known in skills if code not in known), key=len)[code] = None
    places = [at for request in requests if (at := _at(request)) is not None] or [centre]
    return tuple(
        Player(
            id=f"{site_id}-tech-{number:02}",
            name=people.name(number, language),
            language=language,
            skills=tuple(
                Skill(code=code, level=chance.choice((3, 4) if code == trade else (1, 2)))
                for code in known
            ),
            home=_near(chance.choice(places), chance),
        )
        for number, (trade, known) in enumerate(zip(trades, skills, strict=True), start=1)
    )


def answer_to(
    *, seed: int, technician_id: str, offer_id: str, priority: str, language: str
) -> Answer:
    """The same offer gets the same answer, whenever it is asked."""
    chance = Random(f"{seed}/{technician_id}/{offer_id}")  # noqa: S311
    emergency = priority == "emergency"
    after, draw = (
        chance.uniform(*ANSWERS_WITHIN_MIN.get(priority, ANSWERS_WITHIN_MIN["normal"])),
        chance.random(),
    )
    if draw < (declines := DECLINES / 2 if emergency else DECLINES):
        return Answer(
            reply=Reply.DECLINE,
            after_min=after,
            reason=chance.choice(people.REASONS.get(language, people.REASONS["en"])),
        )
    if draw < declines + (0 if emergency else SILENCE):
        return Answer(reply=Reply.SILENCE, after_min=after)
    return Answer(reply=Reply.ACCEPT, after_min=after)


def travel_min(start: tuple[float, float], end: tuple[float, float] | None) -> float:
    """Played minutes on foot within a compound, by car beyond; a quarter of an hour to a place
    nobody knows.
    """
    if end is None:
        return 15.0
    way_km = distance_km(start, end) * DETOUR
    return 2.0 + (way_km / WALK_KM_H if way_km <= WALKING_KM else way_km / DRIVE_KM_H) * 60


def work_min(category: str, *, job_id: str, seed: int) -> float:
    """Played minutes on site: half to twice what is usual, most of them near it."""
    usual = CATEGORIES.get(category, CATEGORIES["other"]).work_min
    return usual * Random(f"{seed}/{job_id}").triangular(0.5, 2.0, 0.9)  # noqa: S311


def distance_km(start: tuple[float, float], end: tuple[float, float]) -> float:
    """As the crow flies (haversine)."""
    (lat1, lon1), (lat2, lon2) = ((radians(at[0]), radians(at[1])) for at in (start, end))
    chord = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(min(1.0, chord)))


def _trades(demand: Counter[str], size: int) -> list[str]:
    """Everyone's own trade: what is asked for most comes first, then in proportion to what is asked
    for.
    """
    trades = [code for code, _ in demand.most_common(size)]
    have = Counter(trades)
    while len(trades) < size:
        trades.append(
            code := max(demand, key=lambda code: demand[code] * size / demand.total() - have[code])
        )
        have[code] += 1
    return trades


def _at(request: Request) -> tuple[float, float] | None:
    where = request.where
    return None if where.lat is None or where.lon is None else (where.lat, where.lon)


def _near(place: tuple[float, float], chance: Random) -> tuple[float, float]:
    """Within some four hundred metres."""
    return round(place[0] + chance.uniform(-0.0035, 0.0035), 5), round(
        place[1] + chance.uniform(-0.0035, 0.0035), 5
    )
