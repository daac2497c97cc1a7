"""What residents of the day do beside what residents of a demo do. Pure; the seed decides.

They send photos, agree on visits and move them, change their minds, and object to a repair.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from demo.behaviour import feedback_on
from demo.pace import Pace
from demo.remarks import Remark
from demo.requests import Request

SHARES: Mapping[Remark, float] = {
    Remark.COMMENT: 0.18,
    Remark.URGE: 0.1,
    Remark.AMEND: 0.08,
    Remark.ASK_TO_CANCEL: 0.05,
}
"""Of remarks, by residents; visits are planned here."""
PHOTOS, VISITS, MOVES, CANCELS = 0.25, 0.08, 0.5, 0.03
"""Shares of reports; those who move a visit are a share of those who agreed on one."""
OBJECTS = 0.15
"""Share of those who do not confirm a repair."""
WITHIN_MIN = (0.5, 20.0)
VISIT_IN_MIN, VISIT_TAKES_MIN = (20.0, 60.0), 60.0
MOVED_BY_MIN = 30.0
OBJECTIONS = {
    "zh-CN": "没修好，又漏了，请再来一趟",
    "en": "It is broken again, please come once more",
}
UNHAPPY = {"zh-CN": "来了两次才修好", "en": "It took two visits"}
CHANGED_MINDS = {"zh-CN": "自己弄好了，不用来了", "en": "I fixed it myself, thank you"}


@dataclass(frozen=True, kw_only=True)
class PlannedVisit:
    """A visit that is agreed `after_min` played minutes after opening, for `in_min` later.

    It is moved `moved_after_min` after that, or not (None).
    """

    after_min: float
    in_min: float
    moved_after_min: float | None


@dataclass(frozen=True, kw_only=True)
class Deeds:
    """What one resident does with one report; times in played minutes after it was opened."""

    photos: int
    visit: PlannedVisit | None
    cancels_after_min: float | None
    objects_after_min: float | None
    """After the first repair; None: they do not."""


def deeds_on(request: Request, *, seed: int) -> Deeds:
    """Return what the resident does with a report."""
    return Deeds(
        photos=_photos(_chance(seed, "photos", request)),
        visit=_visit(_chance(seed, "visit", request)),
        cancels_after_min=_with_luck(_chance(seed, "cancels", request), CANCELS),
        objects_after_min=(
            None
            if feedback_on(request, seed=seed).confirms
            else _with_luck(_chance(seed, "objects", request), OBJECTS)
        ),
    )


def visit_body(visit: PlannedVisit, pace: Pace, *, now: datetime, moved: bool) -> dict[str, Any]:
    """Return the body of `POST …/appointment`: in real time, as everything the services see."""
    in_min = visit.in_min + (MOVED_BY_MIN if moved else 0.0)
    start = now + timedelta(seconds=pace.real_s(in_min))
    end = start + timedelta(seconds=pace.real_s(VISIT_TAKES_MIN))
    return {"start": start.isoformat(), "end": end.isoformat()}


def unhappy_rating(language: str) -> dict[str, Any]:
    """Return the body of `POST …/rating` of one who had to ask twice."""
    text = UNHAPPY.get(language, UNHAPPY["en"])
    return {"speed": 2, "quality": 2, "manner": 3, "text": text}


def _chance(seed: int, what: str, request: Request) -> Random:
    return Random(f"{seed}/{what}/{request.source_id}")


def _photos(chance: Random) -> int:
    return chance.choice((1, 1, 2)) if chance.random() < PHOTOS else 0


def _visit(chance: Random) -> PlannedVisit | None:
    if chance.random() >= VISITS:
        return None
    return PlannedVisit(
        after_min=chance.uniform(*WITHIN_MIN),
        in_min=chance.uniform(*VISIT_IN_MIN),
        moved_after_min=chance.uniform(5.0, 15.0) if chance.random() < MOVES else None,
    )


def _with_luck(chance: Random, share: float) -> float | None:
    return chance.uniform(*WITHIN_MIN) if chance.random() < share else None
