"""The four services' APIs as `fettle archive` reads them, in one process.

They tell what a test has put down, by the real schemas.
"""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from aiohttp import web
from pydantic import BaseModel

from fettle.home import SERVICES
from services.dispatch.api.schemas import JobsOut
from services.notify.api.schemas import MessagesOut
from services.sla.api.clocks import ClocksOut
from services.tickets.api.schemas import TicketsOut, TicketViewOut
from services.tickets.api.timeline_schemas import TimelineOut
from services.tickets.domain.references import reference_for
from shared.auth.caller import EVERY_SITE
from tests.support.issuer import token

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
"""When tests look; what they put down has ended a month before unless they say otherwise."""
_IDS = UUID("0195e2b0-0000-7000-8000-000000000000")
Hook = Callable[[str, str], Awaitable[web.Response | None]]


@dataclass
class Told:
    """One ticket of number `n`, with everything about it."""

    n: int
    state: str = "closed"
    version: int = 4
    opened_at: datetime = NOON - timedelta(days=31)
    updated_at: datetime = NOON - timedelta(days=30)
    comments: list[str] = field(default_factory=list)
    delivery: str = "delivered"
    kinds: tuple[str, ...] = ("ticket.closed", "ticket.received")
    clock: str = "met"
    imported: dict[str, Any] | None = None
    attachments: list[dict[str, Any]] = field(default_factory=list)

    @property
    def id(self) -> str:
        return str(UUID(int=_IDS.int + self.n))

    @property
    def reference(self) -> str:
        return reference_for("DEMO", 1000 + self.n)

    def ticket(self) -> dict[str, Any]:
        step = {
            "at": self.updated_at,
            "state": self.state,
            "cycle": 1,
            "reason": None,
            "cause": "resident-1",
        }
        return {
            "id": self.id,
            "reference": self.reference,
            "site_id": "demo",
            "state": self.state,
            "cycle": 1,
            "version": self.version,
            "category": "plumbing",
            "priority": "urgent",
            "nature": "fault",
            "road": "dispatch",
            "title": "水管漏水",
            "language": "zh-CN",
            "language_chosen": False,
            "description": "Water under the sink",
            "channel": "app",
            "reporter_id": f"resident-{self.n}",
            "entered_by": f"resident-{self.n}",
            "followers": [],
            "place": {"building": "3", "unit": "1202"},
            "skills": [],
            "answers": {"Since when?": "last night"},
            "needs_info": False,
            "missing": [],
            "preferred_windows": [],
            "hold": None,
            "before": None,
            "duplicate_of": None,
            "opened_at": self.opened_at,
            "steps": [step],
            "classes": [],
            "answered_at": None,
            "unheard_since": None,
            "told": [],
            "appointments": [],
            "urges": [],
            "ratings": [
                {
                    "at": self.updated_at,
                    "cycle": 1,
                    "speed": 5,
                    "quality": 4,
                    "manner": 5,
                    "text": "quick",
                }
            ],
            "activities": [],
            "danger": [],
            "imported": self.imported,
            "attachments": self.attachments,
            "note": None,
            "cancel_requested_at": None,
            "call_back": False,
            "legal": ["reopen"],
        }

    def timeline(self) -> list[dict[str, Any]]:
        nothing: dict[str, Any] = {
            "public": True,
            "detail": {},
            "comment_id": None,
            "text": None,
            "by_staff": None,
            "by_technician": None,
        }
        lines: list[dict[str, Any]] = [
            {**nothing, "at": self.opened_at, "name": "opened", "cause": f"resident-{self.n}"},
            {**nothing, "at": self.updated_at, "name": self.state, "cause": "resident-1"},
        ]
        for number, text in enumerate(self.comments):
            comment = {
                "comment_id": uuid5(_IDS, f"{self.n}-{number}"),
                "text": text,
                "by_staff": True,
                "by_technician": False,
                "public": False,
            }
            lines.append(
                {**nothing, **comment, "at": self.updated_at, "name": "comment", "cause": "wang"}
            )
        return [{**line, "n": n} for n, line in enumerate(lines, start=1)]

    def jobs(self) -> list[dict[str, Any]]:
        step = {"at": self.updated_at, "state": "completed", "technician_id": "li", "reason": None}
        offers = [
            self._offer("chen", "declined", "too far away"),
            self._offer("li", "accepted", None),
        ]
        report = {
            "note": "new seal",
            "minutes": 40,
            "parts": [{"name": "seal", "quantity": 2}],
            "photos": [],
            "photos_before": [],
            "signature": None,
        }
        return [
            {
                "id": uuid5(_IDS, f"job-{self.n}"),
                "ticket_id": self.id,
                "site_id": "demo",
                "cycle": 1,
                "number": 1,
                "state": "completed",
                "technician_id": "li",
                "planned_arrival": None,
                "reason": None,
                "category": "plumbing",
                "priority": "urgent",
                "skills": [],
                "due_at": None,
                "work_order_state": "done",
                "version": 7,
                "steps": [step],
                "offers": offers,
                "report": report,
                "unassignable_at": None,
                "holder_bars": [],
            }
        ]

    def _offer(self, technician: str, state: str, reason: str | None) -> dict[str, Any]:
        id = uuid5(_IDS, f"{technician}-{self.n}")
        times = {
            "offered_at": self.opened_at,
            "expires_at": self.opened_at,
            "decided_at": self.opened_at,
            "overrule": None,
            "interrupts": False,
            "assigned_by": None,
        }
        return {"id": id, "technician_id": technician, "state": state, "reason": reason, **times}

    def clocks(self) -> dict[str, Any]:
        clock = {
            "kind": "response",
            "state": self.clock,
            "started_at": self.opened_at,
            "due_at": self.updated_at,
        }
        warned = {
            "clock": "response",
            "threshold": 80,
            "due_at": self.updated_at,
            "fell_at": self.updated_at,
        }
        return {
            "objection_ends_at": None,
            "ticket_id": self.id,
            "version": 3,
            "policy_id": "default",
            "policy_version": 1,
            "items": [{**clock, "stopped_at": self.updated_at, "breached_at": None}],
            "announced": [{**warned, "announced_at": self.updated_at, "skipped": False}],
        }

    def messages(self) -> list[dict[str, Any]]:
        delivery = {
            "id": uuid5(_IDS, f"delivery-{self.n}"),
            "endpoint_id": uuid5(_IDS, "endpoint"),
            "channel": "webhook",
            "state": self.delivery,
            "attempts": 1,
        }
        return [
            {
                "id": uuid5(_IDS, f"{kind}-{self.n}"),
                "kind": kind,
                "ticket_id": self.id,
                "site_id": "demo",
                "at": self.updated_at,
                "created_at": self.updated_at,
                "language": "zh-CN",
                "language_chosen": False,
                "title": "已关闭",
                "text": "…",
                "data": {},
                "read_at": None,
                "superseded_at": None,
                "recipient_id": f"resident-{self.n}",
                "cause": "step-2",
                "until": None,
                "stale": None,
                "deliveries": [
                    {
                        **delivery,
                        "next_attempt_at": self.updated_at,
                        "reason": None,
                        "done_at": self.updated_at,
                    }
                ],
            }
            for kind in self.kinds
        ]


class ToldServices:
    """`hook` sees each request (service, path) first; what it returns is the answer, and None
    leaves it to the service.
    """

    def __init__(self, tickets: list[Told]) -> None:
        self.tickets = tickets
        self.requests: Counter[str] = Counter()
        self.under_way = self.most_under_way = 0
        self.hook: Hook | None = None
        self.urls: dict[str, str] = {}
        self.token = token("auditor", [("admin", EVERY_SITE)])

    @property
    def environment(self) -> dict[str, str]:
        """What the command needs to find them."""
        return {
            "FETTLE_TOKEN": self.token,
            **{f"FETTLE_{name.upper()}_URL": url for name, url in self.urls.items()},
        }

    async def answer(self, request: web.Request) -> web.StreamResponse:
        service, path = request.match_info["service"], request.match_info["path"]
        self.requests[
            f"{service} {path.split('/')[0]}{' timeline' if path.endswith('timeline') else ''}"
        ] += 1
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            answered = await self.hook(service, path) if self.hook else None
            return answered or self._answer(service, path, request)
        finally:
            self.under_way -= 1

    def _answer(self, service: str, path: str, request: web.Request) -> web.Response:
        if request.headers["Authorization"] != f"Bearer {self.token}":
            return problem(401, "unauthenticated", "The token has expired.")
        if path == "tickets":
            return self._page(request)
        if path.startswith("technicians/"):
            return web.json_response(
                {"name": {"li": "Li Wei", "chen": "Chen Jie"}[path.split("/")[1]]}
            )
        told = self._find(
            path.split("/")[1] if path.startswith("tickets/") else request.query["ticket_id"]
        )
        if told is None:
            return (
                problem(404, "not_found", "There is no such ticket.")
                if path != "jobs"
                else _json(JobsOut, {"items": []})
            )
        if path.endswith("/timeline"):
            return _timeline_page(request, told)
        if path == "jobs":
            return _json(JobsOut, {"items": told.jobs()})
        if path == "clocks":
            return _json(ClocksOut, told.clocks())
        if path == "messages":
            return _json(MessagesOut, {"items": told.messages()})
        return _json(TicketViewOut, {**told.ticket(), "visit": None, "work": None, "clocks": []})

    def _find(self, id: str) -> Told | None:
        return next((told for told in self.tickets if told.id == id), None)

    def _page(self, request: web.Request) -> web.Response:
        """Newest first, by the filters, with a cursor that belongs to them."""
        query = request.query
        since, until = (
            datetime.fromisoformat(query[name]) if name in query else None
            for name in ("updated_from", "updated_to")
        )
        states = query.getall("state", [])
        filters = f"{states} {since} {until}"
        cursor = query.get("cursor", f"{filters}|{'f' * 36}")
        if cursor.split("|")[0] != filters:
            return problem(
                400,
                "bad_cursor",
                "This cursor belongs to another list or other filters; begin without one.",
            )
        found = [
            told
            for told in sorted(self.tickets, key=lambda told: told.id, reverse=True)
            if told.state in (states or [told.state])
            and told.id < cursor.split("|")[1]
            and (since is None or told.updated_at >= since)
            and (until is None or told.updated_at < until)
        ]
        limit = int(query["limit"])
        answer = _json(TicketsOut, {"items": [told.ticket() for told in found[:limit]]})
        if len(found) > limit:
            url = request.url.update_query(cursor=f"{filters}|{found[limit - 1].id}")
            answer.headers["Link"] = f'<{url.raw_path_qs}>; rel="next"'
        return answer


def problem(status: int, code: str, detail: str) -> web.Response:
    return web.json_response(
        {"code": code, "detail": detail}, status=status, content_type="application/problem+json"
    )


@asynccontextmanager
async def told_services(*tickets: Told) -> AsyncIterator[ToldServices]:
    """Listen until the block ends, each service behind a prefix of its own, as behind a gateway."""
    services = ToldServices(list(tickets))
    app = web.Application()
    app.router.add_get("/{service}/v1/{path:.*}", services.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        origin = f"http://127.0.0.1:{runner.addresses[0][1]}"
        services.urls = {name: f"{origin}/{name}" for name in SERVICES}
        yield services
    finally:
        await runner.cleanup()


def _timeline_page(request: web.Request, told: Told) -> web.Response:
    query, limit = request.query, int(request.query["limit"])
    lines = [line for line in told.timeline() if line["n"] > int(query.get("cursor", "0"))]
    answer = _json(TimelineOut, {"items": lines[:limit]})
    if len(lines) > limit:
        url = request.url.update_query(cursor=str(lines[limit - 1]["n"]))
        answer.headers["Link"] = f'<{url.raw_path_qs}>; rel="next"'
    return answer


def _json(schema: type[BaseModel], body: dict[str, Any]) -> web.Response:
    return web.json_response(schema.model_validate(body).model_dump(mode="json"))
