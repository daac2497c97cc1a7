"""The technicians at work: they answer offers, travel, work, now and then pause or give back, and
complete.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fettle.demo.audit.client_log import ClientLog, Received
from fettle.demo.cast import Player, Reply, answer_to, travel_min, work_min
from fettle.demo.later import Later
from fettle.demo.pace import Pace
from fettle.demo.stage import Doing, Hand, Stage
from fettle.demo.temper import Mishap, mishap
from fettle.demo.web import Answer, Web

RANK: Mapping[str, int] = {"emergency": 0, "urgent": 1, "normal": 2, "low": 3}
ANSWERS_AT_THE_DOOR = 4
"""Every so manyth technician answers in the webhook's own reply; the others call the offer's
address.
"""
NO_LONGER_MINE = frozenset({"waiting", "offered", "completed", "follow_up", "cancelled"})
TRY_AGAIN_S, TRY_AGAIN_TIMES = 0.2, 25
NOTES = {"zh-CN": "已修好，现场已清理", "en": "Fixed and cleaned up"}


@dataclass(order=True, frozen=True, kw_only=True)
class Job:
    """A job in a technician's hands, the most pressing first."""

    rank: int
    number: int
    id: str = field(compare=False)
    token: str = field(compare=False)
    reference: str = field(compare=False)
    category: str = field(compare=False)
    at: tuple[float, float] | None = field(compare=False)


class Member:
    """One technician: what they hold, what they do, where they are."""

    def __init__(self, player: Player, *, at_the_door: bool) -> None:
        self.player, self.at_the_door = player, at_the_door
        self.place = player.home
        self.jobs: asyncio.PriorityQueue[Job] = asyncio.PriorityQueue()
        self.known: set[str] = set()
        self.seen: set[str] = set()


class Crew:
    """`fixed` is told the reference of each ticket whose job was completed."""

    def __init__(
        self,
        players: Sequence[Player],
        *,
        web: Web,
        stage: Stage,
        log: ClientLog,
        pace: Pace,
        seed: int,
        fixed: Callable[[str], None],
    ) -> None:
        self._web, self._stage, self._log, self._pace, self._seed, self._fixed = (
            web,
            stage,
            log,
            pace,
            seed,
            fixed,
        )
        self._members = {
            player.id: Member(player, at_the_door=number % ANSWERS_AT_THE_DOOR == 0)
            for number, player in enumerate(players, start=1)
        }
        self._later = Later()
        self._gave_back: set[str] = set()
        self._numbers = 0
        self.first_completed_at: float | None = None
        """On the event loop's clock."""
        stage.crew = {
            player.id: Hand(name=player.name, trade=player.skills[0].code) for player in players
        }

    async def work(self) -> None:
        """All of them, until cancelled."""
        async with asyncio.TaskGroup() as group:
            for member in self._members.values():
                group.create_task(self._work(member))

    async def leave(self) -> None:
        """Nobody answers any more."""
        await self._later.leave()

    def receive(
        self, owner: str, webhook_id: str, kind: str, data: Mapping[str, Any]
    ) -> Mapping[str, Any] | None:
        """A verified webhook came in at that technician's client.

        Returns what its answer's body is to say, if anything.
        """
        member = self._members[owner]
        acted = webhook_id not in member.seen
        member.seen.add(webhook_id)
        cause = str(data.get("offer_id") or "")
        self._log.received.append(
            Received(
                owner=owner,
                webhook_id=webhook_id,
                kind=kind,
                cause=cause,
                acted=acted,
                status=200,
                at=time.time(),
            )
        )
        if not acted:
            return None
        if kind == "job.offered":
            return self._offered(member, data)
        if kind == "job.accepted":
            self._take(member, data["offer_id"], data["job_id"], data["job_token"], data["job"])
        elif kind == "offer.lost":
            self._stage.offers["too late"] += 1
        elif kind == "job.cancelled":
            self._stage.tell(
                data.get("reference") or "",
                f"{member.player.name} is told that it is off",
                "yellow",
            )
        return None

    def _offered(self, member: Member, data: Mapping[str, Any]) -> Mapping[str, Any] | None:
        player, job = member.player, data["job"]
        self._stage.offers["made"] += 1
        answer = answer_to(
            seed=self._seed,
            technician_id=player.id,
            offer_id=data["offer_id"],
            priority=job["priority"],
            language=player.language,
        )
        if answer.reply is Reply.SILENCE:
            self._stage.offers["ignored"] += 1
            return None
        if member.at_the_door:
            if answer.reply is Reply.DECLINE:
                self._declined(member, job, answer.reason)
            return {
                "decision": answer.reply.value,
                **({"reason": answer.reason} if answer.reason else {}),
            }
        accept = answer.reply is Reply.ACCEPT
        self._later.begin(
            self._answer(
                member, data, accept=accept, after_min=answer.after_min, reason=answer.reason
            )
        )
        return None

    async def _answer(
        self,
        member: Member,
        data: Mapping[str, Any],
        *,
        accept: bool,
        after_min: float,
        reason: str | None,
    ) -> None:
        await asyncio.sleep(self._pace.real_s(after_min))
        auth = f"Offer {data['token']}"
        if not accept:
            if (await self._web.post_to(data["decline_url"], {"reason": reason}, auth=auth)).good:
                self._declined(member, data["job"], reason)
            return
        answer = await self._web.post_to(data["accept_url"], auth=auth)
        if answer.good:
            self._take(
                member,
                data["offer_id"],
                answer.body["job_id"],
                answer.body["job_token"],
                data["job"],
            )
        else:
            self._stage.offers["too late"] += 1

    def _declined(self, member: Member, job: Mapping[str, Any], reason: str | None) -> None:
        self._stage.offers["declined"] += 1
        self._stage.tell(job["reference"], f"{member.player.name} declines: {reason}", "dim")

    def _take(
        self, member: Member, offer_id: str, job_id: str, token: str, job: Mapping[str, Any]
    ) -> None:
        """The answer to an accepted offer and `job.accepted` both say so; the first
        to come counts.
        """
        if offer_id in member.known:
            return
        member.known.add(offer_id)
        self._numbers += 1
        location = job.get("location") or {}
        lat, lon = location.get("lat"), location.get("lon")
        member.jobs.put_nowait(
            Job(
                rank=RANK.get(job["priority"], len(RANK)),
                number=self._numbers,
                id=job_id,
                token=token,
                reference=job["reference"],
                category=job["category"],
                at=None if lat is None or lon is None else (lat, lon),
            )
        )
        self._stage.offers["accepted"] += 1
        self._stage.states[job["reference"]] = "assigned"
        self._stage.tell(job["reference"], f"{member.player.name} accepts", "green")
        self._hand(member).waiting = member.jobs.qsize()

    async def _work(self, member: Member) -> None:
        while True:
            job = await member.jobs.get()
            hand = self._hand(member)
            hand.waiting = member.jobs.qsize()
            await self._do(member, job)
            hand.doing, hand.about = Doing.FREE, ""

    async def _do(self, member: Member, job: Job) -> None:
        """The whole visit; ends early when the job is taken away on the way."""
        hand = self._hand(member)
        if not await self._step(member, job, "travel"):
            return
        self._stage.states[job.reference] = "in_progress"
        hand.doing, hand.about = Doing.TRAVELLING, job.reference
        await self._pass(travel_min(member.place, job.at))
        member.place = job.at or member.place
        if not await self._step(member, job, "arrive") or not await self._step(
            member, job, "start"
        ):
            return
        hand.doing = Doing.WORKING
        minutes = work_min(job.category, job_id=job.id, seed=self._seed)
        await self._pass(minutes / 2)
        trouble = mishap(
            job.id,
            language=member.player.language,
            seed=self._seed,
            before=job.id in self._gave_back,
        )
        if trouble is not None and trouble.pause_min is None:
            self._gave_back.add(job.id)
            if await self._step(member, job, "return", {"reason": trouble.reason}):
                self._stage.states[job.reference] = "open"
                self._stage.tell(
                    job.reference,
                    f"{member.player.name} gives it back: {trouble.reason}",
                    "magenta",
                )
            return
        if trouble is not None and not await self._pause(member, job, trouble):
            return
        await self._pass(minutes / 2)
        report = {"note": NOTES.get(member.player.language, NOTES["en"]), "minutes": round(minutes)}
        if await self._step(member, job, "complete", report):
            self.first_completed_at = self.first_completed_at or asyncio.get_running_loop().time()
            hand.done += 1
            self._stage.tell(
                job.reference, f"{member.player.name} is done after {minutes:.0f} min", "bold green"
            )
            self._fixed(job.reference)

    async def _pause(self, member: Member, job: Job, trouble: Mishap) -> bool:
        if not await self._step(member, job, "pause", {"reason": trouble.reason}):
            return False
        self._hand(member).doing = Doing.PAUSED
        self._stage.states[job.reference] = "on_hold"
        self._stage.tell(job.reference, f"{member.player.name} pauses: {trouble.reason}", "magenta")
        await self._pass(trouble.pause_min or 0)
        if not await self._step(member, job, "resume"):
            return False
        self._hand(member).doing = Doing.WORKING
        self._stage.states[job.reference] = "in_progress"
        return True

    async def _step(
        self, member: Member, job: Job, verb: str, body: Mapping[str, Any] | None = None
    ) -> bool:
        """False when the job is no longer in these hands."""
        for _ in range(TRY_AGAIN_TIMES):
            answer = await self._web.post(
                "dispatch", f"/v1/jobs/{job.id}/{verb}", body, auth=f"Job {job.token}"
            )
            if answer.good:
                return True
            if _not_mine(answer):
                break
            await asyncio.sleep(TRY_AGAIN_S)
        self._stage.tell(job.reference, f"{member.player.name} cannot {verb}: {answer.why}", "red")
        return False

    async def _pass(self, played_min: float) -> None:
        await asyncio.sleep(self._pace.real_s(played_min))

    def _hand(self, member: Member) -> Hand:
        return self._stage.crew[member.player.id]


def _not_mine(answer: Answer) -> bool:
    """Somebody took it away.

    What the service answers decides, not the webhook that says so and may come late.
    """
    return (
        answer.status in {401, 403, 404}
        or answer.body.get("code") == "not_yours"
        or answer.body.get("state") in NO_LONGER_MINE
    )
