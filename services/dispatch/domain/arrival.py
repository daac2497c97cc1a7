"""The arrival that a technician plans: a promise to the resident, so it has to be possible."""

from datetime import datetime, timedelta

from shared.errors import Invalid

_CLOCKS_DIFFER_BY = timedelta(minutes=5)
_FARTHEST = timedelta(days=90)


def demand_possible_arrival(planned: datetime | None, *, at: datetime) -> None:
    """Raise Invalid for an arrival in the past or more than 90 days away."""
    if planned is None:
        return
    if planned < at - _CLOCKS_DIFFER_BY:
        raise Invalid(
            "A planned arrival lies in the future; this one is over.", field="/planned_arrival"
        )
    if planned > at + _FARTHEST:
        raise Invalid(
            f"A planned arrival lies within {_FARTHEST.days} days.", field="/planned_arrival"
        )


def possible_arrival(planned: datetime | None, *, at: datetime) -> datetime | None:
    """Return the arrival, None for one that cannot be: where the rest of an answer counts."""
    try:
        demand_possible_arrival(planned, at=at)
    except Invalid:
        return None
    return planned
