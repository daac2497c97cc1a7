"""Scalars of requests, strict on purpose: `"7"` is no number, `true` is no integer, a time has a
zone and lies in our time, and nothing gets past them that PostgreSQL cannot store: no NUL, no half
of a surrogate pair, no infinity, no integer beyond 64 bits.

Request models and parameters are made of them alone (tests/architecture/test_every_route.py).
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AllowInfNan,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    Strict,
    StrictBool,
    StringConstraints,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, PydanticKnownError
from pydantic_core.core_schema import (
    no_info_after_validator_function,
    no_info_before_validator_function,
)

from shared.ids import MAX_SUBJECT_LENGTH, is_subject

_LIMIT = 1 << 63
_DATE = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
"""Without it digits alone would be a time too, in seconds since 1970."""
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_NO_NUL = r"^[^\u0000]*$"
_NOT_BLANK = r"^[^\u0000]*[^\s\u0000][^\u0000]*$"
_SEQUENCES = frozenset({"list", "tuple", "set", "frozenset"})


def _parts(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        yield schema
        for inner in schema.values():
            yield from _parts(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from _parts(inner)


class Body(BaseModel):
    """Base of request models: frozen, unknown fields refused, a sequence refused at its first bad
    item.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema = handler(source)
        for part in _parts(schema):
            if part.get("type") in _SEQUENCES:
                part["fail_fast"] = True
        return schema


class Reply(BaseModel):
    """Base of answers: made from domain objects, contracts or rows with the same field names."""

    model_config = ConfigDict(frozen=True, from_attributes=True, defer_build=True)


def _only_text(value: Any) -> Any:
    if not isinstance(value, str) or not _DATE.match(value):
        raise ValueError("has to be a time in RFC 3339, such as 2026-11-21T08:00:00+08:00")
    return value


def _in_our_time(moment: datetime) -> datetime:
    if not 2000 <= moment.year < 2100:
        raise ValueError("has to lie between the years 2000 and 2099")
    return moment.astimezone(UTC)


def _storable(text: str) -> str:
    found = _UNSTORABLE.search(text)
    if found is None:
        return text
    what = (
        "a NUL character, which cannot be stored"
        if found[0] == "\x00"
        else "half of a surrogate pair, which is no character"
    )
    raise PydanticCustomError("unstorable", "has {what}", {"what": what})


class _Storable:
    """Refuses what cannot be stored, and says so in the schema: JSON has a way to write NUL. A
    maximum of characters counts the spaces around them too, as the schema says.
    """

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        schema = handler(source)
        if schema.get("pattern") is not None:
            raise TypeError("a text with a pattern needs no Storable, which would hide it")
        longest = schema.get("max_length") if schema.get("strip_whitespace") else None

        def bounded(value: Any) -> Any:
            if isinstance(value, str) and longest is not None and len(value) > longest:
                raise PydanticKnownError("string_too_long", {"max_length": longest})
            return value

        return no_info_before_validator_function(
            bounded, no_info_after_validator_function(_storable, schema)
        )

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        found = handler(schema)
        # a minimum of characters is counted without the spaces around them
        found["pattern"] = _NOT_BLANK if found.get("minLength") else _NO_NUL
        return found


def _subject(text: str) -> str:
    if not is_subject(text):
        raise PydanticCustomError(
            "subject", "has to be of printable characters, and not of spaces alone"
        )
    return text


Flag = StrictBool
MomentBound = Annotated[AwareDatetime, BeforeValidator(_only_text)]
"""A moment to compare with, which may lie outside of our time."""
Moment = Annotated[MomentBound, AfterValidator(_in_our_time)]
Whole = Annotated[int, Strict(), Field(ge=-_LIMIT, lt=_LIMIT)]
_Finite = Annotated[float, Strict(), AllowInfNan(False)]
Number = Annotated[_Finite, Field(gt=-_LIMIT, lt=_LIMIT)]
Latitude = Annotated[_Finite, Field(ge=-90, le=90)]
Longitude = Annotated[_Finite, Field(ge=-180, le=180)]
Storable = _Storable()
"""Comes after the limits of a text: `Annotated[str, StringConstraints(…), Storable]`.

A text with a pattern does not need it.
"""
Text = Annotated[str, Storable]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000), Storable]
ShortWords = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), Storable]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
SiteCode = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]{1,9}$")]
Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:@+-]{0,63}$")]
"""The id of a site, a policy, a calendar: 1 to 64 characters that need no escaping anywhere."""
Subject = Annotated[
    str, StringConstraints(min_length=1, max_length=MAX_SUBJECT_LENGTH), AfterValidator(_subject)
]
"""The id of a person, a technician, a machine: what the issuer says in `sub`, such as `auth0|64f1`,
an e-mail or an address. In a path it is percent-encoded, `/` too.
"""
