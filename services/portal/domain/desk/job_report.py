"""What a technician says was done, as the desk reads it."""

from typing import Any

from pydantic import Field

from shared.contracts.base import Contract


class Part(Contract):
    name: str
    quantity: int | float


class JobReport(Contract):
    """What goes with a completion; `minutes` are those of work."""

    note: str | None = None
    minutes: int | None = None
    parts: tuple[Part, ...] = Field(default=())
    checklist: tuple[dict[str, Any], ...] = Field(default=())
