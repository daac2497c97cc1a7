"""A service that says yes to everything, unless told to refuse, and remembers what it was asked."""

from typing import Any

import httpx
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response

from demo.api_client import ApiClient
from demo.audit.client_log import ClientLog
from demo.live_state import LiveState
from demo.opened import OpenedTicket
from demo.pace import Pace
from tests.unit.demo.day.days import BEGINS_AT, a_report

SEED = 1
FAST = Pace(speed=1e6, longest_gap_min=None)


class Service:
    def __init__(self) -> None:
        self.app = FastAPI()
        self.answers: dict[str, Any] = {}
        self.refused: set[str] = set()
        self.asked: list[tuple[str, str, str, Any]] = []
        for method in ("GET", "POST", "PUT"):
            self.app.add_api_route("/v1/{rest:path}", self._answer, methods=[method])

    async def _answer(self, rest: str, request: Request) -> Response:
        told_json = request.headers.get("content-type") == "application/json"
        body = await request.json() if told_json else None
        self.asked.append((request.method, rest, request.headers["authorization"], body))
        verb = rest.rpartition("/")[2]
        if verb in self.refused:
            return JSONResponse({"code": "no", "detail": "No."}, status_code=409)
        return JSONResponse({"id": "p1", **self.answers.get(verb, {})})

    def bodies(self, verb: str) -> list[Any]:
        return [body for _, rest, _, body in self.asked if rest.endswith(verb)]

    def paths(self) -> list[str]:
        return [rest for _, rest, _, _ in self.asked]


class Stage:
    """What people of the day share in a test."""

    def __init__(self, client: httpx.AsyncClient, service: Service) -> None:
        self.service, self.log = service, ClientLog()
        names = ("tickets", "dispatch", "sla", "notify")
        self.api = ApiClient(client, dict.fromkeys(names, "http://service"), self.log.calls.append)
        self.state = LiveState(title="t", rows=1, speed=1e6, starts_at=BEGINS_AT)


def a_ticket(number: int = 1, **more: Any) -> OpenedTicket:
    return OpenedTicket(
        request=a_report(number, **more).request,
        site_id="day01",
        ticket_id=f"t{number}",
        reference=f"DAY01-{number}",
        priority="normal",
        auth="Bearer resident",
    )
