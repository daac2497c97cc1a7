"""What residents say while they wait: they comment, urge, amend, move the visit, ask to cancel."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random
from typing import Any

from demo.requests import Request


class Remark(StrEnum):
    """One way of saying something; the value is what the audit calls it."""

    COMMENT = "comment"
    URGE = "urge"
    AMEND = "amendment"
    VISIT = "visit"
    ASK_TO_CANCEL = "wish to cancel"


SHARES: Mapping[Remark, float] = {
    Remark.COMMENT: 0.16,
    Remark.URGE: 0.08,
    Remark.AMEND: 0.06,
    Remark.VISIT: 0.05,
    Remark.ASK_TO_CANCEL: 0.03,
}
"""Of all requests of residents."""
SAID_WITHIN_MIN = (0.5, 30.0)
"""Played minutes after opening."""
DESK_DECIDES_MIN = 3.0
DESK_REFUSES = 0.7
"""Share of wishes to cancel that the desk refuses."""
COMMENTS = {
    "zh-CN": ("来之前请打个电话，家里有狗", "我下午要接孩子，请从物业拿钥匙", "比早上更严重了一点"),
    "en": ("Please call before you come, the dog bites", "The key is at the porter's from noon"),
}
DIRECTIONS = {
    "zh-CN": "从北门进，门铃坏了，请敲门",
    "en": "Use the north gate; the bell is broken, please knock",
}
_VISIT_IN, _VISIT_TAKES = timedelta(minutes=30), timedelta(hours=2)


@dataclass(frozen=True, kw_only=True)
class PlannedRemark:
    """A remark, so many played minutes after opening."""

    remark: Remark
    after_min: float
    text: str = ""


def remarks_on(
    request: Request, *, seed: int, shares: Mapping[Remark, float] = SHARES
) -> tuple[PlannedRemark, ...]:
    """Return what the resident says of a request while it is open; most say nothing."""
    planned = []
    for remark, share in shares.items():
        chance = Random(f"{seed}/{remark}/{request.source_id}")
        if chance.random() < share:
            texts = COMMENTS.get(request.language, COMMENTS["en"])
            text = chance.choice(texts) if remark is Remark.COMMENT else ""
            after_min = chance.uniform(*SAID_WITHIN_MIN)
            planned.append(PlannedRemark(remark=remark, after_min=after_min, text=text))
    return tuple(planned)


def desk_refuses(request: Request, *, seed: int) -> bool:
    """Return whether the desk goes on with work that the resident asked to cancel."""
    return Random(f"{seed}/decides/{request.source_id}").random() < DESK_REFUSES


def visit_body(now: datetime) -> dict[str, Any]:
    """Return the body of `POST …/appointment`: a visit later today."""
    start = now + _VISIT_IN
    return {"start": start.isoformat(), "end": (start + _VISIT_TAKES).isoformat()}


def amendment_body(language: str) -> dict[str, Any]:
    """Return the body of `PATCH /v1/tickets/{id}`: how to get in."""
    return {"address": DIRECTIONS.get(language, DIRECTIONS["en"])}
