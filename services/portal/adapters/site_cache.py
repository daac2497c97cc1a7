"""Sites as tickets tells of them, for the names that pages show: asked for once in a few seconds,
and what is known while tickets is away.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

from services.portal.adapters.apis import Apis, path_of
from services.portal.adapters.service_answers import Away

_FRESH_S = 5.0
_KNOWN_S = 3600.0
_MAX_SITES = 2000


class SiteCache:
    """By site and by who asks: not all may see one."""

    def __init__(self, *, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._known: OrderedDict[tuple[str, str], tuple[float, Mapping[str, Any]]] = OrderedDict()

    async def get(self, apis: Apis, person_id: str, site_id: str) -> Mapping[str, Any]:
        """Return the site. Raises Refusal, and Away where nothing is known of it."""
        key, now = (person_id, site_id), self._now()
        known = self._known.get(key)
        if known is not None and now - known[0] < _FRESH_S:
            return known[1]
        try:
            site: Mapping[str, Any] = await apis.tickets.get(path_of("/v1/sites/{}", site_id))
        except Away:
            if known is None or now - known[0] > _KNOWN_S:
                raise
            return known[1]
        self._known[key] = now, site
        self._known.move_to_end(key)
        while len(self._known) > _MAX_SITES:
            self._known.popitem(last=False)
        return site
