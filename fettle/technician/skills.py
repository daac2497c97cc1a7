"""What a technician can do for whom nothing is said."""

from typing import Any

_CODES = (
    "plumbing",
    "electrical",
    "lift",
    "lock",
    "cleaning",
    "heating",
    "gas",
    "appliance",
    "door_window",
    "garden",
    "other",
)


def usual_skills() -> list[dict[str, Any]]:
    """Return what the site `demo` asks for, as dispatch takes it, so that every report there finds
    a technician.
    """
    return [{"code": code, "level": 2} for code in _CODES]
