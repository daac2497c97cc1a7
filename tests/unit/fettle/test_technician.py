"""The technician that a newcomer runs, and the site they run it at."""

import json
from random import Random

import httpx

from fettle.home import CHECKOUT
from fettle.technician.skills import usual_skills
from fettle.technician.worker import Habits, Worker
from tests.support.eventually import eventually


def test_the_usual_technician_has_every_skill_that_the_demo_site_asks_for() -> None:
    site = json.loads((CHECKOUT / "fettle/up/demo_site.json").read_text())
    asked = {
        (skill["code"], skill["level"])
        for category in site["categories"]
        for skill in category["skills"]
    }

    levels = {skill["code"]: skill["level"] for skill in usual_skills()}

    assert len(asked) >= 10
    assert [(code, level) for code, level in asked if levels.get(code, 0) < level] == []


async def test_work_that_was_left_for_an_emergency_is_gone_on_with() -> None:
    verbs: list[str] = []

    def dispatch(request: httpx.Request) -> httpx.Response:
        verbs.append(request.url.path.rsplit("/", 1)[1])
        interrupted = verbs[-1] == "complete" and "resume" not in verbs
        return httpx.Response(
            409 if interrupted else 200, json={"state": "paused" if interrupted else "working"}
        )

    async def is_done() -> bool:
        return verbs.count("complete") == 2

    async with httpx.AsyncClient(transport=httpx.MockTransport(dispatch)) as client:
        worker = Worker(
            habits=Habits(works=True, travel_s=0, work_s=0),
            client=client,
            jobs_url="http://dispatch",
            tell=lambda what, reference, words: None,
            chance=Random(1),
        )
        job = {"job_id": "1", "job_token": "t", "job": {"reference": "DEMO-1-A"}}
        worker.receive("li", "w1", "job.accepted", job)
        await eventually(is_done)
        await worker.close()

    assert verbs == ["travel", "arrive", "start", "complete", "resume", "complete"]
