"""Visits: a technician travels to a job, works, pauses or gives it back, and completes it."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from demo.api_client import ApiClient, ApiResponse
from demo.behaviour import Interruption, interruption_of, travel_min, work_min
from demo.live_state import Activity, LiveState, TechnicianStatus
from demo.manners import Manners
from demo.pace import Pace
from demo.technicians import Technician

GOES_ON = frozenset({"accepted", "travelling", "on_site", "working"})
"""What a job is whose pause is over: the resident answered, before its technician resumed."""
NO_LONGER_MINE = frozenset({"waiting", "offered", "completed", "follow_up", "cancelled"})
STEP_RETRY_S, MAX_STEP_ATTEMPTS = 0.2, 25
NOTES = {"zh-CN": "已修好，现场已清理", "en": "Fixed and cleaned up"}


@dataclass(order=True, frozen=True, kw_only=True)
class Job:
    """An accepted job; the most pressing comes first, then the one accepted first.

    `key` is what its technician's mood is drawn from.
    """

    rank: int
    number: int
    id: str = field(compare=False)
    key: str = field(compare=False)
    token: str = field(compare=False)
    reference: str = field(compare=False)
    category: str = field(compare=False)
    at: tuple[float, float] | None = field(compare=False)


class Worker:
    """One technician at work: accepted jobs, known offers and webhooks, and where they are."""

    def __init__(
        self, technician: Technician, status: TechnicianStatus, *, replies_inline: bool
    ) -> None:
        self.technician, self.status = technician, status
        self.replies_inline = replies_inline
        self.place = technician.home
        self.jobs: asyncio.PriorityQueue[Job] = asyncio.PriorityQueue()
        self.accepted_offers: set[str] = set()
        self.received_webhooks: set[str] = set()

    @property
    def name(self) -> str:
        return self.technician.name


class Visits:
    """The visits of a whole crew; a job is given back once at most.

    `on_completed` is called with the reference of each ticket whose job was completed.
    """

    def __init__(
        self,
        *,
        api: ApiClient,
        state: LiveState,
        pace: Pace,
        seed: int,
        on_completed: Callable[[str], None],
        manners: Manners,
    ) -> None:
        self._api, self._state, self._pace, self._manners = api, state, pace, manners
        self._seed, self._on_completed = seed, on_completed
        self._given_back: set[str] = set()
        self.first_completed_at: float | None = None
        """On the event loop's clock."""

    async def carry_out(self, worker: Worker, job: Job) -> None:
        """Do the whole job; stop early when it is taken away or given back."""
        if not await self._step(worker, job, "travel"):
            return
        self._state.states[job.reference] = "in_progress"
        worker.status.activity, worker.status.reference = Activity.TRAVELLING, job.reference
        await self._pace.sleep(travel_min(worker.place, job.at))
        worker.place = job.at or worker.place
        if not await self._step(worker, job, "arrive"):
            return
        if not await self._step(worker, job, "start"):
            return
        worker.status.activity = Activity.WORKING
        minutes = work_min(job.category, job_id=job.key, seed=self._seed)
        await self._pace.sleep(minutes / 2)
        if not await self._goes_on(worker, job):
            return
        await self._pace.sleep(minutes / 2)
        language = worker.technician.language
        report: dict[str, Any] = {
            "note": NOTES.get(language, NOTES["en"]),
            "minutes": round(minutes),
        }
        auth = f"Job {job.token}"
        if photos := await self._manners.photograph(job.reference, job.key, auth=auth):
            report["photos"] = photos
        if await self._step(worker, job, "complete", report):
            now = asyncio.get_running_loop().time()
            self.first_completed_at = self.first_completed_at or now
            worker.status.done += 1
            done = f"{worker.name} is done after {minutes:.0f} min"
            self._state.note(job.reference, done, "bold green")
            self._on_completed(job.reference)

    async def _goes_on(self, worker: Worker, job: Job) -> bool:
        """Pause or give back, where that is what happens. Return whether the work goes on."""
        interruption = interruption_of(
            job.key,
            language=worker.technician.language,
            seed=self._seed,
            given_back=job.key in self._given_back,
        )
        if interruption is None:
            return True
        if interruption.pause_min is None:
            await self._give_back(worker, job, interruption.reason)
            return False
        return await self._pause(worker, job, interruption)

    async def _give_back(self, worker: Worker, job: Job, reason: str) -> None:
        self._given_back.add(job.key)
        if await self._step(worker, job, "return", {"reason": reason}):
            self._state.states[job.reference] = "open"
            self._state.note(job.reference, f"{worker.name} gives it back: {reason}", "magenta")

    async def _pause(self, worker: Worker, job: Job, pause: Interruption) -> bool:
        if not await self._step(worker, job, "pause", {"reason": pause.reason}):
            return False
        worker.status.activity = Activity.PAUSED
        self._state.states[job.reference] = "on_hold"
        self._state.note(job.reference, f"{worker.name} pauses: {pause.reason}", "magenta")
        await self._pace.sleep(pause.pause_min or 0)
        if not await self._step(worker, job, "resume"):
            return False
        worker.status.activity = Activity.WORKING
        self._state.states[job.reference] = "in_progress"
        return True

    async def _step(
        self, worker: Worker, job: Job, verb: str, body: Mapping[str, Any] | None = None
    ) -> bool:
        """Return whether dispatch took the step; False when the job is no longer theirs."""
        await self._manners.until_here(worker.technician.id)
        for _ in range(MAX_STEP_ATTEMPTS):
            path, auth = f"/v1/jobs/{job.id}/{verb}", f"Job {job.token}"
            answer = await self._api.post("dispatch", path, body, auth=auth)
            if answer.good:
                return True
            if answer.body.get("state") == "paused" and verb != "resume":
                # left for an emergency; no one else is at this job, so it goes on
                if await self._step(worker, job, "resume"):
                    continue
                return False
            if verb == "resume" and answer.body.get("state") in GOES_ON:
                return True
            if _taken_away(answer):
                break
            await asyncio.sleep(STEP_RETRY_S)
        self._state.note(job.reference, f"{worker.name} cannot {verb}: {answer.why}", "red")
        return False


def _taken_away(answer: ApiResponse) -> bool:
    """Return whether the job is no longer this technician's.

    What the service answers decides, not the webhook that says so and may come late.
    """
    return (
        answer.status in {401, 403, 404}
        or answer.body.get("code") == "not_yours"
        or answer.body.get("state") in NO_LONGER_MINE
    )
