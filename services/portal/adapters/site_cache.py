"""Sites as tickets tells of them, for the names that pages show: asked for once in a few seconds,
and what is known while tickets is away.
"""

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from services.portal.adapters.apis import Apis, path_of
from services.portal.adapters.service_answers import Away

_FRESH_S = 5.0
_KNOWN_S = 3600.0
_MAX_KNOWN = 2000
_MAX_PAGES, _PAGE = 10, 200
"""A list of sites has two thousand at most."""


class SiteCache:
    """By site and by who asks: not all may see one. All raise Refusal, and Away where nothing is
    known.
    """

    def __init__(self, *, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._known: OrderedDict[tuple[str, str | None], tuple[float, Any]] = OrderedDict()

    async def get(self, apis: Apis, person_id: str, site_id: str) -> Mapping[str, Any]:
        """Return the site."""
        path = path_of("/v1/sites/{}", site_id)
        site: Mapping[str, Any] = await self._look(
            (person_id, site_id), lambda: apis.tickets.get(path)
        )
        return site

    async def lines(self, apis: Apis, person_id: str) -> Sequence[Mapping[str, Any]]:
        """Return the sites at which the person has a role, by id: `id name time_zone` of each."""
        lines: Sequence[Mapping[str, Any]] = await self._look(
            (person_id, None), lambda: _lines(apis)
        )
        return lines

    async def _look(self, key: tuple[str, str | None], ask: Callable[[], Awaitable[Any]]) -> Any:
        known, now = self._known.get(key), self._now()
        if known is not None and now - known[0] < _FRESH_S:
            return known[1]
        try:
            found = await ask()
        except Away:
            if known is None or now - known[0] > _KNOWN_S:
                raise
            return known[1]
        self._known[key] = now, found
        self._known.move_to_end(key)
        while len(self._known) > _MAX_KNOWN:
            self._known.popitem(last=False)
        return found


async def _lines(apis: Apis) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    cursor: str | None = None
    for _ in range(_MAX_PAGES):
        answer = await apis.tickets.answer("GET", "/v1/sites", limit=_PAGE, cursor=cursor)
        found += answer.json["items"]
        cursor = answer.next_cursor
        if cursor is None:
            break
    return found
