"""How much of an offer's life is left, as a ring."""

from dataclasses import dataclass
from datetime import datetime
from math import ceil

from services.portal.domain.drawing.tone import Tone


@dataclass(frozen=True, kw_only=True)
class Ring:
    """`share` is percent of the whole; `number` is said in seconds below two minutes, else in
    minutes.
    """

    share: float
    number: int
    in_seconds: bool
    left_s: int
    whole_s: int
    ends_at: datetime
    tone: Tone


def draw_ring(*, begun_at: datetime, ends_at: datetime, now: datetime) -> Ring:
    """Return the ring at `now`, by the server's clock; over, it is empty."""
    whole_s = max(1.0, (ends_at - begun_at).total_seconds())
    left_s = min(whole_s, max(0.0, (ends_at - now).total_seconds()))
    share = left_s / whole_s
    in_seconds = left_s < 120
    return Ring(
        share=round(share * 100, 1),
        number=ceil(left_s) if in_seconds else ceil(left_s / 60),
        in_seconds=in_seconds,
        left_s=ceil(left_s),
        whole_s=ceil(whole_s),
        ends_at=ends_at,
        tone="ok" if share > 0.5 else "risk" if share > 0.1 else "late",
    )
