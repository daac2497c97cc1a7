"""What people's words say of a ticket: what they thought of a resolution, and signs of danger."""

from typing import Annotated

from pydantic import AwareDatetime, Field

from shared.contracts.base import Contract


class Rating(Contract):
    """What a resident thought of one resolution, 1 (bad) to 5 (good)."""

    at: AwareDatetime
    cycle: int
    speed: Annotated[int, Field(ge=1, le=5)]
    quality: Annotated[int, Field(ge=1, le=5)]
    manner: Annotated[int, Field(ge=1, le=5)]
    text: str = ""
    by: str | None = None
    """Whose duplicate was merged into the ticket; None: the ticket's reporter."""


class Danger(Contract):
    """Words of danger that stood on the ticket for the first time at `at`; `cause` is the id of the
    person who wrote them, `job:ID` where that is the job's technician.
    """

    at: AwareDatetime
    words: tuple[str, ...]
    cause: str
