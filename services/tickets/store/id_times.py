"""Ids are in the order of time, so that a moment bounds them."""

from datetime import datetime, timedelta
from uuid import UUID

CLOCKS_DIFFER = timedelta(hours=2)
"""An id is made within that of its ticket's `opened_at`, which is another look at the clock."""


def id_at(at: datetime, later: timedelta) -> UUID:
    """Return the lowest UUIDv7 of the millisecond that is so much later; beyond the first and the
    last that there are, of these.
    """
    milliseconds = min(max(int((at.timestamp() + later.total_seconds()) * 1000), 0), (1 << 48) - 1)
    return UUID(int=milliseconds << 80)
