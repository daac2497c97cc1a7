"""The technicians of a run: how many, what they can do, where they live. Pure; the seed decides."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from random import Random

from demo.catalogue import CATEGORIES
from demo.names import technician_name
from demo.requests import Request

CAPACITY = 3
MIN_CREW = 12
MIN_PER_SKILL = 3
BUSY_SHARE = 0.65
"""The crew is so large that each works about this share of the time while requests come in."""
MIN_ARRIVAL_S = 30.0
"""Requests that come in within fewer real seconds need no larger crew."""
TYPICAL_JOB_MIN = 50.0
"""Played minutes from an accepted offer to a finished job, travel and real delays included."""


@dataclass(frozen=True, kw_only=True)
class Skill:
    """What a technician can do, `level` from 1 to 4."""

    code: str
    level: int


@dataclass(frozen=True, kw_only=True)
class Technician:
    """A technician as dispatch gets to know them. `home` is (lat, lon) in degrees."""

    id: str
    name: str
    language: str
    skills: tuple[Skill, ...]
    home: tuple[float, float]
    capacity: int = CAPACITY


def crew_size(*, rows: int, arrival_s: float, speed: float) -> int:
    """Return twelve, or more where so many rows in so many real seconds need them."""
    busy = rows * TYPICAL_JOB_MIN * 60 / speed / max(arrival_s, MIN_ARRIVAL_S)
    return max(MIN_CREW, ceil(busy / BUSY_SHARE))


def hire_technicians(
    requests: Sequence[Request],
    *,
    site_id: str,
    centre: tuple[float, float],
    language: str,
    size: int,
    seed: int,
) -> tuple[Technician, ...]:
    """Return a crew for these requests: each with a trade and two or more other skills.

    At least MIN_PER_SKILL of them have each skill that is asked for. Raises ValueError for no
    requests, or a crew smaller than MIN_PER_SKILL.
    """
    demand = Counter(request.category for request in requests)
    if not demand or size < MIN_PER_SKILL:
        raise ValueError(f"no crew of {size} for {demand.total()} requests")
    chance = Random(f"{seed}/crew")
    trades = _trades(demand, size)
    skills = [dict.fromkeys((trade, *chance.sample(list(CATEGORIES), k=2))) for trade in trades]
    for code in demand:
        while sum(code in known for known in skills) < MIN_PER_SKILL:
            min((known for known in skills if code not in known), key=len)[code] = None
    places = [at for request in requests if (at := request.where.coordinates)] or [centre]
    return tuple(
        Technician(
            id=f"{site_id}-tech-{number:02}",
            name=technician_name(number, language),
            language=language,
            skills=tuple(
                Skill(code=code, level=chance.choice((3, 4) if code == trade else (1, 2)))
                for code in known
            ),
            home=_near(chance.choice(places), chance),
        )
        for number, (trade, known) in enumerate(zip(trades, skills, strict=True), start=1)
    )


def _trades(demand: Counter[str], size: int) -> list[str]:
    """Return a trade for each technician: every category once, then in proportion to demand."""
    trades = [code for code, _ in demand.most_common(size)]
    have = Counter(trades)
    while len(trades) < size:
        code = max(demand, key=lambda code: demand[code] * size / demand.total() - have[code])
        trades.append(code)
        have[code] += 1
    return trades


def _near(place: tuple[float, float], chance: Random) -> tuple[float, float]:
    """Return a place within some four hundred metres."""
    lat, lon = (round(degrees + chance.uniform(-0.0035, 0.0035), 5) for degrees in place)
    return lat, lon
