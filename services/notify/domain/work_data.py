"""What programs need to know of a message about work, read from its data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import JsonValue, TypeAdapter


@dataclass(frozen=True, kw_only=True)
class OfferedJob:
    id: UUID
    reference: str
    category: str
    priority: str


@dataclass(frozen=True, kw_only=True)
class Offered:
    """The data of `job.offered`."""

    offer_id: UUID
    expires_at: datetime
    job: OfferedJob


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """The data of `job.accepted` and `job.changed`."""

    job_id: UUID


@dataclass(frozen=True, kw_only=True)
class Pooled:
    """The data of `job.pooled`."""

    job_id: UUID


_OFFERED = TypeAdapter(Offered)
_ACCEPTED = TypeAdapter(Accepted)
_POOLED = TypeAdapter(Pooled)


def offered_in(data: Mapping[str, JsonValue]) -> Offered:
    """Read the data of `job.offered`. Raises ValidationError."""
    return _OFFERED.validate_python(data)


def accepted_in(data: Mapping[str, JsonValue]) -> Accepted:
    """Read the data of `job.accepted` or `job.changed`. Raises ValidationError."""
    return _ACCEPTED.validate_python(data)


def pooled_in(data: Mapping[str, JsonValue]) -> Pooled:
    """Read the data of `job.pooled`. Raises ValidationError."""
    return _POOLED.validate_python(data)
