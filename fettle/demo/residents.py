"""The residents, and the dispatcher who answers their phone: they open, cancel, merge, confirm and
rate.
"""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from fettle.demo.audit.client_log import ClientLog, Opened
from fettle.demo.later import Later
from fettle.demo.pace import Pace
from fettle.demo.requests import Request
from fettle.demo.seeding import ticket_body
from fettle.demo.stage import ENDED, Stage
from fettle.demo.staging import Bearer
from fettle.demo.temper import afterwards, cancels_after_min, same_burst
from fettle.demo.web import Web

AT_ONCE = 48
HELD_BACK_AT_MOST_S = 30.0
MERGED_AFTER_MIN = 4.0
NOT_YET_S, NOT_YET_TIMES = 0.2, 25
"""A ticket is resolved a moment after its job is done: so long a resident tries to confirm."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """A ticket that somebody got a 201 for."""

    request: Request
    ticket_id: str
    reference: str
    auth: str


class Residents:
    """`imported` rows are opened by an integration on somebody's behalf, the others by the
    residents themselves.
    """

    def __init__(
        self,
        *,
        web: Web,
        stage: Stage,
        log: ClientLog,
        site_id: str,
        pace: Pace,
        seed: int,
        imported: bool,
        bearer: Bearer,
        most_unfinished: int,
    ) -> None:
        self._web, self._stage, self._log, self._site_id = web, stage, log, site_id
        self._pace, self._seed, self._imported, self._bearer = pace, seed, imported, bearer
        self._gate = asyncio.Semaphore(AT_ONCE)
        self._room = asyncio.Semaphore(most_unfinished)
        self.held_back_s = 0.0
        """How long requests had to wait in all, because too much was unfinished."""
        self._cases: dict[int, asyncio.Future[Case | None]] = {}
        self._by_reference: dict[str, Case] = {}
        self._desk = bearer("dispatcher", f"{site_id}-desk", ())
        self._office = bearer("integration", f"{site_id}-import", ())
        self._later = Later()

    async def play(self, requests: Sequence[Request], moments: Sequence[float]) -> None:
        """Opens each request at its moment, in real seconds from now; returns when all are opened.
        What people do later goes on.

        While too much is unfinished the play stands still, as an audience would have it: on a slow
        machine it takes longer instead of drowning.
        """
        loop = asyncio.get_running_loop()
        began, bursts = loop.time(), same_burst(requests) if not self._imported else {}
        async with asyncio.TaskGroup() as opening:
            for request, moment in zip(requests, moments, strict=True):
                self._cases[request.row] = loop.create_future()
                await asyncio.sleep(max(0.0, began + self.held_back_s + moment - loop.time()))
                await self._wait_for_room()
                self._stage.played = request.opened_at
                opening.create_task(self._open(request))
                if request.row in bursts:
                    self._later.begin(self._merge(request, bursts[request.row]))

    def fixed(self, reference: str) -> None:
        """A technician says that it is done."""
        if case := self._by_reference.get(reference):
            self._ended(reference, "resolved")
            self._later.begin(self._confirm(case))

    async def rest(self) -> None:
        """Returns when nobody has anything left to do."""
        await self._later.rest()

    async def leave(self) -> None:
        """Nobody does anything any more."""
        await self._later.leave()

    async def _wait_for_room(self) -> None:
        if not self._room.locked():
            await self._room.acquire()
            return
        since = asyncio.get_running_loop().time()
        with suppress(TimeoutError):  # what is stuck must not keep the others out for good
            await asyncio.wait_for(self._room.acquire(), HELD_BACK_AT_MOST_S)
        self.held_back_s += asyncio.get_running_loop().time() - since

    def _ended(self, reference: str, state: str) -> None:
        if self._stage.states.get(reference) not in ENDED:
            self._room.release()
        self._stage.states[reference] = state

    async def _open(self, request: Request) -> None:
        auth = (
            self._office
            if self._imported
            else self._bearer("resident", request.reporter_id, _units(request))
        )
        body = ticket_body(request, site_id=self._site_id, imported=self._imported)
        async with self._gate:
            answer = await self._web.post(
                "tickets", "/v1/tickets", body, auth=auth, key=f"{self._site_id}/{request.row}"
            )
        if answer.status != 201:
            self._stage.refused += 1
            self._room.release()
            self._stage.tell(request.reporter_id, f"row {request.row} refused: {answer.why}", "red")
            self._cases[request.row].set_result(None)
            return
        case = Case(
            request=request,
            ticket_id=answer.body["id"],
            reference=answer.body["reference"],
            auth=auth,
        )
        self._log.opened.append(
            Opened(key=request.source_id, ticket_id=case.ticket_id, at=time.time())
        )
        self._by_reference[case.reference] = case
        self._stage.states.setdefault(case.reference, "open")
        words = request.text or (
            f"{request.answers.get('type', request.category)}, "
            f"{request.where.address or 'no address'}"
        )
        style = "bold red" if answer.body["priority"] == "emergency" else ""
        self._stage.tell(
            case.reference, f"{answer.body['priority']} {request.category}: {words}", style
        )
        self._cases[request.row].set_result(case)
        if (
            after_min := cancels_after_min(request, seed=self._seed)
        ) is not None and not self._imported:
            self._later.begin(self._cancel(case, after_min))

    async def _cancel(self, case: Case, after_min: float) -> None:
        await asyncio.sleep(self._pace.real_s(after_min))
        answer = await self._web.post(
            "tickets",
            f"/v1/tickets/{case.ticket_id}/cancel",
            {"reason": "no longer needed"},
            auth=case.auth,
        )
        if answer.good:
            self._ended(case.reference, "cancelled")
            self._stage.tell(case.reference, "cancelled by the resident", "yellow")

    async def _merge(self, request: Request, into_row: int) -> None:
        """The desk sees that it is the same burst pipe, unless somebody is at work
        on it already.
        """
        case, first = await self._cases[request.row], await self._cases[into_row]
        if case is None or first is None:
            return
        await asyncio.sleep(self._pace.real_s(MERGED_AFTER_MIN))
        body = {"duplicate_of": first.ticket_id}
        answer = await self._web.post(
            "tickets", f"/v1/tickets/{case.ticket_id}/merge", body, auth=self._desk
        )
        if answer.good:
            self._ended(case.reference, "cancelled")
            self._stage.tell(
                case.reference, f"merged with {first.reference}: the same burst", "yellow"
            )

    async def _confirm(self, case: Case) -> None:
        mood = afterwards(case.request, seed=self._seed)
        if self._imported or not mood.confirms:
            return
        await asyncio.sleep(self._pace.real_s(mood.after_min))
        for _ in range(NOT_YET_TIMES):
            answer = await self._web.post(
                "tickets", f"/v1/tickets/{case.ticket_id}/confirm", auth=case.auth
            )
            if answer.good:
                break
            await asyncio.sleep(NOT_YET_S)
        else:
            return
        self._stage.states[case.reference] = "closed"
        if mood.marks:
            speed, quality, manner = mood.marks
            marks = {"speed": speed, "quality": quality, "manner": manner, "text": mood.words}
            await self._web.post(
                "tickets", f"/v1/tickets/{case.ticket_id}/rating", marks, auth=case.auth
            )
            self._stage.tell(
                case.reference, f"rated {speed}/{quality}/{manner}: {mood.words}", "cyan"
            )


def _units(request: Request) -> tuple[str, ...]:
    where = request.where
    return (f"{where.building}-{where.unit}",) if where.building and where.unit else ()
