"""What simulated people do: answer, travel, work, pause, give back, cancel, rate. Pure, seeded.

The same seed and the same id give the same behaviour, whenever it is asked for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from demo.catalogue import CATEGORIES, DANGER_WORDS
from demo.requests import Request
from shared.geodesy import metres_between

DECLINES, SILENCE = 0.07, 0.03
"""Shares of offers; emergencies are declined half as often and never left unanswered."""
ANSWERS_WITHIN_MIN = {
    "emergency": (0.1, 0.6),
    "urgent": (0.2, 2.0),
    "normal": (0.3, 8.0),
    "low": (0.3, 20.0),
}
"""Played minutes, well within an offer's lifetime."""
DECLINE_REASONS = {
    "zh-CN": ("手上的活还没干完", "缺配件，要先去仓库", "离得太远，赶不过去", "这个活我没把握"),
    "en": (
        "Still busy with the last job",
        "Out of parts, have to go to the store first",
        "Too far away to make it in time",
        "Not sure that I can fix this one",
    ),
}
WALK_KM_H, DRIVE_KM_H, DETOUR = 4.5, 25.0, 1.3
MAX_WALK_KM = 0.8
UNKNOWN_TRAVEL_MIN = 15.0
PAUSES, GIVES_BACK = 0.04, 0.015
"""Shares of jobs."""
PAUSE_REASONS = ("waiting_parts", "no_access", "waiting_resident")
GIVE_BACK_REASONS = {
    "zh-CN": ("临时有急事，请换人", "工具不对，换个师傅来更快"),
    "en": ("Called away, please send somebody else", "Wrong tools for this one"),
}
CONFIRMS, RATES, CANCELS = 0.6, 0.6, 0.01
"""Shares of residents; those who rate are a share of those who confirm."""
COMMENTS = {
    "zh-CN": {5: "师傅来得快，手艺也好", 4: "修好了，谢谢", 3: "修是修好了，等得有点久"},
    "en": {5: "Quick and friendly, thank you", 4: "Fixed, thanks", 3: "Works again, took a while"},
}
SAME_BURST_MIN = 45.0


class Decision(StrEnum):
    ACCEPT = "accept"
    DECLINE = "decline"
    SILENCE = "silence"


@dataclass(frozen=True, kw_only=True)
class OfferAnswer:
    """What a technician answers, `after_min` played minutes after the offer came in."""

    decision: Decision
    after_min: float
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class Interruption:
    """A pause of `pause_min` played minutes, or None where the job is given back."""

    reason: str
    pause_min: float | None


@dataclass(frozen=True, kw_only=True)
class Feedback:
    """What a resident does `after_min` played minutes after the repair.

    `scores` are speed, quality and manner from 1 to 5, or None where they do not rate.
    """

    after_min: float
    confirms: bool
    scores: tuple[int, int, int] | None
    comment: str = ""


def answer_to(
    *, seed: int, technician_id: str, offer_id: str, priority: str, language: str
) -> OfferAnswer:
    """Return the technician's answer to an offer of that priority."""
    chance = Random(f"{seed}/{technician_id}/{offer_id}")
    emergency = priority == "emergency"
    declines, silence = (DECLINES / 2, 0.0) if emergency else (DECLINES, SILENCE)
    after_min = chance.uniform(*ANSWERS_WITHIN_MIN.get(priority, ANSWERS_WITHIN_MIN["normal"]))
    draw = chance.random()
    if draw < declines:
        reason = chance.choice(DECLINE_REASONS.get(language, DECLINE_REASONS["en"]))
        return OfferAnswer(decision=Decision.DECLINE, after_min=after_min, reason=reason)
    if draw < declines + silence:
        return OfferAnswer(decision=Decision.SILENCE, after_min=after_min)
    return OfferAnswer(decision=Decision.ACCEPT, after_min=after_min)


def travel_min(start: tuple[float, float], end: tuple[float, float] | None) -> float:
    """Return played minutes on foot within a compound, by car beyond; 15 to an unknown place."""
    if end is None:
        return UNKNOWN_TRAVEL_MIN
    way_km = metres_between(*start, *end) / 1000 * DETOUR
    return 2.0 + way_km / (WALK_KM_H if way_km <= MAX_WALK_KM else DRIVE_KM_H) * 60


def work_min(category: str, *, job_id: str, seed: int) -> float:
    """Return played minutes on site: half to twice what is usual, most of them near it."""
    usual = CATEGORIES.get(category, CATEGORIES["other"]).work_min
    return usual * Random(f"{seed}/{job_id}").triangular(0.5, 2.0, 0.9)


def interruption_of(
    job_id: str, *, language: str, seed: int, given_back: bool
) -> Interruption | None:
    """Return what interrupts a job, if anything; `given_back` says that it was so before.

    A job is given back once at most.
    """
    chance = Random(f"{seed}/mishap/{job_id}")
    draw = chance.random()
    if draw < GIVES_BACK and not given_back:
        reasons = GIVE_BACK_REASONS.get(language, GIVE_BACK_REASONS["en"])
        return Interruption(reason=chance.choice(reasons), pause_min=None)
    if GIVES_BACK <= draw < GIVES_BACK + PAUSES:
        return Interruption(reason=chance.choice(PAUSE_REASONS), pause_min=chance.uniform(10, 40))
    return None


def cancels_after_min(request: Request, *, seed: int) -> float | None:
    """Return after how many played minutes the resident cancels, or None: nearly all do not."""
    chance = Random(f"{seed}/cancel/{request.source_id}")
    return chance.uniform(0.5, 20.0) if chance.random() < CANCELS else None


def feedback_on(request: Request, *, seed: int) -> Feedback:
    """Return whether the resident confirms the repair, and how they rate it."""
    chance = Random(f"{seed}/afterwards/{request.source_id}")
    confirms = chance.random() < CONFIRMS
    scores, comment = None, ""
    if confirms and chance.random() < RATES:
        best = chance.choice((5, 5, 5, 4, 4, 3))
        scores = (chance.choice((best, max(best - 1, 3))), best, chance.choice((5, best)))
        comment = COMMENTS.get(request.language, COMMENTS["en"])[best]
    after_min = chance.uniform(5, 60)
    return Feedback(after_min=after_min, confirms=confirms, scores=scores, comment=comment)


def same_burst(requests: Sequence[Request]) -> dict[int, int]:
    """Return which rows report the same burst pipe: row → the row that reported it first.

    It is the same where people of one building write of danger from water within 45 minutes.
    """
    first: dict[str, Request] = {}
    same = {}
    for request in requests:
        building = _building(request)
        if building is None or request.category != "plumbing" or not _dangerous(request.text):
            continue
        known = first.get(building)
        if known is not None and _minutes_between(known, request) <= SAME_BURST_MIN:
            same[request.row] = known.row
        else:
            first[building] = request
    return same


def _minutes_between(earlier: Request, later: Request) -> float:
    return (later.opened_at - earlier.opened_at).total_seconds() / 60


def _building(request: Request) -> str | None:
    """Return the building of a unit, or of a spot that is named after it, such as lobby-3."""
    if request.where.building:
        return request.where.building
    spot = request.where.spot or ""
    return spot.rpartition("-")[2] if spot.startswith(("lobby-", "stairs-")) else None


def _dangerous(text: str) -> bool:
    return any(word in text.lower() for word in DANGER_WORDS)
