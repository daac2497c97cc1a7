"""One technician at work: what comes in is answered, what was accepted is done step by step."""

import asyncio
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any, Protocol

import httpx

_Step = tuple[str, Mapping[str, Any], float]
"""A verb, what is said with it, and how long to rest after it in seconds."""
_TRY_AGAIN_AFTER_S = (0.2, 0.5, 1.0, 2.0, 5.0)


@dataclass(frozen=True, kw_only=True)
class Habits:
    """`declines` is the share of offers turned down; `works` whether accepted jobs are done; times
    in seconds.
    """

    accepts: bool = True
    declines: float = 0.0
    at_the_door: bool = False
    """Answer in the webhook's own reply instead of calling the offer's address."""
    works: bool = False
    travel_s: float = 5.0
    work_s: float = 10.0


class Tell(Protocol):
    def __call__(self, what: str, reference: str, words: str) -> None:
        """Something happened: its name, whose ticket, and what."""


@dataclass
class Worker:
    """`jobs_url` is where steps are reported when a webhook does not say so itself."""

    habits: Habits
    client: httpx.AsyncClient
    jobs_url: str
    tell: Tell
    chance: Random
    received: list[tuple[str, str]] = field(default_factory=list)
    """(webhook id, kind), every time one came in."""
    _seen: set[str] = field(default_factory=set)
    _jobs: dict[str, str] = field(default_factory=dict)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _hands: asyncio.Lock = field(default_factory=asyncio.Lock)

    def receive(
        self, owner: str, webhook_id: str, kind: str, data: Mapping[str, Any]
    ) -> Mapping[str, Any] | None:
        """What the reply is to say. The same webhook again changes nothing."""
        again = webhook_id in self._seen
        self._seen.add(webhook_id)
        self.received.append((webhook_id, kind))
        if again:
            self.tell(kind, _reference(data), "the same again, nothing to do")
            return None
        if kind == "job.offered":
            return self._offered(data)
        if kind == "job.accepted":
            self._take(data["job_id"], data["job_token"], data["job"]["reference"])
        else:
            self.tell(
                kind,
                _reference(data),
                str(
                    data.get("reason")
                    or ", ".join(data.get("changed", ()))
                    or data.get("title")
                    or ""
                ),
            )
        if kind == "job.cancelled":
            self._jobs.pop(data["job_id"], None)
        return None

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _offered(self, data: Mapping[str, Any]) -> Mapping[str, Any] | None:
        job = data["job"]
        self.tell(
            "job.offered",
            job["reference"],
            f"{job['priority']} {job['category']}: {job['summary']}",
        )
        if not self.habits.accepts:
            return None
        accepts = self.chance.random() >= self.habits.declines
        if self.habits.at_the_door:
            return {"decision": "accept"} if accepts else {"decision": "decline", "reason": "busy"}
        self._later(self._answer(data, accepts=accepts))
        return None

    async def _answer(self, data: Mapping[str, Any], *, accepts: bool) -> None:
        reference = data["job"]["reference"]
        url, body = (
            (data["accept_url"], {}) if accepts else (data["decline_url"], {"reason": "busy"})
        )
        answer = await self._post(url, body, f"Offer {data['token']}")
        if answer is None or answer.is_error:
            self.tell("refused", reference, _why(answer))
        elif accepts:
            self._take(answer.json()["job_id"], answer.json()["job_token"], reference)
        else:
            self.tell("declined", reference, "busy")

    def _take(self, job_id: str, token: str, reference: str) -> None:
        """The answer to an acceptance and `job.accepted` both say so; the first to come counts."""
        if job_id in self._jobs:
            return
        self._jobs[job_id] = token
        self.tell("accepted", reference, f"job {job_id}")
        if self.habits.works:
            self._later(self._work(job_id, reference))

    async def _work(self, job_id: str, reference: str) -> None:
        """One job at a time, as long as it is still ours; one that was left for an emergency goes
        on after it.
        """
        minutes = max(round(self.habits.work_s / 60), 1)
        steps: list[_Step] = [
            ("travel", {}, self.habits.travel_s),
            ("arrive", {}, 0.0),
            ("start", {}, self.habits.work_s),
            ("complete", {"note": "done", "minutes": minutes}, 0.0),
        ]
        while steps:
            async with self._hands:
                steps = await self._go_on(job_id, reference, steps)

    async def _go_on(self, job_id: str, reference: str, steps: list[_Step]) -> list[_Step]:
        """Take the steps and return those that are left: none, or all from where the job was
        interrupted.
        """
        for n, (verb, body, rest_s) in enumerate(steps):
            token = self._jobs.get(job_id)
            if token is None:
                return []
            answer = await self._post(
                f"{self.jobs_url}/v1/jobs/{job_id}/{verb}", body, f"Job {token}"
            )
            if answer is None or answer.is_error:
                self.tell("refused", reference, f"{verb}: {_why(answer)}")
                was_left = answer is not None and _state(answer) == "paused" and verb != "resume"
                return [("resume", {}, 0.0), *steps[n:]] if was_left else []
            self.tell(verb, reference, "")
            await asyncio.sleep(rest_s)
        return []

    async def _post(self, url: str, body: Mapping[str, Any], auth: str) -> httpx.Response | None:
        """The answer; None when no answer came after several tries.

        Saying the same again is harmless there.
        """
        for pause_s in (*_TRY_AGAIN_AFTER_S, None):
            try:
                answer = await self.client.post(url, json=body, headers={"Authorization": auth})
            except httpx.TransportError:
                answer = None
            if (answer is not None and answer.status_code != 503) or pause_s is None:
                return answer
            await asyncio.sleep(pause_s)
        return None

    def _later(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _reference(data: Mapping[str, Any]) -> str:
    job = data.get("job")
    return str(job["reference"] if isinstance(job, dict) else data.get("reference") or "")


def _state(answer: httpx.Response) -> str | None:
    """Return the job's state as a refusal says it."""
    try:
        said = answer.json()
    except ValueError:
        return None
    return said.get("state") if isinstance(said, dict) else None


def _why(answer: httpx.Response | None) -> str:
    return "no answer" if answer is None else f"{answer.status_code} {answer.text[:200]}"
