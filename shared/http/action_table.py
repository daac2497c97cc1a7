"""Which action a request is for: looked up by method and the beginning of the path, so that a dozen
patterns are tried and not all.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from urllib.parse import unquote

from starlette.routing import BaseRoute, Route
from starlette.types import Scope

from shared.http.routing import ActionRoute

_ENCODED_SLASH = re.compile("%2[fF]")
_VERB = re.compile(r"\}:([a-z_]+)$")
_SLASH_INSIDE = "\udc2f"
"""Stands for a `/` that divides nothing; no path has it, for it is no character."""


class ActionTable:
    """The routes of an application, in the order in which they were added: the first that fits is
    the one. A path that ends with a verb, `/v1/endpoints/{endpoint_id}:test`, is never that of a
    thing whose id ends so.
    """

    def __init__(self, routes: Sequence[BaseRoute]) -> None:
        self._routes: dict[tuple[str, int, str], list[Route]] = defaultdict(list)
        self._with_verb: dict[str, list[Route]] = defaultdict(list)
        methods: set[str] = set()
        for route in routes:
            if isinstance(route, Route):
                if verb := _VERB.search(route.path):
                    self._with_verb[verb[1]].append(route)
                for method in route.methods or ():
                    self._routes[_key(method, route.path)].append(route)
                    methods.add(method)
        self._methods = sorted(methods)

    def find(self, scope: Scope) -> bool:
        """Put the action and the path's parameters into the scope; return False where FastAPI is to
        look.
        """
        path = _path_of(scope)
        for route in self._routes_for(scope["method"], path):
            if (found := route.path_regex.match(path)) is not None:
                parameters = found.groupdict().items()
                scope["path_params"] = {
                    name: value.replace(_SLASH_INSIDE, "/") for name, value in parameters
                }
                scope["route"] = route
                return isinstance(route, ActionRoute)
        return False

    def methods_of(self, scope: Scope) -> list[str]:
        """Return the methods that are answered at the path, none where nothing is."""
        path = _path_of(scope)
        found = {
            method
            for method in self._methods
            if any(route.path_regex.match(path) for route in self._routes_for(method, path))
        }
        return sorted(found | {"HEAD"} if "GET" in found else found)

    def _routes_for(self, method: str, path: str) -> Sequence[Route]:
        """Return those that may be the path's, by its beginning and its verb."""
        routes = self._routes.get(_key(method, path), ())
        for named in self._with_verb.get(path.rpartition(":")[2], ()):
            if named.path_regex.match(path):
                return [route for route in routes if route.path == named.path]
        return routes


def _path_of(scope: Scope) -> str:
    """Return the path as its parts were sent: a `/` that was percent-encoded belongs to the part it
    stands in, such as an address that is a person's id.
    """
    raw: bytes | None = scope.get("raw_path")
    if raw is None or b"%2f" not in raw.lower():
        path: str = scope["path"]
        return path
    return _SLASH_INSIDE.join(unquote(part) for part in _ENCODED_SLASH.split(raw.decode("ascii")))


def _key(method: str, path: str) -> tuple[str, int, str]:
    """Return the key of a route: its method, number of parts, and the part after `/v1/`, which is
    never a parameter.
    """
    parts = path.split("/", 3)
    return method, path.count("/"), parts[2] if len(parts) > 2 else ""
