"""What there is about a ticket, read from the four services' public APIs: page by page, and several
requests at once.
"""

import asyncio
import base64
import hashlib
import json
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import httpx
from httpx_aiohttp import AiohttpTransport

from shared.auth.caller import EVERY_SITE, STAFF
from shared.backoff import Backoff
from shared.errors import NotFound

MAX_REQUESTS = 16
TICKETS_PER_PAGE = 100
_ROWS_PER_PAGE = 200
_TRY_AGAIN = frozenset({429, 502, 503, 504})
_MAX_PAUSE_S = 10.0

Params = Sequence[tuple[str, str]]
Object = dict[str, Any]


class CannotRead(Exception):
    """Which service did not answer as it should, why, and what to do.

    `code` is that of its problem, if it told one.
    """

    def __init__(self, words: str, *, code: str | None = None) -> None:
        super().__init__(words)
        self.code = code


class Services:
    """`urls` by service; `token` gives a bearer token that is good now.

    A service that was there and is away is waited for `patience_s`.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        urls: Mapping[str, str],
        token: Callable[[], str],
        *,
        patience_s: float,
    ) -> None:
        self._client, self._urls, self._token, self._patience_s = client, urls, token, patience_s
        self._answered: set[str] = set()
        self._names: dict[str, str | None] = {}
        self._room = asyncio.Semaphore(MAX_REQUESTS)

    async def page(self, filters: Params, cursor: str | None) -> tuple[list[Object], str | None]:
        """Return a page of tickets, newest first, and the cursor of the next one.

        Raises CannotRead.
        """
        answer = await self._get(
            "tickets", "/v1/tickets", _paged(filters, TICKETS_PER_PAGE, cursor)
        )
        return _items(answer), _next_cursor(answer)

    async def ticket(self, id: str) -> Object | None:
        """Return the ticket as a list shows it; None where it is gone. Raises CannotRead."""
        answer = await self._get("tickets", f"/v1/tickets/{id}")
        return None if answer is None else _json(answer)

    async def has_entries_after(self, id: str, n: int) -> bool:
        """Return whether the ticket's timeline goes on after line `n`. Raises CannotRead."""
        lines = await self._timeline(id)
        return bool(lines and lines[-1]["n"] > n)

    async def everything_about(self, ticket: Mapping[str, Any]) -> Object | None:
        """Return the ticket, its timeline, jobs, clocks and messages, each oldest first, and the
        names of its technicians.

        None where the ticket is gone. Its timeline is read last: while that is there, jobs and
        clocks have not been deleted, since that follows the ticket's end in tickets. Raises
        CannotRead, in a group with what other requests failed of.
        """
        id = str(ticket["id"])
        async with asyncio.TaskGroup() as group:
            jobs = group.create_task(self._rows("dispatch", "/v1/jobs", id))
            clocks = group.create_task(self._get("sla", "/v1/clocks", [("ticket_id", id)]))
            messages = group.create_task(self._rows("notify", "/v1/messages", id))
        promises, names = clocks.result(), await self._names_of(jobs.result())
        timeline = await self._timeline(id)
        if timeline is None:
            return None
        return {
            "ticket": {
                name: value
                for name, value in ticket.items()
                if name not in ("legal", "visit", "work", "clocks", "unheard_since")
            },
            "timeline": timeline,
            "jobs": jobs.result()[::-1],
            "clocks": None if promises is None else _json(promises),
            "messages": messages.result()[::-1],
            "technicians": names,
        }

    async def _timeline(self, id: str) -> list[Object] | None:
        return await self._all("tickets", f"/v1/tickets/{id}/timeline", [])

    async def _rows(self, service: str, path: str, ticket_id: str) -> list[Object]:
        return await self._all(service, path, [("ticket_id", ticket_id)]) or []

    async def _all(self, service: str, path: str, filters: Params) -> list[Object] | None:
        """Return all pages of a list; None where one says that there is no such thing."""
        rows: list[Object] = []
        cursor: str | None = None
        while True:
            answer = await self._get(service, path, _paged(filters, _ROWS_PER_PAGE, cursor))
            if answer is None:
                return None
            rows += _items(answer)
            cursor = _next_cursor(answer)
            if cursor is None:
                return rows

    async def _names_of(self, jobs: Iterable[Object]) -> dict[str, str]:
        """Return what the jobs' technicians and those who were asked are called, by id."""
        ids = {
            each["technician_id"] for job in jobs for each in (job, *job["offers"], *job["steps"])
        } - {None}
        async with asyncio.TaskGroup() as group:
            asked = {id: group.create_task(self._technician(id)) for id in ids - self._names.keys()}
        for id, answer in ((id, task.result()) for id, task in asked.items()):
            self._names[id] = None if answer is None else str(_json(answer)["name"])
        return {id: name for id in sorted(ids) if (name := self._names.get(id)) is not None}

    async def _technician(self, id: str) -> httpx.Response | None:
        return await self._get("dispatch", f"/v1/technicians/{quote(id, safe='')}")

    async def _get(self, service: str, path: str, params: Params = ()) -> httpx.Response | None:
        """Return the answer; None where it says that there is no such thing. Raises CannotRead."""
        until = asyncio.get_running_loop().time() + self._patience_s
        backoff = Backoff(0.2, _MAX_PAUSE_S)
        while True:
            asked_for_s = 0.0
            try:
                answer = await self._ask(service, path, params)
            except httpx.RequestError as error:
                why = str(error) or type(error).__name__
                failure = self._failure(
                    service, f"does not answer ({why}): start it, or set {_url_setting(service)}"
                )
                again = service in self._answered
            else:
                self._answered.add(service)
                code = _code(answer)
                if answer.is_success:
                    return answer
                if answer.status_code == 404 and code == NotFound.code:
                    return None
                failure = self._failure(service, f"answered {_refusal(answer)}", code)
                again, asked_for_s = answer.status_code in _TRY_AGAIN, _retry_after_s(answer)
            pause_s = backoff.next_s(at_least_s=asked_for_s)
            if not again or asyncio.get_running_loop().time() + pause_s > until:
                raise failure
            await asyncio.sleep(pause_s)

    async def _ask(self, service: str, path: str, params: Params) -> httpx.Response:
        async with self._room:
            try:
                headers = {"Authorization": f"Bearer {self._token()}"}
                return await self._client.get(
                    self._urls[service] + path, params=list(params), headers=headers
                )
            except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
                raise self._failure(
                    service,
                    f"cannot be asked ({error}): set {_url_setting(service)} to its address",
                ) from error

    def _failure(self, service: str, words: str, code: str | None = None) -> CannotRead:
        return CannotRead(f"{service} at {self._urls[service]} {words}", code=code)


@asynccontextmanager
async def services_at(
    urls: Mapping[str, str], token: Callable[[], str], *, patience_s: float = 60.0
) -> AsyncIterator[Services]:
    """Connections to the services, closed at the end of the block."""
    limits = httpx.Limits(max_connections=MAX_REQUESTS, max_keepalive_connections=MAX_REQUESTS)
    transport = AiohttpTransport(limits=limits, trust_env=False)
    async with httpx.AsyncClient(
        transport=transport, timeout=httpx.Timeout(30.0), trust_env=False
    ) as client:
        yield Services(client, urls, token, patience_s=patience_s)


def reach_of(token: str) -> str:
    """Return which sites' tickets a token sees, as text to compare: what one token has seen whole,
    another may not have.
    """
    try:
        payload = token.split(".")[1]
        roles = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["roles"]
        sites = {str(grant["site"]) for grant in roles if grant["role"] in STAFF}
    except (IndexError, KeyError, TypeError, ValueError):
        return f"token {hashlib.sha256(token.encode()).hexdigest()}"
    return EVERY_SITE if EVERY_SITE in sites else " ".join(sorted(sites))


def _paged(filters: Params, limit: int, cursor: str | None) -> Params:
    return [*filters, ("limit", str(limit)), *([] if cursor is None else [("cursor", cursor)])]


def _json(answer: httpx.Response) -> Object:
    """Raises CannotRead for what is no JSON object, as some other program answers."""
    try:
        body = answer.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise CannotRead(
            f"{answer.url} answered with something else than a JSON object: see that the address "
            "is that of the service"
        )
    return body


def _items(answer: httpx.Response | None) -> list[Object]:
    """Return a list's items; none of a list that the service says is not there.

    Raises CannotRead.
    """
    if answer is None:
        return []
    items = _json(answer).get("items")
    if not isinstance(items, list):
        raise CannotRead(
            f"{answer.url} answered without `items`: see that the address is that of the service"
        )
    return items


def _next_cursor(answer: httpx.Response | None) -> str | None:
    """Return the cursor in `Link: rel="next"`.

    The rest of that address may be another behind a gateway.
    """
    following = answer.links.get("next") if answer is not None else None
    return None if following is None else parse_qs(urlsplit(following["url"]).query)["cursor"][0]


def _code(answer: httpx.Response) -> str | None:
    try:
        return str(answer.json()["code"]) if answer.is_error else None
    except (ValueError, KeyError, TypeError):
        return None


def _refusal(answer: httpx.Response) -> str:
    try:
        words = f"{answer.status_code} {answer.json()['detail']}"
    except (ValueError, KeyError, TypeError):
        words = f"{answer.status_code} {answer.text[:300]}"
    return (
        f"{words}: set FETTLE_TOKEN to a token of an admin of every site"
        if answer.status_code in (401, 403)
        else words
    )


def _retry_after_s(answer: httpx.Response) -> float:
    given = answer.headers.get("retry-after", "")
    return min(float(given), _MAX_PAUSE_S) if given.isdecimal() else 0.0


def _url_setting(service: str) -> str:
    return f"FETTLE_{service.upper()}_URL"
