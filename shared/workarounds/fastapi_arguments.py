"""What a route's function asks for, worked out once: a route of `action_router` is served without
FastAPI solving it for each request.

FastAPI has read the signatures (`Dependant`); everything it offers for them works, but what these
routes have no use for is refused at the start: cookies, forms, several bodies, background tasks,
generators and functions that block.

Upstream: fastapi/fastapi#5562 (open): `solve_dependencies` works out anew for each request what its
signature has said once. `Dependant` and `request_params_to_args` are FastAPI's inside.
"""

from collections.abc import Awaitable, Callable
from inspect import iscoroutinefunction
from typing import Any

from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import request_params_to_args
from fastapi.exceptions import RequestValidationError

Function = Callable[..., Awaitable[Any]]

_MAX_NAME = 50
"""Characters of an unknown parameter's name that its fault repeats."""


Read = dict[Function, dict[str, Any]]
"""What a request has for each of the functions."""


class Asked:
    """A function and what it asks for: values of the request, and what other functions return
    (`Depends`).
    """

    def __init__(self, dependant: Dependant) -> None:
        if not iscoroutinefunction(dependant.call):
            raise TypeError(
                f"{dependant.call} of an action has to be an `async def`, and no generator"
            )
        if (
            dependant.cookie_params
            or dependant.background_tasks_param_name
            or len(dependant.body_params) > 1
        ):
            raise TypeError(f"{dependant.call} asks for what no action can have")
        self._function: Function = dependant.call
        self._asks = dependant
        self._inner = [(inner.name, Asked(inner)) for inner in dependant.dependencies]
        self._query_names: frozenset[str] = frozenset(
            field.alias for field in dependant.query_params
        ).union(*(inner._query_names for _, inner in self._inner))

    def read(self, request: Request, body: Any) -> Read:
        """Return the values of the path, the query, the headers and the body; a parameter of the
        query that no function asks for is a fault.

        Raises RequestValidationError with all that is wrong.
        """
        found: Read = {}
        faults: list[Any] = []
        self._read(request, body, found, faults)
        if request.scope["query_string"]:
            faults += self._unknown_in(request)
        if faults:
            raise RequestValidationError(faults, body=body)
        return found

    async def call(
        self, read: Read, request: Request, response: Response, known: dict[Function, Any]
    ) -> Any:
        """Call the function.

        `known` has what functions have returned already, and gets what others return.
        """
        values = dict(read[self._function])
        for name, inner in self._inner:
            if inner._function not in known:
                known[inner._function] = await inner.call(read, request, response, known)
            if name is not None:
                values[name] = known[inner._function]
        for name in (self._asks.request_param_name, self._asks.http_connection_param_name):
            if name is not None:
                values[name] = request
        if self._asks.response_param_name is not None:
            values[self._asks.response_param_name] = response
        return await self._function(**values)

    def _unknown_in(self, request: Request) -> list[dict[str, Any]]:
        """Return a fault for each parameter of the query that neither the function nor an inner one
        asks for: one ignored in silence, misspelt say, would answer another question.
        """
        known = ", ".join(f"`{name}`" for name in sorted(self._query_names)) or "none"
        return [
            {
                "type": "unknown_parameter",
                "loc": ("query", name[:_MAX_NAME]),
                "msg": f"is not a query parameter of this route; it has {known}",
                "input": None,
            }
            for name in dict.fromkeys(request.query_params.keys())
            if name not in self._query_names
        ]

    def _read(self, request: Request, body: Any, found: Read, faults: list[Any]) -> None:
        if self._function in found:
            return
        asks, values = self._asks, found.setdefault(self._function, {})
        for fields, given in (
            (asks.path_params, "path_params"),
            (asks.query_params, "query_params"),
            (asks.header_params, "headers"),
        ):
            if fields:
                some, wrong = request_params_to_args(fields, getattr(request, given))
                values.update(some)
                faults += wrong
        for field in asks.body_params:
            values[field.name], wrong = field.validate(body, {}, loc=("body",))
            faults += wrong
        for _, inner in self._inner:
            inner._read(request, body, found, faults)
