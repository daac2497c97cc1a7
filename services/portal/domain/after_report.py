"""What is told on a ticket's page right after its report: photos that were not taken, and tickets
that may be about the same. It travels in a cookie of that page, for no service keeps it.
"""

import base64
from collections.abc import Sequence
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field, ValidationError

_MAX_COOKIE = 3500
_MAX_LISTED = 8
MAX_NAME = 40


class LostPhoto(BaseModel, frozen=True):
    """A photo that was not taken: what its sender calls it, and the message that says why."""

    name: str = Field(max_length=MAX_NAME)
    key: str = Field(pattern=r"^resident-photo-[a-z-]{1,30}$")
    size: str = ""
    limit: str = ""


class Alike(BaseModel, frozen=True):
    """A ticket that may be about the same; the id is there where it is the person's own."""

    reference: str = Field(max_length=40)
    opened_at: AwareDatetime
    id: UUID | None = None


class AfterReport(BaseModel, frozen=True):
    photos: tuple[LostPhoto, ...] = ()
    alike: tuple[Alike, ...] = ()

    def for_a_guest(self) -> "AfterReport":
        """Return it for one who has no tickets of their own: those of all guests are the portal's
        to tickets, which tells their ids.
        """
        alike = tuple(each.model_copy(update={"id": None}) for each in self.alike)
        return self.model_copy(update={"alike": alike})

    def as_cookie(self) -> str:
        """Return it as the value of a cookie; empty where there is nothing to tell."""
        told = self.model_copy(
            update={"photos": self.photos[:_MAX_LISTED], "alike": self.alike[:_MAX_LISTED]}
        )
        if not told.photos and not told.alike:
            return ""
        return base64.urlsafe_b64encode(told.model_dump_json().encode()).decode()


def after_report(cookie: str) -> AfterReport:
    """Return what the cookie tells; nothing for one that is none of ours."""
    try:
        raw = base64.b64decode(cookie[:_MAX_COOKIE].encode("ascii"), altchars=b"-_", validate=True)
        return AfterReport.model_validate_json(raw)
    except (ValueError, ValidationError):
        return AfterReport()


def alike_in(duplicates: Sequence[dict[str, object]]) -> tuple[Alike, ...]:
    """Return the `possible_duplicates` of an answer of tickets."""
    return tuple(Alike.model_validate(each) for each in duplicates[:_MAX_LISTED])
