"""What people do beside the plain course: a resident cancels, confirms, rates; a technician pauses
or gives back. Pure, seeded.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from fettle.demo.catalogue import DANGER_WORDS
from fettle.demo.requests import Request

CONFIRMS, RATES, CANCELS = 0.6, 0.6, 0.01
PAUSES, GIVES_BACK = 0.04, 0.015
PAUSE_REASONS = ("waiting_parts", "no_access", "waiting_resident")
GIVE_BACK_REASONS = {
    "zh-CN": ("临时有急事，请换人", "工具不对，换个师傅来更快"),
    "en": ("Called away, please send somebody else", "Wrong tools for this one"),
}
PRAISE = {
    "zh-CN": {5: "师傅来得快，手艺也好", 4: "修好了，谢谢", 3: "修是修好了，等得有点久"},
    "en": {5: "Quick and friendly, thank you", 4: "Fixed, thanks", 3: "Works again, took a while"},
}
SAME_BURST_MIN = 45.0


@dataclass(frozen=True, kw_only=True)
class Afterwards:
    """What a resident does once it is fixed, `after_min` played minutes later; `marks` are speed,
    quality, manner from 1 to 5.
    """

    after_min: float
    confirms: bool
    marks: tuple[int, int, int] | None
    words: str = ""


@dataclass(frozen=True, kw_only=True)
class Mishap:
    """`pause_min` played minutes of waiting for `reason`; None: the job is given back."""

    reason: str
    pause_min: float | None


def cancels_after_min(request: Request, *, seed: int) -> float | None:
    """When the resident finds that it is no longer wanted; None for nearly all."""
    chance = Random(f"{seed}/cancel/{request.source_id}")  # noqa: S311
    return chance.uniform(0.5, 20.0) if chance.random() < CANCELS else None


def afterwards(request: Request, *, seed: int) -> Afterwards:
    chance = Random(f"{seed}/afterwards/{request.source_id}")  # noqa: S311
    confirms = chance.random() < CONFIRMS
    marks, words = None, ""
    if confirms and chance.random() < RATES:
        best = chance.choice((5, 5, 5, 4, 4, 3))
        marks = (chance.choice((best, max(best - 1, 3))), best, chance.choice((5, best)))
        words = PRAISE.get(request.language, PRAISE["en"])[best]
    return Afterwards(after_min=chance.uniform(5, 60), confirms=confirms, marks=marks, words=words)


def mishap(job_id: str, *, language: str, seed: int, before: bool) -> Mishap | None:
    """What goes wrong at a job, if anything; nobody gives back what was given back `before`."""
    chance = Random(f"{seed}/mishap/{job_id}")  # noqa: S311
    draw = chance.random()
    if draw < GIVES_BACK and not before:
        return Mishap(
            reason=chance.choice(GIVE_BACK_REASONS.get(language, GIVE_BACK_REASONS["en"])),
            pause_min=None,
        )
    if GIVES_BACK <= draw < GIVES_BACK + PAUSES:
        return Mishap(reason=chance.choice(PAUSE_REASONS), pause_min=chance.uniform(10, 40))
    return None


def same_burst(requests: Sequence[Request]) -> dict[int, int]:
    """Rows that tell of one and the same burst pipe: row → the row that told it first.

    Within 45 minutes, in one building, somebody writes of danger from water more than once.
    """
    first: dict[str, Request] = {}
    same = {}
    for request in requests:
        building = _building(request)
        if building is None or request.category != "plumbing" or not _dangerous(request.text):
            continue
        known = first.get(building)
        if (
            known is not None
            and (request.opened_at - known.opened_at).total_seconds() <= SAME_BURST_MIN * 60
        ):
            same[request.row] = known.row
        else:
            first[building] = request
    return same


def _building(request: Request) -> str | None:
    """Of a unit, or of a spot that is named after its building, such as lobby-3."""
    spot = request.where.spot or ""
    return request.where.building or (
        spot.rpartition("-")[2] if spot.startswith(("lobby-", "stairs-")) else None
    )


def _dangerous(text: str) -> bool:
    return any(word in text.lower() for word in DANGER_WORDS)
