"""Scalars of request bodies, strict on purpose: `"7"` is no number, `true` is no integer, a time has a zone and lies in our time."""

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StringConstraints


class Body(BaseModel):
    """Base of request models: frozen, unknown fields refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Reply(BaseModel):
    """Base of answers: made from domain objects, contracts or rows with the same field names."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


def _only_text(value: Any) -> Any:
    if not isinstance(value, str):
        raise ValueError("has to be a time in RFC 3339, such as 2026-11-21T08:00:00+08:00")
    return value


def _in_our_time(moment: datetime) -> datetime:
    if not 2000 <= moment.year < 2100:
        raise ValueError("has to lie between the years 2000 and 2099")
    return moment.astimezone(UTC)


def _only_number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("has to be a number")
    return value


def _only_whole(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("has to be a whole number")
    return value


Flag = StrictBool
Moment = Annotated[AwareDatetime, AfterValidator(_in_our_time), BeforeValidator(_only_text)]
Whole = Annotated[int, BeforeValidator(_only_whole)]
Number = Annotated[float, BeforeValidator(_only_number)]
Latitude = Annotated[Number, Field(ge=-90, le=90)]
Longitude = Annotated[Number, Field(ge=-180, le=180)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)]
ShortWords = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
SiteCode = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]{1,9}$")]
Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:@+-]{0,63}$")]
"""The id of a person, a site, a policy: 1 to 64 characters that need no escaping anywhere."""
