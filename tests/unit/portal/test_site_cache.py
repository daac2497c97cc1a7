"""What is known of sites: asked for once in a few seconds, all of them, and also while away."""

import json

import httpx
import pytest

from services.portal.adapters.apis import Apis
from services.portal.adapters.service_answers import Away
from services.portal.adapters.service_links import ServiceLinks
from services.portal.adapters.site_cache import SiteCache

_SITES = [{"id": f"s{n:03}", "name": f"Site {n}", "time_zone": "Asia/Tokyo"} for n in range(450)]


class _Tickets(httpx.AsyncBaseTransport):
    """Tickets with 450 sites, which it lists in pages; `asked` are the cursors of these."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.is_away = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.is_away:
            raise httpx.ConnectError("away")
        start = int(request.url.params.get("cursor", "0"))
        self.asked.append(str(start))
        end = start + int(request.url.params["limit"])
        headers = {"content-type": "application/json"}
        if end < len(_SITES):
            headers["link"] = f'</v1/sites?limit=200&cursor={end}>; rel="next"'
        body = json.dumps({"items": _SITES[start:end]}).encode()
        return httpx.Response(200, headers=headers, stream=httpx.ByteStream(body))


async def test_all_sites_are_listed_once_in_a_few_seconds_and_kept_while_tickets_is_away() -> None:
    tickets, now = _Tickets(), [0.0]
    apis = Apis(ServiceLinks({"tickets": "http://tickets"}, tickets), lambda: None)
    cache = SiteCache(now=lambda: now[0])

    found = [await cache.lines(apis, "boss") for _ in range(2)]

    assert found == [_SITES, _SITES]
    assert tickets.asked == ["0", "200", "400"]
    now[0] = 60.0
    tickets.is_away = True
    assert await cache.lines(apis, "boss") == _SITES
    with pytest.raises(Away):
        await cache.lines(apis, "another")
