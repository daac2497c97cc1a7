import asyncio
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response

from demo.api_client import ApiClient
from demo.audit.client_log import ClientLog
from demo.behaviour import Decision, answer_to, interruption_of
from demo.crew import Crew
from demo.live_state import LiveState
from demo.manners import AlwaysThere, Manners
from demo.pace import Pace
from demo.technicians import Skill, Technician
from tests.support.eventually import eventually

HOME = (31.2, 121.4)
SEED = 1


class Dispatch:
    """Says yes to everything but what it was told to refuse, and remembers what it was asked."""

    def __init__(self) -> None:
        self.app = FastAPI()
        self.refusals: dict[str, Response] = {}
        self.asked: list[tuple[str, str]] = []
        self.reports: list[list[str]] = []
        self.app.add_api_route("/v1/{rest:path}", self._answer, methods=["POST"])

    async def _answer(self, rest: str, request: Request) -> Response:
        self.asked.append((rest, request.headers["authorization"]))
        if (refusal := self.refusals.get(rest)) is not None:
            return refusal
        if rest.endswith("/complete"):
            self.reports.append((await request.json()).get("photos", []))
        job = rest.split("/")[1].replace("offer", "job")
        return JSONResponse({"state": "accepted", "job_id": job, "job_token": f"token-{job}"})

    def verbs(self) -> list[str]:
        return [rest.rpartition("/")[2] for rest, _ in self.asked]


class Run:
    def __init__(
        self,
        dispatch: Dispatch,
        client: httpx.AsyncClient,
        size: int,
        manners: Manners | None = None,
    ) -> None:
        self.dispatch, self.completed = dispatch, list[str]()
        self.state = LiveState(
            title="t", rows=1, speed=1e6, starts_at=datetime(2026, 1, 20, tzinfo=UTC)
        )
        self.log = ClientLog()
        self.technicians = [
            Technician(
                id=f"tech-{number}",
                name="T",
                language="en",
                skills=(Skill(code="lock", level=3),),
                home=HOME,
            )
            for number in range(1, size + 1)
        ]
        self.crew = Crew(
            self.technicians,
            api=ApiClient(client, {"dispatch": "http://dispatch"}),
            state=self.state,
            log=self.log,
            pace=Pace(speed=1e6, longest_gap_min=None),
            seed=SEED,
            on_completed=self.completed.append,
            manners=manners,
        )

    def start(self) -> None:
        self._work = asyncio.create_task(self.crew.work())

    async def stop(self) -> None:
        self._work.cancel()
        await asyncio.gather(self._work, return_exceptions=True)

    def offers(self, offer: str, owner: str = "tech-1", webhook_id: str | None = None) -> Any:
        job = {
            "id": offer.replace("offer", "job"),
            "reference": f"S-{offer}",
            "category": "lock",
            "priority": "normal",
            "location": {},
        }
        urls = {
            f"{verb}_url": f"http://dispatch/v1/offers/{offer}/{verb}"
            for verb in ("accept", "decline")
        }
        return self.crew.receive(
            owner,
            webhook_id or f"m-{offer}",
            "job.offered",
            {"offer_id": offer, "job": job, "token": "t", **urls},
        )


async def comes_true(look: Callable[[], bool]) -> None:
    async def looked() -> bool:
        return look()

    await eventually(looked)


@pytest.fixture
async def dispatch() -> Dispatch:
    return Dispatch()


@pytest.fixture
async def run(dispatch: Dispatch) -> AsyncIterator[Run]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=dispatch.app)) as client:
        run = Run(dispatch, client, size=4)
        run.start()
        yield run
        await run.stop()


def an_offer_that_gets(reply: Decision, owner: str = "tech-1") -> str:
    return next(
        offer
        for offer in (f"offer-{number}" for number in range(1000))
        if answer_to(
            seed=SEED, technician_id=owner, offer_id=offer, priority="normal", language="en"
        ).decision
        is reply
        and interruption_of(
            offer.replace("offer", "job"), language="en", seed=SEED, given_back=False
        )
        is None
    )


async def test_a_crew_that_stopped_answers_no_offer_any_more(run: Run) -> None:
    run.offers(an_offer_that_gets(Decision.ACCEPT))

    await run.stop()
    late = run.offers(an_offer_that_gets(Decision.ACCEPT, "tech-2"), "tech-2")

    assert late is None
    assert not [task for task in asyncio.all_tasks() if "Crew._answer" in repr(task)]
    assert run.dispatch.asked == []


async def test_a_job_is_accepted_travelled_to_done_and_completed(run: Run) -> None:
    offer = an_offer_that_gets(Decision.ACCEPT)

    run.offers(offer)
    await comes_true(lambda: run.completed == [f"S-{offer}"])

    assert run.dispatch.verbs() == ["accept", "travel", "arrive", "start", "complete"]
    assert {auth.split()[0] for _, auth in run.dispatch.asked} == {"Offer", "Job"}


async def test_the_same_webhook_twice_has_one_effect_and_is_logged_twice(run: Run) -> None:
    offer = an_offer_that_gets(Decision.ACCEPT)

    run.offers(offer)
    run.offers(offer)
    await comes_true(lambda: len(run.completed) == 1)

    assert run.dispatch.verbs().count("accept") == 1
    assert [received.acted for received in run.log.received] == [True, False]


async def test_every_fourth_technician_decides_in_the_webhooks_own_reply(run: Run) -> None:
    yes, no = (
        an_offer_that_gets(Decision.ACCEPT, "tech-4"),
        an_offer_that_gets(Decision.DECLINE, "tech-4"),
    )

    accepted, declined = run.offers(yes, "tech-4"), run.offers(no, "tech-4")

    assert accepted == {"decision": "accept"}
    assert declined["decision"] == "decline"
    assert declined["reason"]
    assert run.dispatch.asked == []


async def test_a_technician_is_bound_once_however_often_the_acceptance_is_told(run: Run) -> None:
    offer = an_offer_that_gets(Decision.ACCEPT, "tech-4")
    run.offers(offer, "tech-4")
    job = {
        "reference": "S-1",
        "category": "lock",
        "priority": "normal",
        "location": {"lat": 31.2, "lon": 121.4},
    }
    told = {"offer_id": offer, "job_id": "job-1", "job_token": "x", "job": job}

    run.crew.receive("tech-4", "m-1", "job.accepted", told)
    run.crew.receive("tech-4", "m-2", "job.accepted", told)
    await comes_true(lambda: run.completed == ["S-1"])

    assert run.dispatch.verbs().count("travel") == 1


async def test_a_declined_offer_says_why_and_an_ignored_one_says_nothing(run: Run) -> None:
    no, silent = an_offer_that_gets(Decision.DECLINE), an_offer_that_gets(Decision.SILENCE)

    run.offers(silent)
    run.offers(no)
    await comes_true(lambda: run.state.offers["declined"] == 1)

    assert run.dispatch.verbs() == ["decline"]
    assert run.state.offers["ignored"] == 1


async def test_an_offer_that_somebody_else_won_is_lost_and_no_work(run: Run) -> None:
    offer = an_offer_that_gets(Decision.ACCEPT)
    run.dispatch.refusals[f"offers/{offer}/accept"] = JSONResponse(
        {"code": "offer_decided", "state": "withdrawn"}, status_code=409
    )

    run.offers(offer)
    await comes_true(lambda: run.state.offers["too late"] == 1)

    assert run.dispatch.verbs() == ["accept"]


async def test_a_job_that_is_taken_away_is_left_alone_and_the_next_one_done(run: Run) -> None:
    gone = an_offer_that_gets(Decision.ACCEPT)
    job = gone.replace("offer", "job")
    run.dispatch.refusals[f"jobs/{job}/arrive"] = JSONResponse(
        {"code": "not_yours", "state": "cancelled"}, status_code=409
    )
    run.offers(gone)
    await comes_true(lambda: "arrive" in run.dispatch.verbs())

    told = {"reference": "S-2", "category": "lock", "priority": "normal"}
    run.crew.receive(
        "tech-1",
        "m-2",
        "job.accepted",
        {"offer_id": "o-2", "job_id": "job-x", "job_token": "x", "job": told},
    )
    await comes_true(lambda: run.completed == ["S-2"])

    assert f"jobs/{job}/complete" not in [rest for rest, _ in run.dispatch.asked]


class Absent(AlwaysThere):
    """Away until told otherwise, with a visit for every job and a photo of it."""

    def __init__(self) -> None:
        self.back, self.visit_at = asyncio.Event(), 0.0

    def is_here(self, technician_id: str) -> bool:
        return self.back.is_set()

    async def until_here(self, technician_id: str) -> None:
        await self.back.wait()

    def begins_at(self, reference: str) -> float:
        return self.visit_at

    async def photograph(self, reference: str, key: str, *, auth: str) -> list[str]:
        return [f"photo of {reference}"]


@pytest.fixture
async def absent() -> Absent:
    return Absent()


@pytest.fixture
async def away(dispatch: Dispatch, absent: Absent) -> AsyncIterator[Run]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=dispatch.app)) as client:
        run = Run(dispatch, client, size=4, manners=absent)
        run.start()
        yield run
        await run.stop()


async def test_who_is_away_answers_no_offer_and_takes_no_step(away: Run, absent: Absent) -> None:
    offer = an_offer_that_gets(Decision.ACCEPT)
    told = {"reference": "S-1", "category": "lock", "priority": "normal"}
    held = {"offer_id": "o-1", "job_id": "job-1", "job_token": "x", "job": told}

    away.offers(offer)
    away.crew.receive("tech-1", "m-1", "job.accepted", held)
    await comes_true(lambda: away.state.crew["tech-1"].waiting == 0)
    silent = list(away.dispatch.asked)
    absent.back.set()
    await comes_true(lambda: away.completed == ["S-1"])

    assert silent == []
    assert away.state.offers["ignored"] == 1


async def test_a_job_with_a_visit_ahead_lets_others_go_first(away: Run, absent: Absent) -> None:
    absent.back.set()
    absent.visit_at = time.time() + 0.2
    told = {"reference": "S-1", "category": "lock", "priority": "normal"}
    held = {"offer_id": "o-1", "job_id": "job-1", "job_token": "x", "job": told}

    away.crew.receive("tech-1", "m-1", "job.accepted", held)
    await comes_true(lambda: away.completed == ["S-1"])

    assert time.time() >= absent.visit_at


async def test_photos_of_the_work_are_named_in_its_report(away: Run, absent: Absent) -> None:
    absent.back.set()
    told = {"reference": "S-1", "category": "lock", "priority": "normal"}
    held = {"offer_id": "o-1", "job_id": "job-1", "job_token": "x", "job": told}

    away.crew.receive("tech-1", "m-1", "job.accepted", held)
    await comes_true(lambda: away.completed == ["S-1"])

    assert away.dispatch.reports == [["photo of S-1"]]


async def test_a_pause_that_the_residents_answer_has_ended_is_over(run: Run) -> None:
    paused = next(
        job
        for job in (f"job-{number}" for number in range(1000))
        if (found := interruption_of(job, language="en", seed=SEED, given_back=False)) is not None
        and found.pause_min is not None
    )
    run.dispatch.refusals[f"jobs/{paused}/resume"] = JSONResponse(
        {"code": "illegal_step", "state": "accepted"}, status_code=409
    )
    told = {"reference": "S-1", "category": "lock", "priority": "normal"}
    held = {"offer_id": "o-1", "job_id": paused, "job_token": "x", "job": told}

    run.crew.receive("tech-1", "m-1", "job.accepted", held)
    await comes_true(lambda: run.completed == ["S-1"])

    assert run.dispatch.verbs() == ["travel", "arrive", "start", "pause", "resume", "complete"]


async def test_what_a_technician_decided_in_a_reply_is_logged(run: Run) -> None:
    run.offers(an_offer_that_gets(Decision.ACCEPT, "tech-4"), "tech-4")
    run.offers(an_offer_that_gets(Decision.ACCEPT), "tech-1")

    assert [received.reply for received in run.log.received] == ["accept", ""]
