"""Sites are asked for as each person, and held once."""

import asyncio
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import httpx
import pytest

from services.portal.adapters.apis import Apis, Away, Refusal
from services.portal.adapters.service_links import ServiceLinks
from services.portal.adapters.site_cache import SiteCache


class _Tickets(httpx.AsyncBaseTransport):
    """Tells of its sites as tickets does; the token says who asks."""

    def __init__(self) -> None:
        self.versions = {"demo": 1, "mill": 1}
        self.removed: set[str] = set()
        self.away = False
        self.strangers = {"stranger"}
        self.asked: Counter[str] = Counter()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked[request.url.path] += 1
        if self.away:
            raise httpx.ConnectError("away")
        person = request.headers["authorization"].removeprefix("Bearer ")
        seen = {} if person in self.strangers else self.versions
        if request.url.path == "/v1/sites":
            listed = [_site(*each) for each in seen.items() if self._is_listed(*each)]
            return _page(listed, request.url.params)
        id = request.url.path.removeprefix("/v1/sites/")
        return _answer(_site(id, seen[id])) if id in seen else _answer({"code": "not_found"}, 404)

    def _is_listed(self, id: str, version: int) -> bool:
        return id not in self.removed


def _site(id: str, version: int) -> Mapping[str, Any]:
    return {"id": id, "version": version}


def _page(listed: list[Mapping[str, Any]], asked: httpx.QueryParams) -> httpx.Response:
    start, limit = int(asked.get("cursor", "0")), int(asked["limit"])
    answer = _answer({"items": listed[start : start + limit]})
    if start + limit < len(listed):
        answer.headers["link"] = f'</v1/sites?cursor={start + limit}>; rel="next"'
    return answer


def _answer(body: Mapping[str, Any], status: int = 200) -> httpx.Response:
    stream = httpx.ByteStream(json.dumps(body).encode())
    return httpx.Response(status, headers={"content-type": "application/json"}, stream=stream)


class _Visitors:
    """Those who look at a cache, each with a name."""

    def __init__(self) -> None:
        self.tickets, self.seconds = _Tickets(), 0.0
        self._links = ServiceLinks({"tickets": "http://tickets"}, self.tickets)
        self._cache = SiteCache(now=lambda: self.seconds)

    async def list(self, person: str) -> Sequence[Mapping[str, Any]]:
        return await self._cache.lines(Apis(self._links, lambda: person), person)

    async def look(self, person: str, site: str = "demo") -> Mapping[str, Any]:
        return await self._cache.get(Apis(self._links, lambda: person), person, site)


@pytest.fixture
def visitors() -> _Visitors:
    return _Visitors()


async def test_a_person_is_answered_from_what_they_were_told_for_five_seconds(
    visitors: _Visitors,
) -> None:
    first = await visitors.look("li")
    visitors.seconds = 4.9

    assert await visitors.look("li") is first
    assert visitors.tickets.asked == {"/v1/sites": 1, "/v1/sites/demo": 1}


async def test_all_sites_are_listed_once_in_five_seconds_and_known_for_an_hour(
    visitors: _Visitors,
) -> None:
    visitors.tickets.versions = {f"s{n:03}": 1 for n in range(450)}

    found = [await visitors.list("boss") for _ in range(2)]

    assert [[each["id"] for each in lines] for lines in found] == [[*visitors.tickets.versions]] * 2
    assert visitors.tickets.asked == {"/v1/sites": 3}
    visitors.tickets.away, visitors.seconds = True, 3600.0
    assert await visitors.list("boss") == found[0]
    with pytest.raises(Away):
        await visitors.list("another")


async def test_after_that_a_site_that_is_as_it_was_is_not_told_again(visitors: _Visitors) -> None:
    first = await visitors.look("li")
    visitors.seconds = 5.0

    assert await visitors.look("li") is first
    assert visitors.tickets.asked == {"/v1/sites": 2, "/v1/sites/demo": 1}


async def test_what_one_was_told_is_not_told_to_the_next_who_sees_it(visitors: _Visitors) -> None:
    first = await visitors.look("li")

    assert await visitors.look("wang") is first
    assert visitors.tickets.asked == {"/v1/sites": 2, "/v1/sites/demo": 1}


async def test_a_page_about_several_sites_asks_once_which_there_are(visitors: _Visitors) -> None:
    await asyncio.gather(visitors.look("li", "demo"), visitors.look("li", "mill"))

    assert visitors.tickets.asked["/v1/sites"] == 1


async def test_a_person_who_may_not_see_it_is_told_nothing_of_it(visitors: _Visitors) -> None:
    await visitors.look("li")

    with pytest.raises(Refusal):
        await visitors.look("stranger")


async def test_one_who_may_not_see_it_any_more_is_refused_within_seconds(
    visitors: _Visitors,
) -> None:
    await visitors.look("li")
    visitors.tickets.strangers.add("li")
    visitors.seconds = 5.0

    with pytest.raises(Refusal):
        await visitors.look("li")


async def test_a_change_is_seen_within_seconds_by_all(visitors: _Visitors) -> None:
    for person in ("li", "wang"):
        await visitors.look(person)
    visitors.tickets.versions["demo"] = 2
    visitors.seconds = 5.0

    assert (await visitors.look("li"))["version"] == 2
    assert (await visitors.look("wang"))["version"] == 2
    assert visitors.tickets.asked["/v1/sites/demo"] == 2


async def test_a_site_that_no_list_has_is_still_named_and_asked_for_once_in_five_seconds(
    visitors: _Visitors,
) -> None:
    visitors.tickets.removed.add("demo")

    first = await visitors.look("li")
    visitors.seconds = 4.9
    assert await visitors.look("li") is first
    visitors.seconds = 5.0
    await visitors.look("li")

    assert visitors.tickets.asked["/v1/sites/demo"] == 2


async def test_while_tickets_is_away_each_sees_what_they_saw_for_an_hour(
    visitors: _Visitors,
) -> None:
    first = await visitors.look("li")
    visitors.tickets.away, visitors.seconds = True, 3600.0

    assert await visitors.look("li") is first
    assert visitors.tickets.asked["/v1/sites/demo"] == 1, "what is away is waited for once a page"
    with pytest.raises(Away):
        await visitors.look("wang")
    visitors.seconds = 3601.0
    with pytest.raises(Away):
        await visitors.look("li")
