"""What a phone says of when something was done, as a form brings it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

_TEN_YEARS_S = 315_360_000


def phone_time(fields: Mapping[str, str]) -> dict[str, Any]:
    """Return `said_at` and `phone_ahead_s` for dispatch, without what cannot be meant: a phone
    whose clock says 1970 does its work all the same.
    """
    said_at = read_moment(fields.get("said_at", ""))
    if said_at is None:
        return {}
    ahead = _seconds(fields.get("phone_ahead_s", ""))
    said = {"said_at": said_at.isoformat()}
    return said if ahead is None else {**said, "phone_ahead_s": ahead}


def read_moment(text: str) -> datetime | None:
    """Return the moment that is written there; None for none that can be meant."""
    try:
        moment = datetime.fromisoformat(text[:40])
    except ValueError:
        return None
    # a day from either end, as a zone may move it
    return moment if moment.tzinfo is not None and 2000 < moment.year < 2099 else None


def _seconds(text: str) -> int | None:
    try:
        seconds = round(float(text[:20]))
    except (ValueError, OverflowError):
        return None
    return seconds if abs(seconds) <= _TEN_YEARS_S else None
