"""How a crew lives beside its work: when technicians are there, and what decides their mood."""

from collections.abc import Mapping
from typing import Any, Protocol


class Manners(Protocol):
    """What a crew asks before it answers an offer, begins a job or takes a step."""

    def key_of_offer(self, technician_id: str, job: Mapping[str, Any], offer_id: str) -> str:
        """Return what the technician's answer to an offer is drawn from."""
        ...

    def key_of_job(self, job: Mapping[str, Any], job_id: str) -> str:
        """Return what the course of a job is drawn from."""
        ...

    def begins_at(self, reference: str) -> float:
        """Return before when a job is not begun, in seconds since the epoch."""
        ...

    def is_here(self, technician_id: str) -> bool:
        """Return whether the technician looks at what comes in."""
        ...

    async def until_here(self, technician_id: str) -> None:
        """Return when the technician is there."""
        ...

    async def photograph(self, reference: str, key: str, *, auth: str) -> list[str]:
        """Take photos of the work; return the ids under which they were taken in."""
        ...


class AlwaysThere:
    """A crew without absences: every offer and every job is a mood of its own."""

    def key_of_offer(self, technician_id: str, job: Mapping[str, Any], offer_id: str) -> str:
        """Return the offer's id."""
        return offer_id

    def key_of_job(self, job: Mapping[str, Any], job_id: str) -> str:
        """Return the job's id."""
        return job_id

    def begins_at(self, reference: str) -> float:
        """Return 0: at once."""
        return 0.0

    def is_here(self, technician_id: str) -> bool:
        """Return True."""
        return True

    async def until_here(self, technician_id: str) -> None:
        """Return at once."""

    async def photograph(self, reference: str, key: str, *, auth: str) -> list[str]:
        """Return no photos."""
        return []
