import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response

from demo.api_client import ApiClient
from demo.audit.client_log import ClientLog
from demo.behaviour import cancels_after_min, feedback_on
from demo.live_state import LiveState
from demo.pace import Pace
from demo.remarks import Remark, desk_refuses, remarks_on
from demo.requests import Request as Reported
from demo.requests import Where
from demo.residents import Residents
from tests.support.eventually import eventually

MORNING = datetime(2026, 1, 20, 6, 49, tzinfo=UTC)
SEED = 1


class Tickets:
    """Opens whatever it is sent, unless told to refuse, and remembers who asked for what."""

    def __init__(self) -> None:
        self.app = FastAPI()
        self.refuse = self.in_progress = self.given_back = False
        self.bodies: list[dict[str, Any]] = []
        self.asked: list[tuple[str, str, str]] = []
        self.app.add_api_route("/v1/tickets", self._open, methods=["POST"])
        self.app.add_api_route("/v1/tickets/{ticket}/{verb}", self._act, methods=["POST"])

    async def _open(self, request: Request) -> Response:
        if self.refuse:
            return JSONResponse({"code": "invalid", "detail": "No such site."}, status_code=422)
        self.bodies.append(await request.json())
        number = len(self.bodies)
        return JSONResponse(
            {"id": f"t{number}", "reference": f"S-{number}", "priority": "normal"}, status_code=201
        )

    async def _act(self, ticket: str, verb: str, request: Request) -> Response:
        self.asked.append((ticket, verb, request.headers["authorization"]))
        if self.given_back and self.asked[-1][2].startswith("dispatcher"):
            over = {"code": "illegal_step", "detail": "It is cancelled.", "state": "cancelled"}
            return JSONResponse(over, status_code=409)
        requested = verb == "cancel" and self.in_progress
        return JSONResponse({"id": "c1", "requested": requested})

    def done(self, verb: str) -> list[str]:
        return [ticket for ticket, what, _ in self.asked if what == verb]


class Run:
    def __init__(
        self,
        client: httpx.AsyncClient,
        *,
        imported: bool,
        max_unfinished: int = 100,
    ) -> None:
        self.later = asyncio.TaskGroup()
        self.state = LiveState(title="t", rows=1, speed=1e6, starts_at=MORNING)
        self.log = ClientLog()
        self.residents = Residents(
            api=ApiClient(client, {"tickets": "http://tickets"}),
            state=self.state,
            log=self.log,
            site_id="s",
            pace=Pace(speed=1e6, longest_gap_min=None),
            seed=SEED,
            imported=imported,
            bearer=lambda role, person, *units: f"{role} {person} {','.join(units)}",
            max_unfinished=max_unfinished,
            tasks=self.later,
        )


@pytest.fixture
async def tickets() -> Tickets:
    return Tickets()


@pytest.fixture
async def client(tickets: Tickets) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=tickets.app)) as client:
        yield client


def reported(number: int, *, text: str = "坏了", unit: str = "1202") -> Reported:
    return Reported(
        row=number,
        source_id=f"r-{number}",
        opened_at=MORNING + timedelta(minutes=number),
        category="plumbing",
        text=text,
        language="zh-CN",
        where=Where(building="3", unit=unit),
        reporter_id=f"resident-{number}",
    )


def somebody(fits: Callable[[Reported], bool]) -> Reported:
    return next(each for number in range(2000) if fits(each := reported(number)))


async def comes_true(look: Callable[[], bool]) -> None:
    async def looked() -> bool:
        return look()

    await eventually(looked)


async def test_a_resident_opens_with_their_own_name_and_flat_and_it_is_logged(
    tickets: Tickets, client: httpx.AsyncClient
) -> None:
    run = Run(client, imported=False)

    async with run.later:
        await run.residents.report_all([reported(1)], [0.0])

    assert tickets.bodies[0]["unit"] == "3-1202"
    assert [(opened.key, opened.ticket_id) for opened in run.log.opened] == [("r-1", "t1")]
    assert run.state.states == {"S-1": "open"}


async def test_a_refused_request_is_counted_and_told(
    tickets: Tickets, client: httpx.AsyncClient
) -> None:
    run, tickets.refuse = Run(client, imported=False), True

    async with run.later:
        await run.residents.report_all([reported(1)], [0.0])

    assert (run.state.refused, run.log.opened) == (1, [])
    assert "422 invalid: No such site." in run.state.events[-1].what


async def test_one_burst_is_merged_by_the_desk_into_the_first_report(
    tickets: Tickets, client: httpx.AsyncClient
) -> None:
    burst = [
        reported(1, text="水管爆裂"),
        reported(2, text="楼上爆管了", unit="1102"),
        reported(3, text="门锁坏了"),
    ]
    run = Run(client, imported=False)

    async with run.later:
        await run.residents.report_all(burst, [0.0, 0.0, 0.0])

    assert tickets.done("merge") == ["t2"]
    assert next(auth for _, verb, auth in tickets.asked if verb == "merge") == "dispatcher s-desk "
    assert run.state.states["S-2"] == "cancelled"


async def test_who_is_content_confirms_and_rates_once_it_is_fixed(
    tickets: Tickets, client: httpx.AsyncClient
) -> None:
    content = somebody(
        lambda each: (
            feedback_on(each, seed=SEED).scores is not None
            and not remarks_on(each, seed=SEED)
            and cancels_after_min(each, seed=SEED) is None
        )
    )
    run = Run(client, imported=False)

    async with run.later:
        await run.residents.report_all([content], [0.0])
        run.residents.job_completed("S-1")

    assert [verb for _, verb, _ in tickets.asked] == ["confirm", "rating"]
    assert run.state.states == {"S-1": "closed"}


async def test_who_changed_their_mind_cancels(tickets: Tickets, client: httpx.AsyncClient) -> None:
    fickle = somebody(lambda each: cancels_after_min(each, seed=SEED) is not None)
    run = Run(client, imported=False)

    async with run.later:
        await run.residents.report_all([fickle], [0.0])

    assert tickets.done("cancel") == ["t1"]


def only(each: Reported, remark: Remark) -> bool:
    said = [planned.remark for planned in remarks_on(each, seed=SEED)]
    return said == [remark] and cancels_after_min(each, seed=SEED) is None


async def test_what_a_resident_says_meanwhile_is_logged_under_its_id(
    tickets: Tickets, client: httpx.AsyncClient
) -> None:
    talkative = somebody(lambda each: only(each, Remark.COMMENT))
    run = Run(client, imported=False)

    async with run.later:
        await run.residents.report_all([talkative], [0.0])

    assert tickets.done("comments") == ["t1"]
    assert [(said.ticket_id, said.by, said.what, said.cause) for said in run.log.said] == [
        ("t1", talkative.reporter_id, "comment", "c1")
    ]


@pytest.mark.parametrize("refuses", [True, False])
async def test_a_wish_to_cancel_begun_work_is_asked_and_decided_by_the_desk(
    tickets: Tickets, client: httpx.AsyncClient, refuses: bool
) -> None:
    asks = somebody(
        lambda each: only(each, Remark.ASK_TO_CANCEL) and desk_refuses(each, seed=SEED) is refuses
    )
    run, tickets.in_progress = Run(client, imported=False), True
    run.state.states["S-1"] = "in_progress"

    async with run.later:
        await run.residents.report_all([asks], [0.0])

    assert [said.what for said in run.log.said] == ["wish to cancel"]
    decided = [verb for _, verb, auth in tickets.asked if auth.startswith("dispatcher")]
    assert decided == (["cancel:refuse"] if refuses else ["cancel"])
    assert run.state.states["S-1"] == ("in_progress" if refuses else "cancelled")


@pytest.mark.parametrize("refuses", [True, False])
async def test_a_wish_that_was_carried_out_before_the_desk_decided_ends_the_ticket(
    tickets: Tickets, client: httpx.AsyncClient, refuses: bool
) -> None:
    asks = somebody(
        lambda each: only(each, Remark.ASK_TO_CANCEL) and desk_refuses(each, seed=SEED) is refuses
    )
    run, tickets.in_progress, tickets.given_back = Run(client, imported=False), True, True
    run.state.states["S-1"] = "in_progress"

    async with run.later:
        await run.residents.report_all([asks], [0.0])

    assert run.state.states["S-1"] == "cancelled"


async def test_imported_rows_are_opened_by_the_office_and_left_to_the_crew(
    tickets: Tickets, client: httpx.AsyncClient
) -> None:
    requests = [replace(reported(number), text="") for number in range(300)]
    run = Run(client, imported=True, max_unfinished=300)

    async with run.later:
        await run.residents.report_all(requests, [0.0] * 300)

    assert {body["channel"] for body in tickets.bodies} == {"import"}
    assert tickets.asked == []


async def test_while_too_much_is_unfinished_requests_are_held_back(
    tickets: Tickets, client: httpx.AsyncClient
) -> None:
    run = Run(client, imported=False, max_unfinished=2)
    requests = [replace(reported(each), text="") for each in range(3)]

    async with run.later:
        reporting = run.later.create_task(run.residents.report_all(requests, [0.0] * 3))
        await comes_true(lambda: len(tickets.bodies) == 2)
        run.residents.job_completed("S-1")
        await reporting

    assert len(tickets.bodies) == 3
    assert run.residents.held_back_s > 0
