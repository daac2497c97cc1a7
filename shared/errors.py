"""What a rule or an action refuses, said with a code. `shared.http.problems` is the one place that
turns them into answers.

Refused
├── Unauthenticated       401   the caller is not known
├── Forbidden             403   known, but may not do this
├── NotFound              404   not there, or not for the caller to see
├── Conflict              409   not in this state; `details` says which and what would be legal
├── Stale                 412   the caller's version is not the newest
├── Unsupported           415   not of a type that is taken here
├── NoSuchRange           416   the file ends before the range that was asked for
├── Invalid               422   understood, but cannot be so; `details["field"]` is a JSON pointer
│                               where there is one
├── PreconditionRequired  428   what exists is only changed by naming the version that was read
├── TooMany               429   of what one caller may have at once; `retry_after_s` says when to
│                               ask again
└── Unavailable           503   later; `retry_after_s` says when
"""

from collections.abc import Mapping
from typing import ClassVar

from pydantic import JsonValue


class Refused(Exception):
    """Base of everything that is refused for a reason the caller can act on."""

    code: ClassVar[str] = "refused"
    fields: Mapping[str, str] = {}
    """Header fields that its answer has besides."""

    def __init__(self, message: str, **details: JsonValue) -> None:
        super().__init__(message)
        self.message = message
        self.details: Mapping[str, JsonValue] = details


class Unauthenticated(Refused):
    code = "unauthenticated"
    fields: Mapping[str, str] = {"WWW-Authenticate": "Bearer"}


class Forbidden(Refused):
    code = "forbidden"


class NotFound(Refused):
    code = "not_found"


class Conflict(Refused):
    code = "conflict"


class Stale(Refused):
    code = "stale_version"


class Unsupported(Refused):
    code = "unsupported_type"


class NoSuchRange(Refused):
    code = "no_such_range"

    def __init__(self, *, size_bytes: int) -> None:
        super().__init__(f"The file has {size_bytes} bytes.", size_bytes=size_bytes)
        self.fields = {"Content-Range": f"bytes */{size_bytes}"}


class Invalid(Refused):
    code = "invalid"


class PreconditionRequired(Refused):
    code = "if_match_required"


class TooMany(Refused):
    code = "too_many"
    retry_after_s: int = 10


class Unavailable(Refused):
    code = "unavailable"
    retry_after_s: ClassVar[int] = 2
