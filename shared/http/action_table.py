"""Which action a request is for: looked up by method and the beginning of the path, so that a dozen
patterns are tried and not all.
"""

from collections import defaultdict
from collections.abc import Sequence

from fastapi.routing import APIRoute, iter_route_contexts
from starlette.routing import BaseRoute
from starlette.types import Scope

from shared.http.routing import ActionRoute


class ActionTable:
    """The routes of an application, in the order in which they were added: the first that fits is
    the one.
    """

    def __init__(self, routes: Sequence[BaseRoute]) -> None:
        self._routes: dict[tuple[str, int, str], list[APIRoute]] = defaultdict(list)
        for context in iter_route_contexts(routes):
            route = context.original_route
            if isinstance(route, APIRoute):
                for method in route.methods or ():
                    self._routes[_key(method, route.path)].append(route)

    def find(self, scope: Scope) -> bool:
        """Put the action and the path's parameters into the scope; return False where FastAPI is to
        look.
        """
        for route in self._routes.get(_key(scope["method"], scope["path"]), ()):
            if (found := route.path_regex.match(scope["path"])) is not None:
                scope["path_params"], scope["route"] = found.groupdict(), route
                return isinstance(route, ActionRoute)
        return False


def _key(method: str, path: str) -> tuple[str, int, str]:
    """Return the key of a route: its method, number of parts, and the part after `/v1/`, which is
    never a parameter.
    """
    parts = path.split("/", 3)
    return method, path.count("/"), parts[2] if len(parts) > 2 else ""
