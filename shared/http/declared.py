"""What a route says of itself for its contract, beside what its signature says: what it may refuse
and which header fields it reads. `shared.http.openapi` writes it down.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from fastapi.dependencies.models import Dependant

from shared.errors import Refused

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, kw_only=True)
class HeaderField:
    """A field of a head; `schema` is the JSON Schema of its value."""

    name: str
    description: str
    schema: Mapping[str, Any]
    required: bool = False
    """Of a request: whether it is refused without."""


def refuses(*kinds: type[Refused]) -> Callable[[F], F]:
    """Declare what a route, or what it depends on, may raise beyond what every route may."""

    def declare(function: F) -> F:
        function.__dict__["refuses"] = (*function.__dict__.get("refuses", ()), *kinds)
        return function

    return declare


def reads(*fields: HeaderField) -> Callable[[F], F]:
    """Declare which header fields a route, or what it depends on, reads by itself."""

    def declare(function: F) -> F:
        function.__dict__["reads"] = fields
        return function

    return declare


def answers_with(*fields: HeaderField) -> Callable[[F], F]:
    """Declare which header fields a success may have, of a route or of what it depends on."""

    def declare(function: F) -> F:
        function.__dict__["answers_with"] = fields
        return function

    return declare


def refusals_of(dependant: Dependant) -> Iterator[type[Refused]]:
    """Return what the function and those it depends on declare to refuse."""
    for function in functions_of(dependant):
        yield from getattr(function, "refuses", ())


def header_fields_of(dependant: Dependant) -> Iterator[HeaderField]:
    """Return the header fields that the function and those it depends on declare to read."""
    for function in functions_of(dependant):
        yield from getattr(function, "reads", ())


def answered_fields_of(dependant: Dependant) -> Iterator[HeaderField]:
    """Return the header fields that the function and those it depends on declare to answer with."""
    for function in functions_of(dependant):
        yield from getattr(function, "answers_with", ())


def functions_of(dependant: Dependant) -> Iterator[Callable[..., Any]]:
    """Return the route's function and those that it depends on."""
    if dependant.call is not None:
        yield dependant.call
    for inner in dependant.dependencies:
        yield from functions_of(inner)
