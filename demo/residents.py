"""Residents, and the dispatcher at the desk: they open, remark, cancel, merge, confirm and rate."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime

from demo.api_bodies import ticket_body
from demo.api_client import ApiClient, ApiResponse
from demo.audit.client_log import ClientLog, Said
from demo.behaviour import cancels_after_min, feedback_on, same_burst
from demo.live_state import ENDED, LiveState
from demo.opened import OpenedTicket
from demo.pace import Pace
from demo.remarks import (
    DESK_DECIDES_MIN,
    SHARES,
    PlannedRemark,
    Remark,
    amendment_body,
    desk_refuses,
    remarks_on,
    visit_body,
)
from demo.requests import Request
from demo.setup import Bearer

MAX_CONCURRENT_OPENS = 48
MAX_HOLD_BACK_S = 30.0
"""A ticket that is stuck must not keep the next request out for good."""
MERGED_AFTER_MIN = 4.0
ASK_INTERVAL_MIN, MAX_ASK_LOOKS = 2.0, 300
"""A resident who would cancel looks so often, so many times, whether work has begun."""
CONFIRM_RETRY_S, MAX_CONFIRM_ATTEMPTS = 0.2, 25
"""A ticket is resolved a moment after its job is done: so long a resident tries to confirm."""


def _nothing_more(ticket: OpenedTicket) -> None:
    """Do nothing."""


class Residents:
    """The reporters of a run.

    `imported` rows are opened by an integration, the others by the residents themselves. What
    they do later runs in `tasks`; leaving that group waits for it. `max_unfinished` tickets may
    be under way before requests are held back. `shares` are of their remarks; `on_opened` and
    `on_resolved` are called with each ticket when it was opened, and when its job was completed.
    """

    def __init__(
        self,
        *,
        api: ApiClient,
        state: LiveState,
        log: ClientLog,
        site_id: str,
        pace: Pace,
        seed: int,
        imported: bool,
        bearer: Bearer,
        max_unfinished: int,
        tasks: asyncio.TaskGroup,
        shares: Mapping[Remark, float] = SHARES,
        on_opened: Callable[[OpenedTicket], None] = _nothing_more,
        on_resolved: Callable[[OpenedTicket], None] = _nothing_more,
    ) -> None:
        self._api, self._state, self._log, self._site_id = api, state, log, site_id
        self._pace, self._seed, self._imported, self._bearer = pace, seed, imported, bearer
        self._tasks, self._shares = tasks, shares
        self._on_opened, self._on_resolved = on_opened, on_resolved
        self._opening = asyncio.Semaphore(MAX_CONCURRENT_OPENS)
        self._unfinished = asyncio.Semaphore(max_unfinished)
        self.held_back_s = 0.0
        """Real seconds that requests waited in all, because too much was unfinished."""
        self._by_row: dict[int, asyncio.Future[OpenedTicket | None]] = {}
        self._by_reference: dict[str, OpenedTicket] = {}

    async def report_all(self, requests: Sequence[Request], arrivals_s: Sequence[float]) -> None:
        """Open each request at its time, in real seconds from now. Raises Unreachable.

        While too much is unfinished the run stands still: on a slow machine it takes longer
        instead of drowning.
        """
        loop = asyncio.get_running_loop()
        began, bursts = loop.time(), {} if self._imported else same_burst(requests)
        async with asyncio.TaskGroup() as opening:
            for request, arrival_s in zip(requests, arrivals_s, strict=True):
                self._by_row[request.row] = loop.create_future()
                due_at = began + self.held_back_s + arrival_s
                await asyncio.sleep(max(0.0, due_at - loop.time()))
                await self._wait_for_room()
                self._state.played_at = request.opened_at
                opening.create_task(self._open(request))
                if request.row in bursts:
                    self._tasks.create_task(self._merge(request.row, bursts[request.row]))

    def job_completed(self, reference: str) -> None:
        """Take note that a technician completed the job of that ticket."""
        if ticket := self._by_reference.get(reference):
            self._ended(reference, "resolved")
            self._on_resolved(ticket)
            self._tasks.create_task(self._confirm(ticket))

    async def _wait_for_room(self) -> None:
        if not self._unfinished.locked():
            await self._unfinished.acquire()
            return
        loop = asyncio.get_running_loop()
        since = loop.time()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._unfinished.acquire(), MAX_HOLD_BACK_S)
        self.held_back_s += loop.time() - since

    def _ended(self, reference: str, state: str) -> None:
        if self._state.states.get(reference) not in ENDED:
            self._unfinished.release()
        self._state.states[reference] = state

    async def _open(self, request: Request) -> None:
        auth = self._reporter(request)
        body = ticket_body(request, site_id=self._site_id, imported=self._imported)
        key = f"{self._site_id}/{request.row}"
        async with self._opening:
            sent_at = time.time()
            answer = await self._api.post("tickets", "/v1/tickets", body, auth=auth, key=key)
        if answer.status != 201:
            self._state.refused += 1
            self._unfinished.release()
            why = f"row {request.row} refused: {answer.why}"
            self._state.note(request.reporter_id, why, "red")
            self._by_row[request.row].set_result(None)
            return
        ticket = OpenedTicket.of(answer.body, request, site_id=self._site_id, auth=auth)
        reference = ticket.reference
        self._log.opened.append(ticket.noted(sent_at=sent_at, at=time.time()))
        self._by_reference[reference] = ticket
        self._state.states.setdefault(reference, "open")
        self._note_opened(ticket)
        self._by_row[request.row].set_result(ticket)
        self._on_opened(ticket)
        after_min = cancels_after_min(request, seed=self._seed)
        if after_min is not None and not self._imported:
            self._tasks.create_task(self._cancel(ticket, after_min))
        if not self._imported:
            for planned in remarks_on(request, seed=self._seed, shares=self._shares):
                self._tasks.create_task(self._remark(ticket, planned))

    def _reporter(self, request: Request) -> str:
        if self._imported:
            return self._bearer("integration", f"{self._site_id}-import")
        where = request.where
        units = [f"{where.building}-{where.unit}"] if where.building and where.unit else []
        return self._bearer("resident", request.reporter_id, *units)

    def _note_opened(self, ticket: OpenedTicket) -> None:
        request, priority = ticket.request, ticket.priority
        said = request.text
        if not said:
            kind = request.answers.get("type", request.category)
            said = f"{kind}, {request.where.address or 'no address'}"
        style = "bold red" if priority == "emergency" else ""
        self._state.note(ticket.reference, f"{priority} {request.category}: {said}", style)

    async def _cancel(self, ticket: OpenedTicket, after_min: float) -> None:
        await self._pace.sleep(after_min)
        body = {"reason": "no longer needed"}
        path = f"{ticket.path}/cancel"
        if (await self._api.post("tickets", path, body, auth=ticket.auth)).good:
            self._ended(ticket.reference, "cancelled")
            self._state.note(ticket.reference, "cancelled by the resident", "yellow")

    async def _remark(self, ticket: OpenedTicket, planned: PlannedRemark) -> None:
        """Say something of the ticket, if it can still be said."""
        await self._pace.sleep(planned.after_min)
        if planned.remark is Remark.ASK_TO_CANCEL:
            await self._ask_to_cancel(ticket)
            return
        if self._state.states.get(ticket.reference) in ENDED:
            return
        at = time.time()
        answer = await self._say(ticket, planned)
        if answer.good and answer.body.get("counted", True):
            cause = str(answer.body["id"]) if planned.remark is Remark.COMMENT else ""
            self._note_said(ticket, planned.remark, cause, planned.text, at=at)

    async def _say(self, ticket: OpenedTicket, planned: PlannedRemark) -> ApiResponse:
        match planned.remark:
            case Remark.COMMENT:
                path, body = f"{ticket.path}/comments", {"text": planned.text}
            case Remark.URGE:
                path, body = f"{ticket.path}/urge", {}
            case Remark.VISIT:
                path, body = f"{ticket.path}/appointment", visit_body(datetime.now(UTC))
            case _:
                amendment = amendment_body(ticket.request.language)
                return await self._api.patch("tickets", ticket.path, amendment, auth=ticket.auth)
        return await self._api.post("tickets", path, body, auth=ticket.auth)

    async def _ask_to_cancel(self, ticket: OpenedTicket) -> None:
        """Ask once work has begun; the desk refuses, or cancels."""
        for _ in range(MAX_ASK_LOOKS):
            state = self._state.states.get(ticket.reference)
            if state == "in_progress" or state in ENDED:
                break
            await self._pace.sleep(ASK_INTERVAL_MIN)
        if state != "in_progress":
            return
        path, at = f"{ticket.path}/cancel", time.time()
        answer = await self._api.post(
            "tickets", path, {"reason": "it works again"}, auth=ticket.auth
        )
        if not answer.good:
            return
        if not answer.body.get("requested"):
            self._ended(ticket.reference, "cancelled")  # it was open again meanwhile
            return
        self._note_said(ticket, Remark.ASK_TO_CANCEL, "", "it works again", at=at)
        await self._pace.sleep(DESK_DECIDES_MIN)
        desk = self._bearer("dispatcher", f"{self._site_id}-desk")
        refuses = desk_refuses(ticket.request, seed=self._seed)
        verb, reason = (f"{path}:refuse", "on the way") if refuses else (path, "as asked")
        decided = await self._api.post("tickets", verb, {"reason": reason}, auth=desk)
        given_back = not decided.good and decided.body.get("state") == "cancelled"
        if given_back or (decided.good and not refuses):
            self._ended(ticket.reference, "cancelled")
            why = "as asked: the job was given back" if given_back else "by the desk, as asked"
            self._state.note(ticket.reference, f"cancelled {why}", "yellow")

    def _note_said(
        self, ticket: OpenedTicket, remark: Remark, cause: str, text: str, *, at: float
    ) -> None:
        said = Said(
            ticket_id=ticket.ticket_id,
            by=ticket.request.reporter_id,
            what=remark.value,
            cause=cause,
            at=at,
        )
        self._log.said.append(said)
        self._state.note(ticket.reference, f"{remark.value}: {text}" if text else remark.value)

    async def _merge(self, row: int, into_row: int) -> None:
        """Merge two reports of one burst at the desk, unless a technician works on it already."""
        ticket, first = await self._by_row[row], await self._by_row[into_row]
        if ticket is None or first is None:
            return
        await self._pace.sleep(MERGED_AFTER_MIN)
        desk = self._bearer("dispatcher", f"{self._site_id}-desk")
        body = {"duplicate_of": first.ticket_id}
        if (await self._api.post("tickets", f"{ticket.path}/merge", body, auth=desk)).good:
            self._ended(ticket.reference, "cancelled")
            merged = f"merged with {first.reference}: the same burst"
            self._state.note(ticket.reference, merged, "yellow")

    async def _confirm(self, ticket: OpenedTicket) -> None:
        feedback = feedback_on(ticket.request, seed=self._seed)
        if self._imported or not feedback.confirms:
            return
        await self._pace.sleep(feedback.after_min)
        for _ in range(MAX_CONFIRM_ATTEMPTS):
            path = f"{ticket.path}/confirm"
            if (await self._api.post("tickets", path, auth=ticket.auth)).good:
                break
            await asyncio.sleep(CONFIRM_RETRY_S)
        else:
            return
        self._state.states[ticket.reference] = "closed"
        if feedback.scores:
            speed, quality, manner = feedback.scores
            body = {
                "speed": speed,
                "quality": quality,
                "manner": manner,
                "text": feedback.comment,
            }
            await self._api.post("tickets", f"{ticket.path}/rating", body, auth=ticket.auth)
            rated = f"rated {speed}/{quality}/{manner}: {feedback.comment}"
            self._state.note(ticket.reference, rated, "cyan")
