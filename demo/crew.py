"""The crew: technicians answer the offers that webhooks bring, and do the jobs they accepted."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from demo.api_client import ApiClient
from demo.audit.client_log import ClientLog, Received
from demo.behaviour import Decision, OfferAnswer, answer_to
from demo.live_state import Activity, LiveState, TechnicianStatus
from demo.manners import AlwaysThere, Manners
from demo.pace import Pace
from demo.technicians import Technician
from demo.visits import Job, Visits, Worker

RANK: Mapping[str, int] = {"emergency": 0, "urgent": 1, "normal": 2, "low": 3}
INLINE_REPLY_EVERY = 4
"""Every fourth technician answers in the webhook's own reply; others call the offer's address."""


class Crew:
    """The technicians of a run.

    `on_completed` is called with the reference of each ticket whose job was completed.
    """

    def __init__(
        self,
        technicians: Sequence[Technician],
        *,
        api: ApiClient,
        state: LiveState,
        log: ClientLog,
        pace: Pace,
        seed: int,
        on_completed: Callable[[str], None],
        manners: Manners | None = None,
    ) -> None:
        self._api, self._state, self._log, self._pace, self._seed = api, state, log, pace, seed
        self._manners = manners or AlwaysThere()
        state.crew = {
            each.id: TechnicianStatus(name=each.name, trade=each.skills[0].code)
            for each in technicians
        }
        self._workers = {
            each.id: Worker(
                each, state.crew[each.id], replies_inline=number % INLINE_REPLY_EVERY == 0
            )
            for number, each in enumerate(technicians, start=1)
        }
        self.visits = Visits(
            api=api,
            state=state,
            pace=pace,
            seed=seed,
            on_completed=on_completed,
            manners=self._manners,
        )
        self._accepted = 0
        self._tasks = asyncio.TaskGroup()
        self._on_duty = False

    async def work(self) -> None:
        """Answer offers and do jobs until cancelled. Raises Unreachable, in a group."""
        async with self._tasks:
            for worker in self._workers.values():
                self._tasks.create_task(self._work(worker))
            self._on_duty = True
            try:
                await asyncio.Event().wait()
            finally:
                self._on_duty = False

    def receive(
        self, owner: str, webhook_id: str, kind: str, data: Mapping[str, Any]
    ) -> Mapping[str, Any] | None:
        """Take a verified webhook. Return the body of its reply, if it has one."""
        worker = self._workers[owner]
        acted = webhook_id not in worker.received_webhooks
        worker.received_webhooks.add(webhook_id)
        at = time.time()
        reply = self._act_on(worker, kind, data) if acted else None
        decision = str((reply or {}).get("decision", ""))
        self._log.received.append(
            Received.of(owner, webhook_id, kind, data, acted=acted, at=at, reply=decision)
        )
        return reply

    def _act_on(
        self, worker: Worker, kind: str, data: Mapping[str, Any]
    ) -> Mapping[str, Any] | None:
        if kind == "job.offered":
            return self._offered(worker, data)
        if kind == "job.accepted":
            accepted = data["job_id"], data["job_token"], data["job"]
            self.take(worker.technician.id, data["offer_id"], *accepted)
        elif kind == "offer.lost":
            self._state.offers["too late"] += 1
        elif kind == "job.cancelled":
            reference = data.get("reference") or ""
            self._state.note(reference, f"{worker.name} is told that it is off", "yellow")
        return None

    def _offered(self, worker: Worker, data: Mapping[str, Any]) -> Mapping[str, Any] | None:
        technician, job = worker.technician, data["job"]
        self._state.offers["made"] += 1
        answer = answer_to(
            seed=self._seed,
            technician_id=technician.id,
            offer_id=self._manners.key_of_offer(technician.id, job, data["offer_id"]),
            priority=job["priority"],
            language=technician.language,
        )
        here = self._on_duty and self._manners.is_here(technician.id)
        if answer.decision is Decision.SILENCE or not here:
            self._state.offers["ignored"] += 1
            return None
        if not worker.replies_inline:
            self._tasks.create_task(self._answer(worker, data, answer))
            return None
        if answer.decision is Decision.ACCEPT:
            return {"decision": "accept"}
        self._declined(worker, job, answer)
        return {"decision": "decline", "reason": answer.reason}

    async def _answer(self, worker: Worker, offer: Mapping[str, Any], answer: OfferAnswer) -> None:
        await self._pace.sleep(answer.after_min)
        auth, job = f"Offer {offer['token']}", offer["job"]
        if answer.decision is Decision.DECLINE:
            body = {"reason": answer.reason}
            if (await self._api.post_to(offer["decline_url"], body, auth=auth)).good:
                self._declined(worker, job, answer)
            return
        told = await self._api.post_to(offer["accept_url"], auth=auth)
        if told.good:
            accepted = told.body["job_id"], told.body["job_token"]
            self.take(worker.technician.id, offer["offer_id"], *accepted, job)
        else:
            self._state.offers["too late"] += 1

    def _declined(self, worker: Worker, job: Mapping[str, Any], answer: OfferAnswer) -> None:
        self._state.offers["declined"] += 1
        self._state.note(job["reference"], f"{worker.name} declines: {answer.reason}", "dim")

    def room_of(self, technician_id: str) -> int:
        """Return how many jobs more the technician would take on."""
        worker = self._workers[technician_id]
        at_work = worker.status.activity is not Activity.FREE
        return worker.technician.capacity - worker.jobs.qsize() - at_work

    def take(
        self, technician_id: str, offer_id: str, job_id: str, token: str, job: Mapping[str, Any]
    ) -> None:
        """Queue the job. Skip it when it is queued already.

        The answer to an accepted offer and the webhook `job.accepted` both bring it.
        """
        worker = self._workers[technician_id]
        if offer_id in worker.accepted_offers:
            return
        worker.accepted_offers.add(offer_id)
        self._accepted += 1
        location = job.get("location") or {}
        lat, lon = location.get("lat"), location.get("lon")
        worker.jobs.put_nowait(
            Job(
                rank=RANK.get(job["priority"], len(RANK)),
                number=self._accepted,
                id=job_id,
                key=self._manners.key_of_job(job, job_id),
                token=token,
                reference=job["reference"],
                category=job["category"],
                at=None if lat is None or lon is None else (lat, lon),
            )
        )
        worker.status.waiting = worker.jobs.qsize()
        self._state.offers["accepted"] += 1
        self._state.states[job["reference"]] = "assigned"
        self._state.note(job["reference"], f"{worker.name} accepts", "green")

    async def _work(self, worker: Worker) -> None:
        while True:
            job = await worker.jobs.get()
            worker.status.waiting = worker.jobs.qsize()
            if (ahead_s := self._manners.begins_at(job.reference) - time.time()) > 0:
                self._tasks.create_task(self._put_off(worker, job, ahead_s))
                continue
            await self.visits.carry_out(worker, job)
            worker.status.activity, worker.status.reference = Activity.FREE, ""

    async def _put_off(self, worker: Worker, job: Job, ahead_s: float) -> None:
        """Queue the job anew when its visit begins."""
        await asyncio.sleep(ahead_s)
        worker.jobs.put_nowait(job)
