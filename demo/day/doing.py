"""Residents of the day at work: what `deeds` has planned for them, over the public APIs."""

import asyncio
import time
from collections.abc import Mapping
from datetime import UTC, datetime

from demo.api_client import ApiClient
from demo.audit.client_log import ClientLog, Said
from demo.day.deeds import (
    CHANGED_MINDS,
    OBJECTIONS,
    PlannedVisit,
    deeds_on,
    unhappy_rating,
    visit_body,
)
from demo.day.photos import MEDIA_TYPE, photo
from demo.live_state import ENDED, RESOLVED, LiveState
from demo.opened import OpenedTicket
from demo.pace import Pace

RETRY_S, MAX_ATTEMPTS = 0.2, 25
"""A ticket is resolved a moment after its job is done: so long a resident tries to object."""


class Doers:
    """All residents of the day. What they do later runs in `tasks`."""

    def __init__(
        self,
        *,
        api: ApiClient,
        state: LiveState,
        log: ClientLog,
        pace: Pace,
        seed: int,
        tasks: asyncio.TaskGroup,
    ) -> None:
        self._api, self._state, self._log = api, state, log
        self._pace, self._seed, self._tasks = pace, seed, tasks
        self.tickets: dict[str, OpenedTicket] = {}
        """What was opened, by reference."""
        self.photos: dict[str, OpenedTicket] = {}
        """Photos that were taken in, by id, with their tickets."""
        self._objected: set[str] = set()

    def opened(self, ticket: OpenedTicket) -> None:
        """Begin what follows from an opened ticket."""
        self.tickets[ticket.reference] = ticket
        deeds = deeds_on(ticket.request, seed=self._seed)
        for number in range(deeds.photos):
            self._tasks.create_task(self._send_photo(ticket, number))
        if deeds.visit is not None:
            self._tasks.create_task(self._agree(ticket, deeds.visit))
        if deeds.cancels_after_min is not None:
            self._tasks.create_task(self._cancel(ticket, deeds.cancels_after_min))

    def resolved(self, ticket: OpenedTicket) -> None:
        """Begin what follows from a completed job: an objection, or a bad mark after one."""
        deeds = deeds_on(ticket.request, seed=self._seed)
        if ticket.reference in self._objected:
            self._tasks.create_task(self._rate(ticket))
        elif deeds.objects_after_min is not None:
            self._objected.add(ticket.reference)
            self._tasks.create_task(self._object(ticket, deeds.objects_after_min))

    async def _send_photo(self, ticket: OpenedTicket, number: int) -> None:
        content, at = photo(f"{self._seed}/{ticket.request.source_id}/{number}"), time.time()
        path = f"{ticket.path}/attachments"
        answer = await self._api.upload(
            "tickets", path, content, media_type=MEDIA_TYPE, auth=ticket.auth
        )
        if answer.good:
            self.photos[str(answer.body["id"])] = ticket
            if number == 0:
                self._said(ticket, "photo", at=at)
            self._state.note(ticket.reference, "sends a photo")

    async def _agree(self, ticket: OpenedTicket, visit: PlannedVisit) -> None:
        """Agree on a visit, and move it later, while the ticket goes on."""
        await self._pace.sleep(visit.after_min)
        if not await self._appoint(ticket, visit, moved=False) or visit.moved_after_min is None:
            return
        await self._pace.sleep(visit.moved_after_min)
        await self._appoint(ticket, visit, moved=True)

    async def _appoint(self, ticket: OpenedTicket, visit: PlannedVisit, *, moved: bool) -> bool:
        if self._state.states.get(ticket.reference) in ENDED:
            return False
        at, now = time.time(), datetime.now(UTC)
        body = visit_body(visit, self._pace, now=now, moved=moved)
        path = f"{ticket.path}/appointment"
        answer = await self._api.post("tickets", path, body, auth=ticket.auth)
        if answer.good:
            self._said(ticket, "visit", at=at)
            note = "moves the visit" if moved else "agrees on a visit"
            self._state.note(ticket.reference, note)
        return answer.good

    async def _cancel(self, ticket: OpenedTicket, after_min: float) -> None:
        await self._pace.sleep(after_min)
        if self._state.states.get(ticket.reference) not in {"open", "assigned"}:
            return
        body = _words(CHANGED_MINDS, ticket)
        answer = await self._api.post("tickets", f"{ticket.path}/cancel", body, auth=ticket.auth)
        if answer.good and not answer.body.get("requested"):
            self._state.states[ticket.reference] = "cancelled"
            self._state.note(ticket.reference, "cancelled by the resident", "yellow")

    async def _object(self, ticket: OpenedTicket, after_min: float) -> None:
        await self._pace.sleep(after_min)
        for _ in range(MAX_ATTEMPTS):
            at, body = time.time(), _words(OBJECTIONS, ticket)
            path = f"{ticket.path}/reopen"
            answer = await self._api.post("tickets", path, body, auth=ticket.auth)
            if answer.good:
                self._said(ticket, "objection", at=at)
                self._state.states[ticket.reference] = "open"
                self._state.note(ticket.reference, f"objects: {body['reason']}", "magenta")
                return
            await asyncio.sleep(RETRY_S)

    async def _rate(self, ticket: OpenedTicket) -> None:
        body = unhappy_rating(ticket.request.language)
        for _ in range(MAX_ATTEMPTS):
            if self._state.states.get(ticket.reference) not in RESOLVED:
                return
            path = f"{ticket.path}/rating"
            if (await self._api.post("tickets", path, body, auth=ticket.auth)).good:
                self._state.note(ticket.reference, f"rated 2/2/3: {body['text']}", "cyan")
                return
            await asyncio.sleep(RETRY_S)

    def _said(self, ticket: OpenedTicket, what: str, *, at: float) -> None:
        said = Said(
            ticket_id=ticket.ticket_id,
            by=ticket.request.reporter_id,
            what=what,
            cause="",
            at=at,
        )
        self._log.said.append(said)


def _words(texts: Mapping[str, str], ticket: OpenedTicket) -> dict[str, str]:
    return {"reason": texts.get(ticket.request.language, texts["en"])}
